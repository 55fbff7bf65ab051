// SPDX-License-Identifier: MIT
/**
 * Makes the .tmh files that a driver's sources include and that exist nowhere, because the WDK's WPP preprocessor would write them. The trace
 * functions come from the project and from the configuration blocks of all files that the sources reach. Headers of the message compiler are made
 * along with them: see message-synthesis.ts.
 */
import { dirname, join } from "node:path";
import type { BuildRequest } from "./build-request.ts";
import { type Diagnostic, diagnostic } from "./diagnostic.ts";
import { includeClosure } from "./include-closure.ts";
import { synthesizeMessages } from "./message-synthesis.ts";
import type { SourceFile } from "./source-files.ts";
import { SourceFiles } from "./source-files.ts";
import { enumerationsOf, findEnumeration, findWppBlocks } from "./wpp-blocks.ts";
import { readWppConfiguration, type WppAffix, type WppCustomType, type WppFunction } from "./wpp-configuration.ts";
import { tmhText, type WppConfiguration } from "./wpp-header.ts";

/** What a project says about WPP for one source. */
export interface WppSettings {
  readonly functions: readonly WppFunction[];
  /** Files with configuration that the sources need not include, absolute. */
  readonly scanned: readonly string[];
  /** Macros for the generated header, `NAME` or `NAME=value`. */
  readonly defines: readonly string[];
}

export interface TmhFiles {
  /** Contents by absolute path, for `BuildRequest.generated`. */
  readonly generated: ReadonlyMap<string, Uint8Array>;
  readonly diagnostics: readonly Diagnostic[];
}

/** The usual trace function, which most drivers declare in the project file and not in a header; for sources of which nothing else is known. */
const usualFunctions: readonly WppFunction[] = [
  { name: "TraceEvents", settings: [], parameters: ["LEVEL", "FLAGS"], hasMessage: true, isVariadic: true, parentheses: "none" },
];

type Folders = Pick<BuildRequest, "sources" | "includePath" | "sourceOptions" | "baseDir">;

/** Files that `request.sources` lack. `settings` by source; undefined without a project. */
export async function synthesizeTmh(request: Folders, settings?: ReadonlyMap<string, WppSettings>): Promise<TmhFiles> {
  const files = new SourceFiles();
  const generated = new Map<string, Uint8Array>();
  const diagnostics: Diagnostic[] = [];
  for (const path of request.sources) {
    const source = await files.find(dirname(path), path);
    if (!source) continue;
    const reached = await reachedFiles(files, source, request, settings?.get(path)?.scanned ?? []);
    const messages = await synthesizeMessages(files, reached.closure, reached.folders, dirname(source.path), diagnostics);
    for (const [header, text] of messages) generated.set(header, text);
    const missing = await missingTmh(files, reached.closure, reached.folders);
    if (missing.length === 0) continue;
    const configuration = configurationOf([...reached.closure, ...reached.scanned], settings?.get(path), diagnostics);
    const text = new TextEncoder().encode(tmhText(configuration));
    for (const tmh of missing) generated.set(tmh, text);
  }
  return { generated, diagnostics: once(diagnostics) };
}

/** What several sources find in one header is said once. */
function once(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  const found = new Map(diagnostics.map((item) => [`${item.file}\0${item.line}\0${item.message}`, item]));
  return [...found.values()];
}

interface Reached {
  /** The source and all headers of the driver that it leads to. */
  readonly closure: readonly SourceFile[];
  readonly scanned: readonly SourceFile[];
  readonly folders: readonly string[];
}

async function reachedFiles(files: SourceFiles, source: SourceFile, request: Folders, scanned: readonly string[]): Promise<Reached> {
  const folders: string[] = [];
  const own = request.sourceOptions?.get(source.path)?.includePath ?? [];
  // A folder that is not there is reported by the build.
  for (const folder of [...own, ...request.includePath]) folders.push((await files.findFolder(folder)) ?? folder);
  const closure = await includeClosure(files, [source], { folders, defines: [], extra: [] });
  const opened = await Promise.all(scanned.map((path) => files.find(dirname(path), path)));
  return { closure: closure.files, scanned: opened.filter((file) => file !== undefined), folders };
}

/** Paths that `#include "X.tmh"` would have beside its includer, for those that are nowhere. */
async function missingTmh(files: SourceFiles, closure: readonly SourceFile[], folders: readonly string[]): Promise<string[]> {
  const missing = new Set<string>();
  for (const file of closure) {
    for (const { kind, name } of files.scan(file).includes) {
      if (kind === "macro" || !/\.tmh$/i.test(name)) continue;
      const places = [dirname(file.path), ...folders];
      const found = await Promise.all(places.map((folder) => files.find(folder, name)));
      const place = kind === "quoted" ? dirname(file.path) : (folders[0] ?? dirname(file.path));
      if (found.every((there) => there === undefined)) missing.add(join(place, name.replaceAll("\\", "/")));
    }
  }
  return [...missing];
}

function configurationOf(files: readonly SourceFile[], settings: WppSettings | undefined, diagnostics: Diagnostic[]): WppConfiguration {
  const functions = new Map<string, WppFunction>();
  const prefixes = new Map<string, WppAffix | undefined>();
  const suffixes = new Map<string, WppAffix | undefined>();
  const types = new Map<string, WppCustomType>();
  const texts = files.map((file) => ({ path: file.path, text: new TextDecoder("latin1").decode(file.bytes) }));
  const enumerations = new Map<string, ReadonlyMap<number, string>>();
  for (const { path, text } of texts) {
    for (const block of findWppBlocks(text)) {
      if (block.kind === "enum") {
        for (const [name, values] of enumerationsOf(block.lines.join("\n"))) enumerations.set(name, values);
        continue;
      }
      for (const { line, statement, problem } of readWppConfiguration(block.lines)) {
        if (problem !== undefined) {
          const hint = "compare it with the statements of WPP configuration blocks in the WDK's documentation";
          diagnostics.push(diagnostic({ severity: "warning", code: "wpp-configuration", file: path, line: block.line + line - 1, message: problem, hint }));
        }
        if (statement?.kind === "function") functions.set(statement.function.name, statement.function);
        else if (statement?.kind === "prefix") prefixes.set(statement.function, statement.affix);
        else if (statement?.kind === "suffix") suffixes.set(statement.function, statement.affix);
        else if (statement?.kind === "type") types.set(statement.type.name, statement.type);
      }
    }
  }
  for (const item of settings?.functions ?? []) functions.set(item.name, item);
  if (functions.size === 0) for (const item of usualFunctions) functions.set(item.name, item);
  const named = [...types.values()].map((type) =>
    namesOf(
      type,
      texts.map(({ text }) => text),
    ),
  );
  const blocks = [...enumerations].map(([name, names]) => ({ name, kind: "list" as const, bytes: 4, names }));
  return { functions: [...functions.values()], prefixes, suffixes, types: [...blocks, ...named], defines: settings?.defines ?? [] };
}

function namesOf(type: WppCustomType, texts: readonly string[]): WppConfiguration["types"][number] {
  const { name, kind, bytes, items } = type;
  if (kind !== "enum") return { name, kind, bytes, names: new Map(items.map((item, value) => [value, item])) };
  const wanted = (items[0] ?? "").replace(/^.*::/, "").replace(/^enum\s+/, "");
  const names = texts.map((text) => findEnumeration(text, wanted)).find((found) => found !== undefined);
  return { name, kind: "list", bytes, names: names ?? new Map() };
}
