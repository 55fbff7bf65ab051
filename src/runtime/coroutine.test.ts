// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { Coroutine, CoroutinePool, type Departure } from "./coroutine.ts";

/** (import "env" "wait" (func (param i32) (result i32))); run(x) = wait(wait(x)). */
const bytes = Uint8Array.from([
  ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
  ...[1, 6, 1, 0x60, 1, 0x7f, 1, 0x7f],
  ...[2, 12, 1, 3, 0x65, 0x6e, 0x76, 4, 0x77, 0x61, 0x69, 0x74, 0, 0],
  ...[3, 2, 1, 0, 7, 7, 1, 3, 0x72, 0x75, 0x6e, 0, 1],
  ...[10, 10, 1, 8, 0, 0x20, 0, 0x10, 0, 0x10, 0, 0x0b],
]);
const module = new WebAssembly.Module(bytes);
const memory = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });

function stack(
  wait: (coroutine: Coroutine, value: number) => number | undefined,
  coroutine = new Coroutine(),
): { coroutine: Coroutine; run: (value: number) => Departure } {
  const env = { wait: (value: number) => wait(coroutine, value) };
  const instance = coroutine.instantiate(module, { env, dbg: {}, plain: {} }, memory);
  return { coroutine, run: (value) => coroutine.start(instance.exports["run"], [value]) };
}

const suspends = (coroutine: Coroutine): undefined => coroutine.suspend() as undefined;

describe("Coroutine", () => {
  it("runs to the end like a call when nothing suspends it", () => {
    assert.deepEqual(stack((_, value) => value + 1).run(5), { kind: "returned", value: 7 });
  });

  it("is left in a call of the host and goes on with its result", () => {
    const { coroutine, run } = stack(suspends);
    assert.equal(run(1).kind, "suspended");
    assert.equal(coroutine.isSuspended, true);
    assert.equal(coroutine.resume(2).kind, "suspended");
    assert.deepEqual(coroutine.resume(3), { kind: "returned", value: 3 });
  });

  it("can enter another one while it runs, at once", () => {
    const inner = stack(suspends);
    inner.run(1);
    const outer = stack((coroutine, value) => {
      if (value === 1) return suspends(coroutine);
      inner.coroutine.resume(10);
      const { kind } = inner.coroutine.resume(20);
      return kind === "returned" ? 99 : 0;
    });
    outer.run(1);
    assert.deepEqual(outer.coroutine.resume(2), { kind: "returned", value: 99 });
  });

  it("ends with what the host throws, then and later", () => {
    const error = new Error("stop");
    const thrown = stack(() => {
      throw error;
    });
    assert.deepEqual(thrown.run(1), { kind: "threw", error });
    const { coroutine, run } = stack(suspends);
    run(1);
    assert.deepEqual(coroutine.fail(error), { kind: "threw", error });
    assert.equal(coroutine.isSuspended, false);
  });

  it("is used again for another instance", () => {
    const pool = new CoroutinePool();
    const first = pool.take();
    stack((_, value) => value, first).run(1);
    pool.give(first);
    assert.equal(pool.take(), first);
    assert.deepEqual(stack((_, value) => value * 2, first).run(3), { kind: "returned", value: 12 });
  });
});
