// SPDX-License-Identifier: MIT
/** C text of types. */
import { AssertionFailure } from "../base/index.ts";
import type { Type } from "./type-model.ts";

/** Declaration of `name` with `type`, or the type alone: `ULONG[16]`, `void (*)(WDFDEVICE)`. */
export function typeText(_type: Type, _name = ""): string {
  throw new AssertionFailure("not filled in yet");
}
