// SPDX-License-Identifier: MIT
/** Eight DMA channels that read host memory in the register access that starts them; bit 1 of GO asks for an interrupt afterwards. */
import { type DeviceBus, type DeviceInstance, defineDevice } from "kmdf-dma-debug/sdk";

const channels = 8;
const firstChannel = 0x100;
const channelBytes = 0x10;
const go = 0x0c;
const interruptWhenDone = 2;

function create(bus: DeviceBus): DeviceInstance {
  const words = new Uint32Array((channels * channelBytes) / 4);
  let done = 0;

  const start = (channel: number, command: number): void => {
    const at = (channel * channelBytes) / 4;
    const [low = 0, high = 0, length = 0] = words.subarray(at, at + 3);
    bus.dma.read((BigInt(high) << 32n) | BigInt(low), length);
    if ((command & interruptWhenDone) === 0) return;
    done |= 1 << channel;
    bus.interrupt.raise();
  };

  return {
    read(_bar, offset) {
      if (offset !== 0) return 0;
      const value = done;
      done = 0;
      bus.interrupt.lower();
      return value;
    },
    write(_bar, offset, _size, value) {
      const at = offset - firstChannel;
      if (at < 0 || at >= channels * channelBytes) return;
      if (at % channelBytes === go) start(Math.floor(at / channelBytes), Number(value));
      else words[at / 4] = Number(value);
    },
    reset() {
      words.fill(0);
      done = 0;
    },
  };
}

export default defineDevice({
  name: "bench channels",
  pci: { vendorId: 0x1dda, deviceId: 0xbe00, classCode: 0x118000, revision: 1 },
  bars: [{ kind: "memory", size: 4096, name: "registers" }],
  interrupts: { line: true },
  registers: [{ bar: 0, offset: 0, size: 4, name: "DONE", access: "rc" }],
  create,
});
