// SPDX-License-Identifier: MIT
/** From a variable of the debug information to its value in a frame. */
import { AssertionFailure } from "../base/index.ts";
import type { VariableInfo } from "./debug-info-model.ts";
import type { FrameContext } from "./target.ts";
import type { Value } from "./value.ts";

/** Value of `variable`; globals need no frame. Storage is `unavailable`, with the reason, where there is no place. */
export function variableValue(_variable: VariableInfo, _frame: FrameContext | undefined): Value {
  throw new AssertionFailure("not filled in yet");
}
