// SPDX-License-Identifier: MIT
/**
 * Binds the driver's imports to the emulated APIs: notes where the driver is, injects the faults of the configuration, traces calls, and
 * stops at functions that are declared but not emulated.
 */
import type { ApiTable } from "../nt/index.ts";
import { type Blocking, type Machine, ThreadExit, isBlocking } from "../machine/index.ts";
import { type Violation, ntStatusValue } from "../protocol/index.ts";
import type { Guest } from "./guest.ts";

type HostFunction = (...args: never[]) => unknown;

/** APIs that would flood the trace and change nothing that the trace does not show otherwise. */
const untraced = /^(READ|WRITE)_(REGISTER|PORT)_|^WdfObjectGetTypedContextWorker$|^KeGetCurrentIrql$|^KeGetCurrentProcessorNumber|^DdkPagedCode$|^DbgPrint/;

/** Functions that answer a fault with NULL instead of a status. */
const returnsPointer = /^(ExAllocate|MmMapIoSpace|MmMapLocked|IoAllocate|MmAllocate)/;

/** Imports of module `env` for the names the driver uses. `onMissing` is told of a call to a name without emulation. */
export function bindApi(
  names: readonly string[],
  api: ApiTable,
  guest: Guest,
  machine: Machine,
  onMissing: (name: string) => void,
): Readonly<Record<string, HostFunction>> {
  return Object.fromEntries(names.map((name) => [name, bind(name, api[name], guest, machine, onMissing)]));
}

function bind(name: string, implementation: ApiTable[string] | undefined, guest: Guest, machine: Machine, onMissing: (name: string) => void): HostFunction {
  if (implementation === undefined) {
    return () => {
      const outer = guest.enterApi(name);
      onMissing(name);
      machine.stop.bugCheck(notEmulated(name));
      guest.leaveApi(outer);
    };
  }
  const call = implementation as (...args: (number | bigint)[]) => number | bigint | void | Blocking<number | bigint | void>;
  const { trace } = machine;
  const text = trace.text(name);
  const isTraced = !untraced.test(name);
  const finish = (result: number | bigint | void, span: number, outer: string | undefined): number | bigint | void => {
    if (isTraced) trace.end("api", span, text, Number(result ?? 0));
    guest.leaveApi(outer);
    return result;
  };
  return (...args: never[]) => {
    const fault = machine.dueFault(name);
    if (fault !== undefined) return returnsPointer.test(name) ? 0 : (ntStatusValue(fault.status ?? "") ?? 0xc000_0001) | 0;
    const outer = guest.enterApi(name);
    const span = isTraced ? trace.begin("api", 0, 0, text) : 0;
    let result: ReturnType<typeof call>;
    try {
      result = call(...(args as (number | bigint)[]));
    } catch (error) {
      // The routine has raised an exception that a handler of the driver takes, or ends the thread.
      if (error instanceof WebAssembly.Exception || error instanceof ThreadExit) finish(0, span, outer);
      throw error;
    }
    return isBlocking(result) ? guest.block(result, (value) => finish(value, span, outer)) : finish(result, span, outer);
  };
}

function notEmulated(name: string): Violation {
  return {
    rule: "NOT-EMULATED",
    message: `not emulated: ${name}`,
    explanation:
      "The function is declared, but the emulated kernel does not implement it yet, so the run cannot go on truthfully. `kmdf-dma build` lists such calls.",
    bugCheck: { code: 0x0, name: "NOT_EMULATED", parameters: [0, 0, 0, 0] },
  };
}
