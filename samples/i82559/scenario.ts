// SPDX-License-Identifier: MIT
// What a user program and the network do with the card: frames both ways, a full ring, idle and wake, sleep and wake.
import { type FileHandle, type ScenarioSystem, pattern, scenario } from "kmdf-dma-debug/sdk";

// CTL_CODE(FILE_DEVICE_UNKNOWN, 0x800, METHOD_BUFFERED, FILE_READ_ACCESS), see driver/Public.h
const ioctlInformation = 0x0022_6000;
const station = [0x00, 0x02, 0xb3, 0x82, 0x55, 0x9c];
const ringSize = 8;

function frame(to: readonly number[], length: number, seed = 0): Uint8Array {
  const bytes = pattern(length, "random", seed);
  bytes.set(to, 0);
  bytes.set([0x02, 0, 0, 0, 0, 1, 0x08, 0x00], 6);
  return bytes;
}

function magicPacket(): Uint8Array {
  const bytes = new Uint8Array(14 + 6 + 16 * 6);
  bytes.set(frame(Array<number>(6).fill(0xff), 14));
  bytes.fill(0xff, 14, 20);
  for (let i = 0; i < 16; i++) bytes.set(station, 20 + 6 * i);
  return bytes;
}

async function information(file: FileHandle): Promise<DataView> {
  const { bytes } = await file.ioctl(ioctlInformation, undefined, 16);
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
}

async function frames(system: ScenarioSystem, file: FileHandle): Promise<void> {
  // A read waits for a frame; one that is for somebody else does not reach it.
  const read = file.read(1514);
  await system.device("receive", frame([0x00, 0x11, 0x22, 0x33, 0x44, 0x55], 64));
  await system.device("receive", frame(station, 300, 1));
  system.expect((await read).bytes, "the frame received").equals(frame(station, 300, 1));

  // Sending: the network sees what was written, short frames padded to 60 bytes.
  system.expect(await file.write(frame([0xff, 0xff, 0xff, 0xff, 0xff, 0xff], 1514, 2)), "sending").succeeds();
  system.expect(await file.write(frame([0xff, 0xff, 0xff, 0xff, 0xff, 0xff], 20, 3)), "sending a short frame").succeeds();
  const sent = (await system.device("transmitted")) as readonly Uint8Array[];
  system
    .expect(
      sent.map(({ length }) => length),
      "frames on the wire",
    )
    .equals([1514, 60]);
  system.expect(sent[0], "the long frame").equals(frame([0xff, 0xff, 0xff, 0xff, 0xff, 0xff], 1514, 2));
  system.expect(await file.write(new Uint8Array(2000)), "a frame that is too long").status("STATUS_INVALID_BUFFER_SIZE");

  // More frames than the ring holds: the rest is lost, and the receive unit starts again when there is room.
  for (let i = 0; i < ringSize + 2; i++) await system.device("receive", frame(station, 100 + i, i));
  await system.sleep({ ms: 1 });
  for (let i = 0; i < ringSize; i++) system.expect((await file.read(1514)).information, `frame ${i} of the ring`).equals(100 + i);
  const next = file.read(1514);
  await system.device("receive", frame(station, 99));
  system.expect((await next).information, "the frame after the overflow").equals(99);
}

async function sleepAndWake(system: ScenarioSystem, file: FileHandle): Promise<void> {
  // Idle: the card sleeps, armed. The link wakes it, and so does a frame to send.
  await system.sleep({ ms: 1100 });
  system.expect(system.state().device, "the idle card").equals("D3");
  await system.device("link", "down");
  await system.sleep({ ms: 10 });
  system.expect(system.state().device, "the card after the link went down").equals("D0");
  await system.device("link", "up");
  await system.sleep({ ms: 1100 });
  system.expect(system.state().device, "the idle card").equals("D3");
  system.expect(await file.write(frame(station, 64)), "sending wakes the card").succeeds();

  // The system sleeps; a magic packet wakes it.
  await system.suspend("S3");
  await system.device("receive", frame(station, 64));
  await system.sleep({ ms: 10 });
  system.expect(system.state().system, "the system after an ordinary frame").equals("S3");
  await system.device("receive", magicPacket());
  await system.sleep({ ms: 10 });
  system.expect(system.state(), "the system after a magic packet").equals({ system: "S0", device: "D0", pnp: "started" });
}

export default scenario(async (system) => {
  const file = await system.open();
  await system.sleep({ ms: 2 });
  const start = await information(file);
  system.expect(new Uint8Array(start.buffer, start.byteOffset, 8), "address, link and speed").equals(Uint8Array.from([...station, 1, 1]));
  await frames(system, file);
  await sleepAndWake(system, file);

  // A read that is cancelled while it waits for a frame.
  const waiting = file.read(1514);
  waiting.cancel();
  system.expect(await waiting, "the cancelled read").status("STATUS_CANCELLED");

  await system.rebalance();
  system.expect(await file.write(frame(station, 64)), "sending after a rebalance").succeeds();
  const end = await information(file);
  system.expect(end.getUint32(8, true), "frames sent since the card was started").equals(1);
  await file.close();
});
