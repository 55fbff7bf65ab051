// SPDX-License-Identifier: MIT
/** The structure tables of the framework against the C headers that drivers include, as the driver's compiler sees them. */
import assert from "node:assert/strict";
import { buildText } from "../../test/fixtures/build-text.ts";
import type { StructLayout } from "../base/index.ts";
import { WDF_DPC_CONFIG, WDF_TIMER_CONFIG, WDF_WORKITEM_CONFIG } from "./deferred-structs.ts";
import {
  DEVPROPKEY,
  WDF_DEVICE_PNP_CAPABILITIES,
  WDF_DEVICE_POWER_POLICY_IDLE_SETTINGS,
  WDF_DEVICE_POWER_POLICY_WAKE_SETTINGS,
  WDF_DEVICE_PROPERTY_DATA,
  WDF_DEVICE_STATE,
  WDF_FILEOBJECT_CONFIG,
  WDF_IO_TYPE_CONFIG,
  WDF_PNPPOWER_EVENT_CALLBACKS,
  WDF_POWER_POLICY_EVENT_CALLBACKS,
} from "./device-structs.ts";
import { WDF_IO_TARGET_OPEN_PARAMS, WDF_REQUEST_REUSE_PARAMS, WDF_REQUEST_SEND_OPTIONS, WDFMEMORY_OFFSET } from "./io-target-structs.ts";
import { WDF_QUERY_INTERFACE_CONFIG } from "./query-interface.ts";
import { WDF_WMI_INSTANCE_CONFIG, WDF_WMI_PROVIDER_CONFIG } from "./wmi.ts";
import { WDF_INTERRUPT_CONFIG, WDF_INTERRUPT_EXTENDED_POLICY, WDF_INTERRUPT_INFO } from "./interrupt-structs.ts";
import { WDF_DRIVER_CONFIG, WDF_DRIVER_VERSION_AVAILABLE_PARAMS, WDF_OBJECT_ATTRIBUTES, WDF_OBJECT_CONTEXT_TYPE_INFO } from "./object-structs.ts";
import { WDF_IO_QUEUE_CONFIG } from "./queue-structs.ts";
import { WDF_REQUEST_PARAMETERS_IOCTL, WDF_REQUEST_PARAMETERS_READ_WRITE } from "./request-structs.ts";

const layouts: readonly StructLayout[] = [
  WDF_OBJECT_ATTRIBUTES,
  WDF_OBJECT_CONTEXT_TYPE_INFO,
  WDF_DRIVER_CONFIG,
  WDF_DRIVER_VERSION_AVAILABLE_PARAMS,
  WDF_PNPPOWER_EVENT_CALLBACKS,
  WDF_POWER_POLICY_EVENT_CALLBACKS,
  WDF_IO_TYPE_CONFIG,
  WDF_FILEOBJECT_CONFIG,
  WDF_DEVICE_POWER_POLICY_IDLE_SETTINGS,
  WDF_DEVICE_POWER_POLICY_WAKE_SETTINGS,
  WDF_DEVICE_PNP_CAPABILITIES,
  WDF_DEVICE_STATE,
  WDF_DEVICE_PROPERTY_DATA,
  DEVPROPKEY,
  WDF_INTERRUPT_CONFIG,
  WDF_INTERRUPT_INFO,
  WDF_INTERRUPT_EXTENDED_POLICY,
  WDF_IO_QUEUE_CONFIG,
  WDF_TIMER_CONFIG,
  WDF_DPC_CONFIG,
  WDF_WORKITEM_CONFIG,
  WDF_IO_TARGET_OPEN_PARAMS,
  WDF_REQUEST_REUSE_PARAMS,
  WDF_REQUEST_SEND_OPTIONS,
  WDFMEMORY_OFFSET,
  WDF_QUERY_INTERFACE_CONFIG,
  WDF_WMI_INSTANCE_CONFIG,
  WDF_WMI_PROVIDER_CONFIG,
];
/** Members whose path in C is longer than their name here; "" = padding. */
const paths: Readonly<Record<string, string>> = { NumberOfPresentedRequests: "Settings.Parallel.NumberOfPresentedRequests", alignment: "" };

function assertions(): string {
  const offset = (name: string, path: string, at: number) => `_Static_assert(FIELD_OFFSET(${name}, ${path}) == ${at}, "${name}.${path} is not at ${at}");`;
  const lines = layouts.flatMap(({ name, size, fields }) => [
    `_Static_assert(sizeof(${name}) == ${size}, "sizeof(${name}) is not ${size}");`,
    ...Object.entries(fields).flatMap(([field, { offset: at }]) => (paths[field] === "" ? [] : [offset(name, paths[field] ?? field, at)])),
  ]);
  const parameters = (path: string, { fields }: StructLayout) =>
    Object.entries(fields).map(([field, { offset: at }]) =>
      offset("WDF_REQUEST_PARAMETERS", ["Size", "MinorFunction", "Type"].includes(field) ? field : `Parameters.${path}.${field}`, at),
    );
  lines.push(...parameters("Read", WDF_REQUEST_PARAMETERS_READ_WRITE), ...parameters("DeviceIoControl", WDF_REQUEST_PARAMETERS_IOCTL));
  lines.push(`_Static_assert(sizeof(WDF_REQUEST_PARAMETERS) == ${WDF_REQUEST_PARAMETERS_READ_WRITE.size}, "sizeof(WDF_REQUEST_PARAMETERS)");`);
  return `#include <ntddk.h>\n#include <wdf.h>\n${lines.join("\n")}\nNTSTATUS DriverEntry(PDRIVER_OBJECT o, PUNICODE_STRING p) { (void)o; (void)p; return 0; }\n`;
}

describe("Structure tables of wdf", function () {
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
