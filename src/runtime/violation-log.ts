// SPDX-License-Identifier: MIT
/** Violations of this execution, with the place in driver code where each was seen. */
import type { ReportedViolation, StackEntry, VerifierConfiguration, Violation } from "../protocol/index.ts";
import type { Guest } from "./guest.ts";
import type { SourceMap } from "./source-map.ts";

export class ViolationLog {
  readonly #verifier: VerifierConfiguration;
  readonly #map: SourceMap;
  readonly #traceMessages: () => readonly string[];
  readonly #reported: ReportedViolation[] = [];

  /** `traceMessages`: the last trace messages of the driver. */
  constructor(verifier: VerifierConfiguration, map: SourceMap, traceMessages: () => readonly string[]) {
    this.#verifier = verifier;
    this.#map = map;
    this.#traceMessages = traceMessages;
  }

  get all(): readonly ReportedViolation[] {
    return this.#reported;
  }

  /** Whether the configuration wants to hear of `rule`; bug checks are always reported. */
  isWanted(violation: Violation): boolean {
    if (violation.bugCheck !== undefined) return true;
    const { enabled, only, disable } = this.#verifier;
    return enabled && !disable.includes(violation.rule) && (only.length === 0 || only.includes(violation.rule));
  }

  add(violation: Violation, guest: Guest, trapOffset?: number): ReportedViolation {
    const stack: StackEntry[] = guest.frames(trapOffset).flatMap((frame): StackEntry[] => {
      if (frame.kind === "label") return [{ function: `[${frame.context}] ${frame.text}` }];
      const at = this.#map.locate(frame.functionIndex, frame.offset);
      return [{ function: this.#map.function(frame.functionIndex)?.name ?? "?", ...(at === undefined ? {} : { file: at.file, line: at.line ?? 0 }) }];
    });
    const top = stack.find((entry) => entry.file !== undefined) ?? this.#elsewhere(violation, guest);
    const traceMessages = violation.bugCheck === undefined ? [] : this.#traceMessages();
    const reported: ReportedViolation = {
      ...violation,
      ...(top?.file === undefined ? {} : { file: top.file, line: top.line ?? 0 }),
      stack,
      statement: guest.executed(),
      time: guest.machine.clock.now,
      ...(traceMessages.length === 0 ? {} : { traceMessages: [...traceMessages] }),
    };
    this.#reported.push(reported);
    return reported;
  }

  /** For a violation that no driver code was running for. */
  #elsewhere({ callback, origin }: Violation, guest: Guest): { readonly file?: string; readonly line?: number } | undefined {
    if (origin !== undefined) return this.#map.locate(origin.functionIndex, origin.offset);
    const index = callback === undefined ? undefined : guest.lastFunctionOf(callback);
    return index === undefined ? undefined : this.#map.locateFunction(index);
  }
}
