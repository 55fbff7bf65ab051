// SPDX-License-Identifier: MIT
/** Layouts of wdftimer.h, wdfdpc.h and wdfworkitem.h, 32-bit. */
import { type StructLayout, struct } from "../base/index.ts";

const timer = struct("WDF_TIMER_CONFIG", {
  Size: "u32",
  EvtTimerFunc: "ptr",
  Period: "u32",
  AutomaticSerialization: "u8",
  TolerableDelay: "u32",
  /** The header aligns the next member to 8 bytes. */
  alignment: "u32",
  UseHighResolutionTimer: "u8",
});
/** The 8-byte alignment of UseHighResolutionTimer also rounds the size. */
export const WDF_TIMER_CONFIG: StructLayout<keyof typeof timer.fields> = { ...timer, size: 32, alignment: 8 };

/** Sizes of older versions: before TolerableDelay, and before UseHighResolutionTimer. */
export const timerConfigSizes: readonly number[] = [timer.fields.TolerableDelay.offset, timer.fields.alignment.offset, WDF_TIMER_CONFIG.size];

export const WDF_DPC_CONFIG = struct("WDF_DPC_CONFIG", { Size: "u32", EvtDpcFunc: "ptr", AutomaticSerialization: "u8" });
export const WDF_WORKITEM_CONFIG = struct("WDF_WORKITEM_CONFIG", { Size: "u32", EvtWorkItemFunc: "ptr", AutomaticSerialization: "u8" });
