// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import fc from "fast-check";
import { guestLayout, nullTrace } from "../protocol/index.ts";
import { GuestMemory } from "./guest-memory.ts";
import { type DeviceFault, LogicalSpace } from "./logical-space.ts";

const layout = guestLayout(8);
const memory = new GuestMemory(layout, new ArrayBuffer(layout.ramEnd));

function space(seed = 1) {
  const dma = new LogicalSpace(memory, seed, nullTrace);
  const faults: DeviceFault[] = [];
  dma.onDeviceFault = (fault) => faults.push(fault);
  return { dma, faults };
}

const request = { direction: "both", addressBits: 64, bounce: false, label: "test mapping", objectId: 0 } as const;

describe("LogicalSpace", () => {
  it("lets a device write through a mapping of scattered memory, and only there", () => {
    const { dma, faults } = space();
    const segments = [
      { address: 0x20_0ff0, length: 16 },
      { address: 0x31_0000, length: 4096 },
      { address: 0x28_0000, length: 100 },
    ];
    const mapping = dma.map({ ...request, segments });
    assert.equal(mapping.length, 16 + 4096 + 100);
    const data = Uint8Array.from({ length: mapping.length }, (_, i) => i % 251);
    dma.deviceWrite(mapping.logical, data);
    assert.deepEqual(memory.peek(0x20_0ff0, 16), data.slice(0, 16));
    assert.deepEqual(memory.peek(0x31_0000, 4096), data.slice(16, 4112));
    assert.deepEqual(dma.deviceRead(mapping.logical, mapping.length), data);
    assert.deepEqual(faults, []);
  });

  it("reports an access past the end of a mapping, with how far", () => {
    const { dma, faults } = space();
    const mapping = dma.map({ ...request, segments: [{ address: 0x20_0000, length: 100 }] });
    dma.deviceRead(mapping.logical, 101);
    assert.equal(faults.length, 1);
    assert.match(faults[0]?.reason ?? "", /the first byte past the end of the test mapping/);
  });

  it("reports an access after unmapping as stale", () => {
    const { dma, faults } = space();
    const mapping = dma.map({ ...request, segments: [{ address: 0x20_0000, length: 100 }] });
    dma.unmap(mapping);
    dma.deviceWrite(mapping.logical, new Uint8Array(4));
    assert.match(faults[0]?.reason ?? "", /unmapped already/);
  });

  it("reports an access against the direction of a mapping", () => {
    const { dma, faults } = space();
    const mapping = dma.map({ ...request, direction: "toDevice", segments: [{ address: 0x20_0000, length: 100 }] });
    dma.deviceRead(mapping.logical, 4);
    assert.equal(faults.length, 0);
    dma.deviceWrite(mapping.logical, new Uint8Array(4));
    assert.match(faults[0]?.reason ?? "", /device reads only/);
  });

  it("recognises a virtual address given to the device", () => {
    const { dma, faults } = space();
    memory.describers.push((address) => (address === 0x20_0000 ? "in a pool block" : undefined));
    dma.deviceRead(0x20_0000n, 4);
    memory.describers.pop();
    assert.match(faults[0]?.reason ?? "", /a virtual address may have been given to the device/);
  });

  it("recognises an address whose upper half was lost", () => {
    const { dma, faults } = space();
    const { logical } = dma.map({ ...request, segments: [{ address: 0x20_0000, length: 100 }] });
    assert.ok(logical >= 0x1_0000_0000n);
    dma.deviceRead((logical & 0xffff_ffffn) + 16n, 4);
    assert.equal(
      faults[0]?.reason,
      `nothing is mapped there; the test mapping is at 0x${(logical + 16n).toString(16).toUpperCase()}, so the upper 32 bits of the address have been lost`,
    );
  });

  it("has no address above 4 GiB on a platform of 32 bits", () => {
    const dma = new LogicalSpace(memory, 1, nullTrace, 32);
    const { logical } = dma.map({ ...request, segments: [{ address: 0x20_0000, length: 100 }] });
    assert.ok(logical < 0x1_0000_0000n);
  });

  it("moves data of a bounced mapping only when told", () => {
    const { dma } = space();
    memory.poke(0x20_0000, Uint8Array.of(1, 2, 3, 4));
    const mapping = dma.map({ ...request, bounce: true, segments: [{ address: 0x20_0000, length: 4 }] });
    assert.deepEqual(dma.deviceRead(mapping.logical, 4), new Uint8Array(4));
    dma.copyToBounce(mapping);
    assert.deepEqual(dma.deviceRead(mapping.logical, 4), Uint8Array.of(1, 2, 3, 4));
    dma.deviceWrite(mapping.logical, Uint8Array.of(9, 8, 7, 6));
    assert.deepEqual(memory.peek(0x20_0000, 4), Uint8Array.of(1, 2, 3, 4));
    dma.copyFromBounce(mapping, 2);
    assert.deepEqual(memory.peek(0x20_0000, 4), Uint8Array.of(9, 8, 3, 4));
  });

  it("keeps every mapping below the device's address width, apart from the others, and at the page offset of its memory", () => {
    const one = fc.record({
      page: fc.integer({ min: 0x40, max: 0x300 }),
      offset: fc.integer({ min: 0, max: 4095 }),
      length: fc.integer({ min: 1, max: 20_000 }),
      addressBits: fc.constantFrom(24, 28, 32, 36, 64),
    });
    fc.assert(
      fc.property(fc.array(one, { maxLength: 20 }), fc.integer(), (wanted, seed) => {
        const { dma } = space(seed);
        const mappings = wanted.map(({ page, offset, length, addressBits }) =>
          dma.map({ ...request, addressBits, segments: [{ address: page * 4096 + offset, length }] }),
        );
        const sorted = [...mappings].sort((a, b) => (a.logical < b.logical ? -1 : 1));
        for (const [i, mapping] of sorted.entries()) {
          const next = sorted[i + 1];
          assert.ok(next === undefined || mapping.logical + BigInt(mapping.length) <= next.logical);
          assert.ok(mapping.logical + BigInt(mapping.length) <= 2n ** BigInt(Math.min(mapping.addressBits, 48)));
          assert.equal(Number(mapping.logical % 4096n), (mapping.segments[0]?.address ?? 0) % 4096);
        }
      }),
    );
  });
});
