// SPDX-License-Identifier: MIT
/** What the toolchain hands to the runtime and the session: the instrumented module and the tables that explain it. */

/**
 * Statements in ascending order of code offset; a statement's id is its index. All arrays have one entry a statement.
 * Code offsets are relative to the payload of the code section of the original module, that is, DWARF addresses.
 */
export interface StatementTable {
  readonly count: number;
  readonly offset: Uint32Array;
  /** Index in `InstrumentedModule.functions`. */
  readonly functionIndex: Uint32Array;
  /** 1-based source line; 0 for a poll hook (a loop back edge with no statement of its own). */
  readonly line: Uint32Array;
  readonly column: Uint32Array;
  /** Index in `InstrumentedModule.files`. */
  readonly file: Uint32Array;
  /** Stores of functions into their own frames, which go unchecked; ascending by statement. Other stores of a statement can be watched. */
  readonly frameStores?: FrameStores;
}

/** All arrays have one entry a store. */
export interface FrameStores {
  /** Statement that the store belongs to. */
  readonly statement: Uint32Array;
  /** Offset from the frame base. */
  readonly offset: Uint32Array;
  /** Bytes. */
  readonly size: Uint8Array;
}

export interface InstrumentedFunction {
  /** Source name (DW_AT_name), e.g. `EvtProgramDma`. */
  readonly name: string;
  /** Index in the WebAssembly function index space. */
  readonly wasmIndex: number;
  /** Code offsets: [low, high). */
  readonly low: number;
  readonly high: number;
  /** Code offset at which the frame base is valid. */
  readonly prologueEnd: number;
  /** Bytes of a shadow call-stack record of this function. */
  readonly recordBytes: number;
  /** Wasm locals (DW_OP_WASM_location) saved in the record, in order, 8 bytes each. */
  readonly spilledLocals: readonly number[];
  /** Wasm local that holds the frame base; -1 when the function has none. */
  readonly frameBaseLocal: number;
  /** Functions that contain `__try`. */
  readonly seh?: {
    /** Offset in a record of what `sehRecord` describes. */
    readonly offset: number;
    /** Export by which the host enters filters and termination blocks. */
    readonly exportName: string;
    /** Number and types of the arguments that an entry needs (their values do not matter): `i`, `l`, `f` or `d` each. */
    readonly parameters: string;
  };
}

export interface InstrumentedModule {
  readonly wasm: Uint8Array;
  readonly statements: StatementTable;
  readonly functions: readonly InstrumentedFunction[];
  /** Source files by absolute path as the compiler saw them. */
  readonly files: readonly string[];
  /**
   * Where an instruction of the instrumented module came from: `instrumentedOffset[i]` (file offset, ascending, as V8 prints it
   * in stack traces) began as code offset `originalOffset[i]`.
   */
  readonly instrumentedOffset: Uint32Array;
  readonly originalOffset: Uint32Array;
  /** Undefined functions that the driver imports from `env`, in import order. */
  readonly imports: readonly string[];
}

/** Names under which the instrumentation imports and exports; module `dbg` for imports. */
export const hookNames = {
  /** (statement id, frame base) */
  hook: "hook",
  /** Loads of the slow path: (effective address, opcode) → value; one for each value type. */
  loadI32: "ld32",
  loadI64: "ld64",
  loadF32: "ldf32",
  loadF64: "ldf64",
  /** Stores of the slow path: (effective address, value, opcode). */
  storeI32: "st32",
  storeI64: "st64",
  storeF32: "stf32",
  storeF64: "stf64",
  /** memory.copy / memory.fill in driver code: (destination, source or value, length, opcode). */
  bulk: "bulk",
  /** (trap kind, frame base) before the instruction that would trap. */
  trap: "trap",
} as const;

export const trapKind = { unreachable: 0, stackOverflow: 1, divideByZero: 2, integerOverflow: 3 } as const;

/** Mutable globals exported by the instrumented module. */
export const exportedGlobals = {
  /** i32: statements left in the slice; counts down; the hook is called when it reaches 0. */
  budget: "__dbg_budget",
  /** i32: shadow call-stack pointer, grows down. */
  callStackPointer: "__dbg_csp",
  /** i32: lowest address the driver's stack pointer may reach. */
  stackLimit: "__dbg_stack_limit",
  /** i32: the driver's stack pointer (wasm-ld's own export). */
  stackPointer: "__stack_pointer",
} as const;

/** Every function of the driver is exported under this and its index in the function index space, for the debugger to call. */
export const callExportPrefix = "__dbg_call_";

/** Exported function table: driver function pointers index it. */
export const functionTableExport = "__indirect_function_table";
