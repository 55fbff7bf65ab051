// SPDX-License-Identifier: MIT
/** Where the trace macros of a generated .tmh file end: the message becomes text in the debug console, without a trace session that one would have to start. */
import type { Machine } from "../machine/index.ts";
import type { ApiTable } from "./api-table.ts";
import type { DebugPrintSource } from "./print-api.ts";
import { WppArguments } from "./wpp-arguments.ts";
import { formatWpp, type WppSite, wppLine } from "./wpp-message.ts";

const longestFormat = 4096;
/** Characters of a message; the buffer of a trace event is 64 KB at most ("TraceMessage" of the WDK says 8 KB for a message). */
const longestText = 8192;

export class WppApi {
  readonly #machine: Machine;
  readonly #emit: (text: string, source: DebugPrintSource) => void;

  constructor(machine: Machine, emit: (text: string, source: DebugPrintSource) => void) {
    this.#machine = machine;
    this.#emit = emit;
  }

  api(): ApiTable {
    return {
      // The parameters of DdkWppTrace in ddk/wpp.h.
      DdkWppTrace: (
        functionName: number,
        file: number,
        line: number,
        level: number,
        flags: number,
        types: number,
        prefix: number,
        message: number,
        messageUnit: number,
        suffix: number,
        kinds: bigint,
        args: number,
      ) => {
        const text = (address: number): string => this.#text(address);
        const site: WppSite = {
          functionName: text(functionName),
          file: text(file),
          line: line >>> 0,
          level: text(level),
          flags: text(flags),
          types: text(types),
        };
        const body = messageUnit === 2 ? this.#machine.memory.wideString(message >>> 0) : text(message);
        this.#trace(site, [text(prefix), body, text(suffix)], new WppArguments(this.#machine.memory, args, kinds));
      },
      DdkWppInit: () => undefined,
      DdkWppCleanup: () => undefined,
    };
  }

  #text(address: number): string {
    return address === 0 ? "" : this.#machine.memory.cString(address >>> 0, longestFormat);
  }

  #trace(site: WppSite, formats: readonly string[], args: WppArguments): void {
    const { memory, trace } = this.#machine;
    const [prefix = "", ...rest] = formats.map((format) => formatWpp(memory, format, args, site));
    // What a prefix puts between itself and %!STDPREFIX! has nothing before it here.
    const text = prefix.trimStart() + rest.join("");
    const line = wppLine(site, text.slice(0, longestText));
    trace.instant("debugPrint", 0, 0, trace.text(line));
    this.#emit(line, { component: undefined, level: undefined });
  }
}
