// SPDX-License-Identifier: MIT
/** DMA registers of the PCI 9656 (data book, section 11.5) and the layout of its descriptors (section 3.5.2). */
import { register } from "./pci9656-configuration-registers.ts";
import type { ChipRegister } from "./register-file.ts";

/** Offsets in BAR 0, by channel. */
export const dmaRegister = {
  mode: [0x80, 0x94],
  /** PCI address, local address, size; in valid mode size, PCI address, local address. */
  firstOfThree: [0x84, 0x98],
  descriptorPointer: [0x90, 0xa4],
  command: [0xa8, 0xa9],
  arbitration: 0xac,
  threshold: 0xb0,
  dualAddress: [0xb4, 0xb8],
} as const;

export const mode = {
  busWidth: 0x3,
  waitStatesShift: 2,
  waitStates: 0xf,
  localBurst: 1 << 8,
  scatterGather: 1 << 9,
  doneInterrupt: 1 << 10,
  constantLocalAddress: 1 << 11,
  demand: 1 << 12,
  clearCount: 1 << 16,
  interruptToPci: 1 << 17,
  dualAddressLoad: 1 << 18,
  valid: 1 << 20,
  validStop: 1 << 21,
} as const;

export const descriptorPointer = { inPciMemory: 0x1, endOfChain: 0x2, terminalCountInterrupt: 0x4, fromLocal: 0x8, address: 0xffff_fff0 } as const;
export const command = { enable: 0x01, start: 0x02, abort: 0x04, clearInterrupt: 0x08, done: 0x10 } as const;
export const transferSize = { count: 0x007f_ffff, valid: 0x8000_0000 } as const;

const modeFields = [
  { name: "BUS_WIDTH", bits: [1, 0], values: { 0: "8 bits", 1: "16 bits", 2: "32 bits", 3: "32 bits" } },
  { name: "WAIT_STATES", bits: [5, 2] },
  { name: "READY_ENABLE", bits: 6 },
  { name: "CONTINUOUS_BURST", bits: 7 },
  { name: "LOCAL_BURST", bits: 8 },
  { name: "SCATTER_GATHER", bits: 9, values: { 0: "block", 1: "scatter/gather" } },
  { name: "DONE_INTERRUPT", bits: 10 },
  { name: "CONSTANT_LOCAL_ADDRESS", bits: 11 },
  { name: "DEMAND", bits: 12 },
  { name: "WRITE_INVALIDATE", bits: 13 },
  { name: "EOT_ENABLE", bits: 14 },
  { name: "FAST_TERMINATE", bits: 15 },
  { name: "CLEAR_COUNT", bits: 16 },
  { name: "INTERRUPT_TO", bits: 17, values: { 0: "local (LINTo#)", 1: "PCI (INTA#)" } },
  { name: "DAC_CHAIN_LOAD", bits: 18, values: { 0: "upper half from DMADAC", 1: "upper half from each descriptor" } },
  { name: "EOT_END_LINK", bits: 19 },
  { name: "VALID_MODE", bits: 20 },
  { name: "VALID_STOP", bits: 21 },
] as const;

const pointerFields = [
  { name: "LOCATION", bits: 0, values: { 0: "local memory", 1: "PCI memory" } },
  { name: "END_OF_CHAIN", bits: 1 },
  { name: "TERMINAL_COUNT_INTERRUPT", bits: 2 },
  { name: "DIRECTION", bits: 3, values: { 0: "PCI to local", 1: "local to PCI" } },
  { name: "NEXT", bits: [31, 4] },
] as const;

const commandFields = [
  { name: "ENABLE", bits: 0 },
  { name: "START", bits: 1 },
  { name: "ABORT", bits: 2 },
  { name: "CLEAR_INTERRUPT", bits: 3 },
  { name: "DONE", bits: 4, values: { 0: "transferring", 1: "done" } },
] as const;

function channel(index: 0 | 1): readonly ChipRegister[] {
  const three = dmaRegister.firstOfThree[index];
  return [
    register(`DMAMODE${index}`, dmaRegister.mode[index], 4, {
      reset: 0x43,
      writable: 0x003f_ffff,
      description: "Faults: 'dma-stuck' (a start never ends), 'dma-corrupt' (first byte inverted)",
      fields: modeFields,
    }),
    register(`DMAPADR${index}`, three, 4, { description: "PCI address, lower half; counts. At +4 in valid mode" }),
    register(`DMALADR${index}`, three + 4, 4, { description: "Local address; counts. At +4 in valid mode" }),
    register(`DMASIZ${index}`, three + 8, 4, {
      description: "Bytes to move; counts down. At -8 in valid mode",
      fields: [
        { name: "BYTES", bits: [22, 0] },
        { name: "VALID", bits: 31 },
      ],
    }),
    register(`DMADPR${index}`, dmaRegister.descriptorPointer[index], 4, {
      description: "Block mode: direction. Scatter/gather mode: the next descriptor; each descriptor loads its own",
      fields: pointerFields,
    }),
    register(`DMACSR${index}`, dmaRegister.command[index], 1, {
      reset: command.done,
      writable: command.enable,
      description: "START works while ENABLE is 1, ABORT while it is 0. ENABLE 0 pauses",
      fields: commandFields,
    }),
    register(`DMADAC${index}`, dmaRegister.dualAddress[index], 4, { description: "PCI address, upper half" }),
  ];
}

export const dmaRegisters: readonly ChipRegister[] = [
  ...channel(0),
  ...channel(1),
  register("DMATHR", dmaRegister.threshold, 4, { description: "FIFO thresholds of both channels" }),
];
