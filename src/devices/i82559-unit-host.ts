// SPDX-License-Identifier: MIT
/** What the command unit and the receive unit of the 82559 use of the chip around them. */
import type { DeviceBus } from "../protocol/index.ts";
import type { Configuration } from "./i82559-configuration.ts";
import type { I82559Interrupts } from "./i82559-interrupts.ts";
import type { Statistics } from "./i82559-statistics.ts";
import type { WakeLogic } from "./i82559-wake.ts";
import type { Wire } from "./i82559-wire.ts";

export interface UnitHost {
  readonly bus: DeviceBus;
  readonly configuration: Configuration;
  readonly interrupts: I82559Interrupts;
  readonly statistics: Statistics;
  readonly wake: WakeLogic;
  readonly wire: Wire;
  /** Time to fetch a block of memory, ns. */
  readonly latencyNs: number;
  log(text: string): void;
  /** Reads host memory; undefined after a master abort. */
  fetch(address: bigint, length: number): DataView | undefined;
  /** Writes a 16-bit word to host memory. */
  putWord(address: bigint, value: number): void;
  /** Does `work` later, unless the chip is reset before. */
  later(nanoseconds: number, work: () => void): void;
  /** A frame that the chip's own loopback returns. True when it did, so that it does not go to the wire. */
  loopBack(frame: Uint8Array): boolean;
  /** The 596 bytes of internal state that a dump writes. */
  dumpState(): Uint8Array;
}
