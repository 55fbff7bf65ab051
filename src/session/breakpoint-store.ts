// SPDX-License-Identifier: MIT
/** All breakpoints of a session: placing them, knowing them again when the client sends them anew, and finding them by statement. */

import type { ConditionCode, StatementCondition, Watch } from "../protocol/index.ts";
import { EvaluationError, compileCondition, isTypeName, parseExpression } from "../symbols/index.ts";
import type { ParsedExpression } from "../symbols/index.ts";
import { breakpointKey } from "./breakpoint.ts";
import type {
  Breakpoint,
  BreakpointKind,
  BreakpointOptions,
  FunctionBreakpointRequest,
  InstructionBreakpointRequest,
  SourceBreakpointRequest,
  WatchPlan,
  WatchRequest,
} from "./breakpoint.ts";
import { findFunctions } from "./function-places.ts";
import { parseHitCondition } from "./hit-count.ts";
import type { HitCondition } from "./hit-count.ts";
import { HitLog } from "./hit-log.ts";
import type { Moment } from "./hit-log.ts";
import type { Resolution } from "./line-index.ts";
import { parseLogMessage } from "./log-message.ts";
import type { LogPart } from "./log-message.ts";
import type { Program } from "./program.ts";
import type { SourceFile } from "./source-index.ts";

type Placement = Pick<Breakpoint, "kind" | "file" | "line" | "column" | "message" | "label"> & {
  readonly statements: readonly number[];
  readonly watch?: WatchPlan;
};

interface CheckedOptions {
  readonly condition?: ParsedExpression | undefined;
  readonly hitCondition?: HitCondition | undefined;
  readonly log?: readonly LogPart[] | undefined;
  /** Why one of the options cannot be used. */
  readonly problem?: string | undefined;
}

/** Ids of breakpoints: the same request has the same id always, also in the next session of the same client. */
export class BreakpointIds {
  readonly #ids = new Map<string, number>();

  of(group: string, key: string): number {
    const name = `${group} ${key}`;
    const id = this.#ids.get(name) ?? this.#ids.size + 1;
    this.#ids.set(name, id);
    return id;
  }

  /** Whether a breakpoint ever had this id. */
  isIssued(id: number): boolean {
    return Number.isInteger(id) && id >= 1 && id <= this.#ids.size;
  }
}

export class BreakpointStore {
  readonly #program: Program;
  readonly #ids: BreakpointIds;
  /** By client path for source breakpoints, by kind for others. */
  readonly #groups = new Map<string, ReadonlyMap<string, Breakpoint>>();
  #byStatement: ReadonlyMap<number, readonly Breakpoint[]> | undefined;
  /** Compiled conditions by breakpoint and statement. */
  readonly #codes = new Map<string, ConditionCode | undefined>();

  constructor(program: Program, ids: BreakpointIds = new BreakpointIds()) {
    this.#program = program;
    this.#ids = ids;
  }

  /** Replaces the breakpoints of the file an editor calls `path`; the answer has one breakpoint for each request, in order. */
  setSource(path: string, requests: readonly SourceBreakpointRequest[]): readonly Breakpoint[] {
    const file = this.#program.sources.find(path);
    return this.#replace(`file ${file?.path ?? path}`, requests, (request) => {
      const key = breakpointKey(`${request.line}:${request.column ?? ""}`, request);
      return [key, () => this.#placeSource(path, file, request)];
    });
  }

  /** Replaces all function breakpoints. */
  setFunctions(requests: readonly FunctionBreakpointRequest[]): readonly Breakpoint[] {
    return this.#replace("functions", requests, (request) => [breakpointKey(request.name, request), () => this.#placeFunction(request.name)]);
  }

  /** Replaces the watches of `group`. */
  setWatches(group: string, kind: BreakpointKind, requests: readonly WatchRequest[]): readonly Breakpoint[] {
    return this.#replace(group, requests, ({ key, label, watch, ...options }) => [
      breakpointKey(key, options),
      () => (typeof watch === "string" ? { kind, label, statements: [], message: watch } : { kind, label, statements: [], watch }),
    ]);
  }

  /** Replaces all instruction breakpoints. */
  setInstructions(requests: readonly InstructionBreakpointRequest[]): readonly Breakpoint[] {
    return this.#replace("instructions", requests, (request) => [breakpointKey(String(request.offset), request), () => this.#placeInstruction(request.offset)]);
  }

  /** Everything the runtime has to look out for besides statements. */
  get watches(): readonly Watch[] {
    return [...this.#groups.values()].flatMap((group) => [...group.values()].flatMap(({ watch }) => (watch === undefined ? [] : [watch])));
  }

  withId(id: number): Breakpoint | undefined {
    for (const group of this.#groups.values()) for (const breakpoint of group.values()) if (breakpoint.id === id) return breakpoint;
    return undefined;
  }

  /** Whether what the breakpoint waits for has happened before `moment`. */
  isArmed({ triggeredBy }: Breakpoint, moment: Moment): boolean {
    return triggeredBy === undefined || (this.withId(triggeredBy)?.fired.countBefore(moment) ?? 0) > 0;
  }

  /** Breakpoints that stop at statement `id`. */
  at(id: number): readonly Breakpoint[] {
    this.#byStatement ??= this.#index();
    return this.#byStatement.get(id) ?? [];
  }

  /** Every statement with a breakpoint, ascending. */
  get statements(): readonly number[] {
    this.#byStatement ??= this.#index();
    return [...this.#byStatement.keys()].sort((a, b) => a - b);
  }

  /** Statements all of whose breakpoints have conditions that the runtime can evaluate itself. */
  get conditions(): readonly StatementCondition[] {
    return this.statements.flatMap((statement) => {
      const codes = this.at(statement).map((breakpoint) => this.#compiled(breakpoint, statement));
      const conditions = codes.filter((code) => code !== undefined);
      return conditions.length === codes.length ? [{ statement, conditions }] : [];
    });
  }

  #compiled({ id, condition }: Breakpoint, statement: number): ConditionCode | undefined {
    if (condition === undefined) return undefined;
    const { debugInfo, module } = this.#program;
    const offset = module.statements.offset[statement] ?? 0;
    // Before the end of the prologue there is no frame to look at.
    if (offset < (module.functions[module.statements.functionIndex[statement] ?? -1]?.prologueEnd ?? Number.POSITIVE_INFINITY)) return undefined;
    const key = `${id} ${statement}`;
    if (!this.#codes.has(key)) this.#codes.set(key, compileCondition(condition.expression, debugInfo, offset));
    return this.#codes.get(key);
  }

  /** History was changed at `moment`: hits after it never happened. One below 0 forgets all. */
  forgetHitsAfter(moment: Moment): void {
    for (const group of this.#groups.values()) for (const { hits, fired } of group.values()) for (const log of [hits, fired]) log.truncate(moment);
  }

  #replace<R extends BreakpointOptions>(
    group: string,
    requests: readonly R[],
    plan: (request: R) => readonly [key: string, place: () => Placement],
  ): readonly Breakpoint[] {
    const before = this.#groups.get(group);
    const after = new Map<string, Breakpoint>();
    const answer = requests.map((request) => {
      const [key, place] = plan(request);
      const breakpoint = after.get(key) ?? before?.get(key) ?? this.#create(this.#ids.of(group, key), request, place());
      after.set(key, breakpoint);
      return breakpoint;
    });
    this.#groups.set(group, after);
    this.#byStatement = undefined;
    return answer;
  }

  #create(id: number, options: BreakpointOptions, placement: Placement): Breakpoint {
    const { problem, ...checked } = this.#check(options);
    const { watch, ...place } = placement;
    const isVerified = problem === undefined && (placement.statements.length > 0 || watch !== undefined);
    return {
      ...place,
      ...checked,
      ...(watch === undefined || !isVerified ? {} : { watch: { ...watch, id } }),
      id,
      isVerified,
      statements: isVerified ? placement.statements : [],
      message: problem ?? placement.message,
      ...(options.triggeredBy === undefined ? {} : { triggeredBy: options.triggeredBy }),
      hits: new HitLog(),
      fired: new HitLog(),
    };
  }

  #check({ condition, hitCondition, logMessage, triggeredBy }: BreakpointOptions): CheckedOptions {
    if (triggeredBy !== undefined && !this.#ids.isIssued(triggeredBy)) return { problem: `It waits for breakpoint ${triggeredBy}, which does not exist` };
    const hits = isGiven(hitCondition) ? parseHitCondition(hitCondition) : undefined;
    if (typeof hits === "string") return { problem: hits };
    const log = isGiven(logMessage) ? parseLogMessage(logMessage) : undefined;
    if (typeof log === "string") return { problem: log };
    try {
      for (const part of log ?? []) if (part.kind === "expression") this.#parse(part.text);
      return { hitCondition: hits, log, condition: isGiven(condition) ? this.#parse(condition) : undefined };
    } catch (error) {
      if (error instanceof EvaluationError) return { problem: error.message };
      throw error;
    }
  }

  #parse(expression: string): ParsedExpression {
    return parseExpression(expression, (name) => isTypeName(name, this.#program.debugInfo));
  }

  #placeSource(path: string, file: SourceFile | undefined, { line, column }: SourceBreakpointRequest): Placement {
    if (file === undefined) {
      return { kind: "source", statements: [], line, message: `'${path}' is not a source file of this driver, or no code was generated for it` };
    }
    const placement = placementOf(this.#program.lines.resolve(file, line, column), line);
    // A breakpoint on a line has no column: editors would show it in the middle of the line, where the compiler's first row happens to be.
    return { kind: "source", file, ...placement, ...(column === undefined ? { column: undefined } : {}) };
  }

  #placeFunction(name: string): Placement {
    const { lines } = this.#program;
    const found = findFunctions(name, this.#program);
    if (typeof found === "string") return { kind: "function", statements: [], message: found };
    if ("watch" in found) return { kind: "function", statements: [], ...found };
    const statements = found.offsets.map((low) => lines.firstOfFunction(low)).filter((id) => id !== undefined);
    if (statements[0] === undefined) return { kind: "function", statements, message: `No code was generated for '${name}'` };
    return { kind: "function", statements, ...this.#positionOf(statements[0]) };
  }

  #placeInstruction(offset: number): Placement {
    const id = this.#program.lines.statementAt(offset);
    if (id === undefined) return { kind: "instruction", statements: [], message: `There is no statement of the driver at code offset ${offset}` };
    const begins = this.#program.module.statements.offset[id] ?? 0;
    const message = begins === offset ? undefined : `Breakpoints are at the starts of statements; moved to offset 0x${begins.toString(16)}`;
    return { kind: "instruction", statements: [id], ...this.#positionOf(id), ...(message === undefined ? {} : { message }) };
  }

  #positionOf(id: number): Pick<Placement, "file" | "line" | "column"> {
    const position = this.#program.debugInfo.lineAt(this.#program.module.statements.offset[id] ?? 0);
    const file = position === undefined ? undefined : this.#program.sources.find(position.file);
    return { file, line: position?.line, column: position?.column };
  }

  #index(): ReadonlyMap<number, readonly Breakpoint[]> {
    const index = new Map<number, Breakpoint[]>();
    for (const group of this.#groups.values()) {
      for (const breakpoint of group.values()) {
        for (const id of breakpoint.statements) {
          const there = index.get(id);
          if (there) there.push(breakpoint);
          else index.set(id, [breakpoint]);
        }
      }
    }
    return index;
  }
}

const isGiven = (text: string | undefined): text is string => text !== undefined && text.trim() !== "";

function placementOf(resolution: Resolution, requestedLine: number): Omit<Placement, "kind" | "file"> {
  if (resolution.kind === "unbound") return { statements: [], line: requestedLine, message: resolution.reason };
  const { statements, line, column, message } = resolution;
  return { statements, line, column, message };
}
