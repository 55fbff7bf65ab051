// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { type MachineConfiguration, defaultMachine, guestLayout } from "../protocol/index.ts";
import { GuestMemory } from "./guest-memory.ts";
import { PhysicalMap } from "./physical-map.ts";

const layout = guestLayout(8);
const buffer = new ArrayBuffer(layout.ramEnd);

function map(changes: Partial<MachineConfiguration> = {}): PhysicalMap {
  const pages = new PhysicalMap(new GuestMemory(layout, buffer), { ...defaultMachine, memoryMiB: 8, ...changes });
  pages.placeImage(0x1_0000, 0x2_0000);
  return pages;
}

const frames = (pages: PhysicalMap, address: number, count: number): number[] =>
  Array.from({ length: count }, (_, i) => pages.frameOf(address + i * 4096) ?? -1);

describe("PhysicalMap", () => {
  it("scatters physical pages by seed, the same way every time", () => {
    const [a, b, c] = [map(), map(), map({ seed: 2 })].map((pages) => frames(pages, pages.allocate({ pages: 16, label: "x" }) ?? 0, 16));
    assert.deepEqual(a, b);
    assert.notDeepEqual(a, c);
    assert.ok(a?.some((frame, i) => i > 0 && frame !== (a[i - 1] ?? 0) + 1));
  });

  it("gives no two neighbouring pages when memory is fragmented, and runs when it is contiguous", () => {
    const fragmented = map({ physicalLayout: "fragmented" });
    const scattered = frames(fragmented, fragmented.allocate({ pages: 64, label: "x" }) ?? 0, 64);
    assert.ok(scattered.every((frame) => !scattered.includes(frame + 1)));
    const contiguous = map({ physicalLayout: "contiguous" });
    const run = frames(contiguous, contiguous.allocate({ pages: 64, label: "x" }) ?? 0, 64);
    assert.deepEqual(
      run,
      Array.from({ length: 64 }, (_, i) => (run[0] ?? 0) + i),
    );
  });

  it("gives one physical run below the wanted address width when asked to", () => {
    const pages = map();
    const run = frames(pages, pages.allocate({ pages: 8, label: "x", contiguous: true, addressBits: 28 }) ?? 0, 8);
    assert.deepEqual(
      run,
      Array.from({ length: 8 }, (_, i) => (run[0] ?? 0) + i),
    );
    assert.ok(run.every((frame) => frame < 2 ** 16));
  });

  it("translates both ways", () => {
    const pages = map();
    const address = pages.allocate({ pages: 3, label: "x" }) ?? 0;
    const physical = pages.physicalOf(address + 4096 + 5) ?? 0n;
    assert.equal(pages.virtualOf(physical), address + 4096 + 5);
    pages.free(address);
    assert.equal(pages.physicalOf(address), undefined);
    assert.equal(pages.virtualOf(physical), undefined);
  });

  it("reuses freed pages as late as possible, and says when memory is full", () => {
    const pages = map();
    const first = pages.allocate({ pages: 1, label: "x" }) ?? 0;
    pages.free(first);
    assert.notEqual(pages.allocate({ pages: 1, label: "x" }), first);
    while (pages.allocate({ pages: 64, label: "x" }) !== undefined);
    while (pages.allocate({ pages: 1, label: "x" }) !== undefined);
    assert.equal(pages.allocate({ pages: 1, label: "x" }), undefined);
  });
});
