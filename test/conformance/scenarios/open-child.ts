// SPDX-License-Identifier: MIT
/** A child of the bus in slot 3 is opened by its interface class, then by its symbolic link, read, and written to. */
import { scenario } from "kmdf-dma-debug/sdk";

const childInterface = "{9b2a60f1-54c8-4e9c-9e2b-0c4d2a7b5a01}";

export default scenario(async (system) => {
  await system.sleep({ ms: 1 });
  const child = await system.open(childInterface);
  const read = await child.read(4);
  system.expect(read.bytes).equals(Uint8Array.of(3, 3, 3, 3));
  await child.close();
  const again = await system.open(`\\\\.\\BUS#Child#03#${childInterface}`);
  system.expect((await again.write(new Uint8Array(5))).information).equals(5);
  await again.close();
});
