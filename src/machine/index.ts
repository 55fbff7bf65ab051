// SPDX-License-Identifier: MIT
/** The deterministic computer; knows no Windows. */
export * from "./clock.ts";
export * from "./cpu.ts";
export * from "./device-window.ts";
export type * from "./driver-exception.ts";
export * from "./guest-memory.ts";
export * from "./guest-port.ts";
export * from "./interrupt-controller.ts";
export * from "./kernel-thread.ts";
export * from "./logical-space.ts";
export * from "./machine.ts";
export * from "./pci-function.ts";
export * from "./pci-config-space.ts";
export * from "./pci-power-management.ts";
export * from "./physical-map.ts";
export { type Schedule, scheduleOf } from "./schedule.ts";
export * from "./scheduler.ts";
export * from "./system-dma.ts";
