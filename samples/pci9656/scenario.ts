// SPDX-License-Identifier: MIT
// What a user program does with the board: the whole SRAM through both DMA channels, both at once, an exchange with the board's
// processor, and a pause long enough for the driver to send the board to sleep.
import { pattern, scenario } from "kmdf-dma-debug/sdk";

// Control codes of driver/Public.h
const ioctlGetStatistics = 0x226000;
const ioctlPeek = 0x226004;
const ioctlExchange = 0x22e008;
const sramBytes = 128 * 1024;
const statisticsBytes = 48;

const word = (value: number): Uint8Array => new Uint8Array(Uint32Array.of(value).buffer);

export default scenario(async (system) => {
  const file = await system.open();

  // 128 KiB: two transfers of 64 KiB, each a chain of descriptors because memory is scattered.
  const data = pattern(sramBytes, "random", 1);
  const written = await file.write(data);
  system.expect(written, "the write").succeeds();
  system.expect(written.information, "bytes written").equals(sramBytes);
  const read = await file.read(sramBytes);
  system.expect(read.bytes, "what was read").equals(data);

  // What DMA has written is what the processor sees through BAR2.
  const peeked = await file.ioctl(ioctlPeek, word(0x12345), 16);
  system.expect(peeked.bytes, "the SRAM through BAR2").equals(data.slice(0x12345, 0x12355));

  // Both channels at the same time, in different parts of the SRAM.
  const more = pattern(40_000, "random", 2);
  const [sent, back] = await Promise.all([file.write(more, { offset: 0x1_0001 }), file.read(60_000, { offset: 7 })]);
  system.expect(sent, "the concurrent write").succeeds();
  system.expect(back.bytes, "the concurrent read").equals(data.slice(7, 60_007));

  // One piece of memory is moved in block mode, without descriptors.
  system.expect((await file.write(pattern(100, 0xa5), { offset: 64 })).information, "bytes of the short write").equals(100);
  system.expect((await file.read(100, { offset: 64 })).bytes, "the short read").equals(pattern(100, 0xa5));

  system.expect(await file.read(1, { offset: sramBytes }), "a read beyond the SRAM").status("STATUS_INVALID_PARAMETER");

  // A mailbox and a doorbell there and back.
  const answer = await file.ioctl(ioctlExchange, word(0xc0ffee), 4);
  system.expect(answer.bytes, "the board's answer").equals(word(0xc0ffee));

  // Idle: after five seconds the board goes to D3; the next request wakes it, and the SRAM has kept its content.
  await system.sleep({ ms: 6000 });
  const kept = await file.read(more.length, { offset: 0x1_0001 });
  system.expect(kept.bytes, "what was written before sleeping").equals(more);

  const statistics = await file.ioctl(ioctlGetStatistics, new Uint8Array(), statisticsBytes);
  const view = new DataView(statistics.bytes.buffer, statistics.bytes.byteOffset);
  system.expect(view.getUint32(8, true), "requests of channel 0").equals(3);
  system.expect(view.getUint32(12, true), "blocks of channel 0").equals(1);
  system.expect(view.getUint32(20, true), "failures of channel 0").equals(0);

  await file.close();
});
