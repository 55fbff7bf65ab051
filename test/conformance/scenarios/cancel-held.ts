// SPDX-License-Identifier: MIT
/** A read that the driver holds is canceled; then the driver tries to make it cancelable. */
import { scenario } from "kmdf-dma-debug/sdk";

export default scenario(async (system) => {
  const file = await system.open();
  const read = file.read(10);
  await system.sleep({ us: 2 });
  read.cancel();
  system.expect(await file.ioctl(0x22_2000, new TextEncoder().encode("already-canceled\0"))).succeeds();
  system.expect(await read).status("STATUS_CANCELLED");
  await file.close();
});
