// SPDX-License-Identifier: MIT
/** How emulated routines are offered to the runtime: by exported C name, with the C ABI of wasm32. */
import type { Blocking } from "../machine/index.ts";

/**
 * Routines by exported name. Pointers and integers up to 32 bits are signed JS numbers (`>>> 0` makes them addresses), 64-bit integers are
 * bigint; unions and structures are passed by pointer, a structure result through a hidden first pointer, variable arguments as one
 * pointer to the argument area in last place. A routine that may have to wait is a task, which the runtime runs to its end.
 */
export type ApiTable = Readonly<Record<string, (...args: never[]) => number | bigint | void | Blocking<number | bigint | void>>>;
