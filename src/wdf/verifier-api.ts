// SPDX-License-Identifier: MIT
/** Stops that a driver or its framework extension asks for (wdfverifier.h; kmdf fxverifierapi.cpp). */
import type { ApiTable } from "../nt/index.ts";
import type { WdfFramework } from "./framework.ts";

export function verifierApi(framework: WdfFramework): ApiTable {
  return {
    WdfVerifierDbgBreakPoint: () => {
      framework.breakpoint({
        rule: "break",
        message: "The driver called WdfVerifierDbgBreakPoint",
        explanation: "With the KMDF verifier's DbgBreakOnError Windows breaks into the debugger here and goes on after it.",
      });
    },
    // Without the verifier too.
    WdfVerifierKeBugCheck: (code: number, p1: number, p2: number, p3: number, p4: number) =>
      framework.nt.checks.bugCheck(code >>> 0, [p1 >>> 0, p2 >>> 0, p3 >>> 0, p4 >>> 0], {
        rule: "driver-bug-check",
        message: `The driver called WdfVerifierKeBugCheck with code ${code >>> 0}`,
        explanation: "The driver itself found a state it cannot go on from. The call stack shows where.",
      }),
  };
}
