// SPDX-License-Identifier: MIT
/** What an event belongs to: its lane and its colour. */
import type { TimelineLane, TraceKind } from "../protocol/index.ts";

/** Colours by meaning; the number is the index in the theme's palette. */
export const categories = { callback: 0, api: 1, isr: 2, dpc: 3, request: 4, dma: 5, device: 6, problem: 7, power: 8 } as const;
export type Category = (typeof categories)[keyof typeof categories];

const laneOfKind: Readonly<Record<TraceKind, TimelineLane | undefined>> = {
  callback: "driver",
  workItem: "driver",
  api: "framework",
  objectCreated: undefined,
  objectDeleted: undefined,
  requestArrived: "requests",
  requestPresented: "requests",
  requestCompleted: "requests",
  transactionState: undefined,
  transaction: "transactions",
  transfer: "transfers",
  dmaMapped: "dma",
  dmaUnmapped: "dma",
  deviceRead: "dma",
  deviceWrite: "dma",
  deviceActivity: "device",
  registerRead: "registers",
  registerWrite: "registers",
  interruptRaised: "interrupts",
  interruptLowered: "interrupts",
  interruptDelivered: "interrupts",
  dpcQueued: "dpc",
  dpc: "dpc",
  irql: "irql",
  power: "power",
  debugPrint: "log",
  deviceLog: "log",
  logpoint: "log",
  violation: "log",
  timer: "dpc",
  scenario: "requests",
  exception: "driver",
};

/** Lane in which an event is drawn; undefined for events that are only found by search. */
export const laneOf = (kind: TraceKind): TimelineLane | undefined => laneOfKind[kind];

/** `wdkName` is the callback's name in the WDK. */
export function categoryOf(kind: TraceKind, wdkName: string): Category {
  switch (laneOfKind[kind]) {
    case "driver":
      return callbackCategory(wdkName);
    case "framework":
      return categories.api;
    case "requests":
      return categories.request;
    case "transactions":
    case "transfers":
    case "dma":
      return categories.dma;
    case "interrupts":
      return categories.isr;
    case "dpc":
      return categories.dpc;
    case "device":
    case "registers":
      return kind === "registerWrite" ? categories.callback : categories.device;
    case "power":
      return categories.power;
    default:
      return kind === "violation" ? categories.problem : categories.api;
  }
}

function callbackCategory(name: string): Category {
  if (/Isr$/.test(name)) return categories.isr;
  if (/Dpc|Timer/.test(name)) return categories.dpc;
  if (/Dma/.test(name)) return categories.dma;
  if (/^EvtIo|Cancel/.test(name)) return categories.request;
  return /^EvtDevice|^EvtDriver|DriverEntry/.test(name) ? categories.power : categories.callback;
}

/** Longest time Microsoft advises for an ISR and for a DPC, ns ("Measuring DPC/ISR Time" in the WDK documentation). */
export const budgets: Partial<Readonly<Record<TraceKind, number>>> = { interruptDelivered: 25_000, dpc: 100_000 };
