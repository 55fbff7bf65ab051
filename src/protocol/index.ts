// SPDX-License-Identifier: MIT
/** Plain types that cross a boundary: toolchain → runtime → session → adapter → views. */
export * from "./guest-layout.ts";
export * from "./instrumented-module.ts";
export * from "./condition-code.ts";
export * from "./configuration.ts";
export * from "./run-report.ts";
export * from "./trace-event.ts";
export * from "./coverage.ts";
export * from "./views.ts";
export * from "./violation.ts";
export * from "./rule-pattern.ts";
export * from "./watch.ts";
export * from "./memory-view.ts";
export * from "./framework-breakpoint.ts";
export * from "./device-api.ts";
export * from "./custom-requests.ts";
export * from "./debug-port.ts";
export * from "./input.ts";
export * from "./trace-snapshot.ts";
export * from "./decode-trace.ts";
export * from "./timeline-messages.ts";
export * from "./ntstatus-table.ts";
export * from "./emulated-functions-table.ts";
export * from "./declared-functions-table.ts";
export * from "./built-in-devices-table.ts";
