// SPDX-License-Identifier: MIT
/** Messages between the extension and the memory panel. Bytes travel as typed arrays, addresses as text; the extension checks what it gets. */
import type { MemoryOwnerKind, MemoryState } from "./memory-view.ts";

/** Bytes that have their owner and state in common. */
export interface MemoryRunView {
  /** From the first byte of the page. */
  readonly offset: number;
  readonly length: number;
  readonly state: MemoryState;
  readonly owner: MemoryOwnerKind;
  readonly text: string;
}

/** A member of the structure that lies over the bytes. */
export interface MemoryMember {
  readonly name: string;
  readonly type: string;
  /** From the first byte of the page; may be outside of it. */
  readonly offset: number;
  readonly length: number;
  readonly value: string;
  /** Memory that it points to. */
  readonly follow?: string;
}

/** What the panel shows. */
export interface MemoryPageView {
  /** Memory reference of the first byte. */
  readonly reference: string;
  /** What there is of the bytes that were asked for; the rest of `length` cannot be read. */
  readonly bytes: Uint8Array;
  readonly length: number;
  readonly runs: readonly MemoryRunView[];
  /** The same bytes at another moment. */
  readonly baseline?: { readonly label: string; readonly bytes: Uint8Array };
  /** Moments that the bytes can be compared with: statement numbers, latest first. */
  readonly moments: readonly number[];
  readonly overlay?: { readonly type: string; readonly members: readonly MemoryMember[] };
  /** Statement number; absent while the target runs, and then nothing can be changed. */
  readonly position?: number;
  readonly hasBack: boolean;
  readonly hasForward: boolean;
}

/** Who wrote a byte last. */
export interface MemoryWriterView {
  readonly offset: number;
  readonly text: string;
  /** Whether the debugger can go there, and whether there is a line to show. */
  readonly canTravel: boolean;
  readonly hasSource: boolean;
}

/** Extension → panel. */
export type MemoryUpdate =
  | { readonly type: "page"; readonly page: MemoryPageView /** Byte to select, from the first of the page. */; readonly select?: number }
  | { readonly type: "writer"; readonly writer: MemoryWriterView }
  | { readonly type: "message"; readonly text: string; readonly isProblem: boolean }
  | { readonly type: "ended" };

/** Panel → extension. Offsets are from the first byte of the page. */
export type MemoryRequest =
  | { readonly type: "ready" }
  /** A memory reference or an expression of the debugger. */
  | { readonly type: "show"; readonly address: string }
  | { readonly type: "move"; readonly bytes: number }
  | { readonly type: "back" }
  | { readonly type: "forward" }
  | { readonly type: "write"; readonly offset: number; readonly data: string }
  /** Hexadecimal bytes, or text in quotes. */
  | { readonly type: "search"; readonly pattern: string; readonly from: number }
  | { readonly type: "writer"; readonly offset: number }
  | { readonly type: "travel" }
  | { readonly type: "source" }
  /** The bytes at `offset` are an address of so many bytes. */
  | { readonly type: "follow"; readonly offset: number; readonly size: 4 | 8 }
  /** An empty name takes the structure away. */
  | { readonly type: "overlay"; readonly name: string }
  /** A moment that the panel offers, `now`, or nothing any more. */
  | { readonly type: "compare"; readonly moment: number | "now" | "none" | "other" }
  | { readonly type: "export"; readonly format: MemoryExportFormat };

export const memoryExportFormats = ["bin", "hex", "c"] as const;
export type MemoryExportFormat = (typeof memoryExportFormats)[number];

/** The message, if it is one of the panel's. */
export function memoryRequest(message: unknown): MemoryRequest | undefined {
  if (typeof message !== "object" || message === null) return undefined;
  const { type, address, bytes, offset, data, pattern, from, size, name, moment, format } = message as Partial<Record<string, unknown>>;
  switch (type) {
    case "ready":
    case "back":
    case "forward":
    case "travel":
    case "source":
      return { type };
    case "show":
      return typeof address === "string" ? { type, address } : undefined;
    case "move":
      return isInteger(bytes) ? { type, bytes } : undefined;
    case "write":
      return isOffset(offset) && typeof data === "string" && /^([0-9a-f]{2})+$/i.test(data) ? { type, offset, data } : undefined;
    case "search":
      return typeof pattern === "string" && isInteger(from) ? { type, pattern, from } : undefined;
    case "writer":
      return isOffset(offset) ? { type, offset } : undefined;
    case "follow":
      return isOffset(offset) && (size === 4 || size === 8) ? { type, offset, size } : undefined;
    case "overlay":
      return typeof name === "string" ? { type, name } : undefined;
    case "compare":
      return moment === "now" || moment === "none" || moment === "other" || isOffset(moment) ? { type, moment } : undefined;
    case "export": {
      const known = memoryExportFormats.find((candidate) => candidate === format);
      return known === undefined ? undefined : { type, format: known };
    }
    default:
      return undefined;
  }
}

const isInteger = (value: unknown): value is number => typeof value === "number" && Number.isSafeInteger(value);
const isOffset = (value: unknown): value is number => isInteger(value) && value >= 0;

/** Texts of the panel in the user's language. */
export interface MemoryStrings {
  readonly title: string;
  readonly address: string;
  readonly addressHint: string;
  readonly go: string;
  readonly back: string;
  readonly forward: string;
  readonly earlier: string;
  readonly later: string;
  readonly search: string;
  readonly next: string;
  readonly structure: string;
  readonly structureHint: string;
  readonly apply: string;
  readonly compare: string;
  readonly compareNone: string;
  readonly compareNow: string;
  /** {0} is a statement number. */
  readonly compareStatement: string;
  readonly compareOther: string;
  readonly exportAs: string;
  readonly exportBin: string;
  readonly exportHex: string;
  readonly exportC: string;
  readonly bytes: string;
  readonly text: string;
  readonly offset: string;
  readonly member: string;
  readonly type: string;
  readonly value: string;
  readonly follow: string;
  readonly follow4: string;
  readonly follow8: string;
  readonly lastWriter: string;
  readonly travel: string;
  readonly source: string;
  readonly noSelection: string;
  /** {0} is a statement number. */
  readonly stoppedAt: string;
  readonly running: string;
  readonly ended: string;
  readonly unreadable: string;
  /** {0} bytes differ from {1}. */
  readonly differences: string;
  readonly was: string;
  readonly legend: string;
  readonly states: Readonly<Record<MemoryState, string>>;
  readonly help: string;
}
