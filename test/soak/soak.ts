// SPDX-License-Identifier: MIT
// Random use of the SGDX device: reads, writes, queries, cancels at any moment, sleep, rebalance, orderly and surprise removal, and back.
import { type FileHandle, type PendingIo, pattern, scenario } from "kmdf-dma-debug/sdk";

const ioctlSetPosition = 0x22a000;
const ioctlGetStatistics = 0x226004;
const lanes = 6;
const longest = 24_000;

/** A scenario of at least `requests` requests; equal seeds do the same. */
export const soak = (requests: number, seed: number): ReturnType<typeof scenario> => {
  // xorshift32: no state of the host.
  let state = seed;
  const below = (limit: number): number => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % limit;
  };
  return scenario(async (system) => {
    const counts = { sent: 0, cancelled: 0, cycles: 0, removals: 0 };
    const bytes = pattern(longest, "random", seed);

    const send = (file: FileHandle): PendingIo => {
      const length = 1 + below(longest);
      switch (below(6)) {
        case 0:
          return file.ioctl(ioctlGetStatistics, new Uint8Array(), 80);
        case 1:
          return file.ioctl(ioctlSetPosition, new Uint8Array(Uint32Array.of(below(2), below(500_000)).buffer));
        case 2:
        case 3:
          return file.read(length);
        default:
          return file.write(bytes.subarray(0, length));
      }
    };
    const lane = async (file: FileHandle, count: number): Promise<void> => {
      for (let i = 0; i < count; i++) {
        const pending = send(file);
        if (below(4) === 0) {
          if (below(2) === 0) await system.sleep({ us: below(300) });
          pending.cancel();
        }
        const { statusName } = await pending;
        counts.sent++;
        if (statusName === "STATUS_CANCELLED") counts.cancelled++;
      }
    };
    const disturb = async (): Promise<void> => {
      await system.sleep({ us: 50 + below(2_000) });
      switch (below(3)) {
        case 0:
          await system.power("D3");
          await system.sleep({ ms: below(20_000) });
          await system.power("D0");
          break;
        case 1:
          await system.suspend("S3");
          await system.resume();
          break;
        default:
          await system.rebalance();
      }
      counts.cycles++;
    };

    while (counts.sent < requests) {
      const file = await system.open();
      const work = Promise.all([...Array.from({ length: lanes }, () => lane(file, 8)), disturb()]);
      const ending = below(8);
      if (ending < 2) {
        await work;
        await file.close();
        await system.remove();
        await system.insert();
        counts.removals++;
      } else if (ending < 4) {
        const first = Array.from({ length: lanes }, () => lane(file, 3));
        await work;
        await system.surpriseRemove();
        await Promise.all(first);
        await file.close();
        await system.insert();
        counts.removals++;
      } else {
        await work;
        await file.close();
      }
    }
    system.log(JSON.stringify(counts));
  });
};
