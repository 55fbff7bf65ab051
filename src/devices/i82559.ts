// SPDX-License-Identifier: MIT
/**
 * Intel 82559 fast Ethernet controller on a network card. Facts from the public "8255x 10/100 Mbps Ethernet Controller Family, Open Source Software Developer
 * Manual" (revision 1.3); a unit of the chip has a file i82559-*.ts of its own.
 *
 * BAR 0: registers in memory space. BAR 1: the same in I/O space. BAR 2: the flash memory, which is empty.
 *
 * Options: `macAddress` (default "00:02:B3:12:34:56"), `eepromWords` (64 or 256), `link` (default true: the cable is in), `latencyNs` (to fetch a descriptor or accept
 * a command, default 500), `negotiationNs` (auto-negotiation, default 1 ms), `selfTestNs` (default 1 ms), `wire`: what happens on the cable, an array of
 * `{ atUs, frame, error? }` (hexadecimal text, destination address first, no check sequence; error `crc`, `alignment` or `overrun`) and `{ atUs, link: "up" | "down" }`.
 *
 * What a scenario does to it (`system.device`): `receive` with a frame, `link` with "up" or "down", `transmitted` for the frames sent since the last call.
 *
 * Faults that `faults` can name: `command-stuck` (an SCB command is never accepted), `cu-stuck` (a command block never completes), `mdi-stuck`, `self-test-failure`,
 * `eeprom-checksum`, `lost-interrupt`.
 *
 * Not there: flexible wake patterns match nothing, microcode has no effect, flow control and early receive have registers only, checksum offload.
 */
import type { DeviceBus, DeviceInstance } from "../protocol/index.ts";
import { defineDevice } from "./define-device.ts";
import { CommandUnit } from "./i82559-command-unit.ts";
import { Configuration } from "./i82559-configuration.ts";
import { eepromImage } from "./i82559-eeprom.ts";
import { I82559Interrupts } from "./i82559-interrupts.ts";
import { Phy } from "./i82559-phy.ts";
import { Port } from "./i82559-port.ts";
import { ReceiveUnit } from "./i82559-receive-unit.ts";
import { csr, csrBytes, cause, eepromPin, i82559Registers, mdi, pmdr } from "./i82559-registers.ts";
import { Statistics } from "./i82559-statistics.ts";
import type { UnitHost } from "./i82559-unit-host.ts";
import { WakeLogic } from "./i82559-wake.ts";
import { type WireEvent, type WireFrame, Wire, parseFrame, parseHex, parseWire } from "./i82559-wire.ts";
import { type OptionReader, amount, flag, oneOf, readOptions } from "./options.ts";
import { SerialEeprom } from "./serial-eeprom.ts";

const registerBytes = 0x1000;
const portBytes = 0x40;
const flashBytes = 0x2_0000;
const pci = {
  vendorId: 0x8086,
  deviceId: 0x1229,
  subsystemVendorId: 0x8086,
  subsystemId: 0x000c,
  classCode: 0x02_0000,
  revision: 0x08,
  powerManagement: { pme: ["D0", "D1", "D2", "D3hot", "D3cold"], states: ["D1", "D2"], offset: 0xdc },
} as const;

/** Two management frames of 64 bits at 2.5 MHz take so long. */
const mdiNs = 25_600;
const dumpBytes = 596;

const macAddress: OptionReader<Uint8Array> = {
  default: Uint8Array.of(0x00, 0x02, 0xb3, 0x12, 0x34, 0x56),
  expected: 'a station address such as "00:02:B3:12:34:56", not a group address',
  read: (value) => {
    const bytes = parseHex(value);
    return bytes?.length === 6 && ((bytes[0] ?? 1) & 1) === 0 ? bytes : undefined;
  },
};
const wireScript: OptionReader<readonly WireEvent[]> = {
  default: [],
  expected: 'an array of { "atUs", "frame", "error" } and { "atUs", "link": "up" or "down" }',
  read: parseWire,
};

const optionSchema = {
  macAddress,
  eepromWords: oneOf(64, [64, 256]),
  link: flag(true),
  latencyNs: amount(500),
  negotiationNs: amount(1_000_000),
  selfTestNs: amount(1_000_000),
  wire: wireScript,
};

class I82559 implements DeviceInstance {
  readonly #bus: DeviceBus;
  readonly #options: ReturnType<typeof readOptions<typeof optionSchema>>;
  /** Registers that hold what was written; the others come from the units. */
  readonly #csr = new Uint8Array(csrBytes);
  readonly #view = new DataView(this.#csr.buffer);
  readonly #configuration = new Configuration();
  readonly #statistics = new Statistics();
  readonly #wake = new WakeLogic(this.#configuration);
  readonly #interrupts: I82559Interrupts;
  readonly #wire: Wire;
  readonly #phy: Phy;
  readonly #eeprom: SerialEeprom;
  readonly #commandUnit: CommandUnit;
  readonly #receiveUnit: ReceiveUnit;
  readonly #port: Port;
  #power: "D0" | "D1" | "D2" | "D3" = "D0";
  /** Work started before the last reset is void. */
  #generation = 0;

  constructor(bus: DeviceBus, options: Readonly<Record<string, unknown>>) {
    this.#bus = bus;
    this.#options = readOptions("i82559", optionSchema, options);
    const { eepromWords, link, negotiationNs, wire } = this.#options;
    this.#interrupts = new I82559Interrupts(bus);
    const after = (nanoseconds: number, callback: () => void): void => bus.after(nanoseconds, callback);
    this.#phy = new Phy({ after, linkChanged: () => this.#linkChanged() }, negotiationNs, link);
    this.#wire = new Wire({ after, now: () => bus.now(), isFast: () => this.#phy.isFast, received: (frame) => this.#received(frame) });
    const image = eepromImage({ macAddress: this.#options.macAddress, ...pci }, eepromWords, bus.fault("eeprom-checksum"));
    this.#eeprom = new SerialEeprom(image, Math.log2(eepromWords));
    const host = this.#unitHost();
    this.#commandUnit = new CommandUnit(host);
    this.#receiveUnit = new ReceiveUnit(host);
    this.#port = new Port(host, this.#options.selfTestNs, {
      softwareReset: () => this.#softwareReset(),
      selectiveReset: () => {
        this.#stopUnits();
        this.#csr[csr.command] = 0;
      },
      show: (value) => this.#view.setUint32(csr.port, value, true),
    });
    for (const event of wire) {
      bus.after(event.atUs * 1000, () => {
        if ("frame" in event) this.#wire.deliver(event.frame);
        else this.#phy.setCable(event.link === "up");
      });
    }
  }

  reset(): void {
    this.#softwareReset();
    this.#wake.events = 0;
    this.#phy.powerOn();
  }

  /** In Dx the units stand still; what decides about wake stays. The way back from D3 resets the chip. */
  power(state: "D0" | "D1" | "D2" | "D3"): void {
    const before = this.#power;
    this.#power = state;
    if (state === "D0") {
      if (before === "D3") this.#softwareReset();
      return;
    }
    this.#stopUnits();
    this.#interrupts.reset();
  }

  /** What the world does to the card. */
  action(name: string, argument: unknown): unknown {
    switch (name) {
      case "receive":
        this.#wire.deliver(parseFrame(argument));
        return undefined;
      case "link":
        if (argument !== "up" && argument !== "down") throw new RangeError(`link takes "up" or "down", not ${JSON.stringify(argument)}`);
        this.#phy.setCable(argument === "up");
        return undefined;
      case "transmitted":
        return this.#wire.takeSent();
      default:
        throw new RangeError(`the i82559 has no action "${name}"; it has receive, link, transmitted`);
    }
  }

  /** No register has side effects on reads. */
  read(bar: number, offset: number, size: number): number | bigint {
    return this.peek(bar, offset, size);
  }

  peek(bar: number, offset: number, size: number): number | bigint {
    let value = 0n;
    for (let i = 0; i < size; i++) value |= BigInt(bar === 2 ? 0xff : this.#byte(offset + i)) << BigInt(8 * i);
    return size === 8 ? value : Number(value);
  }

  /** Bytes go to their registers in order; a register acts when its last byte is written. */
  write(bar: number, offset: number, size: number, value: number | bigint): void {
    if (bar === 2) return;
    const bytes = BigInt.asUintN(64, BigInt(value));
    for (let i = 0; i < size; i++) this.#writeByte(offset + i, Number((bytes >> BigInt(8 * i)) & 0xffn));
  }

  #byte(offset: number): number {
    switch (offset) {
      case csr.scbStatus:
        return this.#commandUnit.state | this.#receiveUnit.state;
      case csr.interruptStatus:
        return this.#interrupts.pending;
      case csr.interruptMask:
        return this.#interrupts.masks;
      case csr.eepromControl:
        return ((this.#csr[offset] ?? 0) & ~eepromPin.dataOut) | (this.#eeprom.output ? eepromPin.dataOut : 0);
      case csr.pmdr:
        return this.#wake.events | (this.#isPmeSet ? pmdr.pmeStatus : 0);
      case csr.generalStatus:
        return (this.#phy.hasLink ? 1 : 0) | (this.#phy.isFast ? 2 : 0) | (this.#phy.isFullDuplex ? 4 : 0);
      default:
        if (offset >= csr.rxByteCount && offset < csr.rxByteCount + 4) return (this.#receiveUnit.byteCount >>> (8 * (offset - csr.rxByteCount))) & 0xff;
        return this.#csr[offset] ?? 0;
    }
  }

  #writeByte(offset: number, value: number): void {
    switch (offset) {
      case csr.scbStatus:
      case csr.generalStatus:
        return;
      case csr.interruptStatus:
        return this.#interrupts.acknowledge(value);
      case csr.interruptMask:
        return this.#interrupts.writeMasks(value);
      case csr.pmdr:
        this.#wake.events &= ~value;
        return;
    }
    if (offset >= csr.rxByteCount && offset < csr.rxByteCount + 4) return;
    if (offset < csrBytes) this.#csr[offset] = value;
    if (offset === csr.command) this.#accept(value);
    else if (offset === csr.port + 3) this.#port.written(this.#view.getUint32(csr.port, true));
    else if (offset === csr.mdiControl + 3) this.#mdi(this.#view.getUint32(csr.mdiControl, true));
    else if (offset === csr.eepromControl)
      this.#eeprom.drive((value & eepromPin.select) !== 0, (value & eepromPin.clock) !== 0, (value & eepromPin.dataIn) !== 0);
  }

  /** An SCB command: the byte reads as 0 when the chip has taken it. */
  #accept(command: number): void {
    if (command === 0 || this.#bus.fault("command-stuck")) return;
    const pointer = this.#view.getUint32(csr.generalPointer, true);
    this.#later(this.#options.latencyNs, () => {
      this.#csr[csr.command] = 0;
      this.#commandUnit.command(command >> 4, pointer);
      this.#receiveUnit.command(command & 7, pointer);
    });
  }

  #mdi(value: number): void {
    const phy = (value >>> 21) & 0x1f;
    const register = (value >>> 16) & 0x1f;
    const opcode = (value >>> 26) & 3;
    this.#view.setUint32(csr.mdiControl, value & ~mdi.ready, true);
    if (this.#bus.fault("mdi-stuck")) return;
    this.#later(mdiNs, () => {
      let data = value & 0xffff;
      if (opcode === mdi.read) data = this.#phy.read(phy, register);
      else if (opcode === mdi.write) this.#phy.write(phy, register, data);
      this.#view.setUint32(csr.mdiControl, (value & ~0xffff) | data | mdi.ready, true);
      if ((value & mdi.interruptEnable) !== 0) this.#interrupts.raise(cause.mdiDone);
    });
  }

  /** All of the chip but the PHY, the EEPROM and what PMDR remembers. */
  #softwareReset(): void {
    this.#generation++;
    this.#csr.fill(0);
    this.#view.setUint32(csr.mdiControl, mdi.ready, true);
    this.#configuration.reset();
    this.#configuration.address.set(this.#options.macAddress);
    this.#statistics.reset();
    this.#wake.reset();
    this.#commandUnit.reset();
    this.#receiveUnit.reset();
    this.#interrupts.reset();
  }

  #stopUnits(): void {
    this.#generation++;
    this.#commandUnit.stop();
    this.#receiveUnit.stop();
  }

  #received(frame: WireFrame): void {
    if (!this.#phy.hasLink) return;
    if (this.#power === "D0") this.#receiveUnit.receive(frame);
    else if (frame.error === undefined && this.#wake.frame(frame.bytes)) this.#bus.pme.assert();
  }

  #linkChanged(): void {
    if (this.#power !== "D0" && this.#wake.linkChanged()) this.#bus.pme.assert();
  }

  /** PME_Status of the power-management capability. */
  get #isPmeSet(): boolean {
    return ((this.#bus.configSpace[pci.powerManagement.offset + 5] ?? 0) & 0x80) !== 0;
  }

  /** Configuration bytes, station address and counters at the start; the rest of the chip's 596 bytes is zero. */
  #dumpState(): Uint8Array {
    const state = new Uint8Array(dumpBytes);
    state.set(this.#configuration.bytes);
    state.set(this.#configuration.address, this.#configuration.bytes.length);
    return state;
  }

  #later(nanoseconds: number, work: () => void): void {
    const generation = this.#generation;
    this.#bus.after(nanoseconds, () => {
      if (generation === this.#generation) work();
    });
  }

  #unitHost(): UnitHost {
    const bus = this.#bus;
    return {
      bus,
      configuration: this.#configuration,
      interrupts: this.#interrupts,
      statistics: this.#statistics,
      wake: this.#wake,
      wire: this.#wire,
      latencyNs: this.#options.latencyNs,
      log: (text) => bus.log(text),
      fetch: (address, length) => {
        const bytes = bus.dma.read(address, length);
        return bus.dma.aborted ? undefined : new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
      },
      putWord: (address, value) => bus.dma.write(address, Uint8Array.of(value & 0xff, (value >> 8) & 0xff)),
      later: (nanoseconds, work) => this.#later(nanoseconds, work),
      loopBack: (frame) => {
        if (!this.#configuration.isLoopback && !this.#phy.isLoopback) return !this.#phy.hasLink;
        this.#receiveUnit.receive({ bytes: frame, error: undefined });
        return true;
      },
      dumpState: () => this.#dumpState(),
    };
  }
}

/** Vendor 0x8086, device 0x1229, revision 8 (82559 C step), class Ethernet. */
export const i82559 = defineDevice({
  name: "Intel 82559",
  pci,
  bars: [
    { kind: "memory", size: registerBytes, name: "registers" },
    { kind: "io", size: portBytes, name: "registers, I/O" },
    { kind: "memory", size: flashBytes, name: "flash" },
  ],
  interrupts: { line: true },
  addressBits: 32,
  registers: i82559Registers,
  create: (bus, options) => new I82559(bus, options),
});
