// SPDX-License-Identifier: MIT
/** Memory references of clients: an address, with the address space before it unless it is the driver's virtual one. */

import type { AddressSpace } from "../protocol/index.ts";
import { SessionError } from "./session-error.ts";

export interface SpaceAddress {
  readonly space: AddressSpace;
  readonly address: bigint;
}

const examples = "an address such as 0x1000, physical:0x1000, logical:0x1000 or bar0:0x10";

/** Reads `0x1234`, `4660`, `physical:0x1234`, `logical:0x1234`, `bar0:0x10`. @throws SessionError */
export function parseMemoryReference(text: string): SpaceAddress {
  const match = /^(?:(virtual|physical|logical|bar[0-5]):)?(0[xX][0-9a-fA-F]+|\d+)$/.exec(text.trim());
  if (!match) throw new SessionError(`'${text}' is not a memory reference; use ${examples}`);
  return { space: (match[1] ?? "virtual") as AddressSpace, address: BigInt(match[2] ?? "0") };
}

/** The inverse of `parseMemoryReference`. */
export function memoryReference({ space, address }: SpaceAddress): string {
  const sign = address < 0n ? "-" : "";
  const digits = `${sign}0x${(address < 0n ? -address : address).toString(16).toUpperCase().padStart(8, "0")}`;
  return space === "virtual" ? digits : `${space}:${digits}`;
}
