// SPDX-License-Identifier: MIT
/** The rest of the run-time library: memory patterns, random numbers, checksums, UTF-8, calendar time, version. */
import type { Machine } from "../machine/index.ts";
import { ntStatus } from "../protocol/index.ts";
import type { ApiTable } from "./api-table.ts";

/** RTL_OSVERSIONINFOW of Windows 11. */
const version = { major: 10, minor: 0, build: 22621, platform: 2 } as const;
const unitsPerMs = 10_000n;
/** Milliseconds from 1601-01-01 to 1970-01-01. */
const epochMs = 11_644_473_600_000n;
const crcPolynomial = 0xedb8_8320;
/** Largest value of RtlRandom and RtlUniform (MAXLONG - 1). */
const randomModulus = 0x7fff_ffff;

export class RtlMisc {
  readonly #machine: Machine;

  constructor(machine: Machine) {
    this.#machine = machine;
  }

  api(): ApiTable {
    const { memory } = this.#machine;
    const random = (seed: number) => this.#random(seed >>> 0);
    return {
      RtlCompareMemory: (a: number, b: number, length: number) => {
        const [first, second] = [memory.read(a >>> 0, length >>> 0), memory.read(b >>> 0, length >>> 0)];
        const difference = first.findIndex((byte, i) => byte !== second[i]);
        return difference < 0 ? first.length : difference;
      },
      RtlCompareMemoryUlong: (source: number, length: number, value: number) => {
        let equal = 0;
        while (equal + 4 <= length >>> 0 && memory.u32((source >>> 0) + equal) === value >>> 0) equal += 4;
        return equal;
      },
      RtlFillMemoryUlong: (to: number, length: number, value: number) => {
        for (let i = 0; i + 4 <= length >>> 0; i += 4) memory.setU32((to >>> 0) + i, value);
      },
      RtlPrefetchMemoryNonTemporal: () => undefined,
      RtlRandom: random,
      RtlRandomEx: random,
      RtlUniform: random,
      RtlComputeCrc32: (partial: number, buffer: number, length: number) => crc32(partial >>> 0, memory.read(buffer >>> 0, length >>> 0)) | 0,
      RtlUTF8ToUnicodeN: (to: number, capacity: number, actual: number, source: number, bytes: number) =>
        this.#giveWide(to >>> 0, capacity >>> 0, actual >>> 0, new TextDecoder().decode(memory.read(source >>> 0, bytes >>> 0))),
      RtlMultiByteToUnicodeN: (to: number, capacity: number, actual: number, source: number, bytes: number) =>
        this.#giveWide(to >>> 0, capacity >>> 0, actual >>> 0, String.fromCharCode(...memory.read(source >>> 0, bytes >>> 0)), ntStatus.STATUS_SUCCESS),
      RtlUnicodeToUTF8N: (to: number, capacity: number, actual: number, source: number, bytes: number) =>
        this.#giveNarrow(
          to >>> 0,
          capacity >>> 0,
          actual >>> 0,
          new TextEncoder().encode(memory.wideString(source >>> 0, bytes >>> 1)),
          ntStatus.STATUS_BUFFER_TOO_SMALL,
        ),
      RtlUnicodeToMultiByteN: (to: number, capacity: number, actual: number, source: number, bytes: number) => {
        const codes = Array.from(memory.wideString(source >>> 0, bytes >>> 1), (character) =>
          character.charCodeAt(0) > 0xff ? 0x3f : character.charCodeAt(0),
        );
        return this.#giveNarrow(to >>> 0, capacity >>> 0, actual >>> 0, Uint8Array.from(codes), ntStatus.STATUS_SUCCESS);
      },
      RtlTimeToTimeFields: (time: number, fields: number) => this.#toFields(memory.u64(time >>> 0), fields >>> 0),
      RtlTimeFieldsToTime: (fields: number, time: number) => this.#fromFields(fields >>> 0, time >>> 0),
      RtlGetVersion: (information: number) => {
        const values = [version.major, version.minor, version.build, version.platform];
        values.forEach((value, i) => {
          memory.setU32((information >>> 0) + 4 * (i + 1), value);
        });
        memory.setU16((information >>> 0) + 20, 0);
        return ntStatus.STATUS_SUCCESS;
      },
      PsGetVersion: (major: number, minor: number, build: number) => {
        if (major !== 0) memory.setU32(major >>> 0, version.major);
        if (minor !== 0) memory.setU32(minor >>> 0, version.minor);
        if (build !== 0) memory.setU32(build >>> 0, version.build);
        return 0;
      },
      RtlWalkFrameChain: () => 0,
      RtlCaptureStackBackTrace: () => 0,
    };
  }

  /** Linear congruential generator of RtlUniform; the seed is the driver's. */
  #random(seed: number): number {
    const { memory } = this.#machine;
    const next = Number((BigInt(memory.u32(seed)) * 0x7fff_ffedn + 0x7fff_ffc3n) % BigInt(randomModulus));
    memory.setU32(seed, next);
    return next;
  }

  #giveWide(to: number, capacity: number, actual: number, text: string, tooSmall: number = ntStatus.STATUS_BUFFER_TOO_SMALL): number {
    const { memory } = this.#machine;
    const count = to === 0 ? text.length : Math.min(text.length, capacity >> 1);
    if (to !== 0) for (let i = 0; i < count; i++) memory.setU16(to + 2 * i, text.charCodeAt(i));
    if (actual !== 0) memory.setU32(actual, 2 * count);
    return count < text.length ? tooSmall : ntStatus.STATUS_SUCCESS;
  }

  #giveNarrow(to: number, capacity: number, actual: number, bytes: Uint8Array, tooSmall: number): number {
    const { memory } = this.#machine;
    const count = to === 0 ? bytes.length : Math.min(bytes.length, capacity);
    if (to !== 0) memory.write(to, bytes.subarray(0, count));
    if (actual !== 0) memory.setU32(actual, count);
    return count < bytes.length ? tooSmall : ntStatus.STATUS_SUCCESS;
  }

  #toFields(time: bigint, fields: number): void {
    const date = new Date(Number(time / unitsPerMs - epochMs));
    const values = [
      date.getUTCFullYear(),
      date.getUTCMonth() + 1,
      date.getUTCDate(),
      date.getUTCHours(),
      date.getUTCMinutes(),
      date.getUTCSeconds(),
      date.getUTCMilliseconds(),
      date.getUTCDay(),
    ];
    values.forEach((value, i) => {
      this.#machine.memory.setU16(fields + 2 * i, value);
    });
  }

  #fromFields(fields: number, time: number): number {
    const { memory } = this.#machine;
    const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0, ms = 0] = Array.from({ length: 7 }, (_, i) => memory.u16(fields + 2 * i));
    const date = new Date(Date.UTC(year, month - 1, day, hour, minute, second, ms));
    const isValid = year >= 1601 && date.getUTCMonth() === month - 1 && date.getUTCDate() === day && hour < 24 && minute < 60 && second < 60 && ms < 1000;
    if (isValid) memory.setU64(time, (BigInt(date.getTime()) + epochMs) * unitsPerMs);
    return isValid ? 1 : 0;
  }
}

function crc32(partial: number, bytes: Uint8Array): number {
  let crc = ~partial >>> 0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ ((crc & 1) !== 0 ? crcPolynomial : 0);
  }
  return ~crc >>> 0;
}
