// SPDX-License-Identifier: MIT
/** Runtime and messaging registers of the PCI 9656 (data book, sections 11.4 and 11.6). */
import { register } from "./pci9656-configuration-registers.ts";
import type { ChipRegister } from "./register-file.ts";

/** Offsets in BAR 0. */
export const runtimeRegister = {
  opqis: 0x30,
  opqim: 0x34,
  mbox0: 0x40,
  mbox1: 0x44,
  mbox2: 0x48,
  mbox3: 0x4c,
  mbox4: 0x50,
  mbox7: 0x5c,
  p2ldbell: 0x60,
  l2pdbell: 0x64,
  intcsr: 0x68,
  cntrl: 0x6c,
  pcihidr: 0x70,
  pcihrev: 0x74,
  mbox0Copy: 0x78,
  mbox1Copy: 0x7c,
  qsr: 0xe8,
} as const;

/** INTCSR. */
export const intcsr = {
  mailboxEnable: 1 << 3,
  powerStatus: 1 << 5,
  parityStatus: 1 << 7,
  pciEnable: 1 << 8,
  pciDoorbellEnable: 1 << 9,
  pciAbortEnable: 1 << 10,
  pciDoorbellActive: 1 << 13,
  pciAbortActive: 1 << 14,
  localEnable: 1 << 16,
  localDoorbellEnable: 1 << 17,
  channelEnable: [1 << 18, 1 << 19],
  localDoorbellActive: 1 << 20,
  channelActive: [1 << 21, 1 << 22],
  /** 0 after an abort while that channel was the bus master. */
  channelNotMaster: [1 << 25, 1 << 26],
  notMaster: 0x0f00_0000,
  mailboxShift: 28,
} as const;

/** CNTRL. */
export const cntrl = {
  eepromClock: 1 << 24,
  eepromSelect: 1 << 25,
  eepromToDevice: 1 << 26,
  eepromFromDevice: 1 << 27,
  eepromPresent: 1 << 28,
  reload: 1 << 29,
  softwareReset: 1 << 30,
  userInput: 1 << 17,
} as const;

/** QSR: the queue ports replace mailboxes 0 and 1. */
export const queuePortsEnable = 0x1;

const flag = (name: string, bits: number) => ({ name, bits });

const interruptControl = register("INTCSR", runtimeRegister.intcsr, 4, {
  reset: 0x0001_0100,
  writable: 0x000f_1f5f,
  clearedByOne: intcsr.powerStatus | intcsr.parityStatus,
  description: "Interrupt enables and sources. A DMA channel's interrupt goes to INTA# when bit 17 of its DMAMODE is 1, else to LINTo#",
  fields: [
    flag("LSERR_ON_ABORT", 0),
    flag("LSERR_ON_PARITY", 1),
    flag("GENERATE_SERR", 2),
    flag("MAILBOX_ENABLE", 3),
    flag("POWER_ENABLE", 4),
    flag("POWER_ACTIVE", 5),
    flag("PARITY_CHECK_ENABLE", 6),
    flag("PARITY_ERROR", 7),
    { name: "PCI_ENABLE", bits: 8, values: { 0: "INTA# off", 1: "INTA# on" } },
    flag("PCI_DOORBELL_ENABLE", 9),
    flag("PCI_ABORT_ENABLE", 10),
    flag("LOCAL_INPUT_ENABLE", 11),
    flag("RETRY_ABORT_ENABLE", 12),
    flag("PCI_DOORBELL_ACTIVE", 13),
    flag("PCI_ABORT_ACTIVE", 14),
    flag("LOCAL_INPUT_ACTIVE", 15),
    { name: "LOCAL_ENABLE", bits: 16, values: { 0: "LINTo# off", 1: "LINTo# on" } },
    flag("LOCAL_DOORBELL_ENABLE", 17),
    flag("DMA0_ENABLE", 18),
    flag("DMA1_ENABLE", 19),
    flag("LOCAL_DOORBELL_ACTIVE", 20),
    flag("DMA0_ACTIVE", 21),
    flag("DMA1_ACTIVE", 22),
    flag("BIST_ACTIVE", 23),
    { name: "DIRECT_MASTER_ABORT", bits: 24, values: { 0: "was master", 1: "no" } },
    { name: "DMA0_ABORT", bits: 25, values: { 0: "was master", 1: "no" } },
    { name: "DMA1_ABORT", bits: 26, values: { 0: "was master", 1: "no" } },
    { name: "RETRY_ABORT", bits: 27, values: { 0: "after 256 retries", 1: "no" } },
    { name: "MAILBOX_WRITTEN", bits: [31, 28] },
  ],
});

const control = register("CNTRL", runtimeRegister.cntrl, 4, {
  reset: 0x000f_767e,
  writable: 0xe70d_ffff,
  description: "Serial EEPROM, PCI command codes, user pins, software reset. RELOAD 0 to 1 reads the EEPROM into the configuration registers",
  fields: [
    { name: "DMA_READ_COMMAND", bits: [3, 0] },
    { name: "DMA_WRITE_COMMAND", bits: [7, 4] },
    { name: "MASTER_READ_COMMAND", bits: [11, 8] },
    { name: "MASTER_WRITE_COMMAND", bits: [15, 12] },
    flag("USER_OUTPUT", 16),
    flag("USER_INPUT", 17),
    flag("USERI_SELECT", 18),
    flag("USERO_SELECT", 19),
    flag("LINTO_STATUS", 20),
    flag("LSERR_STATUS", 21),
    flag("EEPROM_CLOCK", 24),
    flag("EEPROM_SELECT", 25),
    flag("EEPROM_DI", 26),
    flag("EEPROM_DO", 27),
    flag("EEPROM_PRESENT", 28),
    flag("RELOAD", 29),
    { name: "SOFTWARE_RESET", bits: 30, values: { 0: "running", 1: "local side held in reset" } },
    flag("EEDO_INPUT_ENABLE", 31),
  ],
});

const mailboxes = Array.from({ length: 8 }, (_, i) =>
  register(`MBOX${i}`, runtimeRegister.mbox0 + 4 * i, 4, {
    description:
      i < 2
        ? `Also at 0x${(runtimeRegister.mbox0Copy + 4 * i).toString(16).toUpperCase()}; the ${i === 0 ? "inbound" : "outbound"} queue port instead when QSR bit 0 is 1`
        : i < 4
          ? "A write is told to the local side when INTCSR bit 3 is 1"
          : "For both sides",
  }),
);

const queuePointers = ["IFHPR", "IFTPR", "IPHPR", "IPTPR", "OFHPR", "OFTPR", "OPHPR", "OPTPR"].map((name, i) =>
  register(name, 0xc8 + 4 * i, 4, { description: "Messaging queue pointer; a local processor moves it" }),
);

export const runtimeRegisters: readonly ChipRegister[] = [
  register("OPQIS", runtimeRegister.opqis, 4, { access: "ro", description: "Outbound post queue interrupt; this board posts nothing" }),
  register("OPQIM", runtimeRegister.opqim, 4, { reset: 0x8, writable: 0x8, description: "Bit 3 masks the outbound post queue interrupt" }),
  ...mailboxes,
  register("P2LDBELL", runtimeRegister.p2ldbell, 4, { writable: 0, description: "PCI to local doorbells: writing 1 sets a bit, the local side clears it" }),
  register("L2PDBELL", runtimeRegister.l2pdbell, 4, { access: "w1c", description: "Local to PCI doorbells: the local side sets a bit, writing 1 clears it" }),
  interruptControl,
  control,
  register("PCIHIDR", runtimeRegister.pcihidr, 4, { access: "ro", reset: 0x9656_10b5, description: "Vendor and device of the chip itself" }),
  register("PCIHREV", runtimeRegister.pcihrev, 4, { access: "ro", reset: 0xba, description: "Silicon revision" }),
  register("MQCR", 0xc0, 4, { reset: 0x2, writable: 0x3f, description: "Messaging queue size" }),
  register("QBAR", 0xc4, 4, { writable: 0xfff0_0000, description: "Local address of the messaging queues" }),
  ...queuePointers,
  register("QSR", runtimeRegister.qsr, 4, {
    reset: 0x50,
    writable: 0x0f,
    description: "Messaging queue status",
    fields: [flag("DECODE_ENABLE", 0), flag("LOCAL_SPACE_SELECT", 1), flag("INBOUND_PREFETCH", 2), flag("OUTBOUND_PREFETCH", 3)],
  }),
];
