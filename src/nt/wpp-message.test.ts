// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { TestMachine } from "./test-machine.ts";
import { WppArguments } from "./wpp-arguments.ts";
import { formatWpp, levelText, type WppSite, wppLine } from "./wpp-message.ts";

const site: WppSite = {
  functionName: "EvtTimer",
  file: "C:\\drv\\timer.c",
  line: 12,
  level: "TRACE_LEVEL_ERROR",
  flags: "DBG_IO",
  types: "Op|list|1|0=Read,1=Write;Set|set|4|0=A,5=B;",
};

/** Text of `format` with one argument of four bytes, or eight for a bigint. */
function format(text: string, value: number | bigint = 0): string {
  const { memory } = new TestMachine().machine;
  const at = 0x1_0000;
  if (typeof value === "bigint") memory.setU64(at, value);
  else memory.setU32(at, value);
  return formatWpp(memory, text, new WppArguments(memory, at, typeof value === "bigint" ? 2n : 1n), site);
}

describe("formatWpp", () => {
  it("knows constants, which take no argument", () => {
    assert.equal(format("%!STDPREFIX!%!FUNC! %!FILE!:%!LINE! %!LEVEL! %!FLAGS! %d", 7), "EvtTimer timer.c:12 Error DBG_IO 7");
    assert.equal(format("100%% %%!FUNC! %u", 1), "100% %!FUNC! 1");
  });

  it("names statuses, and shows those without a name as numbers", () => {
    assert.equal(format("%!STATUS!", 0xc000_009a), "0xC000009A(STATUS_INSUFFICIENT_RESOURCES)");
    assert.equal(format("%!status!", 0xe123_4567), "0xE1234567");
    assert.equal(format("%!HRESULT!", 0xd000_0001), "0xD0000001(STATUS_UNSUCCESSFUL)");
  });

  it("shows custom types by name or bit, and what nobody described as a number", () => {
    assert.equal(format("%!Op!", 0x101), "Write");
    assert.equal(format("%!Op!", 9), "9");
    assert.equal(format("%!Set!", 0x21), "[A,B]");
    assert.equal(format("%!WdfPowerState!", 3), "3");
  });

  it("shows addresses, times and names of the WDK", () => {
    assert.equal(format("%!IPADDR!", 0x0100_007f), "127.0.0.1");
    assert.equal(format("%!PORT!", 0x5000), "80");
    assert.equal(format("%!pnpmn!", 2), "IRP_MN_REMOVE_DEVICE");
    assert.equal(format("%!BOOLEAN! ", 1), "TRUE ");
    assert.equal(format("%!TIMESTAMP!", 116_444_736_010_000_005n), "1970-01-01 00:00:01.0000005");
    assert.equal(format("%!due!", BigInt.asUintN(64, -15_000_000n)), "-1.5000000s");
    assert.equal(format("%!b1!", 0x81), "[1,8]");
  });

  it("takes an argument of another width than its format as it is", () => {
    assert.equal(format("%d", 0x1_0000_0005n), "5");
    assert.equal(format("%I64x", 0xffff_ffff), "ffffffff");
    assert.equal(format("%u %u", 5), "5 0");
  });

  it("pads to the width before the exclamation mark", () => {
    assert.equal(format("|%-9!Op!|%8!FUNC!|", 1), "|Write    |EvtTimer|");
  });
});

it("wppLine leaves out what the trace function does not have", () => {
  assert.equal(wppLine(site, "text\n"), "[Error][DBG_IO] EvtTimer: text\n");
  assert.equal(wppLine({ ...site, level: "", flags: "" }, "text"), "EvtTimer: text\n");
  assert.equal(levelText("4"), "Information");
  assert.equal(levelText("level + 1"), "level + 1");
});
