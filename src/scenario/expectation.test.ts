// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { ExpectationFailure, expectation } from "./expectation.ts";

const fails = (check: () => void, message: RegExp): void =>
  assert.throws(check, (error: Error) => error instanceof ExpectationFailure && message.test(error.message));

describe("expectation", () => {
  it("accepts equal bytes, numbers and objects", () => {
    expectation(Uint8Array.of(1, 2)).equals(Uint8Array.of(1, 2));
    expectation(Uint8Array.of(1, 2)).equals([1, 2]);
    expectation({ a: [1, { b: 2n }] }).equals({ a: [1, { b: 2n }] });
    expectation(5).atLeast(5);
    expectation(5).atMost(5);
  });

  it("shows the first byte that differs, its surroundings and how many differ", () => {
    const actual = new Uint8Array(100);
    actual[40] = 7;
    actual[41] = 8;
    fails(
      () => expectation(actual, "the read").equals(new Uint8Array(100)),
      /^Expected the read to equal 100 bytes .*byte 40 \(0x28\) differs: from 0x24 on it is 00 00 00 00 07 08 .*; 2 of 100 bytes differ$/,
    );
  });

  it("says when only the length differs", () => {
    fails(() => expectation(new Uint8Array(3)).equals(new Uint8Array(5)), /its length is 3 bytes, not 5 \(the first 3 bytes are equal\)/);
  });

  it("names both statuses", () => {
    fails(
      () => expectation({ status: 0xc0000120 }, "it").status("STATUS_SUCCESS"),
      /Expected it to have status STATUS_SUCCESS \(0x00000000\), but it is STATUS_CANCELLED \(0xC0000120\)/,
    );
    fails(() => expectation({ status: 0xc0000120 }).succeeds(), /STATUS_CANCELLED/);
    expectation({ status: 0x103 }).succeeds();
    expectation(0xc0000120).status("STATUS_CANCELLED");
  });

  it("refuses a status name that does not exist", () => {
    fails(() => expectation(0).status("STATUS_NOT_A_NAME"), /not a known NTSTATUS name/);
  });
});
