// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { SeededRandom } from "../base/index.ts";
import { type StatementTable, type StepKind, guestLayout } from "../protocol/index.ts";
import type { Guest } from "./guest.ts";
import { type BreakpointTest, ReverseContinue, StepBack } from "./reverse.ts";
import { SearchRun } from "./search-run.ts";
import { ArmedStatements } from "./statement-table.ts";
import { type ReverseSearch, Travel, type TravelGoal } from "./unwind.ts";

/** What happened: statement and call-stack pointer of every statement number from 1 on. */
type Past = readonly { readonly statement: number; readonly pointer: number }[];

/** Ten statements on five lines, two functions of five statements each. */
const statements = {
  count: 10,
  line: Int32Array.of(1, 1, 2, 3, 3, 7, 8, 8, 8, 9),
  file: new Int32Array(10),
  functionIndex: Int32Array.of(0, 0, 0, 0, 0, 1, 1, 1, 1, 1),
} as unknown as StatementTable;
const at = (breakpoint: number): BreakpointTest => ({ breakpoints: new Set([breakpoint]), mayStop: (statement) => statement === breakpoint });
const callerPointer = 100;
const calleePointer = 90;

/** A function that loops and calls now and then, for so many statements. */
function past(length: number, seed: number): Past {
  const random = new SeededRandom(seed);
  const steps: { statement: number; pointer: number }[] = [];
  while (steps.length < length) {
    for (const statement of [0, 1, 2, 3, 4]) steps.push({ statement, pointer: callerPointer });
    // Rarely a long call, often none.
    const turns = random.below(1000) === 0 ? 20_000 : random.below(3);
    for (let i = 0; i < turns; i++) for (const statement of [5, 6, 7, 8, 9]) steps.push({ statement, pointer: calleePointer });
  }
  return steps.slice(0, length);
}

/** Looks at everything, as a search without windows does. */
function whole(search: ReverseSearch, steps: Past): TravelGoal {
  steps.forEach(({ statement, pointer }, i) => {
    const isWanted = search.statements?.has(statement) ?? search.functions?.has(statements.functionIndex[statement] ?? -1) ?? true;
    if (isWanted || i === steps.length - 1) search.visit(statement, pointer, i + 1);
  });
  return search.result();
}

/** Executes the past for `run` and the runs it leads to, as the statement hook does. */
function executed(search: ReverseSearch, steps: Past): { readonly goal: TravelGoal; readonly visits: number } {
  const layout = guestLayout(8);
  const buffer = new ArrayBuffer(layout.statements + 16);
  const bytes = new Uint8Array(buffer, layout.statements, statements.count);
  const armed = new ArmedStatements(buffer, layout, statements, () => ({ irql: 0, cpu: 0, time: 0, statement: 0 }));
  let visits = 0;
  for (let run = new SearchRun(search, steps.length, armed); ; ) {
    run.begin();
    const goal = travelOf(() => {
      for (const [i, { statement, pointer }] of steps.entries()) {
        const position = i + 1;
        if (position === run.stopAt) run.reached(statement, pointer, position);
        if (bytes[statement] === 0) continue;
        visits++;
        run.visit(statement, pointer, position);
      }
      assert.fail("the run did not end at its last statement");
    });
    if (goal.kind !== "search") return { goal, visits };
    run = goal.run;
  }
}

function travelOf(action: () => void): TravelGoal {
  try {
    action();
  } catch (error) {
    if (error instanceof Travel) return error.goal;
    throw error;
  }
  return assert.fail("nothing was thrown");
}

function stepBack(kind: StepKind, steps: Past): StepBack {
  const last = steps.at(-1);
  const own = last?.pointer === calleePointer ? [1, 0] : [0];
  const guest = {
    callStackPointer: last?.pointer,
    machine: { memory: { layout: guestLayout(8) } },
    stack: { index: 0 },
    frames: () => own.map((functionIndex) => ({ kind: "driver", functionIndex })),
  } as unknown as Guest;
  return new StepBack(kind, "line", statements, guest, steps.length);
}

describe("SearchRun", () => {
  for (const kind of ["over", "in", "out"] as const) {
    it(`finds the same place for a step back ${kind} as a look at every statement`, () => {
      for (let seed = 1; seed <= 12; seed++) {
        const steps = past(60_000 + 17_321 * seed, seed);
        assert.deepEqual(executed(stepBack(kind, steps), steps).goal, whole(stepBack(kind, steps), steps), `seed ${seed}`);
      }
    });
  }

  it("finds the same breakpoint, also when the last hit is far back", () => {
    for (const breakpoint of [0, 7]) {
      const steps = past(200_000, 3);
      const search = (): ReverseContinue => new ReverseContinue(at(breakpoint), steps.length);
      assert.deepEqual(executed(search(), steps).goal, whole(search(), steps));
    }
    const early = [...past(100, 1), ...Array.from({ length: 300_000 }, () => ({ statement: 5, pointer: calleePointer }))];
    const search = (): ReverseContinue => new ReverseContinue(at(0), early.length);
    assert.deepEqual(executed(search(), early).goal, whole(search(), early));
  });

  it("goes to the start when nothing was found anywhere", () => {
    const steps = Array.from({ length: 150_000 }, () => ({ statement: 5, pointer: calleePointer }));
    assert.deepEqual(executed(new ReverseContinue(at(5), 1), steps).goal, { kind: "position", position: 1, reason: "start" });
  });

  it("looks away from most of a long loop", () => {
    const loop = Array.from({ length: 2_000_000 }, (_, i) => ({ statement: i % 5, pointer: callerPointer }));
    const { visits } = executed(stepBack("over", loop), loop);
    assert.ok(visits < 100_000, `${visits} statements were looked at`);
  });
});
