// SPDX-License-Identifier: MIT
/** Two reads; the second is canceled while it waits (in the sequential queue, or in the manual queue it was moved to), then the first. */
import { scenario } from "kmdf-dma-debug/sdk";

export default scenario(async (system) => {
  const file = await system.open();
  const first = file.read(10);
  const second = file.read(20);
  await system.sleep({ us: 2 });
  second.cancel();
  system.expect(await second).status("STATUS_CANCELLED");
  first.cancel();
  system.expect(await first).status("STATUS_CANCELLED");
  await file.close();
});
