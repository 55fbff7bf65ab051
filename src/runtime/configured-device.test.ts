// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import type { DeviceDefinition } from "../protocol/index.ts";
import { configuredDevice } from "./configured-device.ts";

const plain: DeviceDefinition = {
  name: "card",
  pci: { vendorId: 1, deviceId: 2, classCode: 0, revision: 0 },
  bars: [{ kind: "memory", size: 4096, name: "registers" }],
  interrupts: { line: true },
  create: () => ({ read: () => 0, write: () => undefined, reset: () => undefined }),
};
const big: DeviceDefinition = { ...plain, configure: ({ size }) => ({ bars: [{ kind: "memory", size: Number(size), name: "registers" }], addressBits: 32 }) };

describe("configuredDevice", () => {
  it("leaves a definition without configure as it is", () => {
    assert.equal(configuredDevice(plain, {}, "card.ts"), plain);
  });

  it("takes what configure changes and keeps the rest", () => {
    const device = configuredDevice(big, { size: 65536 }, "card.ts");
    assert.deepEqual([device.name, device.bars[0]?.size, device.addressBits, device.pci.deviceId], ["card", 65536, 32, 2]);
  });

  it("checks the result and reports what configure throws, with the model's file", () => {
    assert.throws(() => configuredDevice(big, { size: 100 }, "card.ts"), /bars\[0\]\.size: expected a power of two/);
    const failing: DeviceDefinition = {
      ...plain,
      configure: () => {
        throw new TypeError("no such board");
      },
    };
    assert.throws(() => configuredDevice(failing, {}, "card.ts"), {
      message: "configure of the device model failed: no such board",
      location: { file: "card.ts" },
    });
    assert.throws(
      () => configuredDevice({ ...plain, configure: () => ({ addressBits: 7 }) }, {}, "card.ts"),
      /addressBits: expected a number from 24 to 64, got 7/,
    );
  });
});
