// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { similarName } from "./similar-name.ts";

describe("similarName", () => {
  const known = ["WdfRequestComplete", "WdfRequestCompleteWithInformation", "WdfRequestCancel", "KeStall"];

  it("sees through a wrong letter, a missing one, a swap and wrong case", () => {
    for (const name of ["WdfRequestComplate", "WdfRequestComplet", "WdfReqeustComplete", "wdfrequestcomplete".replace("w", "W")]) {
      assert.equal(similarName(name, known), "WdfRequestComplete", name);
    }
  });

  it("keeps silent when nothing is near", () => {
    assert.equal(similarName("HelperFunction", known), undefined);
    assert.equal(similarName("abc", ["xyz"]), undefined);
  });
});
