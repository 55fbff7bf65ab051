// SPDX-License-Identifier: MIT
/** The structure tables and API names of the kernel against the C headers that drivers include, as the driver's compiler sees them. */
import assert from "node:assert/strict";
import { buildText } from "../../test/fixtures/build-text.ts";
import type { StructLayout } from "../base/index.ts";
import { dispatcherHeader, kdpcLayout, keventLayout, kmutantLayout, ksemaphoreLayout, ktimerLayout } from "./dispatcher-layout.ts";
import { deviceDescription, dmaTransferInfoV1, scatterGatherElement, scatterGatherList } from "./dma-layout.ts";
import {
  deviceObjectLayout,
  driverExtension,
  driverObjectLayout,
  fileObjectLayout,
  ioStackLocation,
  ioStatusBlock,
  irpLayout,
  listEntry,
  unicodeString,
} from "./irp-layout.ts";
import { context, exceptionPointers, exceptionRecord } from "./exception-layout.ts";
import { mdlLayout } from "./mdl-layout.ts";
import { fullResourceDescriptor, partialResourceDescriptor, partialResourceList, resourceList } from "./resources.ts";
import { recorderConfigureParams, recorderLogCreateParams } from "./wpp-recorder.ts";

const layouts: readonly StructLayout[] = [
  unicodeString,
  listEntry,
  ioStatusBlock,
  mdlLayout,
  irpLayout,
  ioStackLocation,
  deviceObjectLayout,
  driverObjectLayout,
  driverExtension,
  fileObjectLayout,
  dispatcherHeader,
  keventLayout,
  ksemaphoreLayout,
  kmutantLayout,
  kdpcLayout,
  ktimerLayout,
  deviceDescription,
  dmaTransferInfoV1,
  scatterGatherElement,
  scatterGatherList,
  partialResourceDescriptor,
  partialResourceList,
  fullResourceDescriptor,
  resourceList,
  exceptionRecord,
  context,
  exceptionPointers,
  recorderLogCreateParams,
  recorderConfigureParams,
];
/** CM_RESOURCE_LIST and CM_PARTIAL_RESOURCE_LIST end in arrays of one element; the tables stop before it. */
const openEnded = new Set(["CM_RESOURCE_LIST", "CM_FULL_RESOURCE_DESCRIPTOR", "CM_PARTIAL_RESOURCE_LIST"]);

function assertions(): string {
  const lines = layouts.flatMap(({ name, size, fields }) => [
    ...(openEnded.has(name) ? [] : [`_Static_assert(sizeof(${name}) == ${size}, "sizeof(${name}) is not ${size}");`]),
    ...Object.entries(fields).map(
      ([field, { offset }]) => `_Static_assert(FIELD_OFFSET(${name}, ${field}) == ${offset}, "${name}.${field} is not at ${offset}");`,
    ),
  ]);
  return `#include <ntddk.h>\n#include <wpprecorder.h>\n${lines.join("\n")}\nNTSTATUS DriverEntry(PDRIVER_OBJECT o, PUNICODE_STRING p) { (void)o; (void)p; return 0; }\n`;
}

describe("Structure tables of nt", function () {
  this.timeout(120_000);
  it("have the layout of the headers", async () => {
    const { ok, diagnostics } = await buildText(assertions());
    assert.deepEqual(
      diagnostics.map(({ message }) => message),
      [],
    );
    assert.ok(ok);
  });
});
