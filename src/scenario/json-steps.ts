// SPDX-License-Identifier: MIT
/** Scenarios as JSON steps: checked once, then run like a scenario module. */
import { ExitStatus, UserError, bytesToHex, hexToBytes } from "../base/index.ts";
import type { FileHandle, IoResult, ScenarioStep, ScenarioSystem } from "../protocol/index.ts";
import { type PatternKind, pattern } from "./pattern.ts";

type Step = (system: ScenarioSystem, file: () => Promise<FileHandle>) => Promise<void>;
type StepBody = Readonly<Record<string, unknown>>;

/** Attributes that each step may have. */
const stepAttributes: Readonly<Record<string, readonly string[]>> = {
  read: ["length", "offset", "expect", "seed", "status", "information"],
  write: ["length", "pattern", "bytes", "offset", "seed", "status", "information"],
  ioctl: ["code", "input", "outputLength", "expect", "status", "information"],
  sleep: ["ms", "us", "ns"],
  device: ["action", "argument", "expect"],
  parallel: [],
};
const powerStates = ["D0", "D1", "D2", "D3"] as const;
const sleepStates = ["S1", "S2", "S3", "S4"] as const;
/** Members of the state that a `state` step may expect. */
const stateMembers = ["system", "device", "pnp"] as const;

/** Checks `steps` and makes a scenario of them. UserErrors name the step (`scenario[2].read.length`) and `source`. */
export function scenarioFromSteps(steps: readonly ScenarioStep[], source: string | undefined): (system: ScenarioSystem) => Promise<void> {
  const compiled = steps.map((step, index) => compile(step, `scenario[${index}]`, source));
  return async (system) => {
    let handle: Promise<FileHandle> | undefined;
    const file = (): Promise<FileHandle> => {
      handle ??= system.open();
      return handle;
    };
    for (const step of compiled) await step(system, file);
    if (handle !== undefined) await (await handle).close();
  };
}

function compile(step: ScenarioStep, at: string, source: string | undefined): Step {
  const bad = (attribute: string, message: string): never => {
    throw new UserError({
      code: "scenario-step",
      message: `${attribute}: ${message}`,
      ...(source === undefined ? {} : { location: { file: source } }),
      exitStatus: ExitStatus.badConfiguration,
    });
  };
  const entries = typeof step === "object" && step !== null ? Object.entries(step) : [];
  const [kind, body] = entries[0] ?? [];
  if (kind === undefined || entries.length !== 1) return bad(at, 'a step is an object with one attribute, such as { "read": { "length": 4096 } }');
  const path = `${at}.${kind}`;
  switch (kind) {
    case "power":
      if (!powerStates.includes(body as "D0")) return bad(path, `expected one of ${powerStates.join(", ")}, got ${JSON.stringify(body)}`);
      return (system) => system.power(body as "D0");
    case "suspend":
      if (!sleepStates.includes(body as "S1")) return bad(path, `expected one of ${sleepStates.join(", ")}, got ${JSON.stringify(body)}`);
      return (system) => system.suspend(body as "S1");
    case "resume":
      return (system) => system.resume();
    case "rebalance":
      return (system) => system.rebalance();
    case "device":
      return compileDevice(checkBody(kind, body, path, bad), path, bad);
    case "state":
      return compileState(body, path, bad);
    case "surpriseRemove":
      return (system) => system.surpriseRemove();
    case "remove":
      return (system) => system.remove();
    case "insert":
      return (system) => system.insert();
    case "log":
      return async (system) => system.log(String(body));
    case "parallel": {
      if (!Array.isArray(body)) return bad(path, "expected an array of steps");
      const inner = body.map((s: ScenarioStep, i) => compile(s, `${path}[${i}]`, source));
      return async (system, file) => {
        await Promise.all(inner.map((s) => s(system, file)));
      };
    }
    case "read":
    case "write":
    case "ioctl":
    case "sleep":
      return compileBody(kind, checkBody(kind, body, path, bad), path, bad);
    default:
      return bad(
        path,
        `unknown step; known are ${[...Object.keys(stepAttributes), "power", "suspend", "resume", "rebalance", "state", "surpriseRemove", "remove", "insert", "log"].join(", ")}`,
      );
  }
}

type Bad = (attribute: string, message: string) => never;

/** `{ "device": { "action", "argument", "expect" } }`: an action of the device model; bytes are hexadecimal text in what is expected. */
function compileDevice(body: StepBody, path: string, bad: Bad): Step {
  const { action, argument, expect } = body;
  if (typeof action !== "string") return bad(`${path}.action`, `expected the name of an action of the device model, got ${JSON.stringify(action)}`);
  return async (system) => {
    const result = await system.device(action, argument);
    if (expect !== undefined) system.expect(bytesAsText(result), `device action ${action}`).equals(expect);
  };
}

function bytesAsText(value: unknown): unknown {
  if (value instanceof Uint8Array) return bytesToHex(value);
  return Array.isArray(value) ? value.map(bytesAsText) : value;
}

/** `{ "state": { "device": "D3", "system": "S0" } }`: what must hold now. */
function compileState(body: unknown, path: string, bad: Bad): Step {
  if (typeof body !== "object" || body === null || Array.isArray(body))
    return bad(path, `expected an object such as { "device": "D3" }, got ${JSON.stringify(body)}`);
  const expected = Object.entries(body).map(([name, value]) => {
    const member = stateMembers.find((each) => each === name);
    if (member === undefined) return bad(`${path}.${name}`, `unknown attribute; known are ${stateMembers.join(", ")}`);
    if (typeof value !== "string") return bad(`${path}.${name}`, `expected a text such as "D3", got ${JSON.stringify(value)}`);
    return { member, value };
  });
  return async (system) => {
    for (const { member, value } of expected) system.expect(system.state()[member], `${member} state`).equals(value);
  };
}

function checkBody(kind: string, body: unknown, path: string, bad: Bad): StepBody {
  if (typeof body !== "object" || body === null || Array.isArray(body)) return bad(path, `expected an object, got ${JSON.stringify(body)}`);
  for (const name of Object.keys(body)) {
    if (!stepAttributes[kind]?.includes(name)) return bad(`${path}.${name}`, `unknown attribute; known are ${stepAttributes[kind]?.join(", ")}`);
  }
  return body as StepBody;
}

function compileBody(kind: "read" | "write" | "ioctl" | "sleep", body: StepBody, path: string, bad: Bad): Step {
  const number = (name: string, fallback?: number): number => {
    const value = body[name] ?? fallback;
    const parsed = typeof value === "string" && /^0x[0-9a-f]+$/i.test(value) ? Number(value) : value;
    return typeof parsed === "number" && Number.isFinite(parsed) && parsed >= 0
      ? parsed
      : bad(`${path}.${name}`, `expected a number of 0 or more, got ${JSON.stringify(value)}`);
  };
  const bytes = (name: string): Uint8Array => {
    const value = body[name] ?? "";
    return (
      (typeof value === "string" ? hexToBytes(value) : undefined) ??
      bad(`${path}.${name}`, `expected hexadecimal bytes such as "00ff12", got ${JSON.stringify(value)}`)
    );
  };
  const check = checker(body, path, number, bad);
  if (kind === "sleep") {
    const duration = { ms: number("ms", 0), us: number("us", 0), ns: number("ns", 0) };
    return (system) => system.sleep(duration);
  }
  if (kind === "read") {
    const length = number("length");
    const offset = number("offset", 0);
    return async (system, file) => check(system, await (await file()).read(length, { offset }));
  }
  if (kind === "write") {
    const data =
      body["bytes"] === undefined ? namedPattern(body["pattern"] ?? "increment", number("length"), number("seed", 1), `${path}.pattern`, bad) : bytes("bytes");
    const offset = number("offset", 0);
    return async (system, file) => check(system, await (await file()).write(data, { offset }));
  }
  const code = number("code");
  const input = bytes("input");
  const outputLength = number("outputLength", 0);
  return async (system, file) => check(system, await (await file()).ioctl(code, input, outputLength));
}

function checker(
  body: StepBody,
  path: string,
  number: (name: string, fallback?: number) => number,
  bad: Bad,
): (system: ScenarioSystem, result: IoResult) => void {
  const status = body["status"] ?? "STATUS_SUCCESS";
  if (typeof status !== "string" && typeof status !== "number") return bad(`${path}.status`, "expected an NTSTATUS name or number");
  const information = body["information"] === undefined ? undefined : number("information");
  const expected = body["expect"];
  const wanted =
    expected === undefined
      ? undefined
      : typeof expected === "string" && hexToBytes(expected) !== undefined && expected !== ""
        ? () => hexToBytes(expected) ?? new Uint8Array()
        : (length: number) => namedPattern(expected, length, number("seed", 1), `${path}.expect`, bad);
  if (wanted !== undefined) wanted(0);
  return (system, result) => {
    system.expect(result, `${path}: the result`).status(status);
    if (information !== undefined) system.expect(result.information, `${path}: Information`).equals(information);
    if (wanted !== undefined)
      system.expect(result.bytes, `${path}: the bytes`).equals(wanted(body["length"] === undefined ? result.bytes.length : number("length")));
  };
}

function namedPattern(kind: unknown, length: number, seed: number, path: string, bad: Bad): Uint8Array {
  try {
    return pattern(length, kind as PatternKind, seed);
  } catch (error) {
    return bad(path, (error as Error).message.replace(/^pattern: /, ""));
  }
}
