// SPDX-License-Identifier: MIT
/** Low-level DWARF reading over what the embedded clang really writes, in both versions. */

import assert from "node:assert/strict";
import { commands } from "@yowasp/clang";
import {
  DW_AT,
  DW_OP,
  DW_TAG,
  decodeExpression,
  dieRanges,
  joinSourcePath,
  readLineTable,
  readUnits,
  wasmCustomSections,
  type Die,
  type DwarfUnit,
} from "./index.ts";

const header = `struct packet { unsigned short length; unsigned long long address; int flags : 3; };
static inline int twice(int value)
{
    return value * 2; /* in header */
}
`;
const source = `#include "packet.h"
enum mode { off, on = 7 };
int table[3];
int removed(int x) { return x; }
int work(struct packet by_value, int count)
{
    int sum = off; /* first */
    for (int i = 0; i < count; i++) {
        struct packet *inner = &by_value;
        sum += twice(inner->length); /* call */
    }
    return sum; /* last */
}
`;

async function build(version: number): Promise<Uint8Array> {
  const files = { sub: { "packet.h": header, "unit.c": source } };
  const compiled = await commands["clang"]?.(["--target=wasm32-unknown-unknown", "-g", `-gdwarf-${version}`, "-O0", "-c", "sub/unit.c", "-o", "unit.o"], files);
  assert.ok(compiled && typeof compiled === "object");
  const linked = await commands["wasm-ld"]?.(["--no-entry", "--export=work", "--gc-sections", "unit.o", "-o", "unit.wasm"], compiled);
  const module = linked?.["unit.wasm"];
  assert.ok(module instanceof Uint8Array);
  return module;
}

function find(die: Die, tag: number, name: string): Die {
  const search = (at: Die): Die | undefined =>
    at.tag === tag && at.string(DW_AT.name) === name ? at : at.children.map(search).find((found) => found !== undefined);
  const found = search(die);
  assert.ok(found, `no entry ${name}`);
  return found;
}

const lineOf = (text: string, marker: string): number => text.slice(0, text.indexOf(marker)).split("\n").length;

for (const version of [4, 5]) {
  describe(`DWARF ${version} reader`, () => {
    let sections: ReadonlyMap<string, Uint8Array>;
    let unit: DwarfUnit;
    before(async () => {
      sections = wasmCustomSections(await build(version));
      const [only, ...others] = readUnits(sections);
      assert.ok(only && others.length === 0);
      unit = only;
    });

    it("reads the unit header and root", () => {
      assert.equal(unit.version, version);
      assert.equal(unit.root.tag, DW_TAG.compile_unit);
      assert.equal(unit.root.string(DW_AT.name), "sub/unit.c");
    });

    it("reads functions, scopes, members and constants", () => {
      const work = find(unit.tree, DW_TAG.subprogram, "work");
      const [range] = dieRanges(work);
      assert.ok(range && range.low > 0 && range.high > range.low);
      assert.deepEqual(
        work.children.filter((c) => c.tag === DW_TAG.formal_parameter).map((c) => c.string(DW_AT.name)),
        ["by_value", "count"],
      );
      const inner = find(work, DW_TAG.variable, "inner");
      const type = unit.entries().get(inner.number(DW_AT.type) ?? 0);
      assert.equal(type?.tag, DW_TAG.pointer_type);
      const packet = find(unit.tree, DW_TAG.structure_type, "packet");
      const offsets = packet.children.slice(0, 2).map((m) => [m.string(DW_AT.name), m.number(DW_AT.data_member_location)]);
      assert.deepEqual(offsets, [
        ["length", 0],
        ["address", 8],
      ]);
      assert.equal(packet.children[2]?.number(DW_AT.bit_size), 3);
      assert.equal(find(unit.tree, DW_TAG.enumerator, "on").number(DW_AT.const_value), 7);
    });

    it("decodes frame bases and locations", () => {
      const work = find(unit.tree, DW_TAG.subprogram, "work");
      const frameBase = decodeExpression(work.bytes(DW_AT.frame_base) ?? new Uint8Array(0));
      assert.equal(frameBase[0]?.op, DW_OP.WASM_location);
      assert.equal(frameBase[0]?.operands[0], 0);
      const sum = decodeExpression(find(work, DW_TAG.variable, "sum").bytes(DW_AT.location) ?? new Uint8Array(0));
      assert.equal(sum[0]?.op, DW_OP.fbreg);
    });

    it("gives rows of live code only, with absolute paths", () => {
      const { rows, files } = readLineTable(sections);
      assert.ok(
        files.every((file) => file.startsWith("/")),
        files.join(),
      );
      const at = (line: number, suffix: string): boolean => rows.some((row) => row.line === line && row.isStatement && files[row.file]?.endsWith(suffix));
      assert.ok(at(lineOf(source, "/* first */"), "/sub/unit.c"));
      assert.ok(at(lineOf(source, "/* last */"), "/sub/unit.c"));
      assert.ok(at(lineOf(header, "/* in header */"), "/sub/packet.h"));
      assert.ok(!at(lineOf(source, "int removed"), "/sub/unit.c"));
      assert.equal(rows.filter((row) => row.prologueEnd).length, 2);
      const work = find(unit.tree, DW_TAG.subprogram, "work");
      assert.deepEqual(rows.filter((row) => row.line === lineOf(source, "int work") + 1).map((row) => row.address)[0], work.number(DW_AT.low_pc));
    });

    it("treats functions that the linker removed as having no code", () => {
      assert.deepEqual(dieRanges(find(unit.tree, DW_TAG.subprogram, "removed")), []);
    });
  });
}

describe("joinSourcePath", () => {
  it("joins relative parts and stops at an absolute one", () => {
    assert.equal(joinSourcePath("/build", "include", "../a.h"), "/build/a.h");
    assert.equal(joinSourcePath("/build", "/src/./x", "b.c"), "/src/x/b.c");
    assert.equal(joinSourcePath("C:\\drv", "sub", "a.c"), "C:\\drv\\sub\\a.c");
    assert.equal(joinSourcePath("", "a/../b.c"), "b.c");
    assert.equal(joinSourcePath("/", "../a.c"), "/a.c");
    assert.equal(joinSourcePath("", "../a.c"), "../a.c");
  });
});
