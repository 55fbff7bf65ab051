// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { buildFixture, runFixture } from "../../test/fixtures/symbols/build-fixture.ts";
import type { StopContext } from "../../test/fixtures/symbols/build-fixture.ts";
import { DebugInfo, EvaluationError, assign, bare, describe as describeValue, evaluate, isTrue, readInteger, sizeOf, typeText } from "./index.ts";
import type { EvaluationScope } from "./index.ts";

type Row = readonly [expression: string, type: string, text: string];

const atNested: readonly Row[] = [
  // names and scopes
  ["local", "int", "7"],
  ["inner", "ULONG", "8"],
  ["g_Shadow", "ULONG", "3"],
  ["::g_Shadow", "ULONG", "1"],
  ["argument", "int", "42"],
  ["s_Calls", "ULONG", "42"],
  ["s_File", "ULONG", "99"],
  ["g_Other", "ULONG", "5"],
  ["OtherFunction::s_Calls", "ULONG", "7"],
  ["other.c::s_File", "ULONG", "100"],
  ['"other.c"::s_File', "ULONG", "100"],
  ["values.c::s_File", "ULONG", "99"],
  ["values.c::g_Shadow", "ULONG", "1"],
  ["FlagError", "enum _DEVICE_FLAGS", "FlagError"],
  ["STATUS_PENDING", "NTSTATUS", "STATUS_PENDING (0x00000103)"],
  ["TRUE", "BOOLEAN", "TRUE"],
  ["true", "_Bool", "true"],
  ["NULL", "void *", "NULL"],
  ["nullptr", "void *", "NULL"],
  ["DISPATCH_LEVEL", "int", "2"],
  ["$irql", "int", "2"],
  ["$time", "long long", "12345678901"],
  ["$irql == DISPATCH_LEVEL", "int", "1"],
  // members, arrays, pointers
  ["g_Context.Ring.Index.Head", "USHORT", "3"],
  ["ring->Next->Index.Head", "USHORT", "3"],
  ["ring->Raw", "ULONG", "1144201745"],
  ["ring->Low", "UCHAR", "17 '\\x11'"],
  ["ring->Slots[2]", "ULONG", "34"],
  ["2[ring->Slots]", "ULONG", "34"],
  ["*ring->Doorbell", "volatile ULONG", "78"],
  ["(*ring).Slots[1 + 1]", "ULONG", "34"],
  ["&ring->Slots[2] - &ring->Slots[0]", "long", "2"],
  ["*(&g_Array[1] + 2)", "ULONG", "40"],
  ["pointer[-1]", "ULONG", "10"],
  ["*pointer", "ULONG", "20"],
  ["*(pointer + 1)", "ULONG", "30"],
  ["g_Matrix[1][2]", "int", "6"],
  ["(*g_PointerToArray)[1]", "int", "5"],
  ["*g_Pointers[0]", "int", "-123456"],
  ["*g_Array", "ULONG", "10"],
  ["g_Text[1]", "char", "101 'e'"],
  ['"abc"[1]', "char", "98 'b'"],
  ["g_Opaque", "struct opaque *", "0x00020000"],
  ["g_Secret.Secret", "int", "1234"],
  ["g_Sg.List.Elements[1].Length", "ULONG", "100"],
  ["g_Packed.b", "int", "16909060"],
  ["g_Packed.c", "short", "-2"],
  ["g_Physical.QuadPart", "LONGLONG", "78187493530"],
  ["g_Physical.u.HighPart", "LONG", "18"],
  ["g_Physical.LowPart", "ULONG", "878082202"],
  // bit fields
  ["control.Enable", "ULONG", "1"],
  ["control.Mode", "ULONG", "5"],
  ["control.Count", "ULONG", "291"],
  ["control.High", "ULONG", "2748"],
  ["control.SignedField", "LONG", "-3"],
  ["control.Small", "UCHAR", "10"],
  ["control.Rest", "UCHAR", "5"],
  ["control.Wide", "ULONGLONG", "78187493530"],
  ["control.Tail", "ULONGLONG", "11259375"],
  ["-control.Mode", "int", "-5"],
  ["control.Mode - 6 < 0", "int", "1"],
  ["~control.Enable", "int", "-2"],
  // casts
  ["(UCHAR)g_ULong", "UCHAR", "239 '\\xef'"],
  ["(CHAR)g_ULong", "CHAR", "-17 '\\xef'"],
  ["(ULONG *)&g_ULong", "ULONG *", "0x00010074"],
  ["*(USHORT *)&g_ULong", "USHORT", "48879"],
  ["(PRING)&g_Context", "PRING", "0x000101D0"],
  ["((PDEVICE_CONTEXT)&g_Context)->Ring.Raw", "ULONG", "1144201745"],
  ["((struct _RING *)&g_Context)->Slots[2]", "ULONG", "34"],
  ["(LONG)g_ULong", "LONG", "-559038737"],
  ["(unsigned long long)-1", "unsigned long long", "18446744073709551615"],
  ["(float)1 / 3", "float", "0.33333334"],
  ["(int)-1.9", "int", "-1"],
  ["(BOOLEAN)2", "BOOLEAN", "2"],
  ["(_Bool)2", "_Bool", "true"],
  ["(NTSTATUS)0xC000000D", "NTSTATUS", "STATUS_INVALID_PARAMETER (0xC000000D)"],
  ["(DEVICE_FLAGS)6", "DEVICE_FLAGS", "FlagBusy|FlagError"],
  ["(void *)0x1234", "void *", "0x00001234"],
  ["reinterpret_cast<ULONG *>(&g_ULong)", "ULONG *", "0x00010074"],
  ["static_cast<UCHAR>(300)", "UCHAR", "44 ','"],
  ["*(ULONG (*)[5])g_Array", "ULONG[5]", "{10, 20, 30, 40, 50}"],
  ["(PUCHAR)0x10", "PUCHAR", "0x00000010"],
  // sizeof
  ["sizeof(RING)", "unsigned long", "32"],
  ["sizeof g_Array", "unsigned long", "20"],
  ["sizeof(g_Array) / sizeof(g_Array[0])", "unsigned long", "5"],
  ["sizeof(void *)", "unsigned long", "4"],
  ["sizeof(struct packed)", "unsigned long", "7"],
  ["sizeof(int[3][4])", "unsigned long", "48"],
  ["sizeof(PVOID)", "unsigned long", "4"],
  ["sizeof(long long)", "unsigned long", "8"],
  ["sizeof(long double)", "unsigned long", "16"],
  ['sizeof("abc")', "unsigned long", "4"],
  ["sizeof(*(RING *)0)", "unsigned long", "32"],
  ["sizeof ring->Slots", "unsigned long", "16"],
  ["sizeof(CONTROL)", "unsigned long", "24"],
  // literals
  ["0x10", "int", "16"],
  ["010", "int", "8"],
  ["0b101", "int", "5"],
  ["4294967295", "long long", "4294967295"],
  ["0xFFFFFFFF", "unsigned int", "4294967295"],
  ["10u", "unsigned int", "10"],
  ["10l", "long", "10"],
  ["10ull", "unsigned long long", "10"],
  ["10ui64", "unsigned long long", "10"],
  ["-10i64", "long long", "-10"],
  ["'A'", "int", "65"],
  ["'\\n'", "int", "10"],
  ["'\\x41'", "int", "65"],
  ["'\\xff'", "int", "-1"],
  ["L'\\u00e9'", "wchar_t", "233 L'é'"],
  ["'ABCD'", "int", "1094861636"],
  ["1.5", "double", "1.5"],
  ["1.5f", "float", "1.5"],
  ["1e3", "double", "1000.0"],
  ["0x1p4", "double", "16.0"],
  [".5", "double", "0.5"],
  // operators
  ["1 + 2 * 3", "int", "7"],
  ["(1 + 2) * 3", "int", "9"],
  ["1 << 4 | 3", "int", "19"],
  ["7 & 3 ^ 1", "int", "2"],
  ["1 ? 2 : 3", "int", "2"],
  ["0 ? 2 : 0 ? 3 : 4", "int", "4"],
  ["(1, 2, 3)", "int", "3"],
  ["1, 2 + 1", "int", "3"],
  ["!0", "int", "1"],
  ["!ring", "int", "0"],
  ["~0", "int", "-1"],
  ["-(-3)", "int", "3"],
  ["0 && *(int *)0", "int", "0"],
  ["1 || *(int *)0", "int", "1"],
  ["ring && ring->Next == ring", "int", "1"],
  ["g_Function == EdmEvtProgramDma", "int", "1"],
  ["g_Function == &EdmEvtProgramDma", "int", "1"],
  ["*g_Function == EdmEvtProgramDma", "int", "1"],
  ["g_Context.LastStatus == STATUS_CANCELLED", "int", "1"],
  ["g_NoMemory < 0", "int", "1"],
  ["NT_SUCCESS(g_Pending)", "int", "1"],
  ["NT_SUCCESS(g_NoMemory)", "int", "0"],
  ["FIELD_OFFSET(RING, Slots[1])", "unsigned long", "16"],
  ["offsetof(DEVICE_CONTEXT, List)", "unsigned long", "32"],
  ["ARRAYSIZE(g_Array)", "unsigned long", "5"],
  ["CONTAINING_RECORD(&g_Context.List, DEVICE_CONTEXT, List)->Ring.Raw", "ULONG", "1144201745"],
  ["-2147483648 / 2", "long long", "-1073741824"],
  ["g_Flags & FlagError", "unsigned int", "4"],
  ["g_Flags == (FlagReady | FlagError)", "int", "1"],
  ["g_Minus + 1", "int", "0"],
  ["g_UChar + 100", "int", "300"],
  // display suffixes
  ["g_ULong,x", "ULONG", "0xDEADBEEF"],
  ["g_UChar,b", "UCHAR", "0b11001000"],
  ["g_Int,h", "INT", "0xFFFE1DC0"],
  ["g_UShort,o", "USHORT", "0152061"],
  ["65,c", "int", "65"],
  ["g_Char,c", "CHAR", "'A'"],
  ["g_Array,x", "ULONG[5]", "{0x0000000A, 0x00000014, 0x0000001E, 0x00000028, 0x00000032}"],
  ["pointer,[2]", "ULONG[2]", "{20, 30}"],
  ["pointer,2", "ULONG[2]", "{20, 30}"],
  ["pointer,[1+1],x", "ULONG[2]", "{0x00000014, 0x0000001E}"],
  ["(UCHAR *)g_String,s", "UCHAR *", '0x00010004 "hello \\"ring\\"\\n"'],
  ["g_Context.Ring.Index,x", "struct <unnamed>", "{Head=0x0003, Tail=0x0000}"],
  ["g_Pointers[0],d", "int *", "65640"],
  ["(PVOID)g_WideString,su", "PVOID", '0x00010012 L"wide é"'],
];

const errors: readonly (readonly [expression: string, message: RegExp, column?: number])[] = [
  ["", /Expression is empty/],
  ["1 +", /Expected an expression instead of the end/, 4],
  ["(1", /Expected "\)"/],
  ["1 2", /Expected an operator or the end instead of "2"/, 3],
  ["Foo", /"Foo" is not in scope; looked for locals and statics of Run, statics of values\.c, globals, functions/, 1],
  ["g_Contxt", /did you mean "g_Context"/],
  ["g_Context.ring", /has no member "ring"; did you mean "Ring"/],
  ["ring.Raw", /is a pointer.*use "->Raw"/],
  ["*(int *)0 + 1", /Unreadable memory at 0x00000000/],
  ["-*(ULONG *)0xFFFFFFFE", /Unreadable memory at 0xFFFFFFFE/],
  ["local / 0", /Division by zero/],
  ["1 % (local - 7)", /Division by zero/],
  ["g_Context + 1", /expected a number or a pointer/],
  ["Add(1, 2)", /Function "Add" cannot be called/],
  ["local = 3", /Assignment is not allowed here/],
  ["local++", /"\+\+" is not allowed here/],
  ["&control.Mode", /Bit field has no address/],
  ["&1", /not an lvalue/],
  ["*g_Null", /points at no type; cast it first/],
  ["(NOSUCH *)0", /No type is called "NOSUCH"/, 2],
  ["sizeof(struct nosuch)", /No type is called "struct nosuch"/],
  ["$nosuch", /there are \$irql, \$time/],
  ["1.5 % 2", /cannot be applied to floating numbers/],
  ["~1.5", /floating/],
  ["ring + ring", /Operator "\+" cannot be applied/],
  ["08", /Digit 8 or 9/],
  ["12abc", /Unknown suffix "abc"/],
  ["'", /Missing closing/],
  ['"abc', /Missing closing/],
  ["''", /Empty character/],
  ["a @ b", /instead of "@"/],
  ["OtherFunction::nosuch", /"OtherFunction::nosuch" does not exist/],
  ["18446744073709551616", /does not fit in 64 bits/],
  ["local.x", /has no members/],
  ["RING", /is a type; expected a value/],
  ["sizeof(control.Mode)", /bit field/],
  ["pointer,[0]", /between 1 and/],
  ["`", /Unexpected character/],
  [`${"(".repeat(500)}1`, /nested too deeply/],
];

for (const dwarf of [4, 5] as const) {
  describe(`evaluate with DWARF ${dwarf}`, () => {
    let stop: StopContext;
    let scope: EvaluationScope;

    before(async () => {
      const module = await buildFixture({ sources: ["values.c", "other.c"], dwarf });
      const debugInfo = DebugInfo.load(module);
      // The target's memory is frozen as it is at the stop; each test that writes gets it back in `afterEach`.
      runFixture(module, (found) => {
        if (found.where !== 1) return;
        const image = found.memory.read(0x400, 0x1_fc00) ?? new Uint8Array(0);
        stop = { ...found, memory: frozen(image) };
      });
      scope = {
        debugInfo,
        memory: stop.memory,
        frame: stop.frame,
        functionPointers: debugInfo.functionPointers,
        pseudoVariables: new Map<string, number | bigint>([
          ["irql", 2],
          ["time", 12345678901n],
        ]),
      };
    });

    for (const [expression, type, text] of atNested) {
      it(`gives ${type} ${text} for ${expression}`, () => {
        const value = evaluate(expression, scope);
        assert.equal(describeValue(value, scope), text);
        assert.equal(typeText(value.type), type);
      });
    }

    for (const [expression, message, column] of errors) {
      it(`refuses ${expression.slice(0, 30) || "nothing"} with ${message.source.slice(0, 40)}`, () => {
        assert.throws(
          () => evaluate(expression, scope),
          (error: unknown) => {
            assert.ok(error instanceof EvaluationError);
            assert.match(error.message, message);
            if (column !== undefined) assert.equal(error.column, column);
            return true;
          },
        );
      });
    }

    const writes: readonly (readonly [expression: string, readBack: string, text: string])[] = [
      ["local = 3", "local", "3"],
      ["local += 4", "local", "7"],
      ["local -= 1", "local", "6"],
      ["local *= 5", "local", "30"],
      ["local /= 4", "local", "7"],
      ["local %= 4", "local", "3"],
      ["local <<= 3", "local", "24"],
      ["local >>= 1", "local", "12"],
      ["local |= 3", "local", "15"],
      ["local &= 6", "local", "6"],
      ["local ^= 1", "local", "7"],
      ["++local", "local", "8"],
      ["local--", "local", "7"],
      ["control.Mode = 9", "control.Mode", "1"],
      ["control.SignedField = 15", "control.SignedField", "15"],
      ["control.SignedField = 16", "control.SignedField", "-16"],
      ["control.Wide = 0xFFFFFFFFFF", "control.Wide", "1099511627775"],
      ["control.Enable = 0", "control.Count", "291"],
      ["pointer++", "*pointer", "30"],
      ["--pointer", "*pointer", "20"],
      ["*pointer = 21", "g_Array[1]", "21"],
      ["g_Array[1] = 20", "g_Array[1]", "20"],
      ["g_Float = 0.1", "g_Float", "0.1"],
      ["g_Double = 1 / 4.0", "g_Double", "0.25"],
      ["g_LongDouble = 0.5", "g_LongDouble", "0.5"],
      ["g_Bool = 5", "g_Bool", "true"],
      ["g_Direction = WdfDmaDirectionReadFromDevice", "g_Direction", "WdfDmaDirectionReadFromDevice"],
      ["g_Flags |= FlagBusy", "g_Flags", "FlagReady|FlagBusy|FlagError"],
      ['text = "new"', "text", '"new"'],
      ["copy = g_Context.Ring", "copy.Slots[2]", "34"],
      ["g_Function = NULL", "g_Function", "NULL"],
      ["g_Function = EdmEvtProgramDma", "g_Function", "0x00000001 (EdmEvtProgramDma)"],
      ["inner = local = 9", "inner", "9"],
      ["*(ULONG *)&g_Const = 5", "g_Const", "5"],
    ];
    it("assigns with every operator to every kind of place", () => {
      for (const [expression, readBack, text] of writes) {
        evaluate(expression, { ...scope, allowSideEffects: true });
        assert.equal(describeValue(evaluate(readBack, scope), scope), text, expression);
      }
    });

    it("gives the old value of a postfix step and the new one of a prefix step", () => {
      const writing = { ...scope, allowSideEffects: true };
      evaluate("local = 5", writing);
      assert.equal(readInteger(evaluate("local++", writing), scope.memory), 5n);
      assert.equal(readInteger(evaluate("++local", writing), scope.memory), 7n);
    });

    it("refuses to assign to constants, arrays, other structs and strings that do not fit", () => {
      const writing = { ...scope, allowSideEffects: true };
      assert.throws(() => evaluate("g_Const = 1", writing), /is const/);
      assert.throws(() => evaluate("g_Array = 1", writing), /Array cannot be assigned/);
      assert.throws(() => evaluate("copy = control", writing), /cannot be assigned to "RING"/);
      assert.throws(() => evaluate('text = "123456789"', writing), /does not fit/);
      assert.throws(() => evaluate("1 = 2", writing), /not an lvalue/);
      assert.throws(() => evaluate("*(int *)0 = 2", writing), /cannot be written/);
    });

    it("assigns new text to a variable and to a child of one", () => {
      const value = evaluate("g_Context.Ring.Slots[2]", scope);
      assert.equal(describeValue(assign(value, "FlagReset + 1", scope), scope), "129");
      assert.equal(describeValue(evaluate("g_Context.Ring.Slots[2]", scope), scope), "129");
      assign(value, "34", scope);
    });

    it("evaluates nothing inside sizeof", () => {
      assert.equal(readInteger(evaluate("sizeof(local++)", { ...scope, allowSideEffects: true }), scope.memory), 4n);
      assert.equal(readInteger(evaluate("sizeof(*(RING *)0)", scope), scope.memory), 32n);
    });

    it("tells the truth of conditions", () => {
      assert.equal(isTrue(evaluate("ring->Next", scope), scope), true);
      assert.equal(isTrue(evaluate("0.0", scope), scope), false);
      assert.throws(() => isTrue(evaluate("copy", scope), scope), EvaluationError);
    });

    it("sees only globals and types without a frame", () => {
      const { frame: _frame, ...withoutFrame } = scope;
      assert.equal(describeValue(evaluate("g_Shadow", withoutFrame), scope), "1");
      assert.throws(() => evaluate("inner", withoutFrame), /not in scope/);
    });
  });
}

/** Memory with a copy of `image` at 0x400. */
function frozen(image: Uint8Array): StopContext["memory"] {
  const bytes = Uint8Array.from(image);
  const inside = (address: number, length: number): boolean => address >= 0x400 && address + length <= 0x400 + bytes.length;
  return {
    read: (address, length) => (inside(address, length) ? bytes.slice(address - 0x400, address - 0x400 + length) : undefined),
    write: (address, written) => {
      if (!inside(address, written.length)) return false;
      bytes.set(written, address - 0x400);
      return true;
    },
  };
}

/** Every operator on operands of many types, against what clang computes. */
const operands = [
  "(signed char)-7",
  "(unsigned char)200",
  "(short)-30000",
  "(unsigned short)60000",
  "-5",
  "2147483647",
  "3000000000u",
  "(long)-9",
  "4000000000ul",
  "-1234567890123ll",
  "0xFEDCBA9876543210ull",
  "1.5f",
  "-2.25",
  "fields.narrow",
  "fields.full",
  "fields.signedBits",
  "fields.wide",
  "(enum unsignedEnum)2",
  "(enum signedEnum)-1",
];
const isFloating = (operand: string): boolean => /\d\.\d/.test(operand);

function arithmeticRows(): string[] {
  const rows: string[] = [];
  for (const a of operands) {
    for (const operator of ["+", "-", "~", "!"]) if (!(operator === "~" && isFloating(a))) rows.push(`${operator}(${a})`);
    for (const type of ["signed char", "unsigned short", "int", "unsigned int", "long long", "float", "double"]) {
      if (!isFloating(a) || !type.startsWith("unsigned")) rows.push(`(${type})(${a})`);
    }
    for (const b of operands) {
      const floating = isFloating(a) || isFloating(b);
      for (const operator of ["+", "-", "*", "/", "<", "<=", "==", "!=", ...(floating ? [] : ["%", "&", "|", "^"])]) rows.push(`(${a}) ${operator} (${b})`);
    }
    if (!isFloating(a)) for (const count of ["0", "1", "7", "31"]) rows.push(`(${a}) << ${count}`, `(${a}) >> ${count}`);
  }
  return rows;
}

describe("arithmetic of expressions", () => {
  it("equals clang's, row by row, in value, size and signedness", async function () {
    this.timeout(120_000);
    const rows = arithmeticRows();
    assert.ok(rows.length > 3000);
    const statements = rows.map(
      (row, i) => `  *(__typeof__(${row}) *)(values + ${16 * i}) = ${row}; sizes[${i}] = sizeof(${row}); isSigned[${i}] = (__typeof__(${row}))-1 < 0;`,
    );
    const functions: string[] = [];
    for (let i = 0; i < statements.length; i += 100) functions.push(`static void Part${i / 100}(void)\n{\n${statements.slice(i, i + 100).join("\n")}\n}\n`);
    const text = `
extern void Stop(int where);
enum unsignedEnum { A, B, C };
enum signedEnum { X = -1, Y };
struct { unsigned narrow : 3; unsigned full : 32; int signedBits : 7; unsigned long long wide : 40; } fields = { 5, 4000000000u, -3, 0x9876543210 };
unsigned char values[${16 * rows.length}];
unsigned char sizes[${rows.length}];
unsigned char isSigned[${rows.length}];
${functions.join("\n")}
void Start(void)
{
${functions.map((_, i) => `  Part${i}();`).join("\n")}
  Stop(1);
}
`;
    const module = await buildFixture({ sources: ["arithmetic.c"], dwarf: 4, extraSources: { "arithmetic.c": text } });
    const debugInfo = DebugInfo.load(module);
    const wrong: string[] = [];
    runFixture(module, ({ memory, frame }) => {
      const scope: EvaluationScope = { debugInfo, memory, frame };
      const bytesOf = (name: string, offset: number, length: number): Uint8Array => {
        const value = evaluate(name, scope);
        return (value.storage.kind === "memory" ? memory.read(value.storage.address + offset, length) : undefined) ?? new Uint8Array(0);
      };
      rows.forEach((row, i) => {
        const ours = evaluate(row, scope);
        const size = bytesOf("sizes", i, 1)[0] ?? 0;
        const theirs = bytesOf("values", 16 * i, size);
        const bytes = ours.storage.kind === "constant" ? ours.storage.bytes : new Uint8Array(0);
        const plain = bare(ours.type);
        const signed = plain.kind === "base" && ["signed", "signedChar", "float"].includes(plain.encoding) ? 1 : 0;
        if (sizeOf(ours.type) !== size || Buffer.compare(bytes, theirs) !== 0 || signed !== bytesOf("isSigned", i, 1)[0]) {
          wrong.push(`${row}: ${describeValue(ours, scope)} of ${typeText(ours.type)}, clang has bytes ${Buffer.from(theirs).toString("hex")}`);
        }
      });
    });
    assert.deepEqual(wrong.slice(0, 20), []);
  });
});
