// SPDX-License-Identifier: MIT
/** At which rules, bug checks and traps the target stops: the filters of the client, with their patterns of rule ids. */
import { type StopFilters, parseRulePattern } from "../protocol/index.ts";

type Test = (rule: string) => boolean;

export class StopRules {
  readonly #tests = new Map<keyof StopFilters, Test>();

  set(filters: StopFilters): void {
    for (const group of ["bugCheck", "violation", "deviceFault", "trap"] as const) this.#tests.set(group, testOf(filters[group]));
  }

  /** Whether the target stops at `rule`, which belongs to `group`. */
  wants(group: keyof StopFilters, rule: string): boolean {
    return this.#tests.get(group)?.(rule) ?? true;
  }
}

function testOf(filter: boolean | string): Test {
  const pattern = typeof filter === "string" ? parseRulePattern(filter) : undefined;
  if (typeof pattern === "string") throw new RangeError(pattern);
  return pattern ?? (() => filter === true);
}
