// SPDX-License-Identifier: MIT
/** Result of a run, as `kmdf-dma run --report json` prints it. */
import type { ReportedViolation } from "./violation.ts";

export type RunOutcome = "passed" | "expectation-failed" | "violation" | "build-failed" | "configuration-error" | "internal-error";

export interface RequestReport {
  readonly kind: string;
  /** NTSTATUS name, or hexadecimal when unknown; `pending` when never completed. */
  readonly status: string;
  readonly information: number;
  /** Bytes returned to the caller, hexadecimal, cut at 256 bytes. */
  readonly bytes: string;
}

export interface TransferReport {
  readonly length: number;
  readonly elements: readonly { readonly address: string; readonly length: number }[];
}

export interface TransactionReport {
  readonly direction: "read" | "write";
  readonly transfers: readonly TransferReport[];
  readonly status: string;
  readonly bytesTransferred: number;
}

export interface CoverageReport {
  readonly files: readonly { readonly file: string; readonly lines: readonly number[]; readonly covered: readonly number[] }[];
  readonly statements: number;
  readonly coveredStatements: number;
}

export interface RunReport {
  readonly outcome: RunOutcome;
  readonly message?: string;
  readonly requests: readonly RequestReport[];
  readonly violations: readonly ReportedViolation[];
  readonly transactions: readonly TransactionReport[];
  readonly statements: number;
  readonly virtualTimeNs: number;
  readonly notEmulated: readonly string[];
  readonly coverage: CoverageReport;
  /** What kernel and framework still had after the driver was unloaded; absent when it was not unloaded. */
  readonly leftovers?: Leftovers;
}

/** Counts. What the driver left behind itself is a violation. */
export interface Leftovers {
  /** Framework objects. */
  readonly objects: number;
  /** Mappings in the device's address space. */
  readonly mappings: number;
  readonly openFiles: number;
  /** Pool blocks of the kernel and the framework; some stay as long as the machine. */
  readonly poolBlocks: number;
  /** Addresses of RAM that were ever in use end here. */
  readonly memoryTop: number;
}
