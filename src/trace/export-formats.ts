// SPDX-License-Identifier: MIT
/** The file formats of traces, by extension. */
import { chromeJsonChunks } from "./chrome-json.ts";
import type { TraceExport } from "./event-arguments.ts";
import { htmlChunks } from "./html-page.ts";
import { perfettoChunks } from "./perfetto.ts";
import { encodeTraceFile } from "./trace-file.ts";
import { vcdChunks } from "./vcd.ts";

export interface TraceFormat {
  /** With the dot, lower case. */
  readonly extension: string;
  /** For a person who chooses. */
  readonly label: string;
  /** The file, piece by piece. */
  chunks(source: TraceExport): Iterable<Uint8Array>;
}

export const traceFormats: readonly TraceFormat[] = [
  { extension: ".pftrace", label: "Perfetto trace", chunks: perfettoChunks },
  { extension: ".json", label: "Chrome JSON", chunks: chromeJsonChunks },
  { extension: ".vcd", label: "Value change dump", chunks: vcdChunks },
  { extension: ".html", label: "Web page", chunks: htmlChunks },
  { extension: ".kmdftrace", label: "KMDF DMA trace", chunks: ({ trace, sources }) => [encodeTraceFile(trace, sources)] },
];

/** Format of a file by its name. */
export function traceFormatOf(file: string): TraceFormat | undefined {
  const name = file.toLowerCase();
  return traceFormats.find(({ extension }) => name.endsWith(extension));
}
