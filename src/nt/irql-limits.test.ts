// SPDX-License-Identifier: MIT
/** The IRQL of the reference page of each routine: at the limit there is no complaint about the level, above it there is. */
import assert from "node:assert/strict";
import { apcLevel, dispatchLevel, passiveLevel } from "../machine/index.ts";
import { TestBugCheck, TestMachine } from "./test-machine.ts";

type Arguments = (test: TestMachine) => readonly (number | bigint)[];

const at =
  (...offsets: number[]): Arguments =>
  (test) =>
    offsets.map((offset) => test.global(offset));
const values =
  (...args: (number | bigint)[]): Arguments =>
  () =>
    args;

/** Prepared at PASSIVE_LEVEL: objects at fixed places of the driver's image. */
function prepared(): TestMachine {
  const test = new TestMachine();
  const { memory } = test.machine;
  test.api("KeInitializeEvent", test.global(0), 0, 1);
  test.api("KeInitializeSemaphore", test.global(0x20), 1, 10);
  test.api("KeInitializeMutex", test.global(0x40), 0);
  test.api("KeInitializeTimer", test.global(0x80));
  test.api("KeInitializeDpc", test.global(0xc0), 0, 0);
  test.api("ExInitializeNPagedLookasideList", test.global(0x200), 0, 0, 0, 64, 0x31, 0);
  memory.setU32(test.global(0x100), 1);
  memory.setU64(test.global(0x140), -10_000n);
  test.api("KeInitializeSpinLock", test.global(0x180));
  test.api("KeInitializeGuardedMutex", test.global(0x300));
  memory.setU16(test.global(0x400), 4);
  memory.setU16(test.global(0x402), 4);
  memory.setU32(test.global(0x404), test.global(0x410));
  return test;
}

const routines: readonly (readonly [name: string, limit: number, args: Arguments])[] = [
  ["KeWaitForSingleObject", apcLevel, (test) => [test.global(0), 0, 0, 0, 0]],
  ["KeDelayExecutionThread", apcLevel, (test) => [0, 0, test.global(0x140)]],
  ["KeSetEvent", dispatchLevel, (test) => [test.global(0), 0, 0]],
  ["KeResetEvent", dispatchLevel, at(0)],
  ["KeClearEvent", dispatchLevel, at(0)],
  ["KePulseEvent", dispatchLevel, (test) => [test.global(0), 0, 0]],
  ["KeReadStateEvent", dispatchLevel, at(0)],
  ["KeReleaseMutex", dispatchLevel, (test) => [test.global(0x40), 0]],
  ["KeSetTimer", dispatchLevel, (test) => [test.global(0x80), test.global(0x140), 0]],
  ["KeSetTimerEx", dispatchLevel, (test) => [test.global(0x80), test.global(0x140), 0, 0]],
  ["KeCancelTimer", dispatchLevel, at(0x80)],
  ["ExAcquireFastMutex", apcLevel, at(0x300)],
  ["ExTryToAcquireFastMutex", apcLevel, at(0x300)],
  ["KeEnterCriticalRegion", apcLevel, values()],
  ["KeEnterGuardedRegion", apcLevel, values()],
  ["PsCreateSystemThread", passiveLevel, (test) => [test.global(0x100), 0, 0, 0, 0, test.function(() => undefined), 0]],
  ["KeQueryPriorityThread", passiveLevel, (test) => [Number(test.api("KeGetCurrentThread"))]],
  ["KeSetPriorityThread", passiveLevel, (test) => [Number(test.api("KeGetCurrentThread")), 9]],
  ["ObReferenceObjectByHandle", passiveLevel, (test) => [-2, 0, 0, 0, test.global(0x100), 0]],
  ["ZwClose", passiveLevel, values(0x8000_0100)],
  ["ZwWaitForSingleObject", passiveLevel, values(0x8000_0100, 0, 0)],
  ["IoCreateNotificationEvent", passiveLevel, at(0x400, 0x100)],
  ["MmGetPhysicalMemoryRanges", passiveLevel, values()],
  ["ZwQuerySystemInformation", passiveLevel, (test) => [0, test.global(0x500), 44, 0]],
  ["KeInitializeCrashDumpHeader", apcLevel, values(1, 0, 0, 0, 0)],
  ["IoAllocateWorkItem", dispatchLevel, values(0)],
  ["KeSetSystemAffinityThread", apcLevel, values(1)],
  ["KeRevertToUserAffinityThread", apcLevel, values()],
];

/** Calls the routine at a level; whether it complained about the level. A bug check for another reason does not matter here. */
function complains(name: string, irql: number, args: Arguments): boolean {
  const test = prepared();
  const given = args(test);
  test.machine.cpu.raise(irql);
  try {
    test.api(name, ...given);
  } catch (error) {
    if (!(error instanceof TestBugCheck)) throw error;
    return test.rules.includes("irql-too-high-for-ddi") || error.violation.rule === "irql-too-high-for-ddi";
  }
  return test.rules.includes("irql-too-high-for-ddi");
}

describe("Kernel routines", () => {
  for (const [name, limit, args] of routines) {
    it(`${name} may be called up to its level, and not above`, () => {
      assert.equal(complains(name, limit, args), false);
      assert.equal(complains(name, limit + 1, args), true);
    });
  }
});
