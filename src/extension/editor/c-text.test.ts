// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { codeOnly, functionDefinitions, lineOf } from "./c-text.ts";
import { inlineNames } from "./inline-identifiers.ts";

const text = `#include <wdf.h>
#define BRACE {  \\
    }
/* int no(void) { */
static const char *s_Text = "} { \\" ( /* not a comment */";
struct pair { int a; };

NTSTATUS
PciRead(
    _In_ WDFQUEUE Queue, // the queue {
    size_t Length
    )
/*++
    Reads {
--*/
{
    if (Length > 0) { s_Text = 0; }
    return STATUS_SUCCESS;
}

extern "C" {
int plain(void) { return '{'; }
}
`;

describe("C text", () => {
  it("has neither comments nor literals nor directives, and keeps its lines", () => {
    const code = codeOnly(text);
    assert.equal(code.length, text.length);
    assert.equal(code.split("\n").length, text.split("\n").length);
    assert.doesNotMatch(code, /BRACE|include|comment|no\(|the queue/);
  });
  it("has functions at its top level, also within extern C", () => {
    const code = codeOnly(text);
    assert.deepEqual(
      functionDefinitions(code).map(({ name, offset, body }) => [name, lineOf(code, offset), lineOf(code, body)]),
      [
        ["PciRead", 9, 16],
        ["plain", 22, 22],
      ],
    );
  });
});

describe("inlineNames", () => {
  const source = `VOID Other(int unseen) { unseen++; }
BOOLEAN
EvtProgramDma(WDFDMATRANSACTION Transaction, PSCATTER_GATHER_LIST SgList)
{
    PDEVICE_CONTEXT context = GetContext(Transaction); // Transaction
    ULONG length = SgList->Elements[0].Length + length;
    context->State = Busy;
    later = 1;
}
`;
  const names = inlineNames(source, 7).map(({ line, text: name, isVariable }) => `${line} ${name}${isVariable ? "" : " *"}`);

  it("are those of the function up to the stopped line, without types, calls, constants and comments", () => {
    assert.deepEqual(names, ["3 Transaction", "3 SgList", "5 context", "5 Transaction", "6 length", "6 SgList", "7 context->State *", "7 Busy"]);
  });
  it("are none outside of functions", () => {
    assert.deepEqual(inlineNames("int a;\n", 1), []);
  });
});
