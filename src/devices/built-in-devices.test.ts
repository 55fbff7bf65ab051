// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { builtInDeviceTable } from "../protocol/index.ts";
import { builtInDevices } from "./index.ts";

describe("builtInDeviceTable", () => {
  it("lists the built-in models with their PCI ids", () => {
    const actual = [...builtInDevices].map(([id, { name, pci }]) => ({ id, name, vendorId: pci.vendorId, deviceId: pci.deviceId }));
    assert.deepEqual(builtInDeviceTable, actual);
  });
});
