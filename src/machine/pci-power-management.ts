// SPDX-License-Identifier: MIT
/**
 * The power-management capability of the PCI function (PCI Bus Power Management Interface 1.2, section 3.2): which states it has, from which of them it
 * can assert PME#, and PME_En and PME_Status in its control register.
 */
import type { PmeState, PowerManagementDefinition } from "../protocol/index.ts";

/** Capability id. */
export const powerManagementCapability = 0x01;
const registers = { capabilities: 2, control: 4 } as const;
/** Of the capabilities register: version 2 of the interface, D1 and D2, and PME# support by state. */
const capabilityBits = { version: 0x0002, D1: 0x0200, D2: 0x0400 } as const;
const pmeBits: Readonly<Record<PmeState, number>> = { D0: 0x0800, D1: 0x1000, D2: 0x2000, D3hot: 0x4000, D3cold: 0x8000 };
/** Of the control and status register. */
const controlBits = { state: 0x0003, enable: 0x0100, status: 0x8000 } as const;
/** Control register, by byte from its start: what a write changes, and what writing one clears. The power state belongs to the bus driver. */
export const powerControl = { offset: registers.control, writable: [0x00, 0x01], writeOneToClear: [0x00, 0x80], stateMask: controlBits.state } as const;

export class PciPowerManagement {
  readonly definition: PowerManagementDefinition;
  /** Of the capability in configuration space. */
  readonly offset: number;
  readonly #view: DataView;
  /** PME# is asserted now: PME_En and PME_Status are both set. Called each time this becomes true. */
  onPme: () => void = () => undefined;
  /** The slot has lost its main power: the system sleeps in S3 or deeper. */
  isCold = false;

  constructor(definition: PowerManagementDefinition, offset: number, configSpace: Uint8Array) {
    this.definition = definition;
    this.offset = offset;
    this.#view = new DataView(configSpace.buffer, configSpace.byteOffset);
    const states = (definition.states ?? []).reduce((bits, state) => bits | capabilityBits[state], 0);
    const pme = definition.pme.reduce((bits, state) => bits | pmeBits[state], 0);
    this.#view.setUint8(offset, powerManagementCapability);
    this.#view.setUint16(offset + registers.capabilities, capabilityBits.version | states | pme, true);
  }

  /** PowerState of the control register, which follows the function's state. */
  setState(state: "D0" | "D1" | "D2" | "D3"): void {
    this.#control = (this.#control & ~controlBits.state) | ["D0", "D1", "D2", "D3"].indexOf(state);
  }

  get isEnabled(): boolean {
    return (this.#control & controlBits.enable) !== 0;
  }

  /** Sets or clears PME_En; clears PME_Status, as the bus driver does whenever it changes the enable. */
  enable(isEnabled: boolean): void {
    this.#control = (this.#control & ~(controlBits.enable | controlBits.status)) | (isEnabled ? controlBits.enable : 0);
  }

  /** A write of the function driver may have set PME_En while PME_Status is set. */
  changed(wasAsserted: boolean): void {
    if (!wasAsserted && this.isAsserted) this.onPme();
  }

  get isAsserted(): boolean {
    return (this.#control & (controlBits.enable | controlBits.status)) === (controlBits.enable | controlBits.status);
  }

  /** The state as the PME# support bits count it. */
  pmeState(power: "D0" | "D1" | "D2" | "D3"): PmeState {
    if (power !== "D3") return power;
    return this.isCold ? "D3cold" : "D3hot";
  }

  /** The function has an event: PME_Status is set where it has PME# support. False where it has none. */
  assert(power: "D0" | "D1" | "D2" | "D3"): boolean {
    if (!this.definition.pme.includes(this.pmeState(power))) return false;
    const wasAsserted = this.isAsserted;
    this.#control |= controlBits.status;
    this.changed(wasAsserted);
    return true;
  }

  get #control(): number {
    return this.#view.getUint16(this.offset + registers.control, true);
  }
  set #control(value: number) {
    this.#view.setUint16(this.offset + registers.control, value, true);
  }
}
