// SPDX-License-Identifier: MIT
// One request, and the driver itself does the transactions one after the other.
import { scenario } from "kmdf-dma-debug/sdk";

const ioctlRun = 0x222000;
const transactions = 40_000;

export default scenario(async (system) => {
  const file = await system.open();
  const count = new Uint8Array(Uint32Array.of(transactions).buffer);
  system.expect(await file.ioctl(ioctlRun, count), "the loop").succeeds();
});
