// SPDX-License-Identifier: MIT
/**
 * Memory as the processor, the memory bus, bus masters and the device's BARs number it. Looks have no side effects: device registers are
 * peeked. Writes to a BAR are the driver's own writes to the device; elsewhere they change bytes and nothing else.
 */
import type { Machine } from "../machine/index.ts";
import { type AddressSpace, deviceWindowBase, deviceWindowEnd, pageSize } from "../protocol/index.ts";

/** A piece that lies in one place. */
type Piece =
  | { readonly kind: "ram"; readonly address: number; readonly length: number }
  | { readonly kind: "copy"; readonly bytes: Uint8Array }
  | { readonly kind: "bar"; readonly bar: number; readonly offset: number; readonly length: number };

/** Bytes from `address` on up to the first that is not there, at most `length`. */
export function readSpace(machine: Machine, space: AddressSpace, address: bigint, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  let done = 0;
  while (done < length) {
    const piece = pieceAt(machine, space, address + BigInt(done), length - done);
    const part = piece === undefined ? undefined : readPiece(machine, piece);
    if (part === undefined || part.length === 0) break;
    bytes.set(part, done);
    done += part.length;
  }
  return bytes.subarray(0, done);
}

/** Writes as many of `bytes` as there is something for; the number of them. */
export function writeSpace(machine: Machine, space: AddressSpace, address: bigint, bytes: Uint8Array): number {
  let done = 0;
  while (done < bytes.length) {
    const piece = pieceAt(machine, space, address + BigInt(done), bytes.length - done);
    if (piece === undefined) break;
    done += writePiece(machine, piece, bytes.subarray(done));
  }
  return done;
}

/** Virtual address of the driver memory behind an address of any space; undefined when there is none. */
export function virtualOf(machine: Machine, space: AddressSpace, address: bigint): number | undefined {
  if (space === "physical") return machine.pages.virtualOf(address);
  if (space === "virtual") return Number(address);
  const mapping = space === "logical" ? machine.dma.find(address) : undefined;
  let offset = mapping === undefined ? 0 : Number(address - mapping.logical);
  for (const segment of mapping?.segments ?? []) {
    if (offset < segment.length) return segment.address + offset;
    offset -= segment.length;
  }
  return undefined;
}

function pieceAt(machine: Machine, space: AddressSpace, address: bigint, length: number): Piece | undefined {
  const isInWindow = space === "virtual" && address >= deviceWindowBase && address < deviceWindowEnd;
  if (isInWindow) {
    const location = machine.window.resolve(Number(address), 1);
    return location === undefined ? undefined : barPiece(machine, location.bar, location.offset, length);
  }
  switch (space) {
    case "virtual":
      return ramPiece(machine, Number(address), length);
    case "physical":
      return physicalPiece(machine, address, length);
    case "logical":
      return logicalPiece(machine, address, length);
    default:
      return barPiece(machine, Number(space.slice(3)), Number(address), length);
  }
}

function ramPiece({ memory }: Machine, address: number, length: number): Piece | undefined {
  const fits = Math.min(length, memory.layout.ramEnd - address);
  return fits > 0 && memory.peek(address, fits) !== undefined ? { kind: "ram", address, length: fits } : undefined;
}

/** Within one page, because the next physical page is another virtual one. */
function physicalPiece(machine: Machine, address: bigint, length: number): Piece | undefined {
  const virtual = machine.pages.virtualOf(address);
  if (virtual !== undefined) return ramPiece(machine, virtual, Math.min(length, pageSize - Number(address % BigInt(pageSize))));
  const bar = machine.device.bars.find(({ base, definition }) => definition.kind === "memory" && address >= base && address < base + BigInt(definition.size));
  return bar === undefined ? undefined : barPiece(machine, bar.index, Number(address - bar.base), length);
}

function logicalPiece(machine: Machine, address: bigint, length: number): Piece | undefined {
  const mapping = machine.dma.find(address);
  if (mapping === undefined) return undefined;
  let offset = Number(address - mapping.logical);
  if (mapping.copy !== undefined) return { kind: "copy", bytes: mapping.copy.subarray(offset, offset + length) };
  for (const segment of mapping.segments) {
    if (offset < segment.length) return ramPiece(machine, segment.address + offset, Math.min(length, segment.length - offset));
    offset -= segment.length;
  }
  return undefined;
}

/** As wide as alignment and length allow, four bytes at most. */
function barPiece(machine: Machine, bar: number, offset: number, length: number): Piece | undefined {
  const definition = machine.device.bars[bar]?.definition;
  if (definition === undefined || offset < 0 || offset >= definition.size) return undefined;
  const size = offset % 4 === 0 && length >= 4 ? 4 : offset % 2 === 0 && length >= 2 ? 2 : 1;
  return { kind: "bar", bar, offset, length: size };
}

function readPiece(machine: Machine, piece: Piece): Uint8Array | undefined {
  if (piece.kind === "copy") return piece.bytes;
  if (piece.kind === "ram") return machine.memory.peek(piece.address, piece.length);
  const value = machine.device.peek(piece.bar, piece.offset, piece.length);
  if (value === undefined) return undefined;
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, Number(value), true);
  return bytes.subarray(0, piece.length);
}

function writePiece(machine: Machine, piece: Piece, bytes: Uint8Array): number {
  if (piece.kind === "copy") {
    const fits = bytes.subarray(0, piece.bytes.length);
    piece.bytes.set(fits);
    return fits.length;
  }
  if (piece.kind === "ram") {
    machine.memory.poke(piece.address, bytes.subarray(0, piece.length));
    return piece.length;
  }
  const word = new Uint8Array(4);
  word.set(bytes.subarray(0, piece.length));
  machine.device.write(piece.bar, piece.offset, piece.length, new DataView(word.buffer).getUint32(0, true));
  return piece.length;
}
