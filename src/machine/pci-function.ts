// SPDX-License-Identifier: MIT
/**
 * The PCI function under test: configuration space, BARs and interrupts around a device model (public API in sdk/index.d.ts). Register
 * accesses take virtual time, are traced, and return all ones when the function is not there or not powered.
 */
import { type PhysicalAddress, physicalAddress } from "../base/index.ts";
import type { BarDefinition, DeviceDefinition, DeviceInstance, InterruptKind, SystemDmaCycle, TimingConfiguration, TraceSink } from "../protocol/index.ts";
import type { Clock } from "./clock.ts";
import type { InterruptController, InterruptVector } from "./interrupt-controller.ts";
import { fillConfigSpace, pciCommand } from "./pci-config-space.ts";
import { PciPowerManagement } from "./pci-power-management.ts";

export interface Bar {
  readonly index: number;
  readonly definition: BarDefinition;
  /** Memory: address on the bus; I/O: port number. */
  readonly base: PhysicalAddress;
}

export type PowerState = "D0" | "D1" | "D2" | "D3";

/** Level of device interrupts; Windows gives PCI devices levels 3 to 11. */
const deviceIrql = 9;
const lineVector = 0x39;
const firstMessageVector = 0x91;
const memoryBase = 0xd000_0000;
const portBase = 0xc000;

export class PciFunction {
  readonly definition: DeviceDefinition;
  readonly bars: readonly Bar[];
  /** Type 0 configuration header and capabilities (PCI Local Bus 3.0, section 6). */
  readonly configSpace = new Uint8Array(256);
  /** One vector for the line, or one for each message. */
  readonly vectors: readonly InterruptVector[];
  readonly usesMessages: boolean;
  /** MSI-X: each message is an interrupt resource of its own. */
  readonly hasResourcePerMessage: boolean;
  readonly powerManagement: PciPowerManagement | undefined;
  readonly #interrupts: InterruptController;
  readonly #clock: Clock;
  readonly #timing: TimingConfiguration;
  readonly #trace: TraceSink;
  #instance: DeviceInstance | undefined;
  #power: PowerState = "D3";
  isPresent = true;
  /** An exception out of the device model; must not return. */
  onModelError: (error: unknown) => never = (error) => {
    throw error;
  };
  /** Told of every register write, before the model sees it (framework breakpoints). */
  onRegisterWrite: ((bar: number, offset: number, size: number, value: number | bigint) => void) | undefined;

  constructor(definition: DeviceDefinition, mode: InterruptKind, interrupts: InterruptController, clock: Clock, timing: TimingConfiguration, trace: TraceSink) {
    this.definition = definition;
    this.#interrupts = interrupts;
    this.#clock = clock;
    this.#timing = timing;
    this.#trace = trace;
    this.bars = placeBars(definition.bars);
    const messages = definition.interrupts.messages ?? 0;
    const hasLine = definition.interrupts.line ?? messages === 0;
    this.usesMessages = messages > 0 && (mode !== "line" || !hasLine);
    this.hasResourcePerMessage = mode === "msix";
    this.vectors = this.usesMessages
      ? Array.from({ length: messages }, (_, i) => interrupts.add(firstMessageVector + i, deviceIrql, "latched"))
      : hasLine
        ? [interrupts.add(lineVector, deviceIrql, "level")]
        : [];
    const offset = fillConfigSpace(this.configSpace, definition, this.bars, {
      line: hasLine ? lineVector : undefined,
      messages,
      usesMessages: this.usesMessages,
      isMsix: this.hasResourcePerMessage,
    });
    const { powerManagement } = definition.pci;
    this.powerManagement = powerManagement === undefined ? undefined : new PciPowerManagement(powerManagement, offset, this.configSpace);
  }

  /** Gives the function its model; once. */
  attach(instance: DeviceInstance): void {
    this.#instance = instance;
    this.#guard(() => instance.reset());
  }

  get power(): PowerState {
    return this.#power;
  }

  setPower(state: PowerState): void {
    if (state === this.#power) return;
    this.#power = state;
    this.powerManagement?.setState(state);
    this.#guard(() => this.#instance?.power?.(state));
  }

  /** Bits of the command register, which say what the function takes part in (PCI Local Bus 3.0, section 6.2.2). */
  get command(): number {
    return (this.configSpace[pciCommand.offset] ?? 0) | ((this.configSpace[pciCommand.offset + 1] ?? 0) << 8);
  }
  set command(value: number) {
    this.configSpace[pciCommand.offset] = value & 0xff;
    this.configSpace[pciCommand.offset + 1] = value >> 8;
  }

  /** What the world outside does to the device: see `DeviceInstance.action`. Throws what the model throws. */
  action(name: string, argument: unknown): unknown {
    const instance = this.#instance;
    if (instance?.action === undefined) throw new RangeError(`${this.definition.name} has no actions`);
    if (!this.isPresent) throw new RangeError(`${this.definition.name} has been removed`);
    return instance.action(name, argument);
  }

  /** Why the function cannot be a bus master now; undefined = it can. */
  get masterObstacle(): string | undefined {
    if (this.#power !== "D0") return `the function is in ${this.#power}, where it may not use the bus`;
    if ((this.command & pciCommand.busMaster) !== 0) return undefined;
    return "bus mastering is off: Bus Master Enable (bit 2) of the PCI command register is 0";
  }

  /** PME#: see `DeviceBus.pme`. */
  assertPme(): void {
    if (!this.isPresent || this.powerManagement === undefined) return;
    const { power } = this;
    if (this.powerManagement.assert(power)) this.#trace.instant("deviceLog", 0, 0, this.#trace.text(`PME# in ${this.powerManagement.pmeState(power)}`));
  }

  #answers(bar: number): boolean {
    if (!this.isPresent || this.#power !== "D0" || this.#instance === undefined) return false;
    const decode = this.bars[bar]?.definition.kind === "io" ? pciCommand.ioSpace : pciCommand.memorySpace;
    return (this.command & decode) !== 0;
  }

  /** Register read with side effects; takes the time of a bus round trip. */
  read(bar: number, offset: number, size: number): number | bigint {
    this.#clock.advance(this.#timing.registerReadNs);
    this.#clock.runDue();
    const value = this.#answers(bar) ? this.#guard(() => truncate(checkValue(this.#instance?.read(bar, offset, size)), size)) : allOnes(size);
    this.#trace.instant("registerRead", 0, 0, bar, offset, Number(value));
    return value;
  }

  /** Register read without side effects; undefined when the model has no `peek` or does not answer. */
  peek(bar: number, offset: number, size: number): number | bigint | undefined {
    const instance = this.#instance;
    if (!this.#answers(bar) || instance?.peek === undefined) return undefined;
    try {
      return truncate(instance.peek(bar, offset, size), size);
    } catch {
      // A view must not stop the target; the model's error shows when the driver reads the register.
      return undefined;
    }
  }

  write(bar: number, offset: number, size: number, value: number | bigint): void {
    this.#clock.advance(this.#timing.registerWriteNs);
    this.#clock.runDue();
    this.#trace.instant("registerWrite", 0, 0, bar, offset, Number(value));
    this.onRegisterWrite?.(bar, offset, size, value);
    if (this.#answers(bar)) this.#guard(() => this.#instance?.write(bar, offset, size, truncate(value, size)));
  }

  /** The device's part of a cycle of the system DMA controller: its bytes, empty for a cycle to the device. A device that is gone reads as all ones. */
  acknowledge(cycle: SystemDmaCycle): Uint8Array {
    const isRead = cycle.direction === "fromDevice";
    const instance = this.#instance;
    if (!this.isPresent || instance?.acknowledge === undefined) return new Uint8Array(isRead ? cycle.length : 0).fill(0xff);
    return this.#guard(() => {
      const bytes = instance.acknowledge?.(cycle);
      if (!isRead) return new Uint8Array();
      if (bytes instanceof Uint8Array && bytes.length === cycle.length) return bytes;
      throw new TypeError(
        `acknowledge returned ${bytes instanceof Uint8Array ? `${bytes.length} bytes` : String(bytes)} for a cycle of ${cycle.length} bytes from the device`,
      );
    });
  }

  /** False when the message is lost, because no interrupt object is connected to it. */
  raise(message = 0): boolean {
    const vector = this.usesMessages ? this.vectors[message] : this.vectors[0];
    if (vector === undefined) {
      this.onModelError(
        new RangeError(`${this.definition.name} sent interrupt message ${message}, but it has ${this.vectors.length} (see 'interrupts' of the device model)`),
      );
    }
    return !this.isPresent || this.#interrupts.raise(vector);
  }

  lower(): void {
    const vector = this.vectors[0];
    if (!this.usesMessages && vector !== undefined) this.#interrupts.lower(vector);
  }

  /** The function disappears from the bus: registers read all ones, interrupts stop. */
  remove(): void {
    this.isPresent = false;
    for (const vector of this.vectors) this.#interrupts.lower(vector);
  }

  /** The function is back on the bus, freshly powered on. */
  insert(): void {
    this.isPresent = true;
    this.#guard(() => this.#instance?.reset());
  }

  #guard<T>(action: () => T): T {
    try {
      return action();
    } catch (error) {
      return this.onModelError(error);
    }
  }
}

function placeBars(definitions: readonly BarDefinition[]): Bar[] {
  let memory = memoryBase;
  let port = portBase;
  return definitions.map((definition, index) => {
    const step = Math.max(definition.size, definition.kind === "memory" ? 4096 : 16);
    const base = Math.ceil((definition.kind === "memory" ? memory : port) / step) * step;
    if (definition.kind === "memory") memory = base + step;
    else port = base + step;
    return { index, definition, base: physicalAddress(BigInt(base)) };
  });
}

/** What a model's `read` returned; a function without return statement on some path is a common mistake. */
function checkValue(value: unknown): number | bigint {
  if (typeof value === "bigint" || (typeof value === "number" && Number.isInteger(value))) return value;
  throw new TypeError(`read returned ${typeof value === "string" ? JSON.stringify(value) : String(value)}, which is not a whole number`);
}

function truncate(value: number | bigint, size: number): number | bigint {
  if (size === 8) return BigInt.asUintN(64, BigInt(value));
  const number = typeof value === "bigint" ? Number(BigInt.asUintN(32, value)) : value >>> 0;
  return size === 4 ? number : number & (2 ** (8 * size) - 1);
}

const allOnes = (size: number): number | bigint => (size === 8 ? 0xffff_ffff_ffff_ffffn : 2 ** (8 * size) - 1);
