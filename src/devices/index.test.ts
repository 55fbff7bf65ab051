// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { builtInDeviceTable } from "../protocol/index.ts";
import { builtInDevices } from "./index.ts";

describe("builtInDevices", () => {
  it("are those that the protocol's table names", () => {
    const models = [...builtInDevices].map(([id, { name, pci }]) => ({ id, name, vendorId: pci.vendorId, deviceId: pci.deviceId }));
    assert.deepEqual(models, builtInDeviceTable);
  });

  it("describe registers that fit their BARs, do not overlap and have fields inside them", () => {
    for (const [id, { bars, registers = [] }] of builtInDevices) {
      for (const register of registers) {
        const what = `${id} ${register.name}`;
        assert.ok(register.offset + register.size <= (bars[register.bar]?.size ?? 0), what);
        const others = registers.filter((other) => other !== register && other.bar === register.bar);
        assert.ok(
          others.every((other) => other.offset + other.size <= register.offset || other.offset >= register.offset + register.size),
          what,
        );
        for (const { name, bits } of register.fields ?? []) {
          const [high, low] = typeof bits === "number" ? [bits, bits] : bits;
          assert.ok(low >= 0 && low <= high && high < 8 * register.size, `${what} ${name}`);
        }
      }
    }
  });
});
