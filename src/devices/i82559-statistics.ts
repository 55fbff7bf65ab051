// SPDX-License-Identifier: MIT
/** Statistical counters of the 82559 and their dump (software developer manual, section 6.3.2.6): 16, 19 or 20 dwords, then the completion code. */

export const counterNames = [
  "transmitGood",
  "transmitMaximumCollisions",
  "transmitLateCollisions",
  "transmitUnderruns",
  "transmitLostCarrier",
  "transmitDeferred",
  "transmitSingleCollision",
  "transmitMultipleCollisions",
  "transmitTotalCollisions",
  "receiveGood",
  "receiveCrcErrors",
  "receiveAlignmentErrors",
  "receiveResourceErrors",
  "receiveOverruns",
  "receiveCollisions",
  "receiveShortFrames",
  "transmitPause",
  "receivePause",
  "receiveUnsupportedPause",
  "tcoFrames",
] as const;
export type CounterName = (typeof counterNames)[number];

/** How many counters a dump has: of the 82557; with flow control; with TCO frames too. */
export const dumpSizes = { standard: 16, extended: 19, tco: 20 } as const;
const completion = { dump: 0xa005, dumpAndReset: 0xa007 } as const;

export class Statistics {
  readonly #counters = new Uint32Array(counterNames.length);

  count(name: CounterName): void {
    const index = counterNames.indexOf(name);
    this.#counters[index] = (this.#counters[index] ?? 0) + 1;
  }

  get(name: CounterName): number {
    return this.#counters[counterNames.indexOf(name)] ?? 0;
  }

  reset(): void {
    this.#counters.fill(0);
  }

  /** The dump of `size` counters with its completion code; `isReset` clears them. */
  dump(size: number, isReset: boolean): Uint8Array {
    const bytes = new Uint8Array(4 * (size + 1));
    const view = new DataView(bytes.buffer);
    this.#counters.subarray(0, size).forEach((value, i) => view.setUint32(4 * i, value, true));
    view.setUint32(4 * size, isReset ? completion.dumpAndReset : completion.dump, true);
    if (isReset) this.reset();
    return bytes;
  }
}
