// SPDX-License-Identifier: MIT
/** Integer division: a zero divisor and the one quotient that does not fit call `dbg.trap` first, so that the stop is live at the statement. */

import { trapKind } from "../protocol/index.ts";
import type { Emitter } from "./instrument-emitter.ts";
import { constantOf, tag } from "./instrument-operand-stack.ts";
import { emptyBlock, op, valueType } from "./wasm-opcodes.ts";

const narrow: readonly number[] = [op.i32DivS, op.i32DivU, op.i32RemS, op.i32RemU];
const wide: readonly number[] = [op.i64DivS, op.i64DivU, op.i64RemS, op.i64RemU];

export const isDivision = (opcode: number): boolean => narrow.includes(opcode) || wide.includes(opcode);

/** Emits the checks before a division at `instruction`; dividend and divisor stay on the stack. `divisorTag` spares constants the check. */
export function emitDivisionCheck(emitter: Emitter, opcode: number, instruction: number, divisorTag: number): void {
  const isSigned = opcode === op.i32DivS || opcode === op.i64DivS;
  const constant = constantOf(divisorTag);
  if (divisorTag === tag.harmlessWideDivisor) return;
  if (constant !== undefined && constant !== 0 && !(isSigned && constant === 0xffff_ffff)) return;
  const isWide = wide.includes(opcode);
  const { writer } = emitter;
  const type = isWide ? valueType.i64 : valueType.i32;
  const divisor = emitter.temporary(type, "divisor");
  writer
    .localTee(divisor)
    .op(isWide ? op.i64Eqz : op.i32Eqz)
    .if(emptyBlock);
  emitter.trap(trapKind.divideByZero, instruction);
  writer.op(op.end);
  if (isSigned) {
    const dividend = emitter.temporary(type, "dividend");
    writer.localTee(dividend);
    if (isWide)
      writer
        .i64Const(-(2n ** 63n))
        .op(op.i64Eq)
        .localGet(divisor)
        .i64Const(-1n)
        .op(op.i64Eq);
    else writer.i32Const(-0x8000_0000).op(op.i32Eq).localGet(divisor).i32Const(-1).op(op.i32Eq);
    writer.op(op.i32And).if(emptyBlock);
    emitter.trap(trapKind.integerOverflow, instruction);
    writer.op(op.end).localGet(dividend);
  }
  writer.localGet(divisor);
}
