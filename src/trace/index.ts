// SPDX-License-Identifier: MIT
/** Recording, reading and exporting traces. */
export { joinChunks } from "./chunked-text.ts";
export type { SourcePlace, TraceExport, TraceSources } from "./event-arguments.ts";
export * from "./export-formats.ts";
export * from "./recorder.ts";
export * from "./trace-file.ts";
