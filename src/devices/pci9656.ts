// SPDX-License-Identifier: MIT
/**
 * PLX PCI 9656 on a board with SRAM, as on the PCI9656RDK-Lite: a PCI to local bus bridge with two DMA channels. Facts from the public data book
 * (PLX Technology, PCI 9656BA, version 1.3); registers are in pci9656-*-registers.ts, a channel in pci9656-channel.ts.
 *
 * BAR 0: registers in memory space. BAR 1: the first 256 bytes of them in I/O space. BAR 2 and BAR 3: local address spaces 0 and 1, both onto the SRAM.
 *
 * Options: `sramBytes` (a power of two, default 128 KiB), `sramBase` (its local address, default 0), `latencyNs` (to load a descriptor, default 500), `clockNs`
 * (period of the local clock, default 15), `eeprom` (default true; without it the local address spaces stay as the chip resets them, not decoded),
 * `localProcessor` (default false: nobody reads mailboxes and doorbells on the local side; true: after `latencyNs` mailboxes 0 to 3 are copied to 4 to 7
 * and doorbells to the host are rung back), `addressBits` (of PCI addresses that reach memory, default 32: where the chip needs no upper halves),
 * `deviceId`, `subsystemVendorId`, `subsystemId`.
 *
 * Faults that `faults` can name: `dma-stuck`, `dma-corrupt`, `descriptor-abort`, `pci-abort`, `lost-interrupt`.
 *
 * The local processor side of the chip (Direct Master, messaging queues, hot swap, VPD) has registers only.
 */
import type { BarDefinition, DeviceBus, DeviceInstance } from "../protocol/index.ts";
import { defineDevice } from "./define-device.ts";
import { amount, flag, powerOfTwo, readOptions, whole } from "./options.ts";
import { Pci9656Channel } from "./pci9656-channel.ts";
import { bigEndian, configurationRegister, configurationRegisters, misc, spaceEnable } from "./pci9656-configuration-registers.ts";
import { dmaRegister, dmaRegisters } from "./pci9656-dma-registers.ts";
import { eepromAddressBits, eepromImage, loadEeprom } from "./pci9656-eeprom.ts";
import { Pci9656Interrupts } from "./pci9656-interrupts.ts";
import { LocalBus } from "./pci9656-local-bus.ts";
import { cntrl, queuePortsEnable, runtimeRegister, runtimeRegisters } from "./pci9656-runtime-registers.ts";
import { type ChipRegister, RegisterFile, dwordsOf, shifted } from "./register-file.ts";
import { SerialEeprom } from "./serial-eeprom.ts";

const registerBytes = 0x200;
const portBytes = 0x100;
const defaultSramBytes = 0x2_0000;
const allOnes = 0xffff_ffff;
/** DMA registers, which a software reset resets. */
const dmaRange = { start: 0x80, end: 0xbc } as const;

const pci = {
  vendorId: 0x10b5,
  deviceId: 0x9601,
  subsystemVendorId: 0x10b5,
  subsystemId: 0x9656,
  classCode: 0x06_8000,
  revision: 0xba,
  powerManagement: { pme: ["D0", "D3hot"], offset: 0x40 },
} as const;

export const pci9656Registers: readonly ChipRegister[] = [...configurationRegisters, ...runtimeRegisters, ...dmaRegisters];

const optionSchema = {
  sramBytes: powerOfTwo(defaultSramBytes, 16, 0x800_0000),
  sramBase: amount(0),
  latencyNs: amount(500),
  clockNs: amount(15),
  eeprom: flag(true),
  localProcessor: flag(false),
  deviceId: whole(pci.deviceId, 0, 0xffff),
  subsystemVendorId: whole(pci.subsystemVendorId, 0, 0xffff),
  subsystemId: whole(pci.subsystemId, 0, 0xffff),
  addressBits: whole(32, 32, 64),
};

/** Registers that answer at a second offset. */
const aliases: ReadonlyMap<number, number> = new Map([
  [runtimeRegister.mbox0Copy, runtimeRegister.mbox0],
  [runtimeRegister.mbox1Copy, runtimeRegister.mbox1],
  [dmaRegister.arbitration, configurationRegister.marbr],
]);

class Pci9656 implements DeviceInstance {
  readonly #bus: DeviceBus;
  readonly #options: ReturnType<typeof readOptions<typeof optionSchema>>;
  readonly #registers = new RegisterFile(registerBytes, pci9656Registers);
  readonly #localBus: LocalBus;
  readonly #channels: readonly [Pci9656Channel, Pci9656Channel];
  readonly #interrupts: Pci9656Interrupts;
  readonly #eeprom: SerialEeprom | undefined;
  #isInReset = false;
  /** Answers of the local processor that were on their way before the last reset are void. */
  #generation = 0;

  constructor(bus: DeviceBus, options: Readonly<Record<string, unknown>>) {
    this.#bus = bus;
    this.#options = readOptions("pci9656", optionSchema, options);
    const { sramBase, sramBytes, latencyNs, clockNs, eeprom } = this.#options;
    this.#localBus = new LocalBus(sramBase, sramBytes);
    const isInReset = () => this.#isInReset;
    const host = {
      bus,
      registers: this.#registers,
      localBus: this.#localBus,
      timing: { latencyNs, clockNs },
      get isInReset() {
        return isInReset();
      },
      aborted: (index: 0 | 1, address: bigint) => this.#aborted(index, address),
      interruptChanged: () => this.#interrupts.update(),
    };
    this.#channels = [new Pci9656Channel(0, host), new Pci9656Channel(1, host)];
    this.#interrupts = new Pci9656Interrupts(bus, this.#registers, this.#channels);
    this.#registers.reset();
    this.#eeprom = eeprom ? new SerialEeprom(this.#boardImage(), eepromAddressBits) : undefined;
  }

  /** PCI reset: registers to their values after the EEPROM has been read; SRAM keeps its content. */
  reset(): void {
    this.#generation++;
    this.#isInReset = false;
    this.#registers.reset();
    this.#load();
    for (const channel of this.#channels) channel.reset();
    this.#interrupts.reset();
  }

  /** The way back from D3 resets the chip (PCI Power Management 1.1); what runs in D0 stops with it. */
  power(state: "D0" | "D1" | "D2" | "D3"): void {
    if (state === "D0") return this.reset();
    for (const channel of this.#channels) channel.reset();
  }

  /** No register has side effects on reads. */
  read(bar: number, offset: number, size: number): number | bigint {
    return this.peek(bar, offset, size);
  }

  peek(bar: number, offset: number, size: number): number | bigint {
    if (size === 8) return (BigInt(this.peek(bar, offset + 4, 4)) << 32n) | BigInt(this.peek(bar, offset, 4));
    let value = bar >= 2 ? this.#readSpace(bar, offset, size) : 0;
    if (bar < 2) for (const access of dwordsOf(offset, size)) value |= shifted(this.#word(access.offset), -access.shift);
    return (value & (size === 4 ? allOnes : 2 ** (8 * size) - 1)) >>> 0;
  }

  write(bar: number, offset: number, size: number, value: number | bigint): void {
    if (size === 8) {
      this.write(bar, offset, 4, Number(BigInt.asUintN(32, BigInt(value))));
      this.write(bar, offset + 4, 4, Number(BigInt.asUintN(64, BigInt(value)) >> 32n));
    } else if (bar >= 2) this.#writeSpace(bar, offset, size, Number(value) >>> 0);
    else for (const access of dwordsOf(offset, size)) this.#writeWord(access.offset, shifted(Number(value) >>> 0, access.shift), access.enabled);
  }

  #word(offset: number): number {
    if (offset >= registerBytes) return 0;
    if (offset === runtimeRegister.intcsr) return this.#interrupts.value;
    if (offset === runtimeRegister.cntrl) return this.#control;
    if (this.#isQueuePort(offset)) return allOnes;
    return this.#registers.word(aliases.get(offset) ?? offset);
  }

  #writeWord(at: number, value: number, enabled: number): void {
    if (at >= registerBytes || this.#isQueuePort(at)) return;
    const offset = aliases.get(at) ?? at;
    const before = this.#registers.word(offset);
    this.#registers.write(offset, value, enabled);
    const bits = value & enabled;
    if (offset === dmaRegister.command[0]) this.#commandChannels(value, enabled);
    else if (offset === runtimeRegister.cntrl) this.#controlChanged(before);
    else if (offset === runtimeRegister.p2ldbell) this.#registers.setWord(offset, before | bits);
    else if (offset >= runtimeRegister.mbox0 && offset <= runtimeRegister.mbox3) this.#interrupts.mailboxWritten((offset - runtimeRegister.mbox0) / 4);
    if (offset <= runtimeRegister.p2ldbell && offset >= runtimeRegister.mbox0) this.#wakeLocalProcessor();
    this.#interrupts.update();
  }

  /** DMACSR0 and DMACSR1 are bytes of one dword. */
  #commandChannels(value: number, enabled: number): void {
    this.#channels.forEach((channel, i) => {
      if (((enabled >>> (8 * i)) & 0xff) !== 0) channel.command((value >>> (8 * i)) & 0xff);
    });
  }

  /** QSR bit 0: mailboxes 0 and 1 give way to the ports of the messaging queues, which are empty. */
  #isQueuePort(offset: number): boolean {
    const isPort = offset === runtimeRegister.mbox0 || offset === runtimeRegister.mbox1;
    return isPort && (this.#registers.word(runtimeRegister.qsr) & queuePortsEnable) !== 0;
  }

  get #control(): number {
    const value = this.#registers.word(runtimeRegister.cntrl);
    const eeprom = this.#eeprom;
    if (eeprom === undefined) return value;
    return (value | cntrl.eepromPresent | (eeprom.output ? cntrl.eepromFromDevice : 0)) >>> 0;
  }

  #controlChanged(before: number): void {
    const now = this.#registers.word(runtimeRegister.cntrl);
    this.#eeprom?.drive((now & cntrl.eepromSelect) !== 0, (now & cntrl.eepromClock) !== 0, (now & cntrl.eepromToDevice) !== 0);
    if ((now & cntrl.reload) !== 0 && (before & cntrl.reload) === 0) this.#load();
    this.#isInReset = (now & cntrl.softwareReset) !== 0;
    if (this.#isInReset && (before & cntrl.softwareReset) === 0) this.#softwareReset();
  }

  /** LRESET# is asserted until the bit is cleared: DMA stops; PCI configuration and runtime registers stay (data book, section 3.1.2). */
  #softwareReset(): void {
    this.#registers.reset(dmaRange.start, dmaRange.end);
    for (const channel of this.#channels) channel.reset();
  }

  #load(): void {
    if (this.#eeprom !== undefined) loadEeprom(this.#eeprom.words, this.#registers);
    this.#registers.setByte(configurationRegister.lmisc1, this.#registers.byte(configurationRegister.lmisc1) | misc.localInitDone);
  }

  #boardImage(): Uint16Array {
    const range = (~(this.#options.sramBytes - 1) & 0xffff_fff0) >>> 0;
    const base = (this.#options.sramBase | spaceEnable) >>> 0;
    const values = new Map<number, number>([
      [configurationRegister.las0rr, range],
      [configurationRegister.las0ba, base],
      [configurationRegister.las1rr, range],
      [configurationRegister.las1ba, base],
    ]);
    const { deviceId, subsystemVendorId, subsystemId } = this.#options;
    return eepromImage({ ...pci, deviceId, subsystemVendorId, subsystemId }, this.#registers, values);
  }

  /** Local address of `offset` in BAR 2 or 3; undefined when the space is not decoded or nothing answers there. */
  #localAddress(bar: number, offset: number, size: number): number | undefined {
    const [rangeRegister, baseRegister] =
      bar === 2 ? [configurationRegister.las0rr, configurationRegister.las0ba] : [configurationRegister.las1rr, configurationRegister.las1ba];
    const base = this.#registers.word(baseRegister);
    if ((base & spaceEnable) === 0 || this.#isInReset) return undefined;
    const range = this.#registers.word(rangeRegister) & 0xffff_fff0;
    const local = ((base & range) | (offset & ~range)) >>> 0;
    return this.#localBus.covers(local, size) ? local : undefined;
  }

  #isBigEndian(bar: number): boolean {
    return (this.#registers.byte(configurationRegister.bigend) & (bar === 2 ? bigEndian.space0 : bigEndian.space1)) !== 0;
  }

  #readSpace(bar: number, offset: number, size: number): number {
    const local = this.#localAddress(bar, offset, size);
    if (local === undefined) return allOnes;
    const bytes = this.#localBus.read(local, size, this.#isBigEndian(bar));
    return bytes.reduceRight((value, byte) => value * 256 + byte, 0);
  }

  #writeSpace(bar: number, offset: number, size: number, value: number): void {
    const local = this.#localAddress(bar, offset, size);
    if (local === undefined) return;
    const bytes = Uint8Array.from({ length: size }, (_, i) => value >>> (8 * i));
    this.#localBus.write(local, bytes, this.#isBigEndian(bar));
  }

  #aborted(index: 0 | 1, address: bigint): void {
    this.#registers.setWord(configurationRegister.pabtadr, Number(BigInt.asUintN(32, address)));
    this.#interrupts.aborted(index);
  }

  #wakeLocalProcessor(): void {
    if (!this.#options.localProcessor) return;
    const generation = this.#generation;
    this.#bus.after(this.#options.latencyNs, () => {
      if (generation === this.#generation) this.#echo();
    });
  }

  #echo(): void {
    const registers = this.#registers;
    for (let i = 0; i < 4; i++) registers.setWord(runtimeRegister.mbox4 + 4 * i, registers.word(runtimeRegister.mbox0 + 4 * i));
    registers.setWord(runtimeRegister.l2pdbell, registers.word(runtimeRegister.l2pdbell) | registers.word(runtimeRegister.p2ldbell));
    registers.setWord(runtimeRegister.p2ldbell, 0);
    this.#interrupts.mailboxesRead();
    this.#interrupts.update();
  }
}

const bars = (sramBytes: number): readonly BarDefinition[] => [
  { kind: "memory", size: registerBytes, name: "registers" },
  { kind: "io", size: portBytes, name: "registers" },
  { kind: "memory", size: sramBytes, name: "local space 0" },
  { kind: "memory", size: sramBytes, name: "local space 1" },
];

export const pci9656 = defineDevice({
  name: "PCI 9656",
  pci,
  bars: bars(defaultSramBytes),
  interrupts: { line: true },
  registers: pci9656Registers,
  addressBits: optionSchema.addressBits.default,
  configure: (options) => {
    const { sramBytes, deviceId, subsystemVendorId, subsystemId, addressBits } = readOptions("pci9656", optionSchema, options);
    return { pci: { ...pci, deviceId, subsystemVendorId, subsystemId }, bars: bars(sramBytes), addressBits };
  },
  create: (bus, options) => new Pci9656(bus, options),
});
