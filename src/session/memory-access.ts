// SPDX-License-Identifier: MIT
/** Bytes of the stopped target in each of its address spaces, for memory views. */

import type { SpaceAddress } from "./address-space.ts";
import { memoryReference } from "./address-space.ts";
import type { DebugSession } from "./debug-session.ts";
import { SessionError } from "./session-error.ts";

const addressSpaceEnd = 0x1_0000_0000n;

/** Bytes at `at`: as many of `length` as can be read before the first that cannot. Device registers are peeked. */
export async function readTargetMemory(session: DebugSession, { space, address }: SpaceAddress, length: number): Promise<Uint8Array> {
  const { memory } = session.target;
  if (address < 0n) return new Uint8Array(0);
  if (space !== "virtual") return session.query({ type: "readSpace", space, address, length });
  return address >= addressSpaceEnd ? new Uint8Array(0) : memory.readPrefix(Number(address), length);
}

/**
 * Stores `bytes` at `at`, all or, when `isPartial`, as many as there is something for; the number stored. Device registers, mapped or in
 * their BAR, are written as the driver would write them, with all that follows. @throws SessionError when nothing, or not all, can be stored
 */
export async function writeTargetMemory(session: DebugSession, at: SpaceAddress, bytes: Uint8Array, isPartial = false): Promise<number> {
  const { space, address } = at;
  // Asks for the stopped target, so that a running one is refused.
  const { memory } = session.target;
  const fits = address < 0n ? 0 : (await readTargetMemory(session, at, bytes.length)).length;
  if (bytes.length > 0 && (fits === 0 || (fits < bytes.length && !isPartial))) throw new SessionError(refusal(at, bytes.length, fits));
  const wanted = bytes.subarray(0, fits);
  const isRam = space === "virtual" && (await memory.settle(() => memory.write(Number(address), wanted)));
  const stored = isRam ? fits : await session.query({ type: "writeSpace", space, address, bytes: wanted });
  session.noteChange({ reference: memoryReference(at), length: stored });
  return stored;
}

function refusal(at: SpaceAddress, length: number, fits: number): string {
  const what = `${length} bytes at ${memoryReference(at)} cannot be written`;
  return fits === 0 ? `${what}: there is nothing at that address` : `${what}: only the first ${fits} are there`;
}
