// SPDX-License-Identifier: MIT
/** The part of the WebAssembly JavaScript API in use; TypeScript ships it only with the DOM library, which the engine must not see. */

declare namespace WebAssembly {
  class Module {
    constructor(bytes: Uint8Array);
    static exports(module: Module): readonly { readonly name: string; readonly kind: string }[];
    static imports(module: Module): readonly { readonly module: string; readonly name: string; readonly kind: string }[];
  }
  class Memory {
    constructor(descriptor: { readonly initial: number; readonly maximum?: number; readonly shared?: boolean });
    readonly buffer: ArrayBufferLike;
  }
  class Table {
    readonly length: number;
    get(index: number): ((...args: (number | bigint)[]) => number | bigint | undefined) | null;
    set(index: number, value: unknown): void;
    grow(delta: number): number;
  }
  class Global {
    value: number;
  }
  class Tag {
    constructor(type: { readonly parameters: readonly string[] });
  }
  class Exception {
    constructor(tag: Tag, payload: readonly unknown[]);
  }
  type ImportValue = Memory | Table | Global | Tag | ((...args: never[]) => unknown);
  type ExportValue = Memory | Table | Global | ((...args: (number | bigint)[]) => number | bigint | undefined);
  class Instance {
    constructor(module: Module, imports: Readonly<Record<string, Readonly<Record<string, ImportValue>>>>);
    readonly exports: Readonly<Record<string, ExportValue>>;
  }
  class RuntimeError extends Error {}
  class CompileError extends Error {}
  class LinkError extends Error {}
}
