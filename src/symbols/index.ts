// SPDX-License-Identifier: MIT
/** Debug information of the driver, its values, and C/C++ expressions over them. */
export type { Expression, ParsedExpression } from "./ast.ts";
export { cInitializer } from "./c-initializer.ts";
export { children, childCounts } from "./children.ts";
export type { Child, ChildCounts, ChildFilter } from "./children.ts";
export { completions } from "./completions.ts";
export type { Completion } from "./completions.ts";
export { compileCondition } from "./condition-compiler.ts";
export { DebugInfo } from "./debug-info.ts";
export type { FunctionInfo, InlineFrame, Location, SourcePosition, VariableInfo, VisibleVariables } from "./debug-info-model.ts";
export { describe } from "./describe.ts";
export type { DisplayOptions } from "./describe.ts";
export { EvaluationError } from "./evaluation-error.ts";
export type { EvaluationScope, PseudoValue } from "./evaluation-scope.ts";
export { assign, evaluate, isTrue } from "./evaluate.ts";
export { listRecordsOf } from "./list-walk.ts";
export type { ListRecord } from "./list-walk.ts";
export { parseExpression } from "./parser.ts";
export type { FrameContext, FunctionPointerResolver, HandleDescriber, MemoryBlock, TargetContext, TargetMemory } from "./target.ts";
export type { Type } from "./type-model.ts";
export { bare, sizeOf } from "./type-model.ts";
export { isTypeName } from "./type-resolver.ts";
export { typeText } from "./type-text.ts";
export type { Storage, Value } from "./value.ts";
export { addressOf, readBytes, readInteger } from "./value-access.ts";
export { variableValue } from "./variable-value.ts";
