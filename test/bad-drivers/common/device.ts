// SPDX-License-Identifier: MIT
/**
 * The device of the bad drivers: one DMA engine that copies between host memory and a 64 KiB buffer of its own, and an interrupt.
 *
 *     0x00  STATUS   bit 0: done; write 1 to clear, which also lowers the line
 *     0x04  ADDRESS  logical address, bits 31:0
 *     0x08  UPPER    bits 63:32
 *     0x0C  LENGTH   bytes
 *     0x10  CONTROL  bit 0 starts; bit 1: device to memory. Reads as busy in bit 0
 *     0x14  RAISE    a write raises the interrupt without DMA
 *
 * Option `overrun`: bytes the engine moves beyond LENGTH.
 */
import { type DeviceBus, type DeviceInstance, defineDevice } from "kmdf-dma-debug/sdk";

const status = 0x00;
const address = 0x04;
const upper = 0x08;
const length = 0x0c;
const control = 0x10;
const raise = 0x14;
const transferNs = 5000;

function create(bus: DeviceBus, options: { readonly overrun?: number }): DeviceInstance {
  const registers = new Map<number, number>();
  const buffer = new Uint8Array(0x1_0000);
  let generation = 0;
  const get = (offset: number): number => registers.get(offset) ?? 0;

  const finish = (): void => {
    registers.set(status, 1);
    registers.set(control, 0);
    bus.interrupt.raise();
  };
  const move = (toMemory: boolean): void => {
    const logical = (BigInt(get(upper)) << 32n) | BigInt(get(address));
    const bytes = get(length) + (options.overrun ?? 0);
    if (toMemory) bus.dma.write(logical, buffer.slice(0, bytes));
    else buffer.set(bus.dma.read(logical, bytes));
    finish();
  };

  return {
    read: (_bar, offset) => get(offset),
    peek: (_bar, offset) => get(offset),
    write(_bar, offset, _size, value) {
      const word = Number(value);
      if (offset === status) {
        registers.set(status, get(status) & ~word);
        if (get(status) === 0) bus.interrupt.lower();
      } else if (offset === raise) finish();
      else registers.set(offset, word);
      if (offset !== control || (word & 1) === 0) return;
      const started = generation;
      bus.after(transferNs, () => {
        if (generation === started) move((word & 2) !== 0);
      });
    },
    reset() {
      generation++;
      registers.clear();
      bus.interrupt.lower();
    },
  };
}

export default defineDevice({
  name: "probe",
  pci: { vendorId: 0x1234, deviceId: 0x0bad, classCode: 0x00ff00, revision: 1 },
  bars: [{ kind: "memory", size: 0x1000, name: "registers" }],
  interrupts: { line: true },
  create,
});
