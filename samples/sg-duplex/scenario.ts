// SPDX-License-Identifier: MIT
// What a user program does with the SGDX device: bytes into its memory and back, both directions at once, cancellation, sleep.
import { type FileHandle, pattern, scenario } from "kmdf-dma-debug/sdk";

// Control codes and structures of driver/Public.h
const ioctlSetPosition = 0x22a000;
const ioctlGetStatistics = 0x226004;
const channel = { h2c: 0, c2h: 1 } as const;
const statisticsBytes = 80;

function words(...values: number[]): Uint8Array {
  return new Uint8Array(Uint32Array.from(values).buffer);
}

async function setPosition(file: FileHandle, which: number, position: number): Promise<void> {
  const result = await file.ioctl(ioctlSetPosition, words(which, position));
  if (result.statusName !== "STATUS_SUCCESS") throw new Error(`the position was refused: ${result.statusName}`);
}

export default scenario(async (system) => {
  const file = await system.open();

  // 256 KiB in one request: more than one chain can hold, so the framework splits the transaction into transfers.
  const data = pattern(256 * 1024, "random", 1);
  const written = await file.write(data);
  system.expect(written, "the write").succeeds();
  system.expect(written.information, "bytes written").equals(data.length);
  const read = await file.read(data.length);
  system.expect(read.bytes, "what was read").equals(data);

  // Both channels at once: new data goes in at 512 KiB while the old is read from the start.
  await Promise.all([setPosition(file, channel.h2c, 512 * 1024), setPosition(file, channel.c2h, 0)]);
  const more = pattern(200_000, "random", 2);
  const [sent, back] = await Promise.all([file.write(more), file.read(100_000)]);
  system.expect(sent, "the concurrent write").succeeds();
  system.expect(back.bytes, "the concurrent read").equals(data.slice(0, 100_000));

  // Two reads in the queue, the second one cancelled before its turn.
  const first = file.read(50_000);
  const second = file.read(50_000);
  second.cancel();
  system.expect(await second, "the cancelled read").status("STATUS_CANCELLED");
  system.expect((await first).bytes, "the read before it").equals(data.slice(100_000, 150_000));

  // Sleep and wake: the device's memory survives, its registers do not.
  await system.power("D3");
  await system.power("D0");
  await setPosition(file, channel.c2h, 512 * 1024);
  const kept = await file.read(more.length);
  system.expect(kept.bytes, "what was written before sleeping").equals(more);

  const statistics = await file.ioctl(ioctlGetStatistics, new Uint8Array(), statisticsBytes);
  system.expect(statistics, "the statistics").succeeds();
  const view = new DataView(statistics.bytes.buffer, statistics.bytes.byteOffset);
  system.expect(view.getUint32(12, true), "errors of H2C").equals(0);
  system.expect(view.getUint32(52, true), "errors of C2H").equals(0);

  await file.close();
});
