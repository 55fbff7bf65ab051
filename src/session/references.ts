// SPDX-License-Identifier: MIT
/** Numbers that clients use for frames and containers. A number is used once in a session, so that an old one is known to be old. */

export class ReferenceSource {
  #next = 1;

  next(): number {
    return this.#next++;
  }

  /** Whether `reference` was ever given out. */
  wasIssued(reference: number): boolean {
    return Number.isInteger(reference) && reference >= 1 && reference < this.#next;
  }
}

/** What the references of one stop stand for. */
export class References<T> {
  readonly #source: ReferenceSource;
  readonly #byReference = new Map<number, T>();

  constructor(source: ReferenceSource) {
    this.#source = source;
  }

  add(item: T): number {
    const reference = this.#source.next();
    this.#byReference.set(reference, item);
    return reference;
  }

  get(reference: number): T | undefined {
    return this.#byReference.get(reference);
  }

  /** `reference` belongs to an earlier stop. */
  isStale(reference: number): boolean {
    return !this.#byReference.has(reference) && this.#source.wasIssued(reference);
  }
}
