// SPDX-License-Identifier: MIT
// What a user program does with the edu device: liveness check, factorial, and bytes through the 4 KiB buffer and back.
import { pattern, scenario } from "kmdf-dma-debug/sdk";

// CTL_CODE(FILE_DEVICE_UNKNOWN, function, METHOD_BUFFERED, FILE_ANY_ACCESS), see driver/Public.h
const ioctlFactorial = 0x222000;
const ioctlLiveness = 0x222004;

const word = (value: number): Uint8Array => Uint8Array.from([value, value >>> 8, value >>> 16, value >>> 24]);

export default scenario(async (system) => {
  const file = await system.open();

  const alive = await file.ioctl(ioctlLiveness, word(0x12345678), 4);
  system.expect(alive, "the liveness check").succeeds();
  system.expect(alive.bytes, "the inverted value").equals(word(~0x12345678));

  const factorial = await file.ioctl(ioctlFactorial, word(10), 4);
  system.expect(factorial.bytes, "10!").equals(word(3_628_800));

  // One transfer each way: the device's buffer holds 4096 bytes.
  const sent = await file.write(pattern(4096));
  system.expect(sent, "the write").succeeds();
  system.expect(sent.information, "bytes written").equals(4096);
  const back = await file.read(4096);
  system.expect(back.bytes, "what came back").equals(pattern(4096));

  // The framework splits longer requests into transfers of 4096 bytes; the buffer then holds what the last one left.
  const long = pattern(10_000, "random", 7);
  system.expect(await file.write(long), "the long write").succeeds();
  const tail = await file.read(10_000 - 2 * 4096);
  system.expect(tail.bytes, "the last part of the long write").equals(long.slice(2 * 4096));

  // Sleep and wake: the driver programs the device again.
  await system.power("D3");
  await system.power("D0");
  system.expect(await file.write(pattern(100, "ones")), "the write after waking").succeeds();

  // A request that is cancelled while it waits behind another one.
  const first = file.write(pattern(4096));
  const second = file.write(pattern(4096));
  second.cancel();
  system.expect(await second, "the cancelled write").status("STATUS_CANCELLED");
  system.expect(await first, "the write before it").succeeds();

  await file.close();
});
