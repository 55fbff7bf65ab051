// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { buildFixture, markerLine, runFixture } from "../../test/fixtures/symbols/build-fixture.ts";
import type { StopContext } from "../../test/fixtures/symbols/build-fixture.ts";
import { DebugInfo, bare, children, completions, describe as describeValue, evaluate, parseExpression, sizeOf, typeText, variableValue } from "./index.ts";
import type { EvaluationScope, TargetContext, Value, VariableInfo } from "./index.ts";

const names = (variables: readonly VariableInfo[]): string[] => variables.map((variable) => variable.name);

for (const dwarf of [4, 5] as const) {
  describe(`DebugInfo of C with DWARF ${dwarf}`, () => {
    let info: DebugInfo;
    const seen = new Map<number, string[]>();
    /** Runs `look` at the stop `where`. */
    let module: Uint8Array;
    const at = (where: number, look: (stop: StopContext, scope: EvaluationScope) => void): void => {
      let count = 0;
      runFixture(module, (stop) => {
        if (stop.where !== where) return;
        count++;
        look(stop, { debugInfo: info, memory: stop.memory, frame: stop.frame, functionPointers: info.functionPointers });
      });
      assert.equal(count, 1);
    };

    before(async () => {
      module = await buildFixture({ sources: ["values.c", "other.c"], dwarf });
      info = DebugInfo.load(module);
      seen.clear();
    });

    it("lists functions with their declarations, ranges and parameters", () => {
      const run = info.functionByName("Run");
      assert.ok(run);
      assert.equal(run.position?.file, "/values.c");
      assert.deepEqual(
        run.parameters.map((parameter) => typeText(parameter.type, parameter.name)),
        ["int argument", "PRING ring", "UCHAR byte"],
      );
      assert.ok(run.low < run.prologueEnd && run.prologueEnd < run.high);
      assert.equal(info.functionAt(run.low), run);
      assert.equal(info.functionAt(run.high - 1), run);
      assert.notEqual(info.functionAt(run.high), run);
      assert.equal(typeText(run.returns), "void");
      assert.equal(info.functionsByName("Add").length, 2);
      assert.deepEqual([run.isExternal, info.functionByName("Add")?.isExternal], [true, false]);
    });

    it("lists the source files", () => {
      assert.deepEqual(
        info.sourceFiles.filter((file) => !file.includes("<")),
        ["/kernel-types.h", "/other.c", "/values.c"],
      );
    });

    it("finds the line of each stop, and the frames of inlined calls", () => {
      const lines: Record<number, number | undefined> = {};
      runFixture(module, ({ where, frame }) => {
        lines[where] = info.lineAt(frame.offset)?.line;
      });
      assert.deepEqual(lines, {
        1: markerLine("values.c", "nested"),
        2: markerLine("values.c", "program-dma"),
        3: markerLine("values.c", "by-value"),
        4: markerLine("values.c", "inlined"),
        5: markerLine("values.c", "middle"),
      });
      at(4, ({ frame }) => {
        const frames = info.inlineFramesAt(frame.offset);
        assert.deepEqual(
          frames.map((inline) => [inline.name, inline.isInlined]),
          [
            ["Inlined", true],
            ["Run", false],
          ],
        );
        assert.notEqual(frames[1]?.position?.line, frames[0]?.position?.line);
      });
    });

    it("groups the variables of nested blocks, the innermost first", () => {
      at(1, ({ frame }) => {
        const visible = info.variablesAt(frame.offset);
        assert.deepEqual(names(visible.arguments), ["argument", "ring", "byte"]);
        assert.deepEqual(names(visible.locals), ["g_Shadow", "innermost", "local", "inner", "control", "copy", "pointer", "text", "doorbell", "real", "time"]);
        assert.deepEqual(names(visible.functionStatics), ["s_Calls"]);
        assert.deepEqual(names(visible.fileStatics), ["s_File"]);
        assert.equal(visible.globals.filter((variable) => variable.name === "g_Shadow").length, 1);
        assert.equal(visible.globals.find((variable) => variable.name === "g_Shadow")?.evaluateName, "::g_Shadow");
        assert.equal(visible.globals.find((variable) => variable.name === "g_Int")?.evaluateName, "g_Int");
      });
      at(5, ({ frame }) => assert.ok(!names(info.variablesAt(frame.offset).locals).includes("innermost")));
    });

    it("gives the variables of each inlined frame", () => {
      at(4, (stop, scope) => {
        const visible = info.variablesAt(stop.frame.offset, 0);
        assert.deepEqual([names(visible.arguments), names(visible.locals)], [["seed"], ["doubled"]]);
        assert.equal(describeValue(evaluate("doubled", scope), scope), "42");
        assert.deepEqual(names(info.variablesAt(stop.frame.offset, 1).arguments), ["argument", "ring", "byte"]);
        assert.equal(describeValue(evaluate("argument", { ...scope, inlineDepth: 1 }), scope), "42");
      });
    });

    it("reads by-value structs through the address in their WebAssembly local, and says when it was not saved", () => {
      at(3, (stop, scope) => {
        const more = evaluate("&g_Sg.More[0]", scope);
        const address = more.storage.kind === "constant" ? new DataView(Uint8Array.from(more.storage.bytes).buffer).getUint32(0, true) : 0;
        const element = info.variablesAt(stop.frame.offset).arguments[0];
        assert.ok(element);
        const value = variableValue(element, { ...stop.frame, local: () => address }, stop.memory);
        assert.equal(describeValue(value, scope), "{Address=0x0000000100000000, Length=4096, Reserved=0}");
        assert.match(describeValue(variableValue(element, stop.frame, stop.memory), scope), /WebAssembly local 0 was not saved/);
        assert.equal(describeValue(evaluate("wide", scope), scope), "1234605616436508552");
        assert.equal(describeValue(evaluate("real", scope), scope), "2.5");
      });
    });

    it("completes types that one unit only declares", () => {
      const type = info.typeNamed("opaque", "struct");
      assert.ok(type);
      assert.equal(sizeOf(type), 8);
      const pointer = info.globals.find((variable) => variable.name === "g_Opaque");
      const target = pointer && bare(pointer.type);
      assert.ok(target?.kind === "pointer");
      assert.equal(sizeOf(target.target), 8);
    });

    it("names function pointers by the element section", () => {
      const index = info.functionPointers.tableIndexOf("EdmEvtProgramDma");
      assert.ok(index);
      assert.equal(info.functionPointers.functionAt(index), "EdmEvtProgramDma");
      assert.equal(info.functionPointers.tableIndexOf("Run"), undefined);
    });

    it("gives children whose expressions evaluate to them again", () => {
      at(1, (_stop, scope) => {
        let checked = 0;
        const check = (value: Value, depth: number): void => {
          for (const child of children(value, scope)) {
            const name = child.value.evaluateName;
            assert.ok(name, child.name);
            const again = evaluate(name, scope);
            assert.deepEqual(again.storage, child.value.storage, name);
            assert.deepEqual(again.bitField, child.value.bitField, name);
            checked++;
            if (depth < 4) check(child.value, depth + 1);
          }
        };
        const visible = info.variablesAt(scope.frame?.offset ?? 0);
        for (const variable of [...visible.globals, ...visible.locals, ...visible.arguments]) check(variableValue(variable, scope.frame, scope.memory), 0);
        assert.ok(checked > 200);
      });
    });

    it("pages arrays, shows counted arrays whole, and opens no NULL pointers", () => {
      at(1, (_stop, scope) => {
        assert.deepEqual(
          children(evaluate("g_Array", scope), scope, { start: 1, count: 2 }).map((child) => [child.name, describeValue(child.value, scope)]),
          [
            ["[1]", "20"],
            ["[2]", "30"],
          ],
        );
        const elements = children(evaluate("g_Sg.List", scope), scope).find((child) => child.name === "Elements");
        assert.ok(elements);
        assert.equal(children(elements.value, scope).length, 2);
        assert.deepEqual(children(evaluate("g_Null", scope), scope), []);
        assert.deepEqual(children(evaluate("(PRING)0", scope), scope), []);
        assert.deepEqual(
          children(evaluate("&g_Int", scope), scope).map((child) => describeValue(child.value, scope)),
          ["-123456"],
        );
      });
    });

    it("describes handles, cuts long text and honours the hexadecimal option", () => {
      at(1, (_stop, scope) => {
        const context: TargetContext = { ...scope, handles: (handle) => (handle === 0xe0000048 ? "WDFDMATRANSACTION 0xE0000048 (Transfer)" : undefined) };
        assert.equal(describeValue(evaluate("g_Transaction", scope), context), "WDFDMATRANSACTION 0xE0000048 (Transfer)");
        assert.equal(describeValue(evaluate("g_Context", scope), context, { maxLength: 20 }).length, 20);
        assert.equal(describeValue(evaluate("g_UShort", scope), context, { hex: true }), "0xD431");
        assert.equal(describeValue(evaluate("g_Guid", scope), context), "{12345678-9ABC-DEF0-0102-030405060708}");
        assert.equal(describeValue(evaluate("g_Unicode", scope), context), 'L"Dev12"');
        assert.equal(describeValue(evaluate("g_Ansi", scope), context), '"abc"');
        assert.equal(describeValue(evaluate("g_Physical", scope), context), "0x000000123456789A");
        assert.match(
          describeValue(evaluate("*(RING *)16", scope), context),
          /^\{Doorbell=<unreadable memory at 0x00000010>, Index=\{Head=<unreadable memory at 0x00000014>/,
        );
      });
    });

    it("completes members and names", () => {
      at(1, (_stop, scope) => {
        const labels = (text: string): string[] => completions(text, text.length + 1, scope).map((completion) => completion.label);
        assert.deepEqual(labels("ring->"), ["Doorbell", "Index", "Raw", "Low", "Mid", "Top", "Slots", "Next"]);
        assert.deepEqual(labels("1 + g_Context.Ring.In"), ["Index"]);
        assert.deepEqual(labels("(ring->Next)->Sl"), ["Slots"]);
        assert.ok(labels("innerm").includes("innermost") && labels("FlagE").includes("FlagError") && labels("EdmEvt").includes("EdmEvtProgramDma"));
        assert.deepEqual(labels("nosuch."), []);
      });
    });
  });

  describe(`DebugInfo of C++ with DWARF ${dwarf}`, () => {
    const rows: readonly (readonly [where: number, expression: string, type: string, text: string])[] = [
      [10, "step", "int", "12"],
      [10, "this->BaseValue", "int", "30"],
      [10, "BaseValue", "int", "30"],
      [10, "Count", "ULONG", "6"],
      [10, "Current", "enum hw::Mode", "On"],
      [10, "Instances", "ULONG", "5"],
      [10, "hw::Ring::Instances", "ULONG", "5"],
      [10, "g_Level", "int", "12"],
      [10, "::hw::g_Level", "int", "12"],
      [10, "((Ring *)this)->Count", "ULONG", "6"],
      [10, "Enabled", "bool", "true"],
      [10, "Current == Mode::On", "int", "1"],
      [10, "hw::Mode::On", "enum hw::Mode", "On"],
      [11, "ring.BaseValue", "int", "30"],
      [11, "out", "int", "35"],
      [11, "moved", "int", "5"],
      [11, "pointer->BaseValue", "int", "30"],
      [11, "&ring == pointer", "int", "1"],
      [11, "hw::g_Level + 1", "int", "13"],
      [13, "Held.BaseValue", "int", "30"],
      [13, "&Held == g_Ring", "int", "1"],
      [13, "this->Held.Current", "enum hw::Mode", "On"],
      [12, "owner.Held.Count", "ULONG", "6"],
      [12, "sizeof(owner.Held) == sizeof(ring)", "int", "1"],
      [12, "ring.Count", "ULONG", "6"],
      [12, "((hw::Base *)g_Ring)->BaseValue", "int", "30"],
      [12, "((hw::Ring *)(hw::Base *)g_Ring)->Count", "ULONG", "6"],
      [12, "((hw::Base &)ring).BaseValue", "int", "30"],
      [12, "(hw::Base *)(hw::Ring *)0 == nullptr", "int", "1"],
      [12, "hw_total", "int", "103"],
      [12, "nothing == nullptr", "int", "1"],
    ];
    it("evaluates references, scopes, bases and members of this", async () => {
      const module = await buildFixture({ sources: ["classes.cpp"], dwarf });
      const info = DebugInfo.load(module);
      const results: string[] = [];
      runFixture(module, ({ where, frame, memory }) => {
        const scope: EvaluationScope = { debugInfo: info, memory, frame };
        for (const child of where === 12 ? children(evaluate("ring", scope), scope) : []) {
          assert.deepEqual(evaluate(child.value.evaluateName ?? "", scope).storage, child.value.storage, child.name);
        }
        for (const [place, expression] of rows)
          if (place === where) {
            const value = evaluate(expression, scope);
            results.push(`${typeText(value.type)} ${expression} = ${describeValue(value, scope)}`);
          }
      });
      assert.deepEqual(
        results,
        rows.map(([, expression, type, text]) => `${type} ${expression} = ${text}`),
      );
      assert.deepEqual(
        info.functionByName("hw::Ring::Next")?.parameters.map((parameter) => parameter.name),
        ["this", "step"],
      );
    });
  });
}

describe("typeText", () => {
  it("writes declarations as C does", async () => {
    const info = DebugInfo.load(await buildFixture({ sources: ["values.c"], dwarf: 5 }));
    const declaration = (name: string): string => {
      const variable = info.globals.find((candidate) => candidate.name === name);
      return variable ? typeText(variable.type, name) : "";
    };
    assert.equal(declaration("g_Matrix"), "int g_Matrix[2][3]");
    assert.equal(declaration("g_Math"), "int (*g_Math)(int, int)");
    assert.equal(declaration("g_PointerToArray"), "int (*g_PointerToArray)[3]");
    assert.equal(declaration("g_Pointers"), "int *g_Pointers[2]");
    assert.equal(declaration("g_Volatile"), "volatile ULONG g_Volatile");
    assert.equal(declaration("g_Opaque"), "struct opaque *g_Opaque");
  });
});

describe("parseExpression", () => {
  it("parses casts by the types it is told of, and unambiguous ones without", () => {
    const kind = (text: string, types: readonly string[] = []): string => parseExpression(text, (name) => types.includes(name)).expression.kind;
    assert.equal(kind("(A) - b", ["A"]), "cast");
    assert.equal(kind("(A) - b"), "binary");
    assert.equal(kind("(A *)b"), "cast");
    assert.equal(kind("(A)b"), "cast");
    assert.equal(kind("(unsigned long)b"), "cast");
    assert.equal(kind("(int (*)(void))0"), "cast");
  });
});
