// SPDX-License-Identifier: MIT
/**
 * The device of the conformance driver: one engine that moves a list of elements between host memory and a stream of bytes, and an interrupt.
 *
 *     0x00  STATUS   bit 0: done, bit 1: raised by RAISE; write 1 to clear, which also lowers the line
 *     0x04  ADDRESS  logical address, bits 31:0
 *     0x08  UPPER    bits 63:32
 *     0x0C  PUSH     length in bytes; adds an element at ADDRESS and UPPER
 *     0x10  CONTROL  bit 0 starts the elements pushed so far, bit 1: device to memory, bit 2: stop and forget them
 *     0x14  RAISE    a write raises the interrupt without DMA
 *     0x18  MOVED    bytes of the last start
 *     0x1C  DELAY    nanoseconds a start takes
 *     0x24  DREQ     bits 23:0: asserts the DMA request of the line in bits 31:24 for so many bytes
 *     0x28  PORT     bits 31:0 of the address of the last acknowledge cycle
 *     0x2C  CYCLES   bytes of all acknowledge cycles; a write clears it, and the terminal count in 0x30 TC
 *
 * Bytes to memory count up from 0 over the life of the device; bytes from memory are summed in 0x20 SUM.
 */
import { type DeviceBus, type DeviceInstance, defineDevice } from "kmdf-dma-debug/sdk";

const register = {
  status: 0x00,
  address: 0x04,
  upper: 0x08,
  push: 0x0c,
  control: 0x10,
  raise: 0x14,
  moved: 0x18,
  delay: 0x1c,
  sum: 0x20,
  dreq: 0x24,
  port: 0x28,
  cycles: 0x2c,
  tc: 0x30,
} as const;

function create(bus: DeviceBus): DeviceInstance {
  const registers = new Map<number, number>();
  const get = (offset: number): number => registers.get(offset) ?? 0;
  let elements: { address: bigint; length: number }[] = [];
  let next = 0;
  let generation = 0;

  const move = (toMemory: boolean): void => {
    let moved = 0;
    for (const { address, length } of elements) {
      if (toMemory)
        bus.dma.write(
          address,
          Uint8Array.from({ length }, () => next++ & 0xff),
        );
      else
        registers.set(
          register.sum,
          bus.dma.read(address, length).reduce((sum, byte) => (sum + byte) >>> 0, get(register.sum)),
        );
      moved += length;
    }
    elements = [];
    registers.set(register.moved, moved);
    registers.set(register.status, get(register.status) | 1);
    bus.interrupt.raise();
  };
  const control = (value: number): void => {
    generation++;
    if ((value & 4) !== 0) elements = [];
    if ((value & 1) === 0) return;
    const started = generation;
    bus.after(get(register.delay) || 5000, () => {
      if (generation === started) move((value & 2) !== 0);
    });
  };

  return {
    read: (_bar, offset) => get(offset),
    peek: (_bar, offset) => get(offset),
    write(_bar, offset, _size, value) {
      const word = Number(value);
      if (offset === register.status) {
        registers.set(register.status, get(register.status) & ~word);
        if (get(register.status) === 0) bus.interrupt.lower();
      } else if (offset === register.raise) {
        registers.set(register.status, get(register.status) | 2);
        bus.interrupt.raise();
      } else if (offset === register.push) elements.push({ address: (BigInt(get(register.upper)) << 32n) | BigInt(get(register.address)), length: word });
      else if (offset === register.control) control(word);
      else if (offset === register.dreq) bus.systemDma.request(word >>> 24, word & 0xff_ffff);
      else if (offset === register.cycles) {
        registers.set(register.cycles, 0);
        registers.set(register.tc, 0);
      } else registers.set(offset, word);
    },
    acknowledge({ direction, length, data, deviceAddress, terminalCount }) {
      registers.set(register.port, Number(deviceAddress & 0xffff_ffffn));
      registers.set(register.cycles, get(register.cycles) + length);
      if (terminalCount) registers.set(register.tc, get(register.tc) + 1);
      if (direction === "fromDevice") return Uint8Array.from({ length }, () => next++ & 0xff);
      registers.set(register.sum, data?.reduce((sum, byte) => (sum + byte) >>> 0, get(register.sum)) ?? 0);
      return undefined;
    },
    reset() {
      generation++;
      elements = [];
      registers.clear();
      bus.interrupt.lower();
    },
  };
}

export default defineDevice({
  name: "conformance",
  pci: { vendorId: 0x1234, deviceId: 0x0c0f, subsystemVendorId: 0x1234, subsystemId: 0x0001, classCode: 0x00ff00, revision: 2 },
  bars: [{ kind: "memory", size: 0x1000, name: "registers" }],
  interrupts: { line: true, messages: 2 },
  systemDma: [
    { name: "receive", requestLine: 5, channel: 1, width: 4 },
    { name: "transmit", requestLine: 6, channel: 2, width: 4 },
  ],
  create,
});
