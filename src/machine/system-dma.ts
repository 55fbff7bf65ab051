// SPDX-License-Identifier: MIT
/**
 * The system DMA controller of the platform: one channel for each request line of the device. Software programs a channel with a list of logical
 * ranges; then the device asserts its request line (DREQ), and the controller answers with acknowledge cycles (DACK) in which bytes pass between memory and the
 * device's data port. The controller itself masters the bus, so what it may touch is what is mapped.
 */
import { type LogicalAddress, assert } from "../base/index.ts";
import type { SystemDmaCycle, SystemDmaLine } from "../protocol/index.ts";
import type { Clock } from "./clock.ts";
import type { LogicalSpace } from "./logical-space.ts";

/** How a channel's program ended; `stopped` programs are not reported. */
export type ChannelResult = "complete" | "error";

export interface ChannelProgram {
  readonly elements: readonly { readonly address: LogicalAddress; readonly length: number }[];
  readonly direction: "toDevice" | "fromDevice";
  /** Data port of the device, as DEVICE_DESCRIPTION.DeviceAddress plus the offset of the transfer. */
  readonly deviceAddress: bigint;
  /** Demand mode: bytes move at full speed while DREQ is asserted; otherwise the controller arbitrates for each unit. */
  readonly isDemandMode: boolean;
  /** At the end of the program the channel starts again at its beginning, until it is stopped. */
  readonly isLooped: boolean;
  /** Object id of the transaction, for the trace. */
  readonly objectId: number;
  /** Called once, at device time, unless the channel is stopped before; never for a looped program that meets no error. */
  readonly onEnd: (result: ChannelResult) => void;
}

/** Most bytes of one acknowledge cycle, so that the device sees a long transfer in pieces. */
const burstBytes = 4096;
/** Time of a unit on the bus, and what arbitration for it adds outside of demand mode. */
const unitNs = 40;
const arbitrationNs = 40;

export class SystemDmaChannel {
  readonly line: SystemDmaLine;
  /** Channel number of the controller. */
  readonly number: number;
  readonly #parts: ChannelParts;
  #program: ChannelProgram | undefined;
  #moved = 0;
  /** Bytes the device asks for; Infinity until it releases DREQ. */
  #requested = 0;
  #isScheduled = false;
  /** Changes when a burst on its way is not wanted any more. */
  #generation = 0;

  constructor(parts: ChannelParts, line: SystemDmaLine, number: number) {
    this.#parts = parts;
    this.line = line;
    this.number = number;
  }

  get isActive(): boolean {
    return this.#program !== undefined;
  }

  /** Bytes of the program that have not moved (of the current round, when looped). */
  get remaining(): number {
    return this.#program === undefined ? 0 : lengthOf(this.#program) - this.#moved;
  }

  /** Programs and unmasks the channel, which is idle. A request that the device has already asserted is served. */
  start(program: ChannelProgram): void {
    assert(this.#program === undefined, "an active channel is stopped before it is programmed");
    this.#program = program;
    this.#moved = 0;
    this.#schedule();
  }

  /** Masks the channel. Returns the bytes that have moved; 0 when it was idle. */
  stop(): number {
    const moved = this.#program === undefined ? 0 : this.#moved;
    this.#program = undefined;
    this.#generation++;
    this.#isScheduled = false;
    return moved;
  }

  /** DREQ: the device asks for `bytes` bytes more. */
  request(bytes: number): void {
    this.#requested += bytes;
    this.#schedule();
  }

  /** The device deasserts DREQ. */
  release(): void {
    this.#requested = 0;
  }

  #schedule(): void {
    const program = this.#program;
    if (program === undefined || this.#requested <= 0 || this.#isScheduled) return;
    const burst = Math.min(this.#requested, burstBytes, this.#place(program).left);
    const units = Math.ceil(burst / this.line.width);
    const generation = this.#generation;
    this.#isScheduled = true;
    this.#parts.clock.after(units * (unitNs + (program.isDemandMode ? 0 : arbitrationNs)), () => {
      if (generation !== this.#generation) return;
      this.#isScheduled = false;
      this.#burst(program, burst);
    });
  }

  /** Where the next byte of the program is, and how many follow it there; none at the end. */
  #place({ elements }: ChannelProgram): { readonly address: bigint; readonly left: number } {
    let skip = this.#moved;
    for (const { address, length } of elements) {
      if (skip < length) return { address: address + BigInt(skip), left: length - skip };
      skip -= length;
    }
    return { address: 0n, left: 0 };
  }

  #burst(program: ChannelProgram, wanted: number): void {
    const bytes = Math.min(wanted, this.#requested);
    if (bytes <= 0) return;
    const { address } = this.#place(program);
    const total = lengthOf(program);
    const cycle = {
      line: this.#parts.lines.indexOf(this.line),
      direction: program.direction,
      length: bytes,
      deviceAddress: program.deviceAddress + BigInt(this.#moved),
      terminalCount: this.#moved + bytes === total,
    };
    this.#requested -= bytes;
    if (!this.#move(cycle, address)) {
      this.stop();
      program.onEnd("error");
      return;
    }
    // The model may have stopped the channel, through a driver's callback, while it took part in the cycle.
    if (this.#program !== program) return;
    this.#moved += bytes;
    if (this.#moved < total) this.#schedule();
    else if (program.isLooped) {
      this.#moved = 0;
      this.#schedule();
    } else {
      this.stop();
      program.onEnd("complete");
    }
  }

  /** One acknowledge cycle; false after a master abort. */
  #move(cycle: Omit<SystemDmaCycle, "data">, address: bigint): boolean {
    const { dma, acknowledge } = this.#parts;
    dma.aborted = false;
    if (cycle.direction === "toDevice") {
      const data = dma.deviceRead(address, cycle.length);
      if (!dma.aborted) acknowledge({ ...cycle, data });
    } else {
      const data = acknowledge(cycle);
      dma.deviceWrite(address, data);
    }
    return !dma.aborted;
  }
}

const lengthOf = ({ elements }: ChannelProgram): number => elements.reduce((sum, { length }) => sum + length, 0);

interface ChannelParts {
  readonly clock: Clock;
  readonly dma: LogicalSpace;
  readonly lines: readonly SystemDmaLine[];
  /** The device's part of a cycle: takes `data`, or gives the bytes. */
  readonly acknowledge: (cycle: SystemDmaCycle) => Uint8Array;
}

export class SystemDmaController {
  readonly channels: readonly SystemDmaChannel[];

  constructor(parts: ChannelParts) {
    this.channels = parts.lines.map((line, i) => new SystemDmaChannel(parts, line, line.channel ?? i));
  }
}
