// SPDX-License-Identifier: MIT
/** Memory references of clients: an address, with the address space before it unless it is the driver's virtual one. */

import { SessionError } from "./session-error.ts";

export type AddressSpace = "virtual" | "physical" | "logical";

export interface SpaceAddress {
  readonly space: AddressSpace;
  readonly address: bigint;
}

/** Reads `0x1234`, `4660`, `physical:0x1234`, `logical:0x1234`. @throws SessionError */
export function parseMemoryReference(text: string): SpaceAddress {
  const match = /^(?:(virtual|physical|logical):)?(0[xX][0-9a-fA-F]+|\d+)$/.exec(text.trim());
  if (!match) throw new SessionError(`'${text}' is not a memory reference; use an address such as 0x1000, physical:0x1000 or logical:0x1000`);
  const space = match[1] === "physical" || match[1] === "logical" ? match[1] : "virtual";
  return { space, address: BigInt(match[2] ?? "0") };
}

/** The inverse of `parseMemoryReference`. */
export function memoryReference({ space, address }: SpaceAddress): string {
  const digits = `0x${address.toString(16).toUpperCase().padStart(8, "0")}`;
  return space === "virtual" ? digits : `${space}:${digits}`;
}
