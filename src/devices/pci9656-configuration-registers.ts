// SPDX-License-Identifier: MIT
/**
 * Local configuration registers of the PCI 9656 (data book, section 11.3) with the values that the chip has before its serial EEPROM is read.
 */
import type { ChipRegister } from "./register-file.ts";

/** Offsets in BAR 0. */
export const configurationRegister = {
  las0rr: 0x00,
  las0ba: 0x04,
  marbr: 0x08,
  bigend: 0x0c,
  lmisc1: 0x0d,
  protArea: 0x0e,
  lmisc2: 0x0f,
  eromrr: 0x10,
  eromba: 0x14,
  lbrd0: 0x18,
  dmrr: 0x1c,
  dmlbam: 0x20,
  dmlbai: 0x24,
  dmpbam: 0x28,
  dmcfga: 0x2c,
  las1rr: 0xf0,
  las1ba: 0xf4,
  lbrd1: 0xf8,
  dmdac: 0xfc,
  pciarb: 0x100,
  pabtadr: 0x104,
} as const;

/** LASxBA: the space is decoded. */
export const spaceEnable = 0x1;
/** BIGEND: byte order of what reaches the local bus. */
export const bigEndian = { space0: 0x04, space1: 0x20, channel1: 0x40, channel0: 0x80 } as const;
/** LMISC1: the local side has allowed PCI accesses. LMISC2: an access that nobody answers ends. */
export const misc = { localInitDone: 0x04, readyTimeout: 0x01 } as const;

type Rest = Omit<ChipRegister, "bar" | "offset" | "size" | "name">;

export const register = (name: string, offset: number, size: number, rest: Rest): ChipRegister => ({
  bar: 0,
  offset,
  size,
  name,
  access: "rw",
  reset: 0,
  ...rest,
});

const width = { 0: "8 bits", 1: "16 bits", 2: "32 bits", 3: "32 bits" };

const rangeFields = [
  { name: "IO_SPACE", bits: 0, values: { 0: "memory", 1: "I/O" } },
  { name: "PREFETCHABLE", bits: 3 },
  { name: "RANGE", bits: [31, 4] },
] as const;

const baseFields = [
  { name: "ENABLE", bits: 0, values: { 0: "not decoded", 1: "decoded" } },
  { name: "REMAP", bits: [31, 4] },
] as const;

const regionFields = [
  { name: "BUS_WIDTH", bits: [1, 0], values: width },
  { name: "WAIT_STATES", bits: [5, 2] },
  { name: "READY_ENABLE", bits: 6 },
  { name: "CONTINUOUS_BURST", bits: 7 },
] as const;

/** MARBR, which is also at 0xAC. */
const arbitration = register("MARBR", configurationRegister.marbr, 4, {
  reset: 0x0020_0000,
  description: "Local bus and DMA arbitration; the same register as DMAARB (0xAC)",
  fields: [
    { name: "LATENCY_TIMER", bits: [7, 0] },
    { name: "PAUSE_TIMER", bits: [15, 8] },
    { name: "LATENCY_TIMER_ENABLE", bits: 16 },
    { name: "PAUSE_TIMER_ENABLE", bits: 17 },
    { name: "BREQI_ENABLE", bits: 18 },
    { name: "DMA_PRIORITY", bits: [20, 19], values: { 0: "rotating", 1: "channel 0", 2: "channel 1" } },
    { name: "DIRECT_SLAVE_RELEASE", bits: 21 },
    { name: "LOCK_ENABLE", bits: 22 },
    { name: "PCI_REQUEST_MODE", bits: 23 },
    { name: "DELAYED_READ", bits: 24 },
    { name: "READ_NO_WRITE", bits: 25 },
    { name: "READ_WRITE_FLUSH", bits: 26 },
    { name: "GATE_LATENCY_TIMER", bits: 27 },
    { name: "READ_NO_FLUSH", bits: 28 },
    { name: "ID_SELECT", bits: 29, values: { 0: "vendor and device", 1: "subsystem" } },
    { name: "FIFO_FULL_FLAG", bits: 30 },
    { name: "BIGEND_WAIT_SELECT", bits: 31 },
  ],
});

const miscellaneous: readonly ChipRegister[] = [
  register("BIGEND", configurationRegister.bigend, 1, {
    description: "Byte order on the local bus; 0 = little endian",
    fields: [
      { name: "CONFIGURATION", bits: 0 },
      { name: "DIRECT_MASTER", bits: 1 },
      { name: "SPACE0", bits: 2 },
      { name: "EXPANSION_ROM", bits: 3 },
      { name: "BYTE_LANE", bits: 4 },
      { name: "SPACE1", bits: 5 },
      { name: "DMA1", bits: 6 },
      { name: "DMA0", bits: 7 },
    ],
  }),
  register("LMISC1", configurationRegister.lmisc1, 1, {
    reset: 0x01,
    writable: 0xff,
    fields: [
      { name: "IO_BAR_ENABLE", bits: 0 },
      { name: "IO_BAR_SHIFT", bits: 1 },
      { name: "LOCAL_INIT_DONE", bits: 2, values: { 0: "PCI accesses are retried", 1: "done" } },
      { name: "FLUSH_ON_ABORT", bits: 3 },
      { name: "DELAYED_READ_ENABLE", bits: 4 },
      { name: "TEA_MASK", bits: 5 },
      { name: "RETRY_ON_FULL", bits: 6 },
      { name: "DISCONNECT_FLUSH", bits: 7 },
    ],
  }),
  register("PROT_AREA", configurationRegister.protArea, 1, {
    reset: 0x30,
    writable: 0x7f,
    description: "Serial EEPROM dwords below this one are protected against writes through VPD",
    fields: [{ name: "BOUNDARY", bits: [6, 0] }],
  }),
  register("LMISC2", configurationRegister.lmisc2, 1, {
    writable: 0x3f,
    fields: [
      { name: "READY_TIMEOUT", bits: 0, values: { 0: "waits for READY# for ever", 1: "an access ends without READY#" } },
      { name: "READY_TIMEOUT_CLOCKS", bits: 1, values: { 0: "32", 1: "1024" } },
      { name: "DELAYED_WRITE", bits: [4, 2] },
      { name: "WRITE_FIFO_CONDITION", bits: 5 },
    ],
  }),
];

const directMaster: readonly ChipRegister[] = [
  register("DMRR", configurationRegister.dmrr, 4, { writable: 0xffff_0000, description: "Range of accesses of a local processor to PCI" }),
  register("DMLBAM", configurationRegister.dmlbam, 4, { writable: 0xffff_0000, description: "Local base address for accesses to PCI memory" }),
  register("DMLBAI", configurationRegister.dmlbai, 4, { writable: 0xffff_0000, description: "Local base address for accesses to PCI I/O and configuration" }),
  register("DMPBAM", configurationRegister.dmpbam, 4, {
    description: "PCI base address of accesses to PCI memory",
    fields: [
      { name: "MEMORY_ENABLE", bits: 0 },
      { name: "IO_ENABLE", bits: 1 },
      { name: "REMAP", bits: [31, 16] },
    ],
  }),
  register("DMCFGA", configurationRegister.dmcfga, 4, {
    writable: 0x80ff_ffff,
    description: "Address of configuration cycles of a local processor",
    fields: [
      { name: "TYPE", bits: [1, 0] },
      { name: "REGISTER", bits: [7, 2] },
      { name: "FUNCTION", bits: [10, 8] },
      { name: "DEVICE", bits: [15, 11] },
      { name: "BUS", bits: [23, 16] },
      { name: "ENABLE", bits: 31 },
    ],
  }),
];

export const configurationRegisters: readonly ChipRegister[] = [
  register("LAS0RR", configurationRegister.las0rr, 4, {
    reset: 0xfff0_0000,
    description: "Size of local address space 0 (BAR 2): bits that are 1 are decoded",
    fields: rangeFields,
  }),
  register("LAS0BA", configurationRegister.las0ba, 4, { description: "Local address of space 0", fields: baseFields }),
  arbitration,
  ...miscellaneous,
  register("EROMRR", configurationRegister.eromrr, 4, { writable: 0xffff_f801, description: "Size of the expansion ROM" }),
  register("EROMBA", configurationRegister.eromba, 4, { writable: 0xffff_f83f, description: "Local address of the expansion ROM, and BREQo control" }),
  register("LBRD0", configurationRegister.lbrd0, 4, {
    reset: 0x4043_0043,
    description: "Local bus of space 0 and of the expansion ROM",
    fields: [
      ...regionFields,
      { name: "PREFETCH_DISABLE", bits: 8 },
      { name: "ROM_PREFETCH_DISABLE", bits: 9 },
      { name: "PREFETCH_COUNT_ENABLE", bits: 10 },
      { name: "PREFETCH_COUNT", bits: [14, 11] },
      { name: "ROM_BUS_WIDTH", bits: [17, 16], values: width },
      { name: "ROM_WAIT_STATES", bits: [21, 18] },
      { name: "ROM_READY_ENABLE", bits: 22 },
      { name: "ROM_CONTINUOUS_BURST", bits: 23 },
      { name: "BURST_ENABLE", bits: 24 },
      { name: "EXTRA_LONG_LOAD", bits: 25 },
      { name: "ROM_BURST_ENABLE", bits: 26 },
      { name: "WRITE_MODE", bits: 27 },
      { name: "RETRY_CLOCKS", bits: [31, 28] },
    ],
  }),
  ...directMaster,
  register("LAS1RR", configurationRegister.las1rr, 4, {
    reset: 0xfff0_0000,
    description: "Size of local address space 1 (BAR 3): bits that are 1 are decoded",
    fields: rangeFields,
  }),
  register("LAS1BA", configurationRegister.las1ba, 4, { description: "Local address of space 1", fields: baseFields }),
  register("LBRD1", configurationRegister.lbrd1, 4, {
    reset: 0x0000_0043,
    writable: 0x0000_07ff,
    description: "Local bus of space 1",
    fields: [...regionFields, { name: "BURST_ENABLE", bits: 8 }, { name: "PREFETCH_DISABLE", bits: 9 }, { name: "PREFETCH_COUNT_ENABLE", bits: 10 }],
  }),
  register("DMDAC", configurationRegister.dmdac, 4, { description: "Upper half of PCI addresses of a local processor" }),
  register("PCIARB", configurationRegister.pciarb, 4, { writable: 0x0f, description: "Internal PCI arbiter" }),
  register("PABTADR", configurationRegister.pabtadr, 4, { access: "ro", description: "PCI address of the last master or target abort" }),
];
