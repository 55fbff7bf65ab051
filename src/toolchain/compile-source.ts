// SPDX-License-Identifier: MIT
/** Compiles one source, or finds its object in the cache. */
import { basename, dirname, join } from "node:path";
import { defined, toCompilerPath } from "../base/index.ts";
import { dialectArguments, type Language, targetArguments } from "./compile-flags.ts";
import { joinResults, loweredJob, lowerPreprocessed, mayUseSeh, withoutSehComplaints } from "./compile-seh.ts";
import type { CompilerBackend, ToolJob, ToolResult } from "./compiler-backend.ts";
import { parseClangOutput } from "./clang-output.ts";
import { type Diagnostic, diagnostic, hasErrors } from "./diagnostic.ts";
import { withEditorColumns } from "./diagnostic-columns.ts";
import { type IncludeClosure, includeClosure } from "./include-closure.ts";
import { parseName } from "./include-directives.ts";
import { cacheKey, type ObjectCache } from "./object-cache.ts";
import { type ObjectSummary, summarizeObject } from "./object-summary.ts";
import { overlayFile } from "./overlay.ts";
import { sehLoweringVersion } from "./seh-lowering.ts";
import type { SourceFile, SourceFiles } from "./source-files.ts";
import type { UserArguments } from "./user-arguments.ts";

/** Raise it when the same inputs give another result than before. */
const toolchainVersion = "kmdf-dma-debug toolchain 2";
/** Headers the scan may miss (computed names) and a second look adds; more than that means something else is wrong. */
const maxMissedHeaders = 16;

/** Everything that decides how one source is compiled. */
export interface CompileUnit {
  readonly source: SourceFile;
  readonly language: Language;
  /** Cache key: hash of all that the compiler gets to see. */
  readonly key: string;
  readonly closure: IncludeClosure;
  /** Arguments but for files of this run. */
  readonly args: readonly string[];
  readonly search: readonly string[];
  /** It may contain `__try`. */
  readonly usesSeh: boolean;
}

/** What the cache keeps beside an object. */
export interface CompiledInfo {
  readonly summary: ObjectSummary;
  readonly diagnostics: readonly Diagnostic[];
  readonly dependencies: readonly string[];
}

export interface CompiledObject extends CompiledInfo {
  readonly bytes: Uint8Array;
  readonly cached: boolean;
  /** False when the compiler read files that the unit's key does not cover; then what is made of the object must not be cached either. */
  readonly isCacheable: boolean;
}

export interface CompileContext {
  readonly backend: CompilerBackend;
  readonly identity: string;
  readonly files: SourceFiles;
  readonly cache: ObjectCache;
  readonly signal: AbortSignal;
}

/** How one driver source is to be compiled. */
export interface SourceSettings {
  readonly language: Language;
  readonly user: UserArguments;
  /** Include search path, existing folders: the driver's own, then those of the system. */
  readonly folders: readonly string[];
  readonly systemFolders: readonly string[];
}

export async function planSource(context: CompileContext, source: SourceFile, settings: SourceSettings): Promise<CompileUnit> {
  const { language, user, folders, systemFolders } = settings;
  const search = [...folders, ...systemFolders];
  const forced: SourceFile[] = [];
  const missing: string[] = [];
  for (const name of user.forcedIncludes) {
    const file = await findForced(context.files, source, name, search);
    if (file) forced.push(file);
    else missing.push(name);
  }
  const path = (folder: string): string => context.backend.argumentPath(folder);
  const args = [
    ...dialectArguments(language, user),
    ...folders.map((folder) => `-I${path(folder)}`),
    ...systemFolders.flatMap((folder) => ["-isystem", path(folder)]),
    ...forced.flatMap((file) => ["-include", path(file.path)]),
    // The compiler reports these itself, as it does for headers.
    ...missing.flatMap((name) => ["-include", name]),
  ];
  return planUnit(context, { source, language, args, search, forced, macros: user.macros });
}

/** Path under which a build sees the declarations of the instrumentation's hooks, beside the runtime source that includes them. */
export const hooksHeader = (runtimeSource: string): string => join(dirname(runtimeSource), "instrumentation-hooks.h");

/** Plans the runtime object: freestanding C without debug information, so that it is never stepped into. */
export async function planRuntime(context: CompileContext, source: SourceFile): Promise<CompileUnit> {
  const hooks = defined(await context.files.open(hooksHeader(source.path)));
  const args = [
    ...targetArguments,
    "-c",
    "-O1",
    "-std=gnu17",
    "-ffreestanding",
    "-fno-builtin",
    "-nostdlibinc",
    "-fshort-wchar",
    "-include",
    context.backend.argumentPath(hooks.path),
  ];
  return planUnit(context, { source, language: "c", args, search: [], forced: [hooks], macros: [] });
}

interface UnitParts {
  readonly source: SourceFile;
  readonly language: Language;
  readonly args: readonly string[];
  readonly search: readonly string[];
  readonly forced: readonly SourceFile[];
  readonly macros: readonly string[];
}

async function planUnit(context: CompileContext, parts: UnitParts): Promise<CompileUnit> {
  const { source, language, search } = parts;
  // The extension does not decide: a project may say otherwise.
  const languageArguments = ["-x", language];
  const compilationDir = `-fdebug-compilation-dir=${toCompilerPath(dirname(source.path))}`;
  const args = [...parts.args, ...languageArguments, ...context.backend.pathArguments, compilationDir];
  const closure = await includeClosure(context.files, [source, ...parts.forced], { folders: search, defines: macroNames(parts.macros), extra: [] });
  const files = closure.files.flatMap(({ path, hash }) => [path, hash]);
  const spellings = [...closure.spellings].flat();
  const usesSeh = mayUseSeh(closure, language);
  const version = usesSeh ? `${toolchainVersion}, ${sehLoweringVersion}` : toolchainVersion;
  const key = cacheKey([version, context.identity, language, source.path, `${args.length}`, ...args, `${files.length}`, ...files, ...spellings]);
  return { source, language, key, closure, args, search, usesSeh };
}

/** Compiles `unit` unless the cache has it. An object without `bytes` did not compile; its diagnostics say why. */
export async function compileUnit(context: CompileContext, unit: CompileUnit): Promise<CompiledObject | { readonly diagnostics: readonly Diagnostic[] }> {
  const hit = await context.cache.get(unit.key, isCompiledInfo);
  if (hit) return { ...hit.info, bytes: hit.bytes, cached: true, isCacheable: true };
  const outcome = unit.usesSeh ? await compileLowered(context, unit) : await runWithMissedHeaders(context, unit, compileJob);
  if ("diagnostics" in outcome) return outcome;
  const { result, closure } = outcome;
  const object = result.outputs.get("unit.o");
  const parsed = parseClangOutput(result.stderr, (name) => context.backend.hostPath(name));
  const diagnostics = withEditorColumns(parsed, (path) => context.files.bytesOf(path));
  if (result.exitCode !== 0 || !object) {
    return { diagnostics: hasErrors(diagnostics) ? withoutSehComplaints(diagnostics) : [...diagnostics, compilerCrash(unit.source.path, result)] };
  }
  const dependencies = readDependencies(result.outputs.get("unit.d"), context.backend).filter((path) => path !== unit.source.path);
  const info: CompiledInfo = { summary: summarizeObject(object, unit.source.path), diagnostics, dependencies };
  // The key covers the scanned files only: what the compiler found beyond them must not be served from the cache.
  const scanned = new Set(unit.closure.files.map(({ path }) => path));
  const isCacheable = closure === unit.closure && dependencies.every((path) => scanned.has(path) || context.backend.isOwnHeader(path));
  if (isCacheable) await context.cache.put(unit.key, info, object);
  return { ...info, bytes: object, cached: false, isCacheable };
}

interface Compiled {
  readonly result: ToolResult;
  readonly closure: IncludeClosure;
}

/** Preprocesses, and compiles the text with its structured exception handling rewritten when there is some. */
async function compileLowered(context: CompileContext, unit: CompileUnit): Promise<Compiled | { readonly diagnostics: readonly Diagnostic[] }> {
  const preprocessed = await runWithMissedHeaders(context, unit, preprocessJob);
  const text = preprocessed.result.outputs.get("unit.i");
  const lowered = preprocessed.result.exitCode === 0 && text ? lowerPreprocessed(text, unit.language, context.backend) : { kind: "plain" as const };
  if (lowered.kind === "error") return { diagnostics: [lowered.diagnostic] };
  if (lowered.kind === "plain") return runWithMissedHeaders(context, unit, compileJob, preprocessed.closure);
  const result = await context.backend.run(loweredJob(unit.language, unit.args, lowered.bytes), context.signal);
  return { result: joinResults(preprocessed.result, result), closure: preprocessed.closure };
}

type JobOf = (backend: CompilerBackend, unit: CompileUnit, closure: IncludeClosure) => ToolJob;

/** A header whose name the scan could not compute is named by the compiler: it is added and the job run again. */
async function runWithMissedHeaders(context: CompileContext, unit: CompileUnit, jobOf: JobOf, known = unit.closure): Promise<Compiled> {
  let closure = known;
  for (let attempt = 0; ; attempt++) {
    const result = await context.backend.run(jobOf(context.backend, unit, closure), context.signal);
    const missed = attempt < maxMissedHeaders ? await findMissed(context, unit, closure, result.stderr) : undefined;
    if (!missed) return { result, closure };
    const added = await includeClosure(context.files, [missed], { folders: unit.search, defines: [], extra: [] });
    const files = new Map([...closure.files, ...added.files].map((file) => [file.path, file]));
    closure = {
      files: [...files.values()],
      spellings: new Map([...closure.spellings, ...added.spellings]),
      absolute: new Map([...closure.absolute, ...added.absolute]),
    };
  }
}

async function findMissed(context: CompileContext, unit: CompileUnit, closure: IncludeClosure, stderr: string): Promise<SourceFile | undefined> {
  const match = /^(\S.*?):\d+:\d+:(?:\{[\d:-]+\})*:? fatal error: '([^']+)' file not found/m.exec(stderr);
  if (!match) return undefined;
  const includer = context.backend.hostPath(match[1] ?? "");
  for (const folder of [dirname(includer), ...unit.search]) {
    const file = await context.files.find(folder, match[2] ?? "");
    if (file && !closure.files.some(({ path }) => path === file.path)) return file;
  }
  return undefined;
}

const compileJob: JobOf = (backend, unit, closure) => sourceJob(backend, unit, closure, "unit.o", []);
const preprocessJob: JobOf = (backend, unit, closure) => sourceJob(backend, unit, closure, "unit.i", ["-E"]);

function sourceJob(backend: CompilerBackend, unit: CompileUnit, closure: IncludeClosure, output: string, mode: readonly string[]): ToolJob {
  return {
    tool: unit.language === "c" ? "clang" : "clang++",
    sources: closure.files,
    outputs: [output, "unit.d"],
    invocation: (scratch) => {
      const generated = new Map(closure.files.filter(({ isGenerated }) => isGenerated).map(({ path }, i) => [path, `${scratch}/generated-${i}`]));
      const own = backend.hasFileTree ? new Map<string, string>() : generated;
      const inputs = new Map([["overlay.yaml", overlayFile(closure, backend, own)]]);
      for (const file of closure.files) {
        const name = own.get(file.path);
        if (name !== undefined) inputs.set(basename(name), file.bytes);
      }
      const outputs = [...mode, "-MD", "-MF", `${scratch}/unit.d`, "-MT", "unit.o", "-o", `${scratch}/${output}`];
      return { inputs, args: [...unit.args, "-ivfsoverlay", `${scratch}/overlay.yaml`, ...outputs, backend.argumentPath(unit.source.path)] };
    },
  };
}

async function findForced(files: SourceFiles, source: SourceFile, name: string, search: readonly string[]): Promise<SourceFile | undefined> {
  for (const folder of [dirname(source.path), ...search]) {
    const file = await files.find(folder, name);
    if (file) return file;
  }
  return undefined;
}

function macroNames(macros: readonly string[]): { name: string; value: NonNullable<ReturnType<typeof parseName>> }[] {
  return macros.flatMap((macro) => {
    const match = /^-D([A-Za-z_$][\w$]*)=(.*)$/s.exec(macro);
    const value = match && parseName(Buffer.from(match[2] ?? "", "utf8").toString("latin1"));
    return match && value ? [{ name: match[1] ?? "", value }] : [];
  });
}

/** Paths in a make rule `unit.o: a.c b.h \`, blanks and `#` escaped by a backslash, `$` doubled. */
function readDependencies(rule: Uint8Array | undefined, backend: CompilerBackend): string[] {
  const text = new TextDecoder()
    .decode(rule)
    .replace(/^unit\.o:/, "")
    .replace(/\\\r?\n/g, " ");
  const names = text.match(/(?:\\[ #]|[^\s])+/g) ?? [];
  return names.map((name) => backend.hostPath(name.replace(/\\([ #])/g, "$1").replaceAll("$$", "$")));
}

function compilerCrash(source: string, result: ToolResult): Diagnostic {
  const said = result.stderr.split(/\r?\n/).find((line) => line.trim() !== "");
  const message = `the compiler stopped unexpectedly: ${result.crash ?? said ?? `exit status ${result.exitCode}`}`;
  const hint = "compile the file in parts to find the line it stumbles over, or name a native compiler in `clang`";
  return diagnostic({ severity: "error", code: "compiler-crash", file: source, message, hint, notes: said && result.crash ? [{ message: said }] : [] });
}

function isCompiledInfo(value: unknown): value is CompiledInfo {
  return typeof value === "object" && value !== null && "summary" in value && "diagnostics" in value && "dependencies" in value;
}
