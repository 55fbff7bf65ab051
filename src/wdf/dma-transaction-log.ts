// SPDX-License-Identifier: MIT
/** What every executed transaction transferred, for the report of a run. */
import { hex } from "../base/index.ts";
import type { MappedElement } from "../nt/index.ts";
import { type TransactionReport, type TransferReport, ntStatusName } from "../protocol/index.ts";

/** One execution of a transaction. */
export class TransactionRecord {
  readonly #direction: TransactionReport["direction"];
  readonly #transfers: TransferReport[] = [];
  #end: { readonly status: string; readonly bytes: number } | undefined;

  constructor(writeToDevice: boolean) {
    this.#direction = writeToDevice ? "write" : "read";
  }

  /** EvtProgramDma is about to be called for a transfer. */
  addTransfer(length: number, elements: readonly MappedElement[]): void {
    this.#transfers.push({ length, elements: elements.map((element) => ({ address: hex(element.address), length: element.length })) });
  }

  /** The transaction ended with an NTSTATUS; `bytes` is what was transferred. */
  finish(status: number, bytes: number): void {
    this.#end ??= { status: ntStatusName(status) ?? hex(status, 8), bytes };
  }

  /** The transaction was released or deleted before it ended. */
  abandon(bytes: number): void {
    this.#end ??= { status: "abandoned", bytes };
  }

  report(): TransactionReport {
    return { direction: this.#direction, transfers: this.#transfers, status: this.#end?.status ?? "pending", bytesTransferred: this.#end?.bytes ?? 0 };
  }
}

/** All executions in order of Execute. */
export class TransactionLog {
  readonly #records: TransactionRecord[] = [];

  begin(writeToDevice: boolean): TransactionRecord {
    const record = new TransactionRecord(writeToDevice);
    this.#records.push(record);
    return record;
  }

  reports(): TransactionReport[] {
    return this.#records.map((record) => record.report());
  }
}
