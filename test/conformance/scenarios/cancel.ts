// SPDX-License-Identifier: MIT
/** A read that is canceled while the device works on it. */
import { scenario } from "kmdf-dma-debug/sdk";

export default scenario(async (system) => {
  const file = await system.open();
  const read = file.read(3000);
  await system.sleep({ us: 2 });
  read.cancel();
  system.expect(await read).status("STATUS_CANCELLED");
  await file.close();
});
