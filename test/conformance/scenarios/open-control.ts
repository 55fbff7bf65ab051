// SPDX-License-Identifier: MIT
/** A control device cannot be opened before it is initialized; it goes when the driver deletes it. */
import { scenario } from "kmdf-dma-debug/sdk";

const command = (text: string) => new TextEncoder().encode(`${text}\0`);

export default scenario(async (system) => {
  const bus = await system.open();
  const refused = async (): Promise<string> => {
    try {
      await system.open("\\\\.\\BusControl");
    } catch (error) {
      return String(error);
    }
    return "opened";
  };
  system.expect(await bus.ioctl(0x22_2000, command("c0"))).succeeds();
  system.expect(/STATUS_NO_SUCH_DEVICE/.test(await refused())).equals(true);
  system.expect(await bus.ioctl(0x22_2000, command("d0"))).succeeds();
  system.expect(/no device has the name/.test(await refused())).equals(true);
  system.expect(await bus.ioctl(0x22_2000, command("c1"))).succeeds();
  const control = await system.open("\\\\.\\BusControl");
  system.expect((await control.read(8)).information).equals(0);
  await control.close();
  const byName = await system.open("\\Device\\BusControl");
  await byName.close();
  system.expect(await bus.ioctl(0x22_2000, command("d0"))).succeeds();
  await bus.close();
});
