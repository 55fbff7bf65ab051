// SPDX-License-Identifier: MIT
/** Makes the headers that a driver's sources include and that exist nowhere, because the message compiler would write them from a .mc file. */
import { dirname, join } from "node:path";
import { type Diagnostic, diagnostic } from "./diagnostic.ts";
import { messageHeader } from "./message-text.ts";
import type { SourceFile, SourceFiles } from "./source-files.ts";

/** Contents by absolute path for headers that `closure` includes; `folders` are the include folders, `home` is that of the source. */
export async function synthesizeMessages(
  files: SourceFiles,
  closure: readonly SourceFile[],
  folders: readonly string[],
  home: string,
  diagnostics: Diagnostic[],
): Promise<ReadonlyMap<string, Uint8Array>> {
  const headers = new Map<string, Uint8Array>();
  for (const file of closure) {
    for (const { kind, name } of files.scan(file).includes) {
      if (kind === "macro" || !/\.h$/i.test(name)) continue;
      const places = [...new Set([dirname(file.path), ...folders, home])];
      const source = await firstOf(files, places, name.replace(/\.h$/i, ".mc"));
      if (source === undefined || (await firstOf(files, places, name)) !== undefined) continue;
      const { text, problems } = messageHeader(new TextDecoder("latin1").decode(source.bytes));
      const hint = "compare it with the documentation of message text files";
      for (const { line, message } of problems) {
        diagnostics.push(diagnostic({ severity: "warning", code: "message-text", file: source.path, line, message: `A message text file: ${message}`, hint }));
      }
      const place = kind === "quoted" ? dirname(file.path) : (folders[0] ?? dirname(file.path));
      headers.set(join(place, name.replaceAll("\\", "/")), new TextEncoder().encode(text));
    }
  }
  return headers;
}

async function firstOf(files: SourceFiles, places: readonly string[], name: string): Promise<SourceFile | undefined> {
  for (const place of places) {
    const found = await files.find(place, name);
    if (found) return found;
  }
  return undefined;
}
