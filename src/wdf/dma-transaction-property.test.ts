// SPDX-License-Identifier: MIT
/** Whatever the cuts, every byte arrives: random buffers, chains, limits, partial completions, profiles, directions and physical layouts. */
import assert from "node:assert/strict";
import * as fc from "fast-check";
import type { MappedElement } from "../nt/index.ts";
import { DmaBench, more, profiles, read, write } from "./test-dma-bench.ts";

const plan = fc.record({
  parts: fc.array(fc.record({ length: fc.integer({ min: 1, max: 12_000 }), offset: fc.integer({ min: 0, max: 4095 }) }), { minLength: 1, maxLength: 4 }),
  maximumLength: fc.integer({ min: 1, max: 20_000 }),
  setMaximum: fc.option(fc.integer({ min: 200, max: 20_000 })),
  mapRegisters: fc.constantFrom(0, 2, 3, 5),
  profile: fc.constantFrom(profiles.packet, profiles.packet64, profiles.scatterGather, profiles.scatterGather64, profiles.scatterGather64Duplex),
  version: fc.constantFrom(2, 3),
  layout: fc.constantFrom("scattered" as const, "fragmented" as const, "contiguous" as const),
  writeToDevice: fc.boolean(),
  isSynchronous: fc.boolean(),
  /** Part of each transfer the device moves, in 1/8; 8 = all. */
  eighths: fc.array(fc.integer({ min: 1, max: 8 }), { minLength: 1, maxLength: 5 }),
  seed: fc.integer({ min: 1, max: 1000 }),
});
type Plan = typeof plan extends fc.Arbitrary<infer T> ? T : never;

const byteAt = (position: number): number => (position * 31 + (position >> 8) * 17 + 5) & 0xff;

function run(p: Plan): void {
  const isPacket = p.profile === profiles.packet || p.profile === profiles.packet64;
  const parts = isPacket && p.version === 2 ? p.parts.slice(0, 1) : p.parts;
  const bench = new DmaBench({ machine: { physicalLayout: p.layout, mapRegisters: p.mapRegisters, seed: p.seed, physicalAddressBits: 36 } });
  const { memory, dma } = bench.test.machine;
  const total = parts.reduce((sum, { length }) => sum + length, 0);
  // Few and whole transfers where they nest; elsewhere tiny limits would need thousands, and are covered by short buffers.
  const isNesting = p.isSynchronous && !isPacket;
  const shortest = Math.ceil(total / (isNesting ? 20 : 40));
  const eighths = isNesting ? [8] : p.eighths;
  const maximumLength = Math.max(p.maximumLength, shortest);
  const buffers = parts.map(({ length, offset }) => bench.buffer(length, offset));
  const positions = buffers.flatMap(({ address }, i) => Array.from({ length: parts[i]?.length ?? 0 }, (_, at) => address + at));
  if (p.writeToDevice) for (const [at, address] of positions.entries()) memory.setU8(address, byteAt(at));
  const transaction = bench.transaction(bench.enabler({ profile: p.profile, version: p.version, maximumLength }));
  const object = bench.object(transaction);
  const received = new Uint8Array(total);
  let transfers = 0;

  /** The device moves a part of the transfer; returns its length. */
  const move = (elements: readonly MappedElement[]): number => {
    const { progress } = object;
    const bytes = Math.max(1, Math.floor((progress.current * (eighths[transfers++ % eighths.length] ?? 8)) / 8));
    const start = progress.transferred;
    if (p.writeToDevice) received.set(bench.deviceReads(elements).subarray(0, bytes), start);
    else
      bench.deviceWrites(
        elements,
        Uint8Array.from({ length: bytes }, (_, i) => byteAt(start + i)),
      );
    return bytes;
  };
  const complete = (elements: readonly MappedElement[]): readonly [boolean, number] => {
    const bytes = move(elements);
    return bytes === object.progress.current ? bench.completed(transaction) : bench.completed(transaction, "WithLength", bytes);
  };
  const programDma = bench.programDma(({ elements }) => {
    const { progress } = object;
    assert.equal(progress.transferred + progress.current + progress.remaining, total);
    assert.equal(
      elements.reduce((sum, { length }) => sum + length, 0),
      progress.current,
    );
    assert.ok(progress.current > 0 && progress.current <= object.maximumFragmentLength);
    const limit = p.profile === profiles.packet || p.profile === profiles.scatterGather ? 2n ** 32n : 2n ** 64n;
    for (const { address, length } of elements) assert.ok(address + BigInt(length) <= limit);
    if (isPacket) assert.equal(elements.length, 1);
    if (p.isSynchronous) complete(elements);
  });

  const direction = p.writeToDevice ? write : read;
  assert.equal(bench.initialize(transaction, programDma, direction, { mdl: bench.chain(...buffers), address: buffers[0]?.address ?? 0 }, total), 0);
  if (p.setMaximum !== null) bench.call("WdfDmaTransactionSetMaximumLength", transaction, Math.max(p.setMaximum, shortest));
  assert.equal(bench.execute(transaction), 0);
  if (!p.isSynchronous) {
    for (;;) {
      const [isOver, result] = complete(bench.programmed.at(-1)?.elements ?? []);
      assert.equal(result, isOver ? 0 : more);
      if (isOver) break;
    }
  }
  assert.equal(bench.state(transaction), "TransferCompleted");
  assert.equal(bench.transferred(transaction), total);
  const arrived = p.writeToDevice ? received : Uint8Array.from(positions, (address) => memory.u8(address));
  assert.deepEqual(
    arrived,
    Uint8Array.from({ length: total }, (_, at) => byteAt(at)),
  );
  assert.equal(dma.mappings.length, 0);
  assert.deepEqual(bench.rules, []);
}

describe("a transaction", () => {
  it("moves every byte once, whatever its cuts", function () {
    this.timeout(60_000);
    fc.assert(fc.property(plan, run), { numRuns: 150 });
  });
});
