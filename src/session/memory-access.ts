// SPDX-License-Identifier: MIT
/** Bytes of the stopped target in its three address spaces, for memory views. */

import { hex } from "../base/index.ts";
import type { SpaceAddress } from "./address-space.ts";
import type { DebugSession } from "./debug-session.ts";
import { SessionError } from "./session-error.ts";

const addressSpaceEnd = 0x1_0000_0000n;

/** Bytes at `at`: as many of `length` as can be read before the first that cannot. */
export async function readTargetMemory(session: DebugSession, { space, address }: SpaceAddress, length: number): Promise<Uint8Array> {
  const { memory } = session.target;
  if (space === "physical") return readWhole((bytes) => session.query({ type: "readPhysical", address, length: bytes }), length);
  if (space === "logical") return readWhole((bytes) => session.query({ type: "readLogical", address, length: bytes }), length);
  if (address < 0n || address >= addressSpaceEnd) return new Uint8Array(0);
  return memory.readPrefix(Number(address), length);
}

/** Stores `bytes` in driver virtual memory. @throws SessionError when that cannot be done */
export async function writeTargetMemory(session: DebugSession, { space, address }: SpaceAddress, bytes: Uint8Array): Promise<void> {
  const { memory } = session.target;
  if (space !== "virtual") throw new SessionError(`Memory can be written at virtual addresses only, not at ${space} ones`);
  const isStored = address >= 0n && address < addressSpaceEnd && (await memory.settle(() => memory.write(Number(address), bytes)));
  if (!isStored) throw new SessionError(`${bytes.length} bytes at ${hex(address, 8)} cannot be written: the driver has no memory there`);
  session.noteChange({ address: Number(address), length: bytes.length });
}

/** The runtime answers all or nothing: what is readable of a range is found by halving. */
async function readWhole(read: (length: number) => Promise<Uint8Array | undefined>, length: number): Promise<Uint8Array> {
  let good = 0;
  let bad = length + 1;
  let best: Uint8Array = new Uint8Array(0);
  while (bad - good > 1) {
    const wanted = good === 0 && bad === length + 1 ? length : (good + bad) >>> 1;
    const bytes = await read(wanted);
    if (bytes === undefined) bad = wanted;
    else [good, best] = [wanted, bytes];
  }
  return best;
}
