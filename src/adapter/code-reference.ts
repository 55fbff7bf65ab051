// SPDX-License-Identifier: MIT
/** References to instructions: offsets in the code section of the linked module, as its debug information counts. */

import { hex } from "../base/index.ts";
import { RequestError } from "./request-error.ts";

/** Code has its own address space, so that its references lie where no memory of the driver is. */
const codeBase = 0x1_0000_0000;

/** `0x100001234` for offset 0x1234. Clients compute with such references, so they have to look like addresses. */
export const codeReference = (offset: number): string => hex(codeBase + offset, 9);

/** The inverse of `codeReference`. @throws RequestError */
export function codeOffset(reference: string): number {
  const address = /^(0x[0-9a-f]+|\d+)$/i.test(reference.trim()) ? Number(reference) : Number.NaN;
  if (!Number.isSafeInteger(address) || address < codeBase) throw new RequestError(`'${reference}' is not a reference to an instruction`);
  return address - codeBase;
}
