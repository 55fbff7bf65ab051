// SPDX-License-Identifier: MIT
/** The client at the other end: what it understands, and how it counts lines and names files. */

import { fileURLToPath, pathToFileURL } from "node:url";
import type { RequestArguments } from "./request-arguments.ts";

export interface Client {
  readonly linesStartAt1: boolean;
  readonly columnsStartAt1: boolean;
  readonly usesUris: boolean;
  readonly supportsProgress: boolean;
  readonly supportsInvalidated: boolean;
  readonly supportsMemoryEvent: boolean;
  readonly supportsVariablePaging: boolean;
}

/** From the arguments of `initialize`. */
export function clientOf(request: RequestArguments): Client {
  const raw = typeof request.raw === "object" && request.raw !== null ? request.raw : {};
  return {
    linesStartAt1: Reflect.get(raw, "linesStartAt1") !== false,
    columnsStartAt1: Reflect.get(raw, "columnsStartAt1") !== false,
    usesUris: request.optionalText("pathFormat") === "uri",
    supportsProgress: request.flag("supportsProgressReporting"),
    supportsInvalidated: request.flag("supportsInvalidatedEvent"),
    supportsMemoryEvent: request.flag("supportsMemoryEvent"),
    supportsVariablePaging: request.flag("supportsVariablePaging"),
  };
}

/** Our lines and columns are 1-based, our paths are paths of this host. */
export class Coordinates {
  readonly #lineBase: 0 | 1;
  readonly #columnBase: 0 | 1;
  readonly #usesUris: boolean;

  constructor({ linesStartAt1, columnsStartAt1, usesUris }: Client) {
    this.#lineBase = linesStartAt1 ? 1 : 0;
    this.#columnBase = columnsStartAt1 ? 1 : 0;
    this.#usesUris = usesUris;
  }

  lineFromClient(line: number): number {
    return line - this.#lineBase + 1;
  }

  lineToClient(line: number): number {
    return line - 1 + this.#lineBase;
  }

  columnFromClient(column: number): number {
    return column - this.#columnBase + 1;
  }

  /** Column 0 means unknown: the first. */
  columnToClient(column: number): number {
    return Math.max(column, 1) - 1 + this.#columnBase;
  }

  pathFromClient(path: string): string {
    return this.#usesUris && path.startsWith("file:") ? fileURLToPath(path) : path;
  }

  pathToClient(path: string): string {
    return this.#usesUris ? pathToFileURL(path).href : path;
  }
}
