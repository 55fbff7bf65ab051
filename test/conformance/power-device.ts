// SPDX-License-Identifier: MIT
/**
 * The device of the power driver: it can signal PME# from D2 and D3, also without main power.
 *
 *     0x00  WAKE_US  microseconds until PME# is asserted; 0 = never
 *     0x04  DMA      a write makes it read 16 bytes of host memory at the value
 */
import { type DeviceBus, type DeviceInstance, defineDevice } from "kmdf-dma-debug/sdk";

const register = { wakeUs: 0x00, dma: 0x04 } as const;

function create(bus: DeviceBus): DeviceInstance {
  let wakeUs = 0;
  return {
    read: () => 0,
    peek: () => 0,
    write(_bar, offset, _size, value) {
      if (offset === register.dma) bus.dma.read(BigInt(value), 16);
      if (offset !== register.wakeUs) return;
      wakeUs = Number(value);
      if (wakeUs > 0) bus.after(wakeUs * 1000, () => bus.pme.assert());
    },
    reset() {
      wakeUs = 0;
    },
  };
}

export default defineDevice({
  name: "power",
  pci: {
    vendorId: 0x1234,
    deviceId: 0x0c10,
    classCode: 0x00ff00,
    revision: 1,
    powerManagement: { pme: ["D2", "D3hot", "D3cold"], states: ["D2"], offset: 0xdc },
  },
  bars: [{ kind: "memory", size: 0x1000, name: "registers" }],
  interrupts: { line: true },
  create,
});
