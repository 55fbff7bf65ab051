// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { checkRegisters } from "./register-check.ts";

const bars = [{ kind: "memory", size: 0x100, name: "regs" }] as const;
const bad = (message: string): never => {
  throw new Error(message);
};
const withField = (field: unknown) => checkRegisters([{ bar: 0, offset: 0, size: 4, name: "CTRL", fields: [field] }], bars, bad)[0]?.fields?.[0]?.bits;

describe("checkRegisters", () => {
  it("takes bits of a field either way round, as one number and as text", () => {
    for (const bits of [[7, 4], [4, 7], "7:4", "4..7"]) assert.deepEqual(withField({ name: "MODE", bits }), [7, 4]);
    for (const bits of [3, "3", [3]]) assert.deepEqual(withField({ name: "GO", bits }), [3, 3]);
  });

  it("takes the access in any letter case", () => {
    assert.equal(checkRegisters([{ bar: 0, offset: 0, size: 4, name: "CTRL", access: "RW" }], bars, bad)[0]?.access, "rw");
  });

  const register = { bar: 0, offset: 0, size: 4, name: "CTRL" };
  const mistakes: readonly (readonly [title: string, registers: unknown, message: RegExp])[] = [
    ["what is no array", {}, /^registers: expected an array/],
    ["a BAR that is not there", [{ ...register, bar: 1 }], /^registers\[0\] \(CTRL\)\.bar: there is no BAR 1/],
    ["an odd size", [{ ...register, size: 3 }], /size: expected 1, 2, 4 or 8 bytes, got 3/],
    ["a register behind the end", [{ ...register, offset: 0xfe }], /offset: 254 lies outside the BAR of 256 bytes/],
    ["an unknown access", [{ ...register, access: "readonly" }], /access: expected one of ro, rw, wo, w1c, rc, got "readonly"/],
    ["a reset value that does not fit", [{ ...register, size: 1, reset: 256 }], /reset: expected a number of 8 bits, got 256/],
    ["a field without bits", [{ ...register, fields: [{ name: "GO" }] }], /fields\[0\] \(GO\)\.bits: expected a bit number/],
    ["a field outside the register", [{ ...register, fields: [{ name: "GO", bits: 32 }] }], /bits: bit 32 lies outside the register of 32 bits/],
    ["values that are no object", [{ ...register, fields: [{ name: "GO", bits: 0, values: 1 }] }], /values: expected an object/],
  ];
  for (const [title, registers, message] of mistakes) it(`refuses ${title}`, () => assert.throws(() => checkRegisters(registers, bars, bad), { message }));
});
