// SPDX-License-Identifier: MIT
/** What looking at a stopped target needs: its memory, its framework objects, and the rights of the one who looks. */

import { hex } from "../base/index.ts";
import type { ObjectView, StoppedEvent } from "../protocol/index.ts";
import type { EvaluationScope, TargetContext } from "../symbols/index.ts";
import type { BlockCatalog } from "./block-catalog.ts";
import type { CauseCatalog } from "./cause-catalog.ts";
import type { DriverCalls } from "./driver-calls.ts";
import { irqlName } from "./irql.ts";
import type { ObjectCatalog } from "./object-catalog.ts";
import type { Program } from "./program.ts";
import { PseudoVariables } from "./pseudo-variables.ts";
import type { CodeFrame } from "./stack.ts";
import type { StoppedMemory } from "./stopped-memory.ts";

export interface Inspection extends TargetContext {
  readonly program: Program;
  readonly memory: StoppedMemory;
  readonly event: StoppedEvent;
  /** Live framework objects. */
  readonly objects: ObjectCatalog;
  readonly pseudoVariables: PseudoVariables;
}

export interface InspectionParts {
  readonly program: Program;
  readonly memory: StoppedMemory;
  readonly event: StoppedEvent;
  readonly objects: ObjectCatalog;
  readonly causes: CauseCatalog;
  readonly blocks: BlockCatalog;
}

export function createInspection({ program, memory, event, objects, causes, blocks }: InspectionParts): Inspection {
  return {
    program,
    memory,
    event,
    objects,
    pseudoVariables: new PseudoVariables(event, program.debugInfo, causes, objects),
    functionPointers: program.debugInfo.functionPointers,
    handles: (handle) => {
      const object = objects.withHandle(handle);
      return object === undefined ? undefined : objectText(object);
    },
    blockAt: (address) => blocks.at(address),
    get listRecords() {
      return program.listRecords();
    },
  };
}

/** `WDFDMATRANSACTION 0xE0000048 (read transaction, Transfer)`. */
export function objectText({ type, handle, label }: ObjectView): string {
  return `${type} ${hex(handle, 8)}${label === "" ? "" : ` (${label})`}`;
}

/** Scope for expressions in `frame`; only someone who may change the target gets `allowSideEffects`. */
export function evaluationScope(inspection: Inspection, frame: CodeFrame | undefined, allowSideEffects: boolean, calls?: DriverCalls): EvaluationScope {
  const { program, memory, functionPointers, handles, objects } = inspection;
  return {
    debugInfo: program.debugInfo,
    memory,
    functionPointers,
    handles,
    frame: frame?.context,
    inlineDepth: frame?.inlineDepth,
    pseudoVariables: inspection.pseudoVariables,
    contextOf: (handle, typeName) => objects.withHandle(handle)?.contexts.find((context) => context.typeName === typeName)?.address,
    liveHandles: () => objects.all.map((object) => ({ handle: object.handle >>> 0, type: object.type, text: objectText(object) })),
    allowSideEffects,
    ...(calls === undefined ? {} : { call: (info, args) => calls.call(info, args) }),
  };
}

/** What the machine itself is doing, as name and text. */
export function machineState(event: StoppedEvent): readonly (readonly [name: string, text: string, expression: string | undefined])[] {
  const interrupt = event.frames.find((frame) => frame.kind === "label" && frame.context === "interrupt");
  return [
    ["IRQL", irqlName(event.irql), "$irql"],
    ["CPU", String(event.cpu), "$cpu"],
    ["virtual time", `${event.time} ns`, "$time"],
    ["statement", event.position === event.furthest ? String(event.position) : `${event.position} of ${event.furthest}`, "$statement"],
    ["current interrupt", interrupt?.kind === "label" ? interrupt.text : "none", undefined],
  ];
}
