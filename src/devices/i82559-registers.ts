// SPDX-License-Identifier: MIT
/** Control/status registers of the Intel 82559 ("8255x 10/100 Mbps Ethernet Controller Family, Open Source Software Developer Manual", section 6.3). */
import type { RegisterDefinition } from "../protocol/index.ts";

/** Offsets of the CSR, the same in the memory BAR and the I/O BAR. */
export const csr = {
  scbStatus: 0x00,
  interruptStatus: 0x01,
  command: 0x02,
  interruptMask: 0x03,
  generalPointer: 0x04,
  port: 0x08,
  flashControl: 0x0c,
  eepromControl: 0x0e,
  mdiControl: 0x10,
  rxByteCount: 0x14,
  earlyReceive: 0x18,
  flowThreshold: 0x19,
  flowCommand: 0x1a,
  pmdr: 0x1b,
  generalControl: 0x1c,
  generalStatus: 0x1d,
} as const;
/** Bytes of the CSR that have a register. */
export const csrBytes = 0x20;

/** Causes in the interrupt status byte, which writing one acknowledges. */
export const cause = {
  commandDone: 0x80,
  frameReceived: 0x40,
  unitInactive: 0x20,
  receiverNotReady: 0x10,
  mdiDone: 0x08,
  software: 0x04,
  flowPause: 0x01,
} as const;
/** Interrupt mask byte: M, SI, and the masks of single causes, which have their bits at the place of the cause; MDI and SI have none. */
export const mask = { all: 0x01, software: 0x02, causes: 0xfc } as const;
/** Causes whose bit in the mask byte masks them; the others are masked by M only. */
export const maskable = cause.commandDone | cause.frameReceived | cause.unitInactive | cause.receiverNotReady;

/** State of the command unit in bits 7:6, of the receive unit in bits 5:2 of the SCB status. */
export const unitState = {
  command: { idle: 0x00, suspended: 0x40, active: 0x80 },
  receive: { idle: 0x00, suspended: 0x04, noResources: 0x08, ready: 0x10 },
} as const;

/** Commands in bits 7:4 and 2:0 of the SCB command byte. */
export const cuCommand = { nop: 0x0, start: 0x1, resume: 0x2, loadDumpAddress: 0x4, dump: 0x5, loadBase: 0x6, dumpAndReset: 0x7, staticResume: 0xa } as const;
export const ruCommand = { nop: 0, start: 1, resume: 2, abort: 4, loadHeaderSize: 5, loadBase: 6 } as const;

/** Functions in bits 3:0 of PORT. */
export const portFunction = { softwareReset: 0, selfTest: 1, selectiveReset: 2, dump: 3 } as const;
/** Bits of the EEPROM control register. */
export const eepromPin = { clock: 0x01, select: 0x02, dataIn: 0x04, dataOut: 0x08 } as const;
/** Fields of the MDI control register. */
export const mdi = { ready: 1 << 28, interruptEnable: 1 << 29, write: 1, read: 2 } as const;
/** Bits of the power management driver register, cleared by writing one. */
export const pmdr = { linkChange: 0x80, magicPacket: 0x40, interestingPacket: 0x20, pmeStatus: 0x01 } as const;

const cuStates = { 0: "idle", 1: "suspended", 2: "LPQ active", 3: "HPQ active" };
const ruStates = { 0: "idle", 1: "suspended", 2: "no resources", 4: "ready" };
const pending = { 0: "no", 1: "pending" };
const masked = { 0: "enabled", 1: "masked" };

/** BAR 0; BAR 1 has the same registers in I/O space. */
export const i82559Registers: readonly RegisterDefinition[] = [
  {
    bar: 0,
    offset: csr.scbStatus,
    size: 2,
    name: "SCB_STATUS",
    access: "w1c",
    reset: 0,
    description: "States of the units; causes of an interrupt, acknowledged by writing one",
    fields: [
      { name: "CX", bits: 15, values: pending },
      { name: "FR", bits: 14, values: pending },
      { name: "CNA", bits: 13, values: pending },
      { name: "RNR", bits: 12, values: pending },
      { name: "MDI", bits: 11, values: pending },
      { name: "SWI", bits: 10, values: pending },
      { name: "FCP", bits: 8, values: pending },
      { name: "CUS", bits: [7, 6], values: cuStates },
      { name: "RUS", bits: [5, 2], values: ruStates },
    ],
  },
  {
    bar: 0,
    offset: csr.command,
    size: 2,
    name: "SCB_COMMAND",
    access: "rw",
    reset: 0,
    description: "Low byte: a command, which reads as 0 when it was accepted. High byte: masks. Fault 'command-stuck': the low byte stays",
    fields: [
      { name: "CX_MASK", bits: 15, values: masked },
      { name: "FR_MASK", bits: 14, values: masked },
      { name: "CNA_MASK", bits: 13, values: masked },
      { name: "RNR_MASK", bits: 12, values: masked },
      { name: "ER_MASK", bits: 11, values: masked },
      { name: "FCP_MASK", bits: 10, values: masked },
      { name: "SI", bits: 9 },
      { name: "M", bits: 8, values: masked },
      {
        name: "CUC",
        bits: [7, 4],
        values: { 1: "start", 2: "resume", 4: "load dump address", 5: "dump", 6: "load base", 7: "dump and reset", 10: "static resume" },
      },
      { name: "RUC", bits: [2, 0], values: { 1: "start", 2: "resume", 4: "abort", 5: "load header size", 6: "load base" } },
    ],
  },
  { bar: 0, offset: csr.generalPointer, size: 4, name: "SCB_GENERAL_POINTER", access: "rw", reset: 0, description: "Argument of the next SCB command" },
  {
    bar: 0,
    offset: csr.port,
    size: 4,
    name: "PORT",
    access: "rw",
    reset: 0,
    description: "Reset, self-test or dump; reads as 0 when it is done",
    fields: [
      { name: "ADDRESS", bits: [31, 4] },
      { name: "FUNCTION", bits: [3, 0], values: { 0: "software reset", 1: "self-test", 2: "selective reset", 3: "dump" } },
    ],
  },
  { bar: 0, offset: csr.flashControl, size: 2, name: "FLASH_CONTROL", access: "rw", reset: 0 },
  {
    bar: 0,
    offset: csr.eepromControl,
    size: 2,
    name: "EEPROM_CONTROL",
    access: "rw",
    reset: 0,
    description: "The pins of the serial EEPROM",
    fields: [
      { name: "EEDO", bits: 3 },
      { name: "EEDI", bits: 2 },
      { name: "EECS", bits: 1 },
      { name: "EESK", bits: 0 },
    ],
  },
  {
    bar: 0,
    offset: csr.mdiControl,
    size: 4,
    name: "MDI_CONTROL",
    access: "rw",
    reset: mdi.ready,
    description: "A cycle on the management interface of the PHY. Fault 'mdi-stuck': READY stays 0",
    fields: [
      { name: "INTERRUPT_ENABLE", bits: 29 },
      { name: "READY", bits: 28 },
      { name: "OPCODE", bits: [27, 26], values: { 1: "write", 2: "read" } },
      { name: "PHY", bits: [25, 21] },
      { name: "REGISTER", bits: [20, 16] },
      { name: "DATA", bits: [15, 0] },
    ],
  },
  { bar: 0, offset: csr.rxByteCount, size: 4, name: "RX_DMA_BYTE_COUNT", access: "ro", reset: 0, description: "Bytes of the last frame moved to memory" },
  { bar: 0, offset: csr.earlyReceive, size: 1, name: "EARLY_RECEIVE_INTERRUPT", access: "rw", reset: 0 },
  { bar: 0, offset: csr.flowThreshold, size: 1, name: "FLOW_CONTROL_THRESHOLD", access: "rw", reset: 0 },
  { bar: 0, offset: csr.flowCommand, size: 1, name: "FLOW_CONTROL_COMMAND", access: "rw", reset: 0 },
  {
    bar: 0,
    offset: csr.pmdr,
    size: 1,
    name: "PMDR",
    access: "w1c",
    reset: 0,
    description: "What has woken the device",
    fields: [
      { name: "LINK_CHANGE", bits: 7 },
      { name: "MAGIC_PACKET", bits: 6 },
      { name: "INTERESTING_PACKET", bits: 5 },
      { name: "PME_STATUS", bits: 0 },
    ],
  },
  { bar: 0, offset: csr.generalControl, size: 1, name: "GENERAL_CONTROL", access: "rw", reset: 0 },
  {
    bar: 0,
    offset: csr.generalStatus,
    size: 1,
    name: "GENERAL_STATUS",
    access: "ro",
    fields: [
      { name: "FULL_DUPLEX", bits: 2 },
      { name: "SPEED", bits: 1, values: { 0: "10 Mbps", 1: "100 Mbps" } },
      { name: "LINK", bits: 0, values: { 0: "down", 1: "up" } },
    ],
  },
];
