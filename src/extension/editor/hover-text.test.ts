// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import path from "node:path";
import { declaredFunctionNames, emulatedFunctionNames, ntStatus } from "../../protocol/index.ts";
import { ddiReference, statusReference } from "./ddi-reference-table.ts";
import { hoverText } from "./hover-text.ts";
import { KitHeaders, prototypesIn } from "./kit-headers.ts";

const headers = new KitHeaders(path.resolve(import.meta.dirname, "../../../sdk/include"));
const l10n = { t: (message: string, ...args: (string | number | boolean)[]) => message.replaceAll(/\{(\d)\}/g, (_, i: string) => String(args[Number(i)])) };
const hover = (word: string): string | undefined => hoverText(word, (name) => headers.find(name), l10n);

describe("hovers", () => {
  it("say what a function does, at which IRQL, and where it is documented", () => {
    const text = hover("WdfDmaTransactionExecute") ?? "";
    assert.match(text, /^```c\nNTSTATUS WdfDmaTransactionExecute\(WDFDMATRANSACTION DmaTransaction, WDFCONTEXT Context\)\n```/);
    assert.match(text, /Starts a transaction: .*\n\nIRQL ≤ DISPATCH_LEVEL · emulated\n/);
    assert.match(text, /\/ddi\/wdfdmatransaction\/nf-wdfdmatransaction-wdfdmatransactionexecute\)/);
    assert.match(hover("KeStallExecutionProcessor") ?? "", /IRQL: any · emulated[\s\S]*\/ddi\/wdm\/nf-wdm-kestallexecutionprocessor\)/);
  });

  it("decode NTSTATUS names and error values", () => {
    assert.match(hover("STATUS_INSUFFICIENT_RESOURCES") ?? "", /\*\*STATUS_INSUFFICIENT_RESOURCES\*\* `0xC000009A` · error\n\n.*map registers/);
    assert.match(hover("0xC000009A") ?? "", /STATUS_INSUFFICIENT_RESOURCES/);
    assert.match(hover("STATUS_PENDING") ?? "", /`0x00000103` · success/);
    assert.equal(hover("0x00000103"), undefined);
    assert.equal(hover("STATUS_OF_MINE"), undefined);
  });

  it("explain handles, and say nothing of other words", () => {
    assert.match(hover("WDFREQUEST") ?? "", /An I\/O request; the driver owns it/);
    assert.equal(hover("context"), undefined);
    assert.equal(hover("toString"), undefined);
  });

  it("know only functions and values that there are", () => {
    const known = new Set([...emulatedFunctionNames, ...declaredFunctionNames]);
    const unknown = Object.keys(ddiReference).filter((name) => !known.has(name) && headers.find(name) === undefined && name !== "KdPrint");
    assert.deepEqual(unknown, []);
    assert.deepEqual(
      Object.keys(statusReference).filter((name) => !Object.hasOwn(ntStatus, name)),
      [],
    );
  });

  it("read prototypes of inline functions too", () => {
    assert.deepEqual(prototypesIn("FORCEINLINE VOID\n F(INT a,\n  INT *b)\n{ x(); }\ntypedef int g(int);\nPVOID *H(VOID);\n"), [
      ["F", "VOID F(INT a, INT *b)"],
      ["H", "PVOID *H(VOID)"],
    ]);
  });
});
