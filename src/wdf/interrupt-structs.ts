// SPDX-License-Identifier: MIT
/** Layouts of wdfinterrupt.h, 32-bit. */
import { struct } from "../base/index.ts";

export const WDF_INTERRUPT_CONFIG = struct("WDF_INTERRUPT_CONFIG", {
  Size: "u32",
  SpinLock: "ptr",
  ShareVector: "i32",
  FloatingSave: "u8",
  AutomaticSerialization: "u8",
  EvtInterruptIsr: "ptr",
  EvtInterruptDpc: "ptr",
  EvtInterruptEnable: "ptr",
  EvtInterruptDisable: "ptr",
  EvtInterruptWorkItem: "ptr",
  InterruptRaw: "ptr",
  InterruptTranslated: "ptr",
  WaitLock: "ptr",
  PassiveHandling: "u8",
  ReportInactiveOnPowerDown: "i32",
  CanWakeDevice: "u8",
});

const { fields } = WDF_INTERRUPT_CONFIG;
/** Sizes that older drivers pass: KMDF 1.9, a preview of 1.11, 1.11, and the current one. */
export const interruptConfigSizes: readonly number[] = [
  fields.EvtInterruptWorkItem.offset,
  fields.ReportInactiveOnPowerDown.offset,
  fields.CanWakeDevice.offset,
  WDF_INTERRUPT_CONFIG.size,
];

export const WDF_INTERRUPT_INFO = struct("WDF_INTERRUPT_INFO", {
  Size: "u32",
  Reserved1: "u64",
  TargetProcessorSet: "u32",
  Reserved2: "u32",
  MessageNumber: "u32",
  Vector: "u32",
  Irql: "u8",
  Mode: "i32",
  Polarity: "i32",
  MessageSignaled: "u8",
  ShareDisposition: "u8",
  /** Aligned to 8 bytes in the header. */
  alignment: "u16",
  Group: "u64",
});

const groupAffinity = struct("GROUP_AFFINITY", { Mask: "u32", Group: "u16", Reserved: ["u16", 3] });
export const WDF_INTERRUPT_EXTENDED_POLICY = struct("WDF_INTERRUPT_EXTENDED_POLICY", {
  Size: "u32",
  Policy: "i32",
  Priority: "i32",
  TargetProcessorSetAndGroup: groupAffinity,
});

/** KINTERRUPT_MODE. */
export const interruptMode = { levelSensitive: 0, latched: 1 } as const;
/** KINTERRUPT_POLARITY: line interrupts of PCI are active low, messages have none. */
export const interruptPolarity = { unknown: 0, activeHigh: 1, activeLow: 2 } as const;
/** WDF_INTERRUPT_POLICY and WDF_INTERRUPT_PRIORITY ranges. */
export const policyRange = { first: 0, last: 5 } as const;
export const priorityRange = { first: 1, last: 3 } as const;
