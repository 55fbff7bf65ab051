// SPDX-License-Identifier: MIT
/** The machine has no memory for something the driver did not ask for: the configuration's RAM is too small for its scenario. */
import { ExitStatus, UserError } from "../base/index.ts";

/** Throws the UserError that names `what` when `address` is 0. */
export function requireMemory(address: number, what: string): void {
  if (address !== 0) return;
  throw new UserError({
    code: "machine-memory",
    message: `The machine has no memory left for the ${what}`,
    hint: "raise machine.memoryMiB, or send smaller requests",
    exitStatus: ExitStatus.badConfiguration,
  });
}
