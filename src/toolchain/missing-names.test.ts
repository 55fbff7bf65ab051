// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { diagnostic } from "./diagnostic.ts";
import { missingNames } from "./missing-names.ts";

const error = (message: string, line: number) => diagnostic({ severity: "error", file: "/d/driver.c", line, message });

describe("missingNames", () => {
  it("ranks what was not found by its uses, headers first, and leaves other errors out", () => {
    const missing = missingNames([
      error("use of undeclared identifier 'RARE'", 1),
      error("call to undeclared function 'ZwOften'; ISO C99 and later do not support implicit function declarations", 2),
      error("call to undeclared library function 'ZwOften' with type 'int'", 3),
      error("unknown type name 'PTHING'; did you mean 'PTHINGS'?", 4),
      error("'vendor.h' file not found", 5),
      error("unresolved external symbol 'VendorInit'", 6),
      error("expected ';' after expression", 7),
      diagnostic({ severity: "warning", message: "unknown type name 'NOT_AN_ERROR'" }),
    ]);
    assert.deepEqual(
      missing.map(({ kind, name, places }) => [kind, name, places.map(({ line }) => line)]),
      [
        ["header", "vendor.h", [5]],
        ["function", "ZwOften", [2, 3]],
        ["name", "RARE", [1]],
        ["type", "PTHING", [4]],
        ["function", "VendorInit", [6]],
      ],
    );
  });
});
