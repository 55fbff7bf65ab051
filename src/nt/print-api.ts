// SPDX-License-Identifier: MIT
/** DbgPrint and its relatives: text for the debugger, at most 512 bytes a call ("DbgPrint" of the WDK). */
import { type Machine, passiveLevel } from "../machine/index.ts";
import { ntStatus } from "../protocol/index.ts";
import type { ApiTable } from "./api-table.ts";
import { type Checks, irqlName } from "./checks.ts";
import { VariableArguments, formatPrintf } from "./printf.ts";

/** Where a text of DbgPrint comes from. */
export interface DebugPrintSource {
  /** DPFLTR_xxx_ID; undefined for DbgPrint. */
  readonly component: number | undefined;
  /** DPFLTR_xxx_LEVEL; undefined for DbgPrint. */
  readonly level: number | undefined;
}

const longestText = 512;
const longestFormat = 4096;

export class PrintApi {
  readonly #machine: Machine;
  readonly #checks: Checks;
  readonly #emit: (text: string, source: DebugPrintSource) => void;

  constructor(machine: Machine, checks: Checks, emit: (text: string, source: DebugPrintSource) => void) {
    this.#machine = machine;
    this.#checks = checks;
    this.#emit = emit;
  }

  api(): ApiTable {
    const { memory } = this.#machine;
    return {
      DbgPrint: (format: number, args: number) => this.#print("DbgPrint", "", format, args, { component: undefined, level: undefined }),
      DbgPrintEx: (component: number, level: number, format: number, args: number) =>
        this.#print("DbgPrintEx", "", format, args, { component: component >>> 0, level: level >>> 0 }),
      // Nobody is there to answer.
      DbgPrompt: (prompt: number, response: number, length: number) => {
        this.#emit(memory.cString(prompt >>> 0, longestText), { component: undefined, level: undefined });
        if (length >>> 0 > 0) memory.setU8(response >>> 0, 0);
        return 0;
      },
      vDbgPrintEx: (component: number, level: number, format: number, args: number) =>
        this.#print("vDbgPrintEx", "", format, args, { component: component >>> 0, level: level >>> 0 }),
      vDbgPrintExWithPrefix: (prefix: number, component: number, level: number, format: number, args: number) =>
        this.#print("vDbgPrintExWithPrefix", memory.cString(prefix >>> 0, longestText), format, args, { component: component >>> 0, level: level >>> 0 }),
      DbgQueryDebugFilterState: () => 1,
      DbgSetDebugFilterState: () => ntStatus.STATUS_SUCCESS,
      KdRefreshDebuggerNotPresent: () => 0,
    };
  }

  #print(routine: string, prefix: string, format: number, args: number, source: DebugPrintSource): number {
    const { memory, cpu, trace } = this.#machine;
    const { text, usesUnicode } = formatPrintf(memory, memory.cString(format >>> 0, longestFormat), new VariableArguments(memory, args));
    if (usesUnicode && cpu.irql > passiveLevel) {
      this.#checks.violation({
        rule: "irql-too-high-for-ddi",
        message: `${routine} converts wide characters (%wZ, %ws, %S, …) at ${irqlName(cpu.irql)}`,
        explanation: "The Unicode format codes work at PASSIVE_LEVEL only, because the conversion tables are pageable.",
      });
    }
    const shown = (prefix + text).slice(0, longestText);
    trace.instant("debugPrint", 0, 0, trace.text(shown));
    this.#emit(shown, source);
    return ntStatus.STATUS_SUCCESS;
  }
}
