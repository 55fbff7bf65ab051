// SPDX-License-Identifier: MIT
/**
 * SUMX: a device model to copy from. The card reads a buffer from host memory by DMA, adds up its bytes, and interrupts. It is the
 * smallest device with everything a driver needs: identification, a 64-bit address, a length, start, status, interrupt and an error.
 *
 *     offset  name     access  meaning
 *     0x00    ID       RO      0x53554D58, 'SUMX'
 *     0x04    ADDR_LO  RW      logical address of the buffer, bits 31:0
 *     0x08    ADDR_HI  RW      bits 63:32
 *     0x0C    LENGTH   RW      bytes, 1 to 65536
 *     0x10    CONTROL  RW      bit 0 START: writing 1 starts, reads as 1 while busy; bit 1 IRQ_ENABLE
 *     0x14    STATUS   R/W1C   bit 0 DONE, bit 1 ERROR (bad length, or memory that is not mapped); write 1 to clear, which also lowers the interrupt
 *     0x18    SUM      RO      sum of the bytes, modulo 2^32
 */
import { type DeviceBus, type DeviceInstance, type RegisterDefinition, defineDevice } from "kmdf-dma-debug/sdk";

const id = 0x53554d58;
const offset = { id: 0x00, addressLow: 0x04, addressHigh: 0x08, length: 0x0c, control: 0x10, status: 0x14, sum: 0x18 };
const start = 1;
const irqEnable = 2;
const done = 1;
const error = 2;

/** The register view shows these; `fields` and `description` appear in its details. */
const registers: RegisterDefinition[] = [
  { bar: 0, offset: offset.id, size: 4, name: "ID", access: "ro", reset: id },
  { bar: 0, offset: offset.addressLow, size: 4, name: "ADDR_LO", access: "rw", reset: 0 },
  { bar: 0, offset: offset.addressHigh, size: 4, name: "ADDR_HI", access: "rw", reset: 0 },
  { bar: 0, offset: offset.length, size: 4, name: "LENGTH", access: "rw", reset: 0, description: "Bytes, 1 to 65536" },
  {
    bar: 0,
    offset: offset.control,
    size: 4,
    name: "CONTROL",
    access: "rw",
    reset: 0,
    fields: [
      { name: "START", bits: 0, values: { 0: "idle", 1: "busy" } },
      { name: "IRQ_ENABLE", bits: 1 },
    ],
  },
  {
    bar: 0,
    offset: offset.status,
    size: 4,
    name: "STATUS",
    access: "w1c",
    reset: 0,
    description: "Fault 'sum-stuck': a start never ends",
    fields: [
      { name: "DONE", bits: 0 },
      { name: "ERROR", bits: 1 },
    ],
  },
  { bar: 0, offset: offset.sum, size: 4, name: "SUM", access: "ro", reset: 0 },
];

interface Options {
  /** Virtual nanoseconds for one byte; `"device": { "model": "device.ts", "options": { "nsPerByte": 4 } }` changes it. */
  readonly nsPerByte?: number;
}

function create(bus: DeviceBus, { nsPerByte = 1 }: Options): DeviceInstance {
  const values = new Map<number, number>();
  const get = (at: number): number => values.get(at) ?? 0;
  // Work that was started before a reset must not finish after it.
  let generation = 0;

  const finish = (bits: number): void => {
    values.set(offset.control, get(offset.control) & ~start);
    values.set(offset.status, get(offset.status) | bits);
    if ((get(offset.control) & irqEnable) !== 0) bus.interrupt.raise();
  };

  const sum = (): void => {
    const address = (BigInt(get(offset.addressHigh)) << 32n) | BigInt(get(offset.addressLow));
    const bytes = bus.dma.read(address, get(offset.length));
    if (bus.dma.aborted) finish(error);
    else {
      values.set(
        offset.sum,
        bytes.reduce((total, byte) => (total + byte) >>> 0, 0),
      );
      finish(done);
    }
  };

  const run = (): void => {
    const length = get(offset.length);
    if (length === 0 || length > 65536) finish(error);
    else if (!bus.fault("sum-stuck")) {
      const time = 500 + length * nsPerByte;
      const current = generation;
      bus.activity("engine", `sum of ${length} bytes`, time);
      bus.after(time, () => {
        if (current === generation) sum();
      });
    }
  };

  // No read of this device has side effects, so a view may look the same way the driver does.
  const peek = (_bar: number, at: number, size: number): number => (size !== 4 ? 0 : at === offset.id ? id : get(at));

  return {
    peek,
    read: peek,
    write(_bar, at, size, value) {
      if (size !== 4) return;
      const word = Number(value);
      const isBusy = (get(offset.control) & start) !== 0;
      if (at === offset.status) {
        values.set(offset.status, get(offset.status) & ~word);
        if (get(offset.status) === 0) bus.interrupt.lower();
      } else if (at === offset.control) {
        values.set(offset.control, (word & irqEnable) | (isBusy ? start : word & start));
        if (!isBusy && (word & start) !== 0) run();
      } else if (!isBusy && (at === offset.addressLow || at === offset.addressHigh || at === offset.length)) values.set(at, word);
    },
    reset() {
      generation++;
      values.clear();
      bus.interrupt.lower();
    },
    power(state) {
      if (state !== "D0") this.reset();
    },
  };
}

export default defineDevice<Options>({
  name: "SUMX",
  pci: { vendorId: 0x1dda, deviceId: 0x5003, classCode: 0x118000, revision: 1 },
  bars: [{ kind: "memory", size: 4096, name: "registers" }],
  interrupts: { line: true, messages: 1 },
  registers,
  create,
});
