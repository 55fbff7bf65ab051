// SPDX-License-Identifier: MIT
/** Where the trace macros of a generated .tmh file end: the message becomes text, without a trace session that one would have to start. */
import type { Machine } from "../machine/index.ts";
import type { ApiTable } from "./api-table.ts";
import type { TraceMessages } from "./trace-messages.ts";
import { WppArguments } from "./wpp-arguments.ts";
import { formatWpp, levelNumber, type WppSite, wppLine } from "./wpp-message.ts";

const longestFormat = 4096;
/** Characters of a message; the buffer of a trace event is 64 KB at most ("TraceMessage" of the WDK says 8 KB for a message). */
const longestText = 8192;
/** Bits of `Flow` in ddk/wpp.h. */
const flowTrace = 1;
const flowRecorder = 2;

export class WppApi {
  readonly #machine: Machine;
  readonly #messages: TraceMessages;
  readonly #logName: (log: number) => string | undefined;

  /** `logName`: identifier of a recorder's log by its handle. */
  constructor(machine: Machine, messages: TraceMessages, logName: (log: number) => string | undefined) {
    this.#machine = machine;
    this.#messages = messages;
    this.#logName = logName;
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
        flow: number,
        log: number,
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
        const values = new WppArguments(this.#machine.memory, args, kinds);
        this.#trace(site, [text(prefix), body, text(suffix)], values, flow, log >>> 0);
      },
      DdkWppInit: (control: number) => this.#machine.memory.setU8(control >>> 0, this.#messages.level),
      DdkWppIsEnabled: (flags: number) => (this.#messages.isEnabled(undefined, nonEmpty(this.#text(flags))) ? 1 : 0),
      DdkWppCleanup: () => undefined,
    };
  }

  #text(address: number): string {
    return address === 0 ? "" : this.#machine.memory.cString(address >>> 0, longestFormat);
  }

  #trace(site: WppSite, formats: readonly string[], args: WppArguments, flow: number, log: number): void {
    const { memory } = this.#machine;
    const [prefix = "", ...rest] = formats.map((format) => formatWpp(memory, format, args, site));
    // What a prefix puts between itself and %!STDPREFIX! has nothing before it here.
    const text = prefix.trimStart() + rest.join("");
    const level = levelNumber(site.level);
    const name = this.#logName(log);
    this.#messages.send({
      text: wppLine(site, text.slice(0, longestText)).trimEnd(),
      level,
      // DoTraceMessage and its like have a flag where others have a level.
      flag: nonEmpty(site.flags) ?? (level === undefined ? nonEmpty(site.level) : undefined),
      isTraced: (flow & flowTrace) !== 0,
      isRecorded: (flow & (flowTrace | flowRecorder)) !== 0,
      ...(name === undefined ? {} : { log: name }),
    });
  }
}

/** The text without blanks around it; undefined when nothing is left. */
function nonEmpty(text: string): string | undefined {
  const trimmed = text.trim();
  return trimmed === "" ? undefined : trimmed;
}
