// SPDX-License-Identifier: MIT
/** Exceptions that kernel routines raise for the driver, with the bug check that Windows shows when no handler takes them. */
import { type DriverException, type Machine, apcLevel } from "../machine/index.ts";
import { type Violation, ntStatus } from "../protocol/index.ts";
import { bugCheckName } from "./bug-check-table.ts";
import { irqlName } from "./checks.ts";

const kmodeExceptionNotHandled = 0x1e;

/** Raises `exception`. `what` says who raised what, as the beginning of the message for an exception that nobody handles. */
export function raiseException(machine: Machine, exception: Omit<DriverException, "unhandled">, what: string, details: Partial<Violation> = {}): void {
  const { irql } = machine.cpu;
  const [first = 0, second = 0] = exception.information;
  const isTooHigh = irql > apcLevel;
  machine.raise({
    ...exception,
    unhandled: {
      rule: "exception-not-handled",
      message: isTooHigh ? `${what} at ${irqlName(irql)}, where exceptions cannot be handled` : `${what} and no exception handler is in place`,
      explanation: isTooHigh
        ? "Exceptions may be raised at PASSIVE_LEVEL and APC_LEVEL only; at a higher level Windows stops, whether or not a __try is in effect."
        : "A raised exception that no __except handles stops Windows with KMODE_EXCEPTION_NOT_HANDLED. A handler must be in the callback that raises it or in a function that the callback calls: an exception does not cross the framework.",
      ...details,
      bugCheck: { code: kmodeExceptionNotHandled, name: bugCheckName(kmodeExceptionNotHandled), parameters: [exception.code, 0, first, second] },
    },
  });
}

/** STATUS_ACCESS_VIOLATION, as the processor and the probing routines raise it. */
export const accessViolation = (address: number, isWrite: boolean): Omit<DriverException, "unhandled"> => ({
  code: ntStatus.STATUS_ACCESS_VIOLATION,
  isContinuable: false,
  information: [isWrite ? 1 : 0, address],
});
