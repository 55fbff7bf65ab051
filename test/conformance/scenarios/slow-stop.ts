// SPDX-License-Identifier: MIT
/** The device is to go to D3 while the driver holds a read for more than a minute. */
import { scenario } from "kmdf-dma-debug/sdk";

export default scenario(async (system) => {
  const file = await system.open();
  const read = file.read(10);
  const power = system.power("D3");
  await system.sleep({ ms: 65_000 });
  system.expect(await file.ioctl(0x22_2000, new TextEncoder().encode("complete-held\0"))).succeeds();
  system.expect(await read).succeeds();
  await power;
  await file.close();
});
