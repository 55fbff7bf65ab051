// SPDX-License-Identifier: MIT
/** Object ids of the trace and the views: one counter for kernel and framework objects. */

export class ObjectIds {
  #last = 0;

  /** A new id; the first is 1. */
  next(): number {
    return ++this.#last;
  }
}
