// SPDX-License-Identifier: MIT
/** The in-flight recorder as drivers see it (wpprecorder.h): logs that they make, name and delete. What is recorded is kept by `TraceMessages`. */
import { struct } from "../base/index.ts";
import { type Machine, dispatchLevel } from "../machine/index.ts";
import { ntStatus } from "../protocol/index.ts";
import type { ApiTable } from "./api-table.ts";
import type { Checks } from "./checks.ts";

const identifierChars = 16;

/** RECORDER_LOG_CREATE_PARAMS. */
export const recorderLogCreateParams = struct("RECORDER_LOG_CREATE_PARAMS", {
  Size: "u32",
  LogTag: "u32",
  TotalBufferSize: "u32",
  ErrorPartitionSize: "u32",
  LogIdentifierAppendValue: "u32",
  LogIdentifierAppendValueSet: "u8",
  LogIdentifierSize: "u32",
  LogIdentifier: ["u8", identifierChars],
  UseTimeStamp: "u32",
  PreciseTimeStamp: "u32",
});

/** RECORDER_CONFIGURE_PARAMS. */
export const recorderConfigureParams = struct("RECORDER_CONFIGURE_PARAMS", {
  Size: "u32",
  CreateDefaultLog: "u8",
  UseTimeStamp: "u32",
  PreciseTimeStamp: "u32",
});

/** Handles lie where no memory is, so that a driver that looks inside is stopped. */
const firstHandle = 0xf000_0010;
const defaultLog = 0xf000_0008;

export class WppRecorder {
  readonly #machine: Machine;
  readonly #checks: Checks;
  readonly #logs = new Map<number, string>();
  #next = firstHandle;
  #hasDefaultLog = true;

  constructor(machine: Machine, checks: Checks) {
    this.#machine = machine;
    this.#checks = checks;
  }

  api(): ApiTable {
    return {
      WppRecorderConfigure: (parameters: number) => {
        this.#hasDefaultLog = this.#machine.memory.u8((parameters >>> 0) + recorderConfigureParams.fields.CreateDefaultLog.offset) !== 0;
      },
      WppRecorderLogCreate: (parameters: number, log: number) => this.#create(parameters >>> 0, log >>> 0),
      WppRecorderLogDelete: (log: number) => this.#delete(log >>> 0),
      WppRecorderLogGetDefault: () => (this.#hasDefaultLog ? defaultLog : 0),
      WppRecorderIsDefaultLogAvailable: () => (this.#hasDefaultLog ? 1 : 0),
      WppRecorderLogSetIdentifier: (log: number, identifier: number) => {
        if (this.#isLog("WppRecorderLogSetIdentifier", log >>> 0)) this.#logs.set(log >>> 0, this.#identifier(identifier >>> 0));
      },
    };
  }

  /** Identifier of a log; undefined for the default log and for 0, which stands for it. */
  nameOf(log: number): string | undefined {
    return this.#logs.get(log);
  }

  #create(parameters: number, log: number): number {
    const { memory } = this.#machine;
    this.#checks.irqlAtMost("WppRecorderLogCreate", dispatchLevel);
    const at = recorderLogCreateParams.fields;
    if (memory.u32(parameters + at.Size.offset) < at.LogIdentifier.offset + identifierChars) {
      this.#checks.argument("WppRecorderLogCreate", "the parameters are not initialized", "Call RECORDER_LOG_CREATE_PARAMS_INIT before the members are set.");
      return ntStatus.STATUS_INVALID_PARAMETER;
    }
    const handle = this.#next;
    this.#next += 8;
    const suffix =
      memory.u8(parameters + at.LogIdentifierAppendValueSet.offset) === 0
        ? ""
        : memory
            .u32(parameters + at.LogIdentifierAppendValue.offset)
            .toString(16)
            .toUpperCase();
    this.#logs.set(handle, this.#identifier(parameters + at.LogIdentifier.offset) + suffix);
    memory.setU32(log, handle);
    return ntStatus.STATUS_SUCCESS;
  }

  #delete(log: number): void {
    if (this.#isLog("WppRecorderLogDelete", log)) this.#logs.delete(log);
  }

  #isLog(routine: string, log: number): boolean {
    if (this.#logs.has(log)) return true;
    this.#checks.argument(routine, `${this.#checks.whatIsAt(log)} is no log that WppRecorderLogCreate has made, or is deleted already`);
    return false;
  }

  #identifier(address: number): string {
    return this.#machine.memory.cString(address, identifierChars - 1);
  }
}
