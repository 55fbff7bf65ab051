// SPDX-License-Identifier: MIT
/** Checks what a device-model module exports, so that a mistake is a message with the attribute, not a failure somewhere in the machine. */
import { ExitStatus, UserError } from "../base/index.ts";
import type { DeviceDefinition } from "../protocol/index.ts";
import { checkRegisters } from "./register-check.ts";

type Candidate = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Candidate => typeof value === "object" && value !== null;
const isWhole = (value: unknown): value is number => typeof value === "number" && Number.isInteger(value) && value >= 0;

/** Returns `value` as a device definition, or throws a UserError that names file and attribute. */
export function checkDevice(value: unknown, file: string): DeviceDefinition {
  const bad = (message: string): never => {
    throw new UserError({ code: "device-model", message, location: { file }, hint: "see docs/device-models.md", exitStatus: ExitStatus.badConfiguration });
  };
  if (!isObject(value) || typeof value["create"] !== "function") {
    return bad("The device-model module has no default export with a create function; write export default defineDevice({ … })");
  }
  if (typeof value["name"] !== "string" || value["name"] === "") bad("name: expected a text");
  const pci = value["pci"];
  if (!isObject(pci)) return bad("pci: expected an object with vendorId, deviceId, classCode and revision");
  for (const [name, limit] of [
    ["vendorId", 0xffff],
    ["deviceId", 0xffff],
    ["classCode", 0xff_ffff],
    ["revision", 0xff],
  ] as const) {
    const id = pci[name];
    if (!isWhole(id) || id > limit) bad(`pci.${name}: expected a number from 0 to 0x${limit.toString(16)}, got ${String(id)}`);
  }
  checkPowerManagement(pci["powerManagement"], value["interrupts"], bad);
  checkBars(value["bars"], bad);
  checkSystemDma(value["systemDma"], bad);
  const addressBits = value["addressBits"] ?? 64;
  if (!isWhole(addressBits) || addressBits < 24 || addressBits > 64) bad(`addressBits: expected a number from 24 to 64, got ${String(addressBits)}`);
  const interrupts = value["interrupts"];
  if (!isObject(interrupts)) return bad("interrupts: expected an object such as { line: true, messages: 0 }");
  const messages = interrupts["messages"] ?? 0;
  if (!isWhole(messages) || messages > 2048) bad(`interrupts.messages: expected a number from 0 to 2048, got ${String(messages)}`);
  const definition = value as unknown as DeviceDefinition;
  if (definition.registers === undefined) return definition;
  // The model may be an instance of a class: everything else stays where it is.
  const registers = checkRegisters(definition.registers, definition.bars, bad);
  return Object.create(definition, { registers: { value: registers, enumerable: true } }) as DeviceDefinition;
}

const pmeStates = ["D0", "D1", "D2", "D3hot", "D3cold"];
/** The message capability is at 0x50 and has up to 14 bytes; the power-management capability has 8. */
const messageCapability = { start: 0x50, end: 0x60 } as const;

function checkPowerManagement(value: unknown, interrupts: unknown, bad: (message: string) => never): void {
  if (value === undefined) return;
  const at = "pci.powerManagement";
  if (!isObject(value)) return bad(`${at}: expected an object such as { pme: ["D3hot"] }`);
  for (const [name, known] of [
    ["pme", pmeStates],
    ["states", ["D1", "D2"]],
  ] as const) {
    const list = value[name] ?? (name === "states" ? [] : undefined);
    if (!Array.isArray(list) || !list.every((state) => known.includes(state)))
      bad(`${at}.${name}: expected an array of ${known.join(", ")}, got ${JSON.stringify(list)}`);
  }
  const offset = value["offset"] ?? 0x40;
  if (!isWhole(offset) || offset % 4 !== 0 || offset < 0x40 || offset > 0xf8)
    return bad(`${at}.offset: expected a multiple of 4 from 0x40 to 0xF8, got ${String(offset)}`);
  const hasMessages = isObject(interrupts) && isWhole(interrupts["messages"]) && interrupts["messages"] > 0;
  if (hasMessages && offset + 8 > messageCapability.start && offset < messageCapability.end)
    bad(`${at}.offset: 0x50 to 0x5F hold the capability for interrupt messages`);
}

function checkSystemDma(lines: unknown, bad: (message: string) => never): void {
  if (lines === undefined) return;
  if (!Array.isArray(lines) || lines.length > 8) return bad("systemDma: expected an array of at most 8 request lines");
  const channels = new Set<unknown>();
  lines.forEach((line: unknown, index) => {
    const at = `systemDma[${index}]`;
    if (!isObject(line)) return bad(`${at}: expected an object such as { name: "receive", requestLine: 5, width: 4 }`);
    if (typeof line["name"] !== "string" || line["name"] === "") bad(`${at}.name: expected a text`);
    if (!isWhole(line["requestLine"])) bad(`${at}.requestLine: expected a number, 0 or more, got ${String(line["requestLine"])}`);
    const channel = line["channel"] ?? index;
    if (!isWhole(channel)) bad(`${at}.channel: expected a number, 0 or more, got ${String(channel)}`);
    if (channels.has(channel)) bad(`${at}.channel: channel ${String(channel)} serves another request line already`);
    channels.add(channel);
    if (![1, 2, 4, 8].includes(Number(line["width"]))) bad(`${at}.width: expected 1, 2, 4 or 8 bytes, got ${String(line["width"])}`);
  });
}

function checkBars(bars: unknown, bad: (message: string) => never): void {
  if (!Array.isArray(bars) || bars.length > 6) return bad("bars: expected an array of at most 6 base address registers");
  bars.forEach((bar: unknown, index) => {
    if (!isObject(bar)) return bad(`bars[${index}]: expected an object`);
    if (bar["kind"] !== "memory" && bar["kind"] !== "io") bad(`bars[${index}].kind: expected "memory" or "io", got ${JSON.stringify(bar["kind"])}`);
    const size = bar["size"];
    if (!isWhole(size) || size < 4 || (size & (size - 1)) !== 0 || size > 0x800_0000)
      bad(`bars[${index}].size: expected a power of two from 4 bytes to 128 MiB, got ${String(size)}`);
  });
}
