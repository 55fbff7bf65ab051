// SPDX-License-Identifier: MIT
/** Requests that look at the stopped target: stack, scopes, variables, expressions, exception. */

import type { DebugProtocol } from "@vscode/debugprotocol";
import type { ListedFrame, Referenced, RowOptions, Scope, VariableRow } from "../../session/index.ts";
import type { AdapterState } from "../adapter-state.ts";
import { codeReference } from "../code-reference.ts";
import type { RequestHandlers } from "../protocol-server.ts";
import type { RequestArguments } from "../request-arguments.ts";
import { RequestError } from "../request-error.ts";
import { driverModuleId, sourceOf } from "./source-handlers.ts";

/** Text lengths: one line of a view, and a value somebody copies. */
const clipboardLength = 1_000_000;

export function inspectionHandlers(state: AdapterState): RequestHandlers {
  return {
    stackTrace: (request) => stackTrace(state, request),
    scopes: (request) => ({ scopes: state.session.target.scopes(request.number("frameId")).map((scope) => scopeToClient(scope)) }),
    variables: (request) => variables(state, request),
    setVariable: (request) => setVariable(state, request),
    setExpression: (request) => setExpression(state, request),
    evaluate: (request) => evaluate(state, request),
    completions: (request) => completions(state, request),
    exceptionInfo: () => exceptionInfo(state),
    locations: (request) => state.locations.describe(request.number("locationReference"), state.coordinates),
  };
}

async function stackTrace(state: AdapterState, request: RequestArguments): Promise<object> {
  const { target } = state.session;
  const thread = request.optionalNumber("threadId") ?? 0;
  const { cpu, thread: running } = target.event;
  const id = thread === 0 ? running : thread === cpu + 1 ? 0 : thread;
  const frames = [...target.framesOf(id), ...(id === running ? await target.causeFrames() : [])];
  const start = request.optionalNumber("startFrame") ?? 0;
  const levels = request.optionalNumber("levels") ?? 0;
  const shown = frames.slice(start, levels === 0 ? undefined : start + levels);
  return { stackFrames: shown.map((frame) => frameToClient(state, frame)), totalFrames: frames.length };
}

function frameToClient({ coordinates }: AdapterState, frame: ListedFrame): DebugProtocol.StackFrame {
  if (frame.kind === "label") return { id: frame.id, name: frame.name, line: 0, column: 0, presentationHint: "label" };
  const { id, name, isInlined, position, context } = frame;
  const place =
    position === undefined
      ? { line: 0, column: 0 }
      : { source: sourceOf(position.file, coordinates), line: coordinates.lineToClient(position.line), column: coordinates.columnToClient(position.column) };
  return { id, name: isInlined ? `${name} [inlined]` : name, ...place, moduleId: driverModuleId, instructionPointerReference: codeReference(context.offset) };
}

function scopeToClient({ name, hint, isExpensive, reference, count }: Referenced<Scope>): DebugProtocol.Scope {
  return { name, variablesReference: reference, expensive: isExpensive, namedVariables: count, ...(hint === undefined ? {} : { presentationHint: hint }) };
}

async function variables(state: AdapterState, request: RequestArguments): Promise<object> {
  const filter = request.optionalText("filter");
  const start = request.optionalNumber("start");
  const count = request.optionalNumber("count") ?? 0;
  const options: RowOptions = {
    ...formatOf(request),
    filter: filter === "indexed" || filter === "named" ? filter : undefined,
    range: count > 0 ? { start: start ?? 0, count } : undefined,
  };
  const rows = await state.session.target.variables(request.number("variablesReference"), options);
  return { variables: rows.map((row) => rowToClient(state, row)) };
}

function rowToClient(state: AdapterState, row: Referenced<VariableRow>): DebugProtocol.Variable {
  const { name, text, evaluateName } = row;
  return {
    name,
    value: text,
    ...valueParts(state, row),
    ...(evaluateName === undefined ? {} : { evaluateName }),
    ...(row.value === undefined ? { presentationHint: { attributes: ["readOnly"] } } : {}),
  };
}

/** What variables, evaluations and assignments answer alike. */
function valueParts(
  { locations }: AdapterState,
  { type, reference, named, indexed, memoryReference, functionPosition }: Referenced<VariableRow>,
): {
  type?: string;
  variablesReference: number;
  namedVariables?: number;
  indexedVariables?: number;
  memoryReference?: string;
  valueLocationReference?: number;
} {
  return {
    variablesReference: reference,
    ...(type === undefined ? {} : { type }),
    ...(named > 0 ? { namedVariables: named } : {}),
    ...(indexed > 0 ? { indexedVariables: indexed } : {}),
    ...(memoryReference === undefined ? {} : { memoryReference }),
    ...(functionPosition === undefined ? {} : { valueLocationReference: locations.reference(functionPosition) }),
  };
}

async function setVariable(state: AdapterState, request: RequestArguments): Promise<object> {
  const { session } = state;
  const row = await session.target.setVariable(request.number("variablesReference"), request.text("name"), request.text("value"), formatOf(request));
  session.noteChange();
  return { value: row.text, ...valueParts(state, row) };
}

async function setExpression(state: AdapterState, request: RequestArguments): Promise<object> {
  const { session } = state;
  const row = await session.target.setExpression(request.text("expression"), request.text("value"), {
    ...formatOf(request),
    frameId: request.optionalNumber("frameId"),
  });
  session.noteChange();
  return { value: row.text, ...valueParts(state, row) };
}

async function evaluate(state: AdapterState, request: RequestArguments): Promise<object> {
  const { session } = state;
  const context = request.optionalText("context");
  const expression = request.text("expression");
  const { target } = session;
  if (context === "clipboard") {
    const frameId = request.optionalNumber("frameId");
    return { result: await target.initializer(expression, frameId, { ...formatOf(request), maxLength: clipboardLength }), variablesReference: 0 };
  }
  const row = await target.evaluate(expression, {
    ...formatOf(request),
    frameId: request.optionalNumber("frameId"),
    // Only what the user typed to be done may change the target; hovers, watches and other extensions look.
    allowSideEffects: context === "repl",
  });
  if (target.memory.takeWritten()) session.noteChange();
  return { result: row.text, ...valueParts(state, row) };
}

async function completions({ session, coordinates }: AdapterState, request: RequestArguments): Promise<object> {
  const text = request.text("text");
  const column = coordinates.columnFromClient(request.number("column"));
  const found = await session.target.completions(text, column, request.optionalNumber("frameId"));
  const kinds = {
    variable: "variable",
    function: "function",
    field: "field",
    type: "class",
    enumerator: "enum",
    pseudo: "value",
    handle: "reference",
  } as const;
  const targets = found.map(
    ({ label, kind, detail, start, length, text: inserted }): DebugProtocol.CompletionItem => ({
      label,
      ...(inserted === undefined ? {} : { text: inserted }),
      type: kinds[kind],
      detail,
      start: coordinates.columnToClient(start),
      length,
    }),
  );
  return { targets };
}

function exceptionInfo({ session }: AdapterState): object {
  const { lastStop, target } = session;
  const exception = lastStop?.exception;
  if (exception === undefined) throw new RequestError("The target did not stop at an exception");
  const { rule, description, bugCheck, stack } = exception;
  return {
    exceptionId: rule,
    description,
    breakMode: target.event.canContinue ? "always" : "unhandled",
    details: { message: description, typeName: bugCheck ?? rule, stackTrace: stack },
  };
}

const formatOf = (request: RequestArguments): RowOptions => ({ hex: request.object("format").flag("hex") });
