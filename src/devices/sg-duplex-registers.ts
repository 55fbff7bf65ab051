// SPDX-License-Identifier: MIT
/** Registers and numbers of the SGDX device as its specification (samples/sg-duplex/DEVICE.md) lists them; used by the model and the register view. */
import type { RegisterDefinition, RegisterFieldDefinition } from "../protocol/index.ts";

export const sramBytes = 0x10_0000;
export const longestChain = 16;
export const longestDescriptor = 65536;
export const descriptorBytes = 32;

export const globalRegister = { ident: 0x000, version: 0x004, capability: 0x008, globalControl: 0x00c, irqStatus: 0x010, scratch: 0x014 } as const;

/** Offsets from the start of a channel's registers. */
export const channelRegister = {
  control: 0x00,
  status: 0x04,
  descLo: 0x08,
  descHi: 0x0c,
  completed: 0x10,
  sramPosition: 0x14,
  totalLo: 0x18,
  totalHi: 0x1c,
  chains: 0x20,
  errors: 0x24,
} as const;

export const channelBase = { H2C: 0x100, C2H: 0x200 } as const;
export const channelSpan = 0x28;
export const debugPort = { index: 0x00, data: 0x04 } as const;

export const ident = 0x5347_4458;
export const version = 0x0001_0000;
export const capability = (1024 << 16) | (2 << 8) | longestChain;

export const globalReset = 0x1;
export const control = { run: 0x1, reset: 0x2, irqEnable: 0x4 } as const;
export const status = { busy: 0x1, done: 0x2, error: 0x4, codeShift: 8, descriptorsShift: 16 } as const;
/** Bits of IRQ_STATUS before the channel's shift. */
export const irq = { done: 0x1, error: 0x2, mask: 0x3 } as const;
export const irqShift = { H2C: 0, C2H: 8 } as const;
export const descriptorControl = { last: 0x1, irq: 0x2 } as const;
export const descriptorStatus = { done: 0x8000_0000, error: 0x4000_0000 } as const;
export const errorCode = { none: 0, badDescriptor: 1, fetchAbort: 2, dataAbort: 3, chainTooLong: 4, aborted: 5 } as const;
export type ErrorCode = (typeof errorCode)[keyof typeof errorCode];

const word = (name: string, offset: number, rest: Omit<RegisterDefinition, "bar" | "offset" | "size" | "name">): RegisterDefinition => ({
  bar: 0,
  offset,
  size: 4,
  name,
  ...rest,
});

const globalRegisters: readonly RegisterDefinition[] = [
  word("IDENT", globalRegister.ident, { access: "ro", reset: ident, description: "'SGDX'" }),
  word("VERSION", globalRegister.version, {
    access: "ro",
    reset: version,
    fields: [
      { name: "MAJOR", bits: [31, 16] },
      { name: "MINOR", bits: [15, 0] },
    ],
  }),
  word("CAPABILITY", globalRegister.capability, {
    access: "ro",
    reset: capability,
    fields: [
      { name: "SRAM_KIB", bits: [31, 16] },
      { name: "CHANNELS", bits: [15, 8] },
      { name: "DESCRIPTORS", bits: [7, 0] },
    ],
  }),
  word("GLOBAL_CONTROL", globalRegister.globalControl, {
    access: "rw",
    reset: 0,
    description: "Reads as 0",
    fields: [{ name: "RESET", bits: 0, values: { 1: "resets channels, SRAM positions, statistics and SCRATCH" } }],
  }),
  word("IRQ_STATUS", globalRegister.irqStatus, {
    access: "w1c",
    reset: 0,
    description: "Set whether or not IRQ_ENABLE is; write 1 to clear. Fault 'lost-interrupt': a bit is set, the interrupt is not made",
    fields: [
      { name: "H2C_DONE", bits: 0 },
      { name: "H2C_ERROR", bits: 1 },
      { name: "C2H_DONE", bits: 8 },
      { name: "C2H_ERROR", bits: 9 },
    ],
  }),
  word("SCRATCH", globalRegister.scratch, { access: "rw", reset: 0, description: "No function" }),
];

const controlFields: readonly RegisterFieldDefinition[] = [
  { name: "RUN", bits: 0, values: { 0: "stopped", 1: "running" } },
  { name: "RESET", bits: 1 },
  { name: "IRQ_ENABLE", bits: 2, values: { 0: "masked", 1: "enabled" } },
];

const statusFields: readonly RegisterFieldDefinition[] = [
  { name: "BUSY", bits: 0 },
  { name: "DONE", bits: 1 },
  { name: "ERROR", bits: 2 },
  {
    name: "ERROR_CODE",
    bits: [15, 8],
    values: { 0: "NONE", 1: "BAD_DESCRIPTOR", 2: "FETCH_ABORT", 3: "DATA_ABORT", 4: "CHAIN_TOO_LONG", 5: "ABORTED" },
  },
  { name: "DESCRIPTORS", bits: [23, 16] },
];

function channelRegisters(channel: keyof typeof channelBase): RegisterDefinition[] {
  const at = (name: string, offset: number, rest: Omit<RegisterDefinition, "bar" | "offset" | "size" | "name">) =>
    word(`${channel}_${name}`, channelBase[channel] + offset, { reset: 0, ...rest });
  return [
    at("CONTROL", channelRegister.control, {
      access: "rw",
      description: "RUN 0 to 1 starts the chain at DESC, 1 to 0 while BUSY aborts it. Fault 'stuck': a start never ends",
      fields: controlFields,
    }),
    at("STATUS", channelRegister.status, {
      access: "ro",
      description: "Faults: 'descriptor-fetch-abort' (error 2), 'data-abort' (error 3)",
      fields: statusFields,
    }),
    at("DESC_LO", channelRegister.descLo, { access: "rw", description: "Logical address of the first descriptor, bits 31:0; writes are ignored while BUSY" }),
    at("DESC_HI", channelRegister.descHi, { access: "rw", description: "Logical address of the first descriptor, bits 63:32; writes are ignored while BUSY" }),
    at("COMPLETED", channelRegister.completed, { access: "ro", description: "Bytes moved by this chain so far" }),
    at("SRAM_POSITION", channelRegister.sramPosition, {
      access: "rw",
      description: "SRAM address of the next byte; writes are ignored while BUSY",
      fields: [{ name: "ADDRESS", bits: [19, 0] }],
    }),
    at("TOTAL_LO", channelRegister.totalLo, { access: "ro", description: "Bytes moved since the last device reset, bits 31:0" }),
    at("TOTAL_HI", channelRegister.totalHi, { access: "ro", description: "Bytes moved since the last device reset, bits 63:32" }),
    at("CHAINS", channelRegister.chains, { access: "ro", description: "Chains ended with DONE since the last device reset" }),
    at("ERRORS", channelRegister.errors, { access: "ro", description: "Chains ended with ERROR since the last device reset; aborts do not count" }),
  ];
}

export const sgDuplexRegisters: readonly RegisterDefinition[] = [
  ...globalRegisters,
  ...channelRegisters("H2C"),
  ...channelRegisters("C2H"),
  {
    bar: 1,
    offset: debugPort.index,
    size: 4,
    name: "DEBUG_INDEX",
    access: "rw",
    reset: 0,
    description: "SRAM address of DEBUG_DATA",
    fields: [{ name: "WORD", bits: [19, 2] }],
  },
  {
    bar: 1,
    offset: debugPort.data,
    size: 4,
    name: "DEBUG_DATA",
    access: "rw",
    description: "The SRAM word at DEBUG_INDEX; every access adds 4 to DEBUG_INDEX",
  },
];
