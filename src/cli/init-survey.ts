// SPDX-License-Identifier: MIT
/** What the sources and INF files of a driver tell about its device and about what a program may do with it, for `kmdf-dma init`. */
import path from "node:path";
import { type BuiltInDevice, builtInDeviceTable } from "../protocol/index.ts";
import { type Constant, readConstants } from "./init-constants.ts";
import { type GuessedRegister, guessRegisters } from "./init-registers.ts";
import { type SourceText, findFiles, readSources, readText } from "./init-source-text.ts";
import { readStructs } from "./init-structs.ts";

export interface PciIds {
  readonly vendorId: number;
  readonly deviceId: number;
  readonly subsystemVendorId?: number;
  readonly subsystemId?: number;
  readonly revision?: number;
  /** The INF that names them. */
  readonly file: string;
}

export interface GuessedBar {
  readonly kind: "memory" | "io";
  readonly size: number;
  readonly name: string;
}

export interface DriverSurvey {
  readonly ids?: PciIds;
  readonly builtIn?: BuiltInDevice;
  readonly bars: readonly GuessedBar[];
  /** Registers of BAR 0. */
  readonly registers: readonly GuessedRegister[];
  readonly usesInterrupts: boolean;
  /** Messages that the INF asks for; 0 = none. */
  readonly messages: number;
  readonly usesDma: boolean;
  /** Programs can open the device. */
  readonly hasInterface: boolean;
  readonly handlesRead: boolean;
  readonly handlesWrite: boolean;
  readonly controlCodes: readonly Constant[];
}

/** Reads the driver in `folder`. */
export function surveyDriver(folder: string): DriverSurvey {
  const sources = readSources(folder);
  const constants = readConstants(sources);
  const structs = readStructs(sources, (name) => constants.get(name)?.value.toString());
  const infs = findFiles(folder, "**/*.{inf,inx,INF,INX}").map((file) => ({ file, text: readText(path.join(folder, file)) }));
  const uses = (pattern: RegExp): boolean => sources.some(({ code }) => pattern.test(code));
  const ids = pciIds(infs);
  const builtIn = builtInDeviceTable.find(({ vendorId, deviceId }) => vendorId === ids?.vendorId && deviceId === ids.deviceId);
  const registers = guessRegisters(sources, constants, structs);
  return {
    ...(ids === undefined ? {} : { ids }),
    ...(builtIn === undefined ? {} : { builtIn }),
    bars: guessBars(sources, constants, registers),
    registers,
    usesInterrupts: uses(/\b(?:WdfInterruptCreate|IoConnectInterrupt(?:Ex)?)\s*\(/),
    messages: messages(infs),
    usesDma: uses(/\bWdfDmaTransactionCreate\b|->\s*GetScatterGatherList\w*|->\s*MapTransfer\w*/),
    hasInterface: uses(/\b(?:WdfDeviceCreateDeviceInterface|WdfDeviceCreateSymbolicLink|IoRegisterDeviceInterface|IoCreateSymbolicLink)\s*\(/),
    handlesRead: uses(/\bEvtIoRead\s*=[^=]|\bIRP_MJ_READ\s*\]\s*=/),
    handlesWrite: uses(/\bEvtIoWrite\s*=[^=]|\bIRP_MJ_WRITE\s*\]\s*=/),
    controlCodes: [...constants.values()].filter(({ name }) => /^IOCTL_|_IOCTL_/.test(name)),
  };
}

function pciIds(infs: readonly { readonly file: string; readonly text: string }[]): PciIds | undefined {
  for (const { file, text } of infs) {
    const found = /PCI\\VEN_([0-9A-F]{4})&DEV_([0-9A-F]{4})(?:&SUBSYS_([0-9A-F]{4})([0-9A-F]{4}))?(?:&REV_([0-9A-F]{2}))?/i.exec(text);
    if (found === null) continue;
    const [, vendor = "", device = "", subsystem, subsystemVendor, revision] = found;
    const number = (digits: string): number => Number.parseInt(digits, 16);
    return {
      vendorId: number(vendor),
      deviceId: number(device),
      // SUBSYS is the subsystem's own id, then that of its vendor.
      ...(subsystem === undefined || subsystemVendor === undefined ? {} : { subsystemId: number(subsystem), subsystemVendorId: number(subsystemVendor) }),
      ...(revision === undefined ? {} : { revision: number(revision) }),
      file,
    };
  }
  return undefined;
}

/** Messages in the "Interrupt Management" key that an INF writes. */
function messages(infs: readonly { readonly text: string }[]): number {
  const value = (name: string): number => {
    for (const { text } of infs) {
      const found = new RegExp(`\\b${name}\\b"?\\s*,[^,\\n]*,\\s*"?(0x[0-9A-F]+|\\d+)`, "i").exec(text)?.[1];
      if (found !== undefined) return Number(found);
    }
    return 0;
  };
  return value("MSISupported") === 0 ? 0 : Math.max(1, value("MessageNumberLimit"));
}

const leastBar = 0x1000;
const mostBar = 0x100_0000;
const mostBars = 6;
/** Constants that say how long a register space is. */
const lengthName = /(?:BAR\d*|REG|REGS|REGISTERS?|MMIO)_?(?:SPACE_?)?(?:LENGTH|LEN|SIZE)$/i;

function guessBars(sources: readonly SourceText[], constants: ReadonlyMap<string, Constant>, registers: readonly GuessedRegister[]): GuessedBar[] {
  const calls = (pattern: RegExp): number => sources.reduce((count, { code }) => count + [...code.matchAll(pattern)].length, 0);
  const mappings = Math.min(mostBars, calls(/\bMmMapIoSpace(?:Ex)?\s*\(/g));
  const usesPorts = calls(/\b(?:READ|WRITE)_PORT_/g) > 0;
  const ends = registers.map(({ offset, size }) => offset + size);
  const lengths = [...constants.values()].filter(({ name, value }) => lengthName.test(name) && value <= mostBar).map(({ value }) => value);
  const size = Math.max(leastBar, 2 ** Math.ceil(Math.log2(Math.max(1, ...ends, ...lengths))));
  if (mappings === 0 && usesPorts) return [{ kind: "io", size: Math.min(256, size), name: "registers" }];
  const memory = Array.from(
    { length: Math.max(1, mappings) },
    (_, i): GuessedBar => ({ kind: "memory", size: i === 0 ? size : leastBar, name: i === 0 ? "registers" : `BAR${i}` }),
  );
  return usesPorts && memory.length < mostBars ? [...memory, { kind: "io", size: 256, name: "ports" }] : memory;
}
