// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { parseLogMessage } from "./log-message.ts";

const text = (value: string) => ({ kind: "text", text: value });
const expression = (value: string) => ({ kind: "expression", text: value });

describe("parseLogMessage", () => {
  const reason = (message: string): string => {
    const parsed = parseLogMessage(message);
    return typeof parsed === "string" ? parsed : assert.fail(`'${message}' was accepted`);
  };

  it("splits text and expressions", () => {
    assert.deepEqual(parseLogMessage("i={i} of {count,x}!"), [text("i="), expression("i"), text(" of "), expression("count,x"), text("!")]);
  });
  it("leaves plain text alone", () => assert.deepEqual(parseLogMessage("here"), [text("here")]));
  it("keeps nested braces, strings and characters in the expression", () => {
    assert.deepEqual(parseLogMessage("{(POINT){1, 2}} {f == '}'} {\"}\"}"), [
      expression("(POINT){1, 2}"),
      text(" "),
      expression("f == '}'"),
      text(" "),
      expression('"}"'),
    ]);
  });
  it("takes escaped braces as themselves", () => assert.deepEqual(parseLogMessage("\\{x\\} {x}"), [text("{x} "), expression("x")]));
  it("says where a brace is not closed", () => assert.match(reason("a {b"), /column 3 without '}'/));
  it("refuses an empty expression", () => assert.match(reason("a {}"), /empty expression at column 3/));
});
