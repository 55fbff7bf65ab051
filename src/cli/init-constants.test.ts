// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { evaluate, readConstants } from "./init-constants.ts";
import { guessRegisters } from "./init-registers.ts";
import { withoutComments } from "./init-source-text.ts";
import { readStructs } from "./init-structs.ts";

const source = (text: string) => [{ file: "a.h", code: withoutComments(text) }];
const constantOf = (text: string, name: string): number | undefined => readConstants(source(text)).get(name)?.value;

describe("readConstants", () => {
  it("evaluates integers as C does, with the constants that they are made of", () => {
    const none = (): undefined => undefined;
    for (const [text, value] of [
      ["0x10", 16],
      ["(1 << 4) | 3", 19],
      ["2 + 3 * 4UL", 14],
      ["010", 8],
      ["16 / 4 - 1", 3],
      ["sizeof(int)", undefined],
      ["1 / 0", undefined],
      ["(1", undefined],
      ["", undefined],
    ] as const)
      assert.equal(evaluate(text, none), value, text);
    assert.equal(constantOf("#define A (B + 4)\n#define B 0x20 // base\n", "A"), 0x24);
    assert.equal(constantOf("#define A B\n#define B A\n", "A"), undefined, "a circle has no value");
    assert.equal(constantOf("#define IOCTL_X CTL_CODE(FILE_DEVICE_UNKNOWN, 0x800, METHOD_BUFFERED, FILE_ANY_ACCESS)\n", "IOCTL_X"), 0x222000);
  });

  it("reads enumerators, and names their lines", () => {
    const constants = readConstants(source("enum {\n  FIRST_REG,\n  /* no, */ SECOND_REG = 8,\n  THIRD_REG,\n};\n"));
    assert.deepEqual(
      [...constants.values()].map(({ name, value, line }) => [name, value, line]),
      [
        ["FIRST_REG", 0, 2],
        ["SECOND_REG", 8, 3],
        ["THIRD_REG", 9, 4],
      ],
    );
  });

  it("keeps line numbers behind comments and joined lines", () => {
    assert.equal(readConstants(source("/* a\n b */\n#define M(x) \\\n  (x)\n#define A 1\n")).get("A")?.line, 5);
  });
});

describe("guessRegisters", () => {
  const registers = (text: string): (string | number)[][] => {
    const sources = source(text);
    const constants = readConstants(sources);
    return guessRegisters(
      sources,
      constants,
      readStructs(sources, (name) => constants.get(name)?.value.toString()),
    ).map(({ name, offset, size }) => [name, offset, size]);
  };

  it("takes offsets by the access they are used in, with its width, whatever they are called", () => {
    const text =
      "#define CTRL 0x8\n#define GO 1\n#define MODE 0xc\nvoid f(PUCHAR b) { WRITE_REGISTER_USHORT((PUSHORT)(b + CTRL), GO); WriteReg32(b, MODE, GO); }\n";
    assert.deepEqual(registers(text), [
      ["CTRL", 8, 2],
      ["MODE", 12, 4],
    ]);
  });

  it("leaves out masks, lengths and structures that are no registers", () => {
    assert.deepEqual(registers("#define X_REG_MASK 0xff\n#define X_REG_LENGTH 0x40\ntypedef struct _PACKET { ULONG Length; } PACKET;\n"), []);
  });

  it("lays structures out with unions, bit-fields, padding and other structures", () => {
    const text = `typedef struct _CHANNEL { UCHAR Mode; ULONG Address; } CHANNEL;
      typedef struct _CARD_REGS { volatile ULONG Id; union { ULONG All; struct { ULONG A : 1; ULONG B : 31; }; } Status; ULONG X : 3; ULONG Y : 4; CHANNEL Channel[2]; ULONG64 Total; } CARD_REGS;`;
    assert.deepEqual(registers(text), [
      ["Id", 0, 4],
      ["Status", 4, 4],
      ["Channel[0].Mode", 12, 1],
      ["Channel[0].Address", 16, 4],
      ["Channel[1].Mode", 20, 1],
      ["Channel[1].Address", 24, 4],
      ["Total", 32, 8],
    ]);
  });
});
