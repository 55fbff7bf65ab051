// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { ntStatus, ntStatusName, ntStatusValue, isNtSuccess } from "./ntstatus-table.ts";

describe("ntStatus", () => {
  it("has the names and values of sdk/include/ntstatus.h", () => {
    const header = readFileSync(new URL("../../sdk/include/ntstatus.h", import.meta.url), "utf8");
    const defines = [...header.matchAll(/^#define\s+((?:STATUS|DBG|RPC_NT)_\w+)\s+\(\(NTSTATUS\)(0x[0-9A-Fa-f]+)L?\)/gm)];
    assert.ok(defines.length > 200);
    const expected = Object.fromEntries(defines.map(([, name, value]) => [name, Number(value)]));
    assert.deepEqual({ ...ntStatus }, expected);
  });

  it("names signed and unsigned values by the main name", () => {
    assert.equal(ntStatusName(0), "STATUS_SUCCESS");
    assert.equal(ntStatusName(0x103), "STATUS_PENDING");
    assert.equal(ntStatusName(-1073741823), "STATUS_UNSUCCESSFUL");
    assert.equal(ntStatusName(0x1234_5678), undefined);
  });

  it("finds values by name", () => {
    assert.equal(ntStatusValue("STATUS_WDF_TOO_FRAGMENTED"), 0xc020_020a);
    assert.equal(ntStatusValue("STATUS_NONSENSE"), undefined);
  });

  it("takes informational codes as success and warnings as failure", () => {
    assert.equal(isNtSuccess(ntStatus.STATUS_PENDING), true);
    assert.equal(isNtSuccess(ntStatus.STATUS_BUFFER_OVERFLOW), false);
  });
});
