// SPDX-License-Identifier: MIT
/** A value of the target: a type and where its bytes are. Plain data; reading and writing is in `value-access.ts`. */

import type { BitField, Type } from "./type-model.ts";

export type Storage =
  /** An lvalue: the bytes are at `address` in target memory. */
  | { readonly kind: "memory"; readonly address: number }
  /** A WebAssembly local, with the bytes it had when the value was made. */
  | { readonly kind: "local"; readonly index: number; readonly bytes: Uint8Array; readonly set: ((value: number | bigint) => boolean) | undefined }
  /** Computed: no place in the target. */
  | { readonly kind: "constant"; readonly bytes: Uint8Array }
  /** A function of the driver; its value as a pointer is `tableIndex`. */
  | { readonly kind: "function"; readonly name: string; readonly tableIndex: number | undefined }
  /** The debug information gives no place, or one that cannot be reached; `reason` reads after "not available: ". */
  | { readonly kind: "unavailable"; readonly reason: string };

/** Display format chosen by a suffix such as `,x`. */
export type FormatSuffix = "x" | "d" | "b" | "o" | "c" | "s" | "su" | "h";

export interface Value {
  readonly type: Type;
  readonly storage: Storage;
  readonly bitField?: BitField | undefined;
  /** From the suffix of the expression, inherited by children. */
  readonly format?: FormatSuffix | undefined;
  /** C expression that evaluates to this value again, in the same scope. */
  readonly evaluateName?: string | undefined;
}
