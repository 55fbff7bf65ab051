// SPDX-License-Identifier: MIT
/** Mistakes in configurations, device models and scenarios, and what the command line must say about each. */
import path from "node:path";

const drivers = path.resolve(import.meta.dirname, "../bad-drivers");
export const goodDevice = path.join(drivers, "common/device.ts");
const goodDriver = path.join(drivers, "cases/good.c");
export const base = { sources: [goodDriver], device: goodDevice, scenario: [{ ioctl: { code: "0x222000" } }], machine: { interrupts: "line" } };
const reading = { device: "device.ts", scenario: [{ read: { length: 16 } }] };

export interface Files {
  readonly [name: string]: string;
}

/** A device model that is the good one but for `members` of the definition, which start on line 4. */
const model = (members: string): Files => ({
  "device.ts": `import { defineDevice } from "kmdf-dma-debug/sdk";\nimport good from "${goodDevice}";\nexport default defineDevice({ ...good,\n${members} });\n`,
});
/** One whose instance is the good one but for `members`, on line 6. */
const instance = (members: string): Files => model(`create(bus, options) {\nconst chip = good.create(bus, options);\nreturn { ...chip, ${members} }; }`);
const scenario = (...lines: readonly string[]): Files => ({
  "scenario.ts": `export default async (system) => {\n${lines.map((line) => `  ${line}\n`).join("")}};\n`,
});
const withScenario = { scenario: "scenario.ts" };
const limits = (timing: object): object => ({ machine: { interrupts: "line", timing } });

interface Mistake {
  readonly what: string;
  /** Attributes in addition to, or instead of, good ones; a text is the whole file. */
  readonly attributes?: object | string;
  readonly files?: Files;
  readonly status: number;
  /** Beginning of the message, after the folder and an optional `kmdf-dma: `. */
  readonly at: string;
  readonly message: RegExp;
}

export const configuration: readonly Mistake[] = [
  {
    what: "an unknown attribute",
    attributes: { scenarios: [] },
    status: 4,
    at: "config.json:16:2",
    message: /Attribute 'scenarios' is unknown \(Did you mean 'scenario'\?\)/,
  },
  { what: "a wrong type", attributes: { sources: "x" }, status: 4, at: "config.json:2:2", message: /Attribute 'sources' must be an array/ },
  {
    what: "a missing source",
    attributes: { sources: ["nowhere.c"] },
    status: 4,
    at: "config.json:3:3",
    message: /Attribute 'sources\[0\]' names a file that does not exist/,
  },
  { what: "a glob that matches nothing", attributes: { sources: ["nowhere/*.c"] }, status: 4, at: "config.json", message: /nowhere\/\*\.c matches no file/ },
  { what: "a syntax error", attributes: '{ "sources": [ }', status: 4, at: "config.json:1:16", message: /Not valid JSON: value expected/ },
  { what: "no scenario", attributes: { scenario: undefined }, status: 4, at: "config.json", message: /has no scenario/ },
  {
    what: "a missing device model",
    attributes: { device: "nowhere.ts" },
    status: 4,
    at: "config.json:5:2",
    message: /Attribute 'device' names a file that does not exist/,
  },
  {
    what: "an unknown built-in device",
    attributes: { device: "edv" },
    status: 4,
    at: "config.json:5:2",
    message: /names no built-in device model: 'edv' \(Did you mean 'edu'\?\)/,
  },
];

export const deviceModels: readonly Mistake[] = [
  {
    what: "throws in create",
    attributes: { device: "device.ts" },
    files: model("create() {\n  throw new Error('no such chip');\n}"),
    status: 4,
    at: "device.ts:5:9",
    message: /The device model "probe" threw: no such chip/,
  },
  { what: "throws a text", attributes: { device: "device.ts" }, files: model("create() { throw 'oh'; }"), status: 4, at: "device.ts", message: /threw: oh/ },
  {
    what: "throws in read",
    attributes: reading,
    files: instance("read() {\n  return undefined.x; }"),
    status: 4,
    at: "device.ts:7:20",
    message: /threw: TypeError/,
  },
  {
    what: "throws later, in after()",
    attributes: reading,
    files: instance("write() {\n  bus.after(10, () => { throw new RangeError('late'); }); }"),
    status: 4,
    at: "device.ts:7:31",
    message: /threw: RangeError: late/,
  },
  {
    what: "recurses for ever",
    attributes: reading,
    files: instance("write() {\n  this.write(); }"),
    status: 4,
    at: "device.ts:7:8",
    message: /Maximum call stack size exceeded/,
  },
  {
    what: "creates nothing",
    attributes: { device: "device.ts" },
    files: model("create() {}"),
    status: 4,
    at: "device.ts",
    message: /create returned no object/,
  },
  {
    what: "lacks write",
    attributes: { device: "device.ts" },
    files: instance("write: undefined"),
    status: 4,
    at: "device.ts",
    message: /without the function write/,
  },
  {
    what: "reads a text",
    attributes: reading,
    files: instance("read() { return 'x'; }"),
    status: 4,
    at: "device.ts",
    message: /read returned "x", which is not a whole number/,
  },
  {
    what: "asks for a negative delay",
    attributes: reading,
    files: instance("write() { bus.after(-1, () => 0); }"),
    status: 4,
    at: "device.ts:6:",
    message: /bus\.after: expected a number of nanoseconds, 0 or more, got -1/,
  },
  {
    what: "uses a real timer",
    attributes: { device: "device.ts" },
    files: model("create() { setTimeout(() => 0, 1); }"),
    status: 4,
    at: "device.ts:4:12",
    message: /setTimeout runs on real time/,
  },
  {
    what: "has a syntax error",
    attributes: { device: "device.ts" },
    files: { "device.ts": "const a = 1;\nconst = 2;\n" },
    status: 4,
    at: "device.ts:2:",
    message: /Syntax error: Unexpected token/,
  },
  {
    what: "declares a name twice",
    attributes: { device: "device.ts" },
    files: { "device.ts": "const a = 1;\nconst a = 2;\n" },
    status: 4,
    at: "device.ts:2",
    message: /Identifier 'a' has already been declared/,
  },
  {
    what: "has no default export",
    attributes: { device: "device.ts" },
    files: { "device.ts": "export const a = 1;\n" },
    status: 4,
    at: "device.ts",
    message: /no default export with a create function/,
  },
  {
    what: "throws at its top level",
    attributes: { device: "device.ts" },
    files: { "device.ts": "const a = 1;\nthrow new Error('top');\n" },
    status: 4,
    at: "device.ts:2:7",
    message: /The module threw: top/,
  },
  {
    what: "imports what is not there",
    attributes: { device: "device.ts" },
    files: { "device.ts": "const a = 1;\nimport b from './nowhere.ts';\nexport default b;\n" },
    status: 4,
    at: "device.ts:2",
    message: /Cannot load "\.\/nowhere\.ts"/,
  },
  {
    what: "has a BAR of impossible size",
    attributes: { device: "device.ts" },
    files: model("bars: [{ kind: 'memory', size: 1000, name: 'x' }]"),
    status: 4,
    at: "device.ts",
    message: /bars\[0\]\.size: expected a power of two .* got 1000/,
  },
  {
    what: "loops for ever",
    attributes: { ...reading, ...limits({ realLimitMs: 1000 }) },
    files: instance("write() {\n  for (;;); }"),
    status: 1,
    at: "device.ts:7:",
    message: /The device model does not return: the run exceeded 1000 ms of real time/,
  },
];

export const scenarios: readonly Mistake[] = [
  {
    what: "throws",
    attributes: withScenario,
    files: scenario("await system.open();", "undefined.x;"),
    status: 1,
    at: "scenario.ts:3:13",
    message: /The scenario threw: TypeError/,
  },
  { what: "throws a text", attributes: withScenario, files: scenario("throw 'oh';"), status: 1, at: "scenario.ts", message: /The scenario threw: oh/ },
  {
    what: "forgets a rejected promise",
    attributes: withScenario,
    files: scenario("Promise.reject(new Error('stray'));", "await system.sleep({ ms: 1 });"),
    status: 1,
    at: "scenario.ts:2:18",
    message: /The scenario threw: stray/,
  },
  {
    what: "has a failing expectation",
    attributes: withScenario,
    files: scenario("const file = await system.open();", "const { bytes } = await file.read(16);", "system.expect(bytes, 'the data').equals(pattern(16));"),
    status: 1,
    at: "scenario.ts:4:36",
    message: /Expected the data to equal bytes 0001.* but byte 1 \(0x1\) differs: .*00 00 00 .* instead of 00 01 02 .*; 15 of 16 bytes differ/,
  },
  {
    what: "waits for what never comes",
    attributes: withScenario,
    files: scenario("await new Promise(() => 0);"),
    status: 1,
    at: "scenario.ts",
    message: /waits for a promise that no call of the machine will settle/,
  },
  {
    what: "sleeps for ever",
    attributes: { ...withScenario, ...limits({ limitMs: 100 }) },
    files: scenario("for (;;)", "  await system.sleep({ ms: 1 });"),
    status: 1,
    at: "scenario.ts:3:18",
    message: /waits for sleep\(\), and the limit of 100 ms of virtual time is reached/,
  },
  {
    what: "sleeps for no time, for ever",
    attributes: { ...withScenario, ...limits({ realLimitMs: 1000 }) },
    files: scenario("for (;;)", "  await system.sleep({ ns: 0 });"),
    status: 1,
    at: "scenario.ts",
    message: /exceeded 1000 ms of real time/,
  },
  {
    what: "loops for ever",
    attributes: { ...withScenario, ...limits({ realLimitMs: 1000 }) },
    files: scenario("for (;;);"),
    status: 1,
    at: "scenario.ts:2:",
    message: /The scenario does not return: the run exceeded 1000 ms of real time/,
  },
  {
    what: "calls process.exit",
    attributes: withScenario,
    files: scenario("process.exit(0);"),
    status: 1,
    at: "scenario.ts:2:11",
    message: /process\.exit would end the run without a report/,
  },
  {
    what: "reads from a closed file",
    attributes: withScenario,
    files: scenario("const file = await system.open();", "await file.close();", "await file.read(4);"),
    status: 1,
    at: "scenario.ts:4:14",
    message: /read: the file is closed/,
  },
  {
    what: "writes what is no bytes",
    attributes: withScenario,
    files: scenario("const file = await system.open();", "await file.write('abc');"),
    status: 1,
    at: "scenario.ts:3:14",
    message: /give the bytes as a Uint8Array/,
  },
  {
    what: "has no default export",
    attributes: withScenario,
    files: { "scenario.ts": "export const a = 1;\n" },
    status: 4,
    at: "scenario.ts",
    message: /no default export that is a function/,
  },
  { what: "has a syntax error", attributes: withScenario, files: scenario("await system.open(;"), status: 4, at: "scenario.ts:2:", message: /Syntax error/ },
  {
    what: "has an unknown step",
    attributes: { scenario: [{ reed: { length: 1 } }] },
    status: 4,
    at: "config.json:8:4",
    message: /scenario\[0\]\.reed: unknown step; known are read, write/,
  },
  {
    what: "has a step with an unknown attribute",
    attributes: { scenario: [{ read: { lenght: 1 } }] },
    status: 4,
    at: "config.json:9:5",
    message: /scenario\[0\]\.read\.lenght: unknown attribute/,
  },
  {
    what: "is a file of steps with a bad one",
    attributes: { scenario: "steps.json" },
    files: { "steps.json": '[\n  { "read": {} }\n]' },
    status: 4,
    at: "steps.json:2:5",
    message: /scenario\[0\]\.read\.length: expected a number/,
  },
  {
    what: "is a file of steps with a syntax error",
    attributes: { scenario: "steps.json" },
    files: { "steps.json": '[\n  { "read": }\n]' },
    status: 4,
    at: "steps.json:2:13",
    message: /Not valid JSON: value expected/,
  },
  {
    what: "expects other bytes in a step",
    attributes: { scenario: [{ read: { length: 16, expect: "ones" } }] },
    status: 1,
    at: "config.json",
    message: /Expected scenario\[0\]\.read: the bytes to equal .*16 of 16 bytes differ/,
  },
];
