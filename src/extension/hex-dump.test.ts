// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { hexDump } from "./hex-dump.ts";

describe("a hex dump", () => {
  it("shows address, bytes and characters, and fills a short last line", () => {
    const bytes = Uint8Array.from([...Buffer.from("0123456789abcdef"), 0, 0x41]);
    assert.equal(
      hexDump(0x1000n, bytes),
      [
        "00001000  30 31 32 33 34 35 36 37  38 39 61 62 63 64 65 66  |0123456789abcdef|",
        `00001010  00 41 ${"   ".repeat(5)}    ${"   ".repeat(7)}    |.A|`,
      ].join("\n"),
    );
  });

  it("marks what could not be read", () => {
    assert.match(hexDump(0n, Uint8Array.of(1), 1), /^00000000 {2}01 \?\? .*\|\.\?\|$/);
  });

  it("widens the address where it needs more than 8 digits", () => {
    assert.match(hexDump(0x2e_0eea_1000n, new Uint8Array(1)), /^2E0EEA1000 {2}00/);
  });
});
