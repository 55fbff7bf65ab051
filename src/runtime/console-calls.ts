// SPDX-License-Identifier: MIT
/**
 * Calls of driver functions that a person makes from the debugger, who wants the result: nothing stops in them, and what would stop the
 * machine for good, or lasts too long, ends the call.
 */
import type { CallOutcome } from "../protocol/index.ts";
import type { Guest } from "./guest.ts";
import { CallEnded } from "./unwind.ts";

/** Statements that a call may execute. */
const longestCall = 20_000_000;

export class ConsoleCalls {
  #active: { readonly endsAt: number; problem: string | undefined } | undefined;

  get isActive(): boolean {
    return this.#active !== undefined;
  }

  /** Statement number at which the active call is ended; undefined when there is none. */
  get endsAt(): number | undefined {
    return this.#active?.endsAt;
  }

  make(guest: Guest, functionIndex: number, args: readonly (number | bigint)[]): Pick<CallOutcome, "value" | "problem"> {
    const call = { endsAt: guest.executed() + longestCall, problem: undefined };
    this.#active = call;
    guest.refresh();
    try {
      const value = guest.invoke(functionIndex, args, { kind: "debugger", label: "call from the debug console" });
      return typeof value === "number" || typeof value === "bigint" ? { value } : {};
    } catch (error) {
      if (!(error instanceof CallEnded)) throw error;
      return { problem: error.problem };
    } finally {
      this.#active = undefined;
      guest.refresh();
    }
  }

  /** Ends the active call because of `problem`. */
  end(problem = `it was ended after ${longestCall} statements`): never {
    throw new CallEnded(problem);
  }
}
