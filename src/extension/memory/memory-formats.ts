// SPDX-License-Identifier: MIT
/** Memory as files: raw bytes, Intel HEX, an array in C. Knows no editor. */
import type { MemoryExportFormat } from "../../protocol/index.ts";

export interface ExportedMemory {
  readonly address: bigint;
  readonly bytes: Uint8Array;
  /** What it is of, for comments and names. */
  readonly name: string;
}

export function exportMemory(format: MemoryExportFormat, memory: ExportedMemory): Uint8Array {
  switch (format) {
    case "bin":
      return memory.bytes;
    case "hex":
      return new TextEncoder().encode(intelHex(memory));
    case "c":
      return new TextEncoder().encode(cArray(memory));
  }
}

const recordBytes = 16;

/** Intel HEX (Intel, "Hexadecimal Object File Format Specification", 1988) with extended linear addresses; it has 32 bits for an address. */
export function intelHex({ address, bytes }: ExportedMemory): string {
  const records: string[] = [];
  let upper = -1;
  for (let at = 0; at < bytes.length; ) {
    const linear = Number((address + BigInt(at)) & 0xffff_ffffn);
    if (linear >>> 16 !== upper) {
      upper = linear >>> 16;
      records.push(record(0, 4, [upper >>> 8, upper & 0xff]));
    }
    // A record does not go beyond the 64 KiB that its upper address covers.
    const length = Math.min(recordBytes, bytes.length - at, 0x1_0000 - (linear & 0xffff));
    records.push(record(linear & 0xffff, 0, [...bytes.subarray(at, at + length)]));
    at += length;
  }
  return `${[...records, record(0, 1, [])].join("\n")}\n`;
}

function record(address: number, type: number, data: readonly number[]): string {
  const all = [data.length, address >>> 8, address & 0xff, type, ...data];
  const checksum = -all.reduce((sum, byte) => sum + byte, 0) & 0xff;
  return `:${[...all, checksum].map(hex2).join("")}`;
}

export function cArray({ address, bytes, name }: ExportedMemory): string {
  const rows: string[] = [];
  for (let at = 0; at < bytes.length; at += recordBytes) {
    rows.push(`    ${[...bytes.subarray(at, at + recordBytes)].map((byte) => `0x${hex2(byte)},`).join(" ")}`);
  }
  return `/* ${bytes.length} bytes at ${name} (0x${address.toString(16).toUpperCase()}) */\nstatic const unsigned char memory[${bytes.length}] = {\n${rows.join("\n")}\n};\n`;
}

const hex2 = (byte: number): string => byte.toString(16).toUpperCase().padStart(2, "0");
