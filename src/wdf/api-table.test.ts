// SPDX-License-Identifier: MIT
/** Every framework function against its reference page: bad handles stop the system as the page says, and a too high IRQL is reported once. */
import assert from "node:assert/strict";
import { apcLevel, dispatchLevel, passiveLevel } from "../machine/index.ts";
import { TestBugCheck } from "../nt/test-machine.ts";
import { declaredFunctionNames } from "../protocol/declared-functions-table.ts";
import { type ApiRow, type IrqlRule, apiRows } from "./test-api-table.ts";
import { TestDriver } from "./test-driver.ts";
import { type DriverWithObjects, startWithObjects } from "./test-objects.ts";
import { type WdfType, typeNumbers } from "./type-table.ts";

/** Inline functions of the headers on Windows. */
const inline = new Set(["WdfGetDriver", "WdfDeviceInterfaceReferenceNoOp", "WdfDeviceInterfaceDereferenceNoOp"]);
const emulated = new Set(Object.keys(new TestDriver().framework.api()).filter((name) => !inline.has(name)));
const rows = apiRows.filter(({ name }) => emulated.has(name));

const aboveDispatch = 5;
const tooHigh: Readonly<Record<IrqlRule, number | undefined>> = {
  passive: dispatchLevel,
  apc: dispatchLevel,
  dispatch: aboveDispatch,
  remarks: aboveDispatch,
  any: undefined,
};
const highest: Readonly<Record<IrqlRule, number>> = {
  passive: passiveLevel,
  apc: apcLevel,
  dispatch: dispatchLevel,
  remarks: passiveLevel,
  any: aboveDispatch,
};

/** The KMDF source checks the level after arguments that only a test of the function gives it. */
const checkedLater = new Set(["WdfCommonBufferCreateWithConfig", "WdfDeviceCreate", "WdfDeviceOpenRegistryKey", "WdfFdoInitOpenRegistryKey"]);

/** The verifier of the KMDF source wants PASSIVE_LEVEL where the page allows more. */
const stricterSource = new Set([
  "WdfControlDeviceInitSetShutdownNotification",
  "WdfControlFinishInitializing",
  "WdfDeviceAssignS0IdleSettings",
  "WdfDeviceAssignSxWakeSettings",
  "WdfWmiInstanceCreate",
  "WdfWmiProviderCreate",
]);

/** One bad handle: a function, and which of its arguments. */
interface HandleCase {
  readonly row: ApiRow;
  readonly index: number;
  readonly type: WdfType;
  readonly isOptional: boolean;
}

const handleCases: readonly HandleCase[] = rows.flatMap((row) =>
  row.parameters.flatMap((parameter, index) =>
    parameter.startsWith("WDF") ? [{ row, index, type: parameter.replace("?", "") as WdfType, isOptional: parameter.endsWith("?") }] : [],
  ),
);

function bench(): DriverWithObjects {
  const made = startWithObjects();
  made.driver.test.violations.length = 0;
  return made;
}

/** Arguments that are right as far as the table can tell: objects of the test, zeroed memory, 0; undefined when the test has no such object. */
function argumentsFor({ driver, objects }: DriverWithObjects, { parameters }: ApiRow): (number | bigint | undefined)[] {
  const memory = driver.test.global(0x8000);
  driver.test.machine.memory.fill(memory, 0x100 * parameters.length, 0);
  return parameters.map((parameter, index) => {
    if (parameter === "num") return 0;
    if (parameter === "i64") return 0n;
    return parameter.startsWith("WDF") ? objects.get(parameter.replace("?", "")) : memory + 0x100 * index;
  });
}

interface End {
  readonly rule: string;
  readonly parameters: readonly number[];
}

/** How the call ends when it does not return. */
function endOf({ driver }: DriverWithObjects, name: string, args: readonly (number | bigint | undefined)[]): End | undefined {
  try {
    driver.call(name, ...args.map((argument) => argument ?? 0));
  } catch (error) {
    // Memory of the test given for a callback.
    if (error instanceof RangeError) return { rule: error.message, parameters: [] };
    if (!(error instanceof TestBugCheck)) throw error;
    return { rule: error.violation.rule, parameters: error.bugCheck?.parameters ?? [] };
  }
  return undefined;
}

/** Of all functions with a handle, those that do not end as `bad` says. */
function wrongEnds(rule: string, bad: (on: DriverWithObjects, wanted: HandleCase) => number | undefined): string[] {
  return handleCases.flatMap((wanted) => {
    const on = bench();
    const { row, index, type } = wanted;
    const handle = bad(on, wanted);
    const args = argumentsFor(on, row);
    // Handles are resolved in their order: the ones before must be good.
    if (handle === undefined || args.slice(0, index).includes(undefined)) return [];
    args[index] = handle;
    const end = endOf(on, row.name, args);
    const expected = [5, handle, typeNumbers[type], on.driver.framework.driverGlobals];
    const isRight = end?.rule === rule && expected.every((value, i) => end.parameters[i] === value);
    return isRight ? [] : [`${row.name}, argument ${index}, ${type}: ${JSON.stringify(end)}`];
  });
}

describe("Every framework function", function () {
  this.timeout(120_000);

  it("of KMDF 1.33 is declared", () => {
    const declared = new Set(declaredFunctionNames);
    assert.equal(apiRows.length, 458);
    assert.deepEqual(
      apiRows.filter(({ name }) => !declared.has(name)),
      [],
    );
  });

  it("that is emulated is in the table", () => {
    const known = new Set(apiRows.map(({ name }) => name));
    assert.deepEqual(
      [...emulated].filter((name) => !known.has(name)),
      [],
    );
  });

  it("given NULL for a handle that it needs is bug check 0x10D/5", () => {
    assert.deepEqual(
      wrongEnds("obj-null-handle", (_on, { isOptional }) => (isOptional ? undefined : 0)),
      [],
    );
  });

  it("given the handle of a deleted object is bug check 0x10D/5", () => {
    assert.deepEqual(
      wrongEnds("obj-use-after-delete", ({ objects }) => objects.get("deleted")),
      [],
    );
  });

  it("given a handle of another type is bug check 0x10D/5 with the type that was needed", () => {
    assert.deepEqual(
      wrongEnds("obj-wrong-type", ({ objects }, { type }) =>
        type === "WDFOBJECT" ? undefined : objects.get(type === "WDFSTRING" ? "WDFCOLLECTION" : "WDFSTRING"),
      ),
      [],
    );
  });

  it("given a number that never was a handle is bug check 0x10D/5", () => {
    assert.deepEqual(
      wrongEnds("obj-wrong-type", () => 0x1234),
      [],
    );
  });

  const irqlRules: ReadonlySet<string> = new Set(["irql-too-high-for-ddi", "isr-wrong-irql-api"]);

  /** Reports of the IRQL that a call at `irql` makes. */
  function reportsAt(row: ApiRow, irql: number): number {
    const on = bench();
    const args = argumentsFor(on, row);
    on.driver.test.machine.cpu.setIrql(irql);
    endOf(on, row.name, args);
    return on.driver.test.violations.filter(({ rule, message }) => irqlRules.has(rule) && message.startsWith(`${row.name} was called at`)).length;
  }

  it("called above the IRQL of its page is reported, once", () => {
    const wrong = rows.flatMap((row) => {
      const irql = tooHigh[row.irql];
      if (irql === undefined || checkedLater.has(row.name)) return [];
      const reports = reportsAt(row, irql);
      return reports === 1 ? [] : [`${row.name} at ${irql}: ${reports}`];
    });
    assert.deepEqual(wrong, []);
  });

  it("called at the highest IRQL of its page is not reported", () => {
    const wrong = rows.filter((row) => !stricterSource.has(row.name) && reportsAt(row, highest[row.irql]) !== 0);
    assert.deepEqual(
      wrong.map(({ name }) => name),
      [],
    );
  });
});
