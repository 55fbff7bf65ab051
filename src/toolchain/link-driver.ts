// SPDX-License-Identifier: MIT
/**
 * Links the objects of a driver with the runtime object into one module that imports memory, hooks and kernel functions. What stays
 * undefined is judged here rather than by the linker, because only here the source lines of the uses are known.
 */
import { imageBase } from "../protocol/index.ts";
import type { CompilerBackend, ToolJob } from "./compiler-backend.ts";
import { type Diagnostic, diagnostic } from "./diagnostic.ts";
import type { DriverImport } from "./build-request.ts";
import { similarName } from "./similar-name.ts";
import type { ObjectSummary, SymbolUse, UndefinedSymbol } from "./object-summary.ts";

export interface LinkInput {
  /** Host path of the source. */
  readonly source: string;
  readonly bytes: Uint8Array;
  readonly summary: ObjectSummary;
}

export interface LinkResult {
  /** Absent when the linker failed. */
  readonly wasm?: Uint8Array;
  readonly diagnostics: readonly Diagnostic[];
}

export interface SymbolReport {
  readonly imports: readonly DriverImport[];
  readonly diagnostics: readonly Diagnostic[];
}

/** Symbols that wasm-ld itself defines. */
const linkerSymbols: ReadonlySet<string> = new Set([
  "__stack_pointer",
  "__memory_base",
  "__table_base",
  "__indirect_function_table",
  "__heap_base",
  "__heap_end",
  "__data_end",
  "__global_base",
  "__stack_low",
  "__stack_high",
  "__dso_handle",
  "__wasm_call_ctors",
  "__wasm_first_page_end",
]);
/** The runtime's hooks come from the instrumentation. */
const hookPrefix = "__dbg_";

/** The start stack is never used: the runtime points `__stack_pointer` at a stack of its own. */
const startStackBytes = 16;

/** Matches what drivers need against what they, the runtime object and the emulated kernel offer. */
export function reportSymbols(driver: readonly LinkInput[], runtime: LinkInput, known: ReadonlySet<string>): SymbolReport {
  const all = [...driver, runtime];
  const functions = new Set(all.flatMap(({ summary }) => summary.functions));
  const data = new Set(all.flatMap(({ summary }) => summary.data));
  const imports = new Map<string, SymbolUse[]>();
  const unresolved = new Map<string, { symbol: UndefinedSymbol; uses: SymbolUse[] }>();
  for (const symbol of all.flatMap(({ summary }) => summary.undefined)) {
    const { kind, name, isWeak, uses } = symbol;
    if (linkerSymbols.has(name) || name.startsWith(hookPrefix) || (kind === "function" ? functions : data).has(name)) continue;
    if (kind === "function" && known.has(name)) imports.set(name, [...(imports.get(name) ?? []), ...uses]);
    else if (!isWeak) {
      const entry = unresolved.get(name) ?? { symbol, uses: [] };
      entry.uses.push(...uses);
      unresolved.set(name, entry);
    }
  }
  const diagnostics = [...unresolved.values()].map(({ symbol, uses }) =>
    unresolvedSymbol(symbol, uses, symbol.kind === "function" ? [...known, ...functions] : [...data]),
  );
  diagnostics.push(...repeatedDefinitions(driver));
  if (!functions.has("DriverEntry")) diagnostics.push(missingEntry(driver));
  const sorted = [...imports].sort(([a], [b]) => (a < b ? -1 : 1));
  return { imports: sorted.map(([name, references]) => ({ name, references })), diagnostics };
}

export async function linkDriver(backend: CompilerBackend, driver: readonly LinkInput[], runtime: LinkInput, signal: AbortSignal): Promise<LinkResult> {
  const objects = [...driver, runtime].map((input, i) => ({ name: `${i}.o`, input }));
  const exported = [...new Set(driver.flatMap(({ summary }) => summary.functions))].sort();
  const job: ToolJob = {
    tool: "wasm-ld",
    sources: [],
    outputs: ["driver.wasm"],
    invocation: (scratch) => ({
      args: [`@${scratch}/link.rsp`],
      inputs: new Map([
        [
          "link.rsp",
          new TextEncoder().encode(
            linkArguments(
              scratch,
              objects.map(({ name }) => name),
              exported,
            )
              .map(quote)
              .join("\n"),
          ),
        ],
        ...objects.map(({ name, input }) => [name, input.bytes] as const),
      ]),
    }),
  };
  const result = await backend.run(job, signal);
  const diagnostics = linkerDiagnostics(result.stderr, new Map(objects.map(({ name, input }) => [name, input.source])));
  const wasm = result.outputs.get("driver.wasm");
  if (result.exitCode === 0 && wasm) return { wasm, diagnostics };
  if (diagnostics.some(({ severity }) => severity === "error")) return { diagnostics };
  const message = `the linker stopped unexpectedly: ${result.crash ?? (result.stderr.trim() || `exit status ${result.exitCode}`)}`;
  return { diagnostics: [...diagnostics, diagnostic({ severity: "error", code: "linker-crash", message })] };
}

function linkArguments(scratch: string, objects: readonly string[], exported: readonly string[]): string[] {
  return [
    "--no-entry",
    "--import-memory",
    "--export-table",
    // The runtime adds DriverEntry, which is no function pointer of the driver.
    "--growable-table",
    // wasm-ld wraps every export in a call of the constructors unless they can be called by themselves.
    "--export=__wasm_call_ctors",
    "--export=__stack_pointer",
    "--export=__data_end",
    "--export=__heap_base",
    // Every function of the driver can be called by name; data needs no export, debug information knows its address.
    ...exported.map((name) => `--export=${name}`),
    "--import-undefined",
    // Tentative definitions, GUIDs of initguid.h and non-static inline functions stand in several objects of real drivers.
    "-z",
    "muldefs",
    "--no-gc-sections",
    // Below the image, where no byte of it can ever be used: nothing separates image and heap then.
    "--stack-first",
    "-z",
    `stack-size=${startStackBytes}`,
    `--global-base=${imageBase}`,
    "--error-limit=0",
    ...objects.map((name) => `${scratch}/${name}`),
    "-o",
    `${scratch}/driver.wasm`,
  ];
}

/** Changes with the way drivers are linked; part of the cache key of linked modules. */
export const linkFingerprint = linkArguments("", [], []).join(" ");

/** Quotes for a response file in the GNU style that wasm-ld reads on every host but Windows, and understands there in quotes. */
const quote = (argument: string): string => (/^[\w@%+=:,./-]+$/.test(argument) ? argument : `"${argument.replace(/[\\"]/g, "\\$&")}"`);

function unresolvedSymbol(symbol: UndefinedSymbol, uses: readonly SymbolUse[], candidates: readonly string[]): Diagnostic {
  const [first, ...others] = uses;
  const similar = similarName(symbol.name, candidates);
  const hint =
    symbol.kind === "function"
      ? "define it in one of the sources, or check its spelling: neither the driver nor the emulated kernel has a function of this name"
      : "define it in one of the sources: neither the driver nor the emulated kernel has data of this name";
  return diagnostic({
    severity: "error",
    code: symbol.kind === "function" ? "undefined-function" : "undefined-data",
    message: `unresolved external symbol '${symbol.name}'${similar === undefined ? "" : `; did you mean '${similar}'?`}`,
    hint,
    ...first,
    notes: others.map((use) => ({ ...use, message: "also used here" })),
  });
}

/** Two sources that each define a function: Microsoft's linker refuses it unless both are inline, ours takes the first. */
function repeatedDefinitions(driver: readonly LinkInput[]): Diagnostic[] {
  const places = new Map<string, SymbolUse[]>();
  for (const { source, summary } of driver) {
    for (const { name, line } of summary.ownFunctions) places.set(name, [...(places.get(name) ?? []), { file: source, line }]);
  }
  const hint = "rename one of them, or make them static";
  return [...places]
    .filter(([, found]) => found.length > 1)
    .map(([name, [first, ...others]]) =>
      diagnostic({
        severity: "warning",
        code: "defined-twice",
        message: `'${name}' is defined by more than one source; this definition is used`,
        hint,
        ...first,
        notes: others.map((place) => ({ ...place, message: "also defined here" })),
      }),
    );
}

function missingEntry(driver: readonly LinkInput[]): Diagnostic {
  const mangled = driver.find(({ summary }) => summary.functions.some((name) => /^_Z\d*DriverEntry/.test(name)));
  const hint = mangled ? 'a C++ source must declare it extern "C"' : "add the source that defines it to `sources`";
  return diagnostic({
    severity: "error",
    code: "no-driver-entry",
    message: "the driver has no DriverEntry",
    hint,
    ...(mangled ? { file: mangled.source } : {}),
  });
}

/** wasm-ld prints `wasm-ld: error: …` and details in lines that begin with `>>>`. */
function linkerDiagnostics(stderr: string, sourceOf: ReadonlyMap<string, string>): Diagnostic[] {
  const readable = stderr.replace(/[^\s:]*[\\/](\d+\.o)\b/g, (text, name: string) => sourceOf.get(name) ?? text);
  const found: Diagnostic[] = [];
  for (const line of readable.split(/\r?\n/)) {
    const match = /^(?:\S*wasm-ld\S*|lld): (error|warning): (.*)$/.exec(line);
    const detail = /^>>> (.*)$/.exec(line);
    const last = found.at(-1);
    if (match) found.push(linkerDiagnostic(match[1] === "error" ? "error" : "warning", match[2] ?? ""));
    else if (detail && last) found[found.length - 1] = { ...last, notes: [...last.notes, { message: detail[1] ?? "" }] };
  }
  return found;
}

function linkerDiagnostic(severity: "error" | "warning", message: string): Diagnostic {
  const isMismatch = message.startsWith("function signature mismatch");
  const hint = "declare it once, in a header that all sources include: a call through the other declaration stops the driver";
  return diagnostic({ severity, code: isMismatch ? "signature-mismatch" : "linker", message, ...(isMismatch ? { hint } : {}) });
}
