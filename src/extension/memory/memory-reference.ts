// SPDX-License-Identifier: MIT
/** Memory references as the adapter writes them: an address, with its space before it unless it is a virtual one. Knows no editor. */

export interface Reference {
  /** Empty for virtual addresses; else with its colon. */
  readonly space: string;
  readonly address: bigint;
}

export function parseReference(text: string): Reference | undefined {
  const match = /^(?:(virtual|physical|logical|bar[0-5]):)?(0x[0-9a-f]+|\d+)$/i.exec(text.trim());
  if (match === null) return undefined;
  const space = (match[1] ?? "virtual").toLowerCase();
  return { space: space === "virtual" ? "" : `${space}:`, address: BigInt(match[2] ?? "0") };
}

export const referenceText = ({ space, address }: Reference): string => `${space}0x${address.toString(16).toUpperCase().padStart(8, "0")}`;

/** The reference `bytes` further; there is nothing below zero. */
export function moved(reference: Reference, bytes: number): Reference {
  const address = reference.address + BigInt(bytes);
  return { ...reference, address: address < 0n ? 0n : address };
}
