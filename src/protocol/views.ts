// SPDX-License-Identifier: MIT
/** View models: what trees and panels show. Plain JSON; addresses as hexadecimal text where they may exceed 2^53. */

export interface FieldView {
  readonly name: string;
  readonly value: string;
  /** DAP memory reference of what the field points to. */
  readonly memoryReference?: string;
  /** Id of the framework object the field names. */
  readonly objectId?: number;
}

/** Where a framework object was created. */
export interface ObjectOrigin {
  /** Statement number, to travel to. */
  readonly position: number;
  /** Code of the driver that created it, original offset in the module; absent when the framework did so by itself. */
  readonly offset?: number;
  /** What stands at `offset`, as the adapter tells clients. */
  readonly file?: string;
  readonly line?: number;
  readonly function?: string;
}

/** A framework or kernel object with all its fields. */
export interface ObjectView {
  readonly id: number;
  /** e.g. `WDFDMATRANSACTION`. */
  readonly type: string;
  /** Short label, e.g. `read transaction, Transfer, 4096 of 10000 bytes`. */
  readonly label: string;
  readonly handle: number;
  readonly fields: readonly FieldView[];
  readonly children: readonly ObjectView[];
  /** Contexts of the object: type name, address and size in driver memory. */
  readonly contexts: readonly { readonly typeName: string; readonly address: number; readonly size: number }[];
  readonly created?: ObjectOrigin;
}

export interface RegisterFieldView {
  readonly name: string;
  readonly bits: readonly [high: number, low: number];
  readonly value: string;
  /** Name of the value where the model gives one. */
  readonly meaning?: string;
}

export interface RegisterView {
  readonly name: string;
  readonly bar: number;
  readonly offset: number;
  readonly size: number;
  readonly access: string;
  /** Hexadecimal; absent when the model cannot be peeked. */
  readonly value?: string;
  readonly reset?: string;
  readonly fields: readonly RegisterFieldView[];
}
