// SPDX-License-Identifier: MIT
/** Bytes as they were at stops of the target while they were looked at, to compare with. Knows no editor. */

interface Moment {
  readonly position: number;
  readonly bytes: Uint8Array;
}

/** Moments kept for each stretch, and stretches. */
const mostMoments = 20;
const mostStretches = 32;

export class MemoryMoments {
  /** By reference and length of the stretch; moments in the order they were seen. */
  readonly #moments = new Map<string, Moment[]>();

  clear(): void {
    this.#moments.clear();
  }

  /** The bytes of a stretch at a stop. */
  see(reference: string, position: number, bytes: Uint8Array): void {
    const key = `${reference}+${bytes.length}`;
    const moments = (this.#moments.get(key) ?? []).filter((moment) => moment.position !== position);
    moments.push({ position, bytes });
    if (moments.length > mostMoments) moments.shift();
    // The stretch looked at last is the last one to be forgotten.
    this.#moments.delete(key);
    this.#moments.set(key, moments);
    const [oldest] = this.#moments.keys();
    if (this.#moments.size > mostStretches && oldest !== undefined) this.#moments.delete(oldest);
  }

  /** Statement numbers at which the stretch was seen, but `except`; latest first. */
  positions(reference: string, length: number, except: number | undefined): number[] {
    return (this.#moments.get(`${reference}+${length}`) ?? [])
      .map(({ position }) => position)
      .filter((position) => position !== except)
      .reverse();
  }

  bytesAt(reference: string, length: number, position: number): Uint8Array | undefined {
    return this.#moments.get(`${reference}+${length}`)?.find((moment) => moment.position === position)?.bytes;
  }
}
