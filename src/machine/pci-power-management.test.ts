// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { PciPowerManagement } from "./pci-power-management.ts";

const setUp = () => {
  const space = new Uint8Array(256);
  const power = new PciPowerManagement({ pme: ["D2", "D3hot"], states: ["D2"] }, 0xdc, space);
  let events = 0;
  power.onPme = () => events++;
  const control = () => new DataView(space.buffer).getUint16(0xe0, true);
  return { power, space, control, events: () => events };
};

describe("PciPowerManagement", () => {
  it("describes itself as the specification says: id, version, D2, PME# from D2 and D3hot", () => {
    const { space } = setUp();
    assert.equal(space[0xdc], 0x01);
    assert.equal(new DataView(space.buffer).getUint16(0xde, true), 0x6402);
  });

  it("sets PME_Status only in the states with PME# support, and asserts PME# only when enabled", () => {
    const { power, control, events } = setUp();
    assert.equal(power.assert("D1"), false);
    assert.equal(power.assert("D0"), false);
    assert.equal(control() & 0x8000, 0);
    assert.equal(power.assert("D3"), true);
    assert.equal(control() & 0x8100, 0x8000);
    assert.equal(events(), 0);
    power.enable(true);
    assert.equal(control() & 0x8100, 0x0100, "enabling clears what was before");
    power.assert("D2");
    assert.equal(events(), 1);
    power.assert("D2");
    assert.equal(events(), 1, "PME# is a level");
  });

  it("has lost main power in D3cold", () => {
    const { power, events } = setUp();
    power.enable(true);
    power.isCold = true;
    assert.equal(power.assert("D3"), false);
    power.isCold = false;
    assert.equal(power.assert("D3"), true);
    assert.equal(events(), 1);
  });

  it("shows the power state in the control register", () => {
    const { power, control } = setUp();
    power.setState("D2");
    assert.equal(control() & 3, 2);
    power.setState("D0");
    assert.equal(control() & 3, 0);
  });
});
