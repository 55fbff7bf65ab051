// SPDX-License-Identifier: MIT
/**
 * From driver sources to one linked WebAssembly module with DWARF: scan, compile what the cache does not have, judge undefined
 * symbols, link. A build whose every input is unchanged starts no compiler.
 */
import { dirname } from "node:path";
import { ExitStatus, UserError } from "../base/index.ts";
import type {
  BuildFailure,
  BuildOptions,
  BuildProgress,
  BuildRequest,
  BuildResult,
  BuildSuccess,
  DriverImport,
  ObjectInfo,
  SourceOptions,
} from "./build-request.ts";
import { languageOf } from "./compile-flags.ts";
import { type CompileContext, type CompiledObject, type CompileUnit, compileUnit, hooksHeader, planRuntime, planSource } from "./compile-source.ts";
import { type Diagnostic, diagnostic, hasErrors } from "./diagnostic.ts";
import { entryProblem } from "./entry-signature.ts";
import { hookImportsSource } from "./instrument-hooks-source.ts";
import { linkDriver, linkFingerprint, type LinkInput, reportSymbols } from "./link-driver.ts";
import { NativeClang } from "./native-clang.ts";
import { cacheKey, ObjectCache } from "./object-cache.ts";
import type { SymbolUse } from "./object-summary.ts";
import { type SourceFile, SourceFiles } from "./source-files.ts";
import { readUserArguments, type UserArgumentSource } from "./user-arguments.ts";

/** What the cache keeps beside a linked module. */
interface LinkedInfo {
  readonly imports: readonly DriverImport[];
  readonly objects: readonly Omit<ObjectInfo, "cached">[];
  /** Of compiler and linker; what concerns the request is found anew by every build. */
  readonly diagnostics: readonly Diagnostic[];
}

interface Plan {
  readonly context: CompileContext;
  readonly units: readonly CompileUnit[];
  readonly runtime: CompileUnit;
  /** What was said about the request itself. */
  readonly diagnostics: readonly Diagnostic[];
  readonly linkKey: string;
}

/**
 * Builds a driver. Errors in the sources are in the result; problems of the request (missing source, wrong argument, unusable
 * compiler) throw UserError, and an aborted build rejects with the signal's reason.
 */
export async function buildDriver(request: BuildRequest, options: BuildOptions): Promise<BuildResult> {
  const signal = options.signal ?? new AbortController().signal;
  const report = options.onProgress ?? (() => undefined);
  signal.throwIfAborted();
  const plan = await planBuild(request, options, signal, report);
  signal.throwIfAborted();
  const hit = await plan.context.cache.get(plan.linkKey, isLinkedInfo);
  if (hit) return fromCache(plan, hit.info, hit.bytes, report);
  try {
    return await compileAndLink(plan, request.known, report);
  } finally {
    await plan.context.cache.trim();
  }
}

async function planBuild(request: BuildRequest, options: BuildOptions, signal: AbortSignal, report: (progress: BuildProgress) => void): Promise<Plan> {
  const first = request.sources[0];
  if (first === undefined) throw new UserError({ code: "config-no-sources", message: "There is no source to build", exitStatus: ExitStatus.badConfiguration });
  report({ kind: "scan", total: request.sources.length });
  const common = { baseDir: dirname(first), ...request };
  const backend = request.clang === undefined ? options.embedded : await NativeClang.open(request.clang, signal);
  const hooks = new TextEncoder().encode(hookImportsSource());
  const files = new SourceFiles(new Map([...(request.generated ?? []), [hooksHeader(request.runtimeSource), hooks]]));
  const cache = new ObjectCache(request.cacheDir, options.maxCacheBytes);
  const context: CompileContext = { backend, identity: await backend.identity(signal), files, cache, signal };
  const units: CompileUnit[] = [];
  const diagnostics: Diagnostic[] = [];
  for (const path of request.sources) {
    const own = request.sourceOptions?.get(path);
    const user = readUserArguments(own ? mergeArguments(common, own) : common);
    const folders = await existingFolders(files, user.includePath);
    const system = await existingFolders(files, [...user.systemIncludePath, request.sdkInclude]);
    diagnostics.push(...user.diagnostics, ...folders.diagnostics, ...system.diagnostics);
    const source = await openSource(files, path);
    units.push(
      await planSource(context, source, { user, language: own?.language ?? languageOf(path), folders: folders.folders, systemFolders: system.folders }),
    );
  }
  const runtime = await planRuntime(context, await openSource(files, request.runtimeSource));
  const linkKey = cacheKey([linkFingerprint, context.identity, runtime.key, ...units.map(({ key }) => key), "known", ...[...request.known].sort()]);
  return { context, units, runtime, linkKey, diagnostics: once(diagnostics) };
}

async function openSource(files: SourceFiles, path: string): Promise<SourceFile> {
  const file = (await files.open(path)) ?? (await files.find(dirname(path), path));
  if (file) return file;
  const hint = "correct `sources`";
  throw new UserError({
    code: "config-source-missing",
    message: `The source ${path} does not exist`,
    location: { file: path },
    hint,
    exitStatus: ExitStatus.badConfiguration,
  });
}

/** A source's own settings come on top of the common ones: its folders are searched first, its macros are defined last. */
function mergeArguments(common: UserArgumentSource, own: SourceOptions): UserArgumentSource {
  return {
    ...common,
    includePath: [...(own.includePath ?? []), ...common.includePath],
    defines: [...common.defines, ...(own.defines ?? [])],
    undefines: [...common.undefines, ...(own.undefines ?? [])],
    compilerArgs: [...common.compilerArgs, ...(own.compilerArgs ?? [])],
    forcedIncludes: [...(common.forcedIncludes ?? []), ...(own.forcedIncludes ?? [])],
  };
}

async function existingFolders(files: SourceFiles, includePath: readonly string[]): Promise<{ folders: string[]; diagnostics: Diagnostic[] }> {
  const folders: string[] = [];
  const diagnostics: Diagnostic[] = [];
  for (const folder of includePath) {
    const real = await files.findFolder(folder);
    if (real !== undefined) folders.push(real);
    else
      diagnostics.push(
        diagnostic({
          severity: "warning",
          code: "include-path-missing",
          message: `the include folder ${folder} does not exist`,
          hint: "correct `includePath`",
        }),
      );
  }
  return { folders, diagnostics };
}

async function compileAndLink(plan: Plan, known: ReadonlySet<string>, report: (progress: BuildProgress) => void): Promise<BuildResult> {
  const { context, units, runtime } = plan;
  let done = 0;
  const compiling = units.map(async (unit) => {
    const object = await compileUnit(context, unit);
    report({ kind: "compile", file: unit.source.path, done: ++done, total: units.length, cached: "cached" in object && object.cached });
    return object;
  });
  // Settled, not raced: when one is aborted or fails, the others have ended too before the build does.
  const settled = await Promise.allSettled([...compiling, compileUnit(context, runtime)]);
  const outcomes = settled.map((outcome) => {
    if (outcome.status === "rejected") throw outcome.reason;
    return outcome.value;
  });
  const diagnostics = outcomes.flatMap((outcome) => outcome.diagnostics);
  const objects = outcomes.filter((outcome) => "bytes" in outcome);
  const runtimeObject = objects.at(-1);
  if (hasErrors(diagnostics) || objects.length !== outcomes.length || !runtimeObject) {
    const failed = units.filter((_, i) => !isCompiled(outcomes[i])).map(({ source }) => source.path);
    return failure(plan, diagnostics, failed);
  }
  const driver = units.map((unit, i) => linkInput(unit, objects[i] ?? runtimeObject));
  return link(plan, driver, linkInput(runtime, runtimeObject), objects, { known, report, diagnostics });
}

interface LinkState {
  readonly known: ReadonlySet<string>;
  readonly report: (progress: BuildProgress) => void;
  readonly diagnostics: readonly Diagnostic[];
}

async function link(plan: Plan, driver: readonly LinkInput[], runtime: LinkInput, objects: readonly CompiledObject[], state: LinkState): Promise<BuildResult> {
  const { context, units } = plan;
  const symbols = reportSymbols(driver, runtime, state.known);
  const soFar = [...state.diagnostics, ...symbols.diagnostics];
  if (hasErrors(soFar)) return failure(plan, soFar);
  const linked = await linkDriver(context.backend, driver, runtime, context.signal);
  const diagnostics = once([...soFar, ...linked.diagnostics]);
  if (!linked.wasm || hasErrors(diagnostics)) return failure(plan, diagnostics);
  const problem = entryProblem(linked.wasm, entryPlace(driver));
  if (problem !== undefined) return failure(plan, [...diagnostics, problem]);
  state.report({ kind: "link", cached: false });
  const infos = units.map((unit, i) => ({ source: unit.source.path, dependencies: objects[i]?.dependencies ?? [], cached: objects[i]?.cached ?? false }));
  const info: LinkedInfo = { imports: symbols.imports, objects: infos, diagnostics };
  if (objects.every(({ isCacheable }) => isCacheable)) await context.cache.put(plan.linkKey, info, linked.wasm);
  return { ok: true, wasm: linked.wasm, objects: infos, imports: symbols.imports, diagnostics: [...plan.diagnostics, ...diagnostics], cached: false };
}

/** Where the driver defines DriverEntry. */
function entryPlace(driver: readonly LinkInput[]): SymbolUse | undefined {
  for (const { source, summary } of driver) {
    const entry = summary.ownFunctions.find(({ name }) => name === "DriverEntry");
    if (entry !== undefined) return { file: source, line: entry.line };
  }
  return undefined;
}

function fromCache(plan: Plan, info: LinkedInfo, wasm: Uint8Array, report: (progress: BuildProgress) => void): BuildSuccess {
  const total = plan.units.length;
  for (const [i, unit] of plan.units.entries()) report({ kind: "compile", file: unit.source.path, done: i + 1, total, cached: true });
  report({ kind: "link", cached: true });
  return {
    ok: true,
    wasm,
    objects: info.objects.map((object) => ({ ...object, cached: true })),
    imports: info.imports,
    diagnostics: [...plan.diagnostics, ...info.diagnostics],
    cached: true,
  };
}

function failure({ diagnostics, units }: Plan, said: readonly Diagnostic[], failedSources: readonly string[] = []): BuildFailure {
  return { ok: false, diagnostics: once([...diagnostics, ...said]), failedSources, sourceCount: units.length };
}

const isCompiled = (outcome: Awaited<ReturnType<typeof compileUnit>> | undefined): boolean =>
  outcome !== undefined && "bytes" in outcome && !hasErrors(outcome.diagnostics);

const linkInput = (unit: CompileUnit, object: CompiledObject): LinkInput => ({ source: unit.source.path, bytes: object.bytes, summary: object.summary });

/** Several sources say the same about one header: it is said once. */
function once(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  const seen = new Set<string>();
  return diagnostics.filter(({ severity, file, line, column, message }) => {
    const identity = JSON.stringify([severity, file, line, column, message]);
    return !seen.has(identity) && seen.add(identity);
  });
}

function isLinkedInfo(value: unknown): value is LinkedInfo {
  return typeof value === "object" && value !== null && "imports" in value && "objects" in value && "diagnostics" in value;
}
