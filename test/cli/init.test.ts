// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { CommandLines, testCache } from "../bad-drivers/command-line.ts";

const root = path.resolve(import.meta.dirname, "../..");
const compiler = path.join(root, "node_modules/@typescript/native/bin/tsc");

const entry = `
DRIVER_INITIALIZE DriverEntry;
NTSTATUS DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    WDF_DRIVER_CONFIG config;
    WDF_DRIVER_CONFIG_INIT(&config, EvtDeviceAdd);
    return WdfDriverCreate(DriverObject, RegistryPath, WDF_NO_OBJECT_ATTRIBUTES, &config, WDF_NO_HANDLE);
}
`;

/** Registers as a family of offsets, an interrupt line, reads and writes; one source file. */
const offsetDriver = `#include <ntddk.h>
#include <wdf.h>
#include <initguid.h>
DEFINE_GUID(GUID_COUNTER, 0x1, 0x2, 0x3, 0, 0, 0, 0, 0, 0, 0, 1);
#define CNT_CONTROL       0x10 /* enable */
#define CNT_VALUE_OFFSET  (CNT_CONTROL + 4)   // counts up
#define CNT_BAR0_LENGTH   0x2000
#define CNT_ENABLE        0x1
typedef struct _COUNTER { PUCHAR Base; SIZE_T Length; } COUNTER, *PCOUNTER;
WDF_DECLARE_CONTEXT_TYPE_WITH_NAME(COUNTER, GetContext)
EVT_WDF_DRIVER_DEVICE_ADD EvtDeviceAdd;
static NTSTATUS EvtPrepare(WDFDEVICE Device, WDFCMRESLIST Raw, WDFCMRESLIST Translated)
{
    PCOUNTER context = GetContext(Device);
    ULONG i;
    UNREFERENCED_PARAMETER(Raw);
    for (i = 0; i < WdfCmResourceListGetCount(Translated); i++) {
        PCM_PARTIAL_RESOURCE_DESCRIPTOR d = WdfCmResourceListGetDescriptor(Translated, i);
        if (d->Type == CmResourceTypeMemory) {
            context->Base = MmMapIoSpaceEx(d->u.Memory.Start, d->u.Memory.Length, PAGE_READWRITE | PAGE_NOCACHE);
            context->Length = d->u.Memory.Length;
        }
    }
    if (context->Base == NULL) return STATUS_DEVICE_CONFIGURATION_ERROR;
    WRITE_REGISTER_ULONG((PULONG)(context->Base + CNT_CONTROL), CNT_ENABLE);
    return READ_REGISTER_ULONG((PULONG)(context->Base + CNT_CONTROL)) == CNT_ENABLE ? STATUS_SUCCESS : STATUS_DEVICE_HARDWARE_ERROR;
}
static NTSTATUS EvtRelease(WDFDEVICE Device, WDFCMRESLIST Translated)
{
    PCOUNTER context = GetContext(Device);
    UNREFERENCED_PARAMETER(Translated);
    if (context->Base != NULL) MmUnmapIoSpace(context->Base, context->Length);
    context->Base = NULL;
    return STATUS_SUCCESS;
}
static BOOLEAN EvtIsr(WDFINTERRUPT Interrupt, ULONG MessageId)
{
    UNREFERENCED_PARAMETER(Interrupt);
    UNREFERENCED_PARAMETER(MessageId);
    return FALSE;
}
static VOID EvtRead(WDFQUEUE Queue, WDFREQUEST Request, size_t Length)
{
    PCOUNTER context = GetContext(WdfIoQueueGetDevice(Queue));
    PULONG buffer;
    NTSTATUS status = WdfRequestRetrieveOutputBuffer(Request, sizeof(ULONG), (PVOID *)&buffer, NULL);
    UNREFERENCED_PARAMETER(Length);
    if (NT_SUCCESS(status)) *buffer = READ_REGISTER_ULONG((PULONG)(context->Base + CNT_VALUE_OFFSET));
    WdfRequestCompleteWithInformation(Request, status, sizeof(ULONG));
}
static VOID EvtWrite(WDFQUEUE Queue, WDFREQUEST Request, size_t Length)
{
    UNREFERENCED_PARAMETER(Queue);
    WdfRequestCompleteWithInformation(Request, STATUS_SUCCESS, Length);
}
NTSTATUS EvtDeviceAdd(WDFDRIVER Driver, PWDFDEVICE_INIT DeviceInit)
{
    WDF_PNPPOWER_EVENT_CALLBACKS callbacks;
    WDF_OBJECT_ATTRIBUTES attributes;
    WDF_IO_QUEUE_CONFIG queue;
    WDF_INTERRUPT_CONFIG interrupt;
    WDFDEVICE device;
    WDFINTERRUPT handle;
    NTSTATUS status;
    UNREFERENCED_PARAMETER(Driver);
    WDF_PNPPOWER_EVENT_CALLBACKS_INIT(&callbacks);
    callbacks.EvtDevicePrepareHardware = EvtPrepare;
    callbacks.EvtDeviceReleaseHardware = EvtRelease;
    WdfDeviceInitSetPnpPowerEventCallbacks(DeviceInit, &callbacks);
    WDF_OBJECT_ATTRIBUTES_INIT_CONTEXT_TYPE(&attributes, COUNTER);
    status = WdfDeviceCreate(&DeviceInit, &attributes, &device);
    if (!NT_SUCCESS(status)) return status;
    WDF_INTERRUPT_CONFIG_INIT(&interrupt, EvtIsr, NULL);
    status = WdfInterruptCreate(device, &interrupt, WDF_NO_OBJECT_ATTRIBUTES, &handle);
    if (!NT_SUCCESS(status)) return status;
    WDF_IO_QUEUE_CONFIG_INIT_DEFAULT_QUEUE(&queue, WdfIoQueueDispatchSequential);
    queue.EvtIoRead = EvtRead;
    queue.EvtIoWrite = EvtWrite;
    status = WdfIoQueueCreate(device, &queue, WDF_NO_OBJECT_ATTRIBUTES, WDF_NO_HANDLE);
    if (!NT_SUCCESS(status)) return status;
    return WdfDeviceCreateDeviceInterface(device, &GUID_COUNTER, NULL);
}
${entry}`;

const registersHeader = `#pragma once
// Layout of BAR0.
typedef struct _LED_REGISTERS {
    UINT32 Identity;
    union {
        UINT32 AsUint32;
        struct { UINT32 On : 1; UINT32 Color : 3; UINT32 Reserved : 28; };
    } Control;
    USHORT Brightness;
    UCHAR Reserved1[2];
    UINT64 Pattern;
    UINT32 Lamp[LAMPS];
} LED_REGISTERS, *PLED_REGISTERS;
`;

/** Registers as a structure behind a volatile pointer, no interrupt, no file I/O, in C++ with a header. */
const structDriver = `extern "C" {
#include <ntddk.h>
#include <wdf.h>
}
enum { LAMPS = 2 };
#include "led_regs.h"
static volatile LED_REGISTERS *g_Registers;
static SIZE_T g_Length;
extern "C" EVT_WDF_DRIVER_DEVICE_ADD EvtDeviceAdd;
extern "C" {
static NTSTATUS EvtPrepare(WDFDEVICE, WDFCMRESLIST, WDFCMRESLIST Translated)
{
    for (ULONG i = 0; i < WdfCmResourceListGetCount(Translated); i++) {
        auto descriptor = WdfCmResourceListGetDescriptor(Translated, i);
        if (descriptor->Type != CmResourceTypeMemory) continue;
        g_Length = descriptor->u.Memory.Length;
        g_Registers = static_cast<volatile LED_REGISTERS *>(MmMapIoSpaceEx(descriptor->u.Memory.Start, g_Length, PAGE_READWRITE | PAGE_NOCACHE));
    }
    if (g_Registers == nullptr) return STATUS_DEVICE_CONFIGURATION_ERROR;
    g_Registers->Control.AsUint32 = 5;
    g_Registers->Lamp[1] = 7;
    return g_Registers->Control.AsUint32 == 5 && g_Registers->Lamp[1] == 7 ? STATUS_SUCCESS : STATUS_DEVICE_HARDWARE_ERROR;
}
static NTSTATUS EvtRelease(WDFDEVICE, WDFCMRESLIST)
{
    if (g_Registers != nullptr) MmUnmapIoSpace(const_cast<LED_REGISTERS *>(g_Registers), g_Length);
    g_Registers = nullptr;
    return STATUS_SUCCESS;
}
NTSTATUS EvtDeviceAdd(WDFDRIVER, PWDFDEVICE_INIT DeviceInit)
{
    WDF_PNPPOWER_EVENT_CALLBACKS callbacks;
    WDFDEVICE device;
    WDF_PNPPOWER_EVENT_CALLBACKS_INIT(&callbacks);
    callbacks.EvtDevicePrepareHardware = EvtPrepare;
    callbacks.EvtDeviceReleaseHardware = EvtRelease;
    WdfDeviceInitSetPnpPowerEventCallbacks(DeviceInit, &callbacks);
    return WdfDeviceCreate(&DeviceInit, WDF_NO_OBJECT_ATTRIBUTES, &device);
}
${entry}}
`;

const inf = '[Version]\r\nSignature="$WINDOWS NT$"\r\n[Models.NTamd64]\r\n%Name% = Install, PCI\\VEN_1AB8&DEV_4001&SUBSYS_0001C0DE&REV_02\r\n';

describe("kmdf-dma init", () => {
  let folder: string;
  let lines: CommandLines;

  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "kmdf-dma-init-"));
    lines = new CommandLines(testCache);
  });

  after(async () => {
    await lines.dispose();
    await rm(folder, { recursive: true });
  });

  function driver(name: string, files: Readonly<Record<string, string | Uint8Array>>): string {
    const place = path.join(folder, name);
    mkdirSync(place, { recursive: true });
    for (const [file, text] of Object.entries(files)) writeFileSync(path.join(place, file), text);
    return place;
  }

  /** What init wrote type-checks against the SDK and runs; returns the device model. */
  async function checkProject(place: string): Promise<string> {
    const init = await lines.run("init", place);
    assert.equal(init.status, 0, init.stderr);
    execFileSync(process.execPath, [compiler, "-p", place], { stdio: "pipe" });
    const run = await lines.run("run", "--config", path.join(place, ".vscode/launch.json"), "--report", "json");
    assert.equal(run.status, 0, run.stdout + run.stderr);
    return readFileSync(path.join(place, "device.ts"), "utf8");
  }

  it("starts a driver of a built-in device with that device, which moves data", async function () {
    this.timeout(120_000);
    const place = path.join(folder, "edu");
    cpSync(path.join(root, "samples/edu/driver"), place, { recursive: true });
    assert.match(await checkProject(place), /export default builtIn\("edu"\)/);
    const launch = JSON.parse(readFileSync(path.join(place, ".vscode/launch.json"), "utf8")) as { configurations: { machine: unknown }[] };
    assert.deepEqual(launch.configurations[0]?.machine, { interrupts: "line" }, "its INF asks for no messages");
  });

  it("finds registers that are a family of offsets, and reads and writes", async function () {
    this.timeout(120_000);
    const place = driver("counter", { "counter.c": offsetDriver, "counter.inf": Buffer.from(`\ufeff${inf}`, "utf16le") });
    const device = await checkProject(place);
    assert.match(device, /offset: 0x10, size: 4, name: "CNT_CONTROL", access: "rw" \}, \/\/ counter\.c:\d/);
    assert.match(device, /offset: 0x14, size: 4, name: "CNT_VALUE_OFFSET"/);
    assert.match(device, /size: 0x2000/);
    assert.match(device, /vendorId: 0x1AB8,\s+deviceId: 0x4001,\s+subsystemVendorId: 0xC0DE,\s+subsystemId: 0x0001,/);
    assert.match(device, /revision: 0x02/);
    const scenario = readFileSync(path.join(place, "scenario.ts"), "utf8");
    assert.match(scenario, /^ {2}const written = await file\.write\(pattern\(4096\)\);$/m);
    assert.match(scenario, /^ {2}const read = await file\.read\(4096\);$/m);
  });

  it("finds registers that are a structure, and starts a driver that nobody can open", async function () {
    this.timeout(120_000);
    const place = driver("led", { "led.cpp": structDriver, "led_regs.h": registersHeader });
    const device = await checkProject(place);
    const found = [...device.matchAll(/offset: (0x\w+), size: (\d), name: "([^"]+)"/g)].map(([, offset, size, name]) => [Number(offset), Number(size), name]);
    assert.deepEqual(found, [
      [0x00, 4, "Identity"],
      [0x04, 4, "Control"],
      [0x08, 2, "Brightness"],
      [0x10, 8, "Pattern"],
      [0x18, 4, "Lamp[0]"],
      [0x1c, 4, "Lamp[1]"],
    ]);
    assert.match(device, /No INF of the driver names a PCI device/);
    assert.doesNotMatch(readFileSync(path.join(place, "scenario.ts"), "utf8"), /system\.open/);
  });

  it("keeps existing files and says so, and replaces them on demand", async () => {
    const place = driver("kept", { "kept.c": offsetDriver, "device.js": "export default {};\n", "scenario.ts": "// mine\n" });
    const first = await lines.run("init", place);
    assert.match(first.stdout, /^wrote \.vscode\/launch\.json$/m);
    assert.match(first.stdout, /^kept {2}scenario\.ts: it exists \(--force replaces it\)$/m);
    assert.doesNotMatch(first.stdout, /device\.ts$/m, "the model is device.js");
    assert.equal(readFileSync(path.join(place, "scenario.ts"), "utf8"), "// mine\n");
    const launch = path.join(place, ".vscode/launch.json");
    assert.match(readFileSync(launch, "utf8"), /device\.js/);
    writeFileSync(launch, "{}");
    await lines.run("init", place);
    assert.equal(readFileSync(launch, "utf8"), "{}");
    await lines.run("init", place, "--force");
    assert.match(readFileSync(launch, "utf8"), /kmdf-dma/);
  });

  it("names the project of a driver that has one", async () => {
    const project = `<Project xmlns="http://schemas.microsoft.com/developer/msbuild/2003"><ItemGroup Label="ProjectConfigurations"><ProjectConfiguration Include="Debug|x64"><Configuration>Debug</Configuration><Platform>x64</Platform></ProjectConfiguration></ItemGroup><PropertyGroup Label="Configuration"><DriverType>KMDF</DriverType><ConfigurationType>Driver</ConfigurationType></PropertyGroup><ItemGroup><ClCompile Include="counter.c"/></ItemGroup></Project>`;
    const place = driver("project", { "counter.c": offsetDriver, "counter.vcxproj": project });
    assert.equal((await lines.run("init", place)).status, 0);
    assert.match(readFileSync(path.join(place, ".vscode/launch.json"), "utf8"), /"project": "\$\{workspaceFolder\}\/counter\.vcxproj"/);
  });

  it("refuses a folder that has no driver or does not exist", async () => {
    const empty = driver("empty", {});
    const nothing = await lines.run("init", empty);
    assert.equal(nothing.status, 4);
    assert.match(nothing.stderr, /no C or C\+\+ file/);
    const missing = await lines.run("init", path.join(folder, "missing"));
    assert.equal(missing.status, 4);
    assert.match(missing.stderr, /There is no folder/);
  });
});
