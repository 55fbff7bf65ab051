// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { RequestArguments } from "./request-arguments.ts";

describe("RequestArguments", () => {
  const request = new RequestArguments("scopes", { frameId: 3, names: ["a"], source: { path: "p" }, nothing: null, list: [{ line: 1 }] });

  it("gives what is there", () => {
    assert.equal(request.number("frameId"), 3);
    assert.deepEqual(request.texts("names"), ["a"]);
    assert.equal(request.object("source").text("path"), "p");
    assert.deepEqual(
      request.objects("list").map((element) => element.number("line")),
      [1],
    );
  });
  it("takes null and absence alike", () => {
    assert.equal(request.optionalNumber("nothing"), undefined);
    assert.equal(request.optionalText("absent"), undefined);
    assert.deepEqual(request.objects("absent"), []);
  });
  it("names request and argument when something has the wrong type", () => {
    assert.throws(() => request.text("frameId"), /Argument 'frameId' of 'scopes' must be a string/);
    assert.throws(() => request.number("absent"), /Argument 'absent' of 'scopes' must be a number/);
    assert.throws(() => request.objects("names"), /must be an array of objects/);
    assert.throws(() => new RequestArguments("x", undefined).number("y"), /Argument 'y' of 'x'/);
  });
});
