// SPDX-License-Identifier: MIT
/**
 * Checked loads and stores. One shadow byte stands for a granule of 8 bytes: 0 sends the access to the host, which knows whether
 * it is a device register, a data breakpoint or a violation.
 *
 * An access that straddles two granules must not slip through on the first one alone. Clang's alignment hint says what it believes:
 * - Natural alignment (nearly all of -O0 code): such an access cannot straddle, unless the driver cast a misaligned pointer. So
 *   the fast path also wants the address aligned: `shadow > (address & (size - 1))`, which costs one `and` beside the shadow load
 *   and turns the test into a compare. The host serves misaligned accesses and checks every byte of them.
 * - Less (packed structures): the shadow bytes of the first and of the last byte accessed are both tested, and no host is needed.
 *
 * Addresses wrap at 2^32 like on a 32-bit processor: when the constant offset is not a multiple of 8 it is added up front; otherwise an
 * address that wraps finds, behind the shadow, the statement table, whose bytes 0 and 0xFF both fail the signed compare.
 */

import { shadowGranule } from "../protocol/index.ts";
import type { Emitter } from "./instrument-emitter.ts";
import { constantOf } from "./instrument-operand-stack.ts";
import type { InstructionReader } from "./wasm-instruction.ts";
import { accessInfo, emptyBlock, isLoad, op, valueType, type AccessInfo } from "./wasm-opcodes.ts";
import { defined } from "../base/index.ts";

const { i32 } = valueType;
const granuleShift = Math.log2(shadowGranule);

/** Emits the load or store the reader stands on, checked. The operands are on the stack; `addressTag` is the tag of the address. */
export function emitAccess(emitter: Emitter, reader: InstructionReader, addressTag: number): void {
  const { writer } = emitter;
  const info = defined(accessInfo(reader.opcode), "not a memory access");
  const value = isLoad(reader.opcode) ? undefined : emitter.temporary(info.type, "value");
  if (value !== undefined) writer.localSet(value);
  const constant = constantOf(addressTag);
  const isStatic = constant !== undefined && constant + reader.offset <= 0xffff_ffff;
  const address = isStatic ? checkStatic(emitter, info, constant, reader.offset) : checkDynamic(emitter, info, reader);
  writer.if(value === undefined ? info.type : emptyBlock);
  address.push();
  if (value !== undefined) writer.localGet(value);
  writer.access(reader.opcode, reader.align, address.offset).op(op.else);
  emitter.beforeCall(reader.start);
  address.push();
  if (address.offset !== 0) writer.i32Const(address.offset).op(op.i32Add);
  if (value !== undefined) writer.localGet(value);
  writer.i32Const(reader.opcode).call(slowPath(emitter, info, value !== undefined));
  emitter.afterCall();
  writer.op(op.end);
}

/** Where the checked access goes: a pushed base and a constant offset. */
interface Address {
  readonly push: () => void;
  readonly offset: number;
}

/** Condition for a constant address, which needs no arithmetic at run time. */
function checkStatic(emitter: Emitter, info: AccessInfo, base: number, offset: number): Address {
  const { writer, context } = emitter;
  const first = base + offset;
  const loadShadow = (address: number): void => {
    writer.i32Const(0).access(op.i32Load8S, 0, context.layout.shadow + Math.floor(address / shadowGranule));
  };
  writer.op(op.drop);
  loadShadow(first);
  if ((first % shadowGranule) + info.size > shadowGranule) {
    loadShadow((first + info.size - 1) % 0x1_0000_0000);
    writer.op(op.i32And);
  }
  return { push: () => void writer.i32Const(base), offset };
}

/** Condition for a computed address, which is on the stack. */
function checkDynamic(emitter: Emitter, info: AccessInfo, reader: InstructionReader): Address {
  const { writer, context } = emitter;
  const { shadow } = context.layout;
  const address = emitter.temporary(i32, "address");
  const isNatural = 1 << reader.align >= info.size;
  const isOffsetWhole = isNatural && reader.offset % shadowGranule === 0;
  if (!isOffsetWhole && reader.offset !== 0) writer.i32Const(reader.offset).op(op.i32Add);
  writer.localTee(address).i32Const(granuleShift).op(op.i32ShrU);
  writer.access(op.i32Load8S, 0, isOffsetWhole ? shadow + reader.offset / shadowGranule : shadow);
  if (!isNatural) {
    writer
      .localGet(address)
      .i32Const(info.size - 1)
      .op(op.i32Add)
      .i32Const(granuleShift)
      .op(op.i32ShrU);
    writer.access(op.i32Load8S, 0, shadow).op(op.i32And);
  } else {
    if (info.size === 1) writer.i32Const(0);
    else
      writer
        .localGet(address)
        .i32Const(info.size - 1)
        .op(op.i32And);
    writer.op(op.i32GtS);
  }
  return { push: () => void writer.localGet(address), offset: isOffsetWhole ? reader.offset : 0 };
}

function slowPath(emitter: Emitter, info: AccessInfo, isStore: boolean): number {
  const { hooks } = emitter.context;
  switch (info.type) {
    case valueType.i32:
      return isStore ? hooks.storeI32 : hooks.loadI32;
    case valueType.i64:
      return isStore ? hooks.storeI64 : hooks.loadI64;
    case valueType.f32:
      return isStore ? hooks.storeF32 : hooks.loadF32;
    case valueType.f64:
      return isStore ? hooks.storeF64 : hooks.loadF64;
  }
}
