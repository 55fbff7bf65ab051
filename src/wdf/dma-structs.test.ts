// SPDX-License-Identifier: MIT
/** The tables of the DMA objects against the C headers that drivers include. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { type FieldType, struct } from "../base/index.ts";
import { WDF_COMMON_BUFFER_CONFIG, WDF_DMA_ENABLER_CONFIG, WDF_DMA_SYSTEM_PROFILE_CONFIG } from "./dma-structs.ts";
import { dmaProfiles } from "./dma-profile.ts";
import { DmaBench } from "./test-dma-bench.ts";

const headers = ["wdfdmaenabler.h", "wdfdmatransaction.h", "wdfcommonbuffer.h"]
  .map((name) => readFileSync(new URL(`../../sdk/include/${name}`, import.meta.url), "utf8"))
  .join("\n");

const scalars: Readonly<Record<string, FieldType>> = {
  ULONG: "u32",
  size_t: "u32",
  BOOLEAN: "u8",
  PHYSICAL_ADDRESS: "i64",
  WDF_DMA_PROFILE: "i32",
  DMA_WIDTH: "i32",
};

/** Layout of a structure as its C declaration gives it. */
function layoutInHeader(name: string) {
  const body = new RegExp(`typedef struct _${name} \\{([^}]*)\\}`).exec(headers)?.[1];
  assert.ok(body !== undefined, name);
  const fields = [...body.matchAll(/^\s*(\w+)\s+(\w+);/gm)].map(([, type = "", field = ""]): [string, FieldType] => {
    const known = scalars[type] ?? (/^(PFN_|P[A-Z])/.test(type) ? "ptr" : undefined);
    assert.ok(known !== undefined, `${name}.${field} has the unknown type ${type}`);
    return [field, known];
  });
  return struct(name, Object.fromEntries(fields));
}

describe("DMA structures and functions", () => {
  it("have the layout of the headers", () => {
    for (const layout of [WDF_DMA_ENABLER_CONFIG, WDF_DMA_SYSTEM_PROFILE_CONFIG, WDF_COMMON_BUFFER_CONFIG])
      assert.deepEqual(layout, layoutInHeader(layout.name));
  });

  it("have the profile numbers of the headers", () => {
    const body = /typedef enum _WDF_DMA_PROFILE \{([^}]*)\}/.exec(headers)?.[1] ?? "";
    let next = 0;
    const values = [...body.matchAll(/(\w+)(?:\s*=\s*(\w+))?\s*,?/g)].map(([, name, value]) => {
      if (value !== undefined) next = Number(value);
      return [name, next++];
    });
    assert.deepEqual(
      dmaProfiles.map(({ name, value }) => [name, value]),
      values.filter(([name]) => name !== "WdfDmaProfileInvalid"),
    );
  });

  it("are all there", () => {
    const declared = [...headers.matchAll(/^[A-Z][\w *]*?\b(Wdf(?:Dma|CommonBuffer)\w+)\(/gim)].map(([, name]) => name ?? "");
    assert.ok(declared.length >= 37);
    const api = new DmaBench().framework.api();
    assert.deepEqual(
      declared.filter((name) => !(name in api)),
      [],
    );
  });
});
