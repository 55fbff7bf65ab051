// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { wrapHostFunction } from "./host-function.ts";

describe("wrapHostFunction", () => {
  it("passes integers, 64-bit integers and floats both ways", () => {
    const seen: unknown[] = [];
    const wrapped = wrapHostFunction("l:ild", (...args: unknown[]) => {
      seen.push(...args);
      return 7n;
    });
    assert.equal(wrapped(-1, 2n ** 63n - 1n, 1.5), 7n);
    assert.deepEqual(seen, [-1, 2n ** 63n - 1n, 1.5]);
  });

  it("makes functions without result or parameters", () => {
    let calls = 0;
    assert.equal(wrapHostFunction(":", () => void calls++)(), undefined);
    assert.equal(calls, 1);
  });

  it("lets exceptions of the host through", () => {
    assert.throws(
      () =>
        wrapHostFunction("i:i", () => {
          throw new RangeError("host");
        })(1),
      RangeError,
    );
  });
});
