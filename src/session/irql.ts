// SPDX-License-Identifier: MIT
/** Names of interrupt request levels, as wdm.h gives them for x86. */

const names: Readonly<Record<number, string>> = {
  0: "PASSIVE_LEVEL",
  1: "APC_LEVEL",
  2: "DISPATCH_LEVEL",
  27: "PROFILE_LEVEL",
  28: "CLOCK_LEVEL",
  29: "IPI_LEVEL",
  30: "POWER_LEVEL",
  31: "HIGH_LEVEL",
};

/** `2 (DISPATCH_LEVEL)`, `5 (DIRQL)`. */
export function irqlName(irql: number): string {
  return `${irql} (${names[irql] ?? "DIRQL"})`;
}
