// SPDX-License-Identifier: MIT
/** Mapping of transfers: elements of a buffer in the logical address space, and the copies of bounced ones at the points Windows makes them. */
import type { Machine, Mapping, MemorySegment } from "../machine/index.ts";
import { type DmaRun, type RunLimits, dmaRuns } from "./dma-runs.ts";
import type { MappedElement } from "./dma-types.ts";

export interface MapLabel {
  readonly label: string;
  readonly objectId: number;
}

export class DmaMapper {
  readonly #machine: Machine;
  readonly #limits: RunLimits;

  constructor(machine: Machine, limits: RunLimits) {
    this.#machine = machine;
    this.#limits = limits;
  }

  /** Elements that `segments` take. */
  runs(segments: readonly MemorySegment[]): readonly DmaRun[] {
    return dmaRuns(this.#machine.pages, segments, this.#limits);
  }

  /** Maps one element after the other; data for the device is copied to map registers now. */
  map(runs: readonly DmaRun[], writeToDevice: boolean, { label, objectId }: MapLabel): readonly Mapping[] {
    return runs.map((run, i) => {
      const mapping = this.#machine.dma.map({
        segments: run.segments,
        direction: writeToDevice ? "toDevice" : "fromDevice",
        addressBits: this.#limits.addressBits,
        bounce: run.bounce,
        label: runs.length === 1 ? label : `element ${i} of the ${label}`,
        objectId,
      });
      if (writeToDevice) this.#machine.dma.copyToBounce(mapping);
      return mapping;
    });
  }

  /** Flush: the first `length` bytes from the device are copied out of map registers, then the mappings end. */
  flush(mappings: readonly Mapping[], length = Number.POSITIVE_INFINITY): void {
    let rest = length;
    for (const mapping of mappings) {
      const bytes = Math.min(rest, mapping.length);
      if (mapping.direction === "fromDevice") this.#machine.dma.copyFromBounce(mapping, bytes);
      rest -= bytes;
      this.#machine.dma.unmap(mapping);
    }
  }

  /** Ends mappings without a flush: bounced data is lost. */
  drop(mappings: readonly Mapping[]): void {
    for (const mapping of mappings) this.#machine.dma.unmap(mapping);
  }
}

export const elementsOf = (mappings: readonly Mapping[]): readonly MappedElement[] => mappings.map(({ logical, length }) => ({ address: logical, length }));
