// SPDX-License-Identifier: MIT
/** WPP with its recorder and TraceLogging: a driver built from its project file, with and without filters. */
import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { CommandLines, testCache } from "../bad-drivers/command-line.ts";

const project = fileURLToPath(new URL("../fixtures/projects/recorder/Recorder.vcxproj", import.meta.url));
const information = [
  "[Information][TRACE_DRIVER] DriverEntry: loading Recorder",
  "[Verbose][TRACE_DRIVER] DriverEntry: detail 1",
  "[Warning][TRACE_QUEUE] DriverEntry: warning 2",
  "Contoso.Recorder.Empty",
  "Contoso.Recorder.Scalars: value=7, Wide=1099511627776, Hex=0xBEEF, Small=-1, Yes=true, Float=1.5, Double=0.25, Status=STATUS_TIMEOUT, Pointer=0x00000000, Guid=00000001-0002-0003-0405-060708090a0b",
  'Contoso.Recorder.Texts: Ansi="ansi", Wide="wide", Counted="unicode", Part="abc", None=(null)',
  "Contoso.Recorder.Lists: Array=[1, 2, 3], Bytes=de ad, Point={x=3, y=4}, Last=false",
  'Contoso.Recorder.Values: Int=7, Real=2.5, Text="text", Wide="wide", Long=8589934592, Truth=true, (USHORT)9=9',
  "Contoso.Recorder.Verbose",
  "evaluated 2",
  "[Information][TRACE_QUEUE] EvtIoDeviceControl: control code 222004",
  "[Error][TRACE_DRIVER] EvtIoDeviceControl: error: cannot go on: 0xC0000483(STATUS_DEVICE_HARDWARE_ERROR)",
];

describe("Trace messages", () => {
  const lines = new CommandLines(testCache);
  let folder = "";
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "kmdf-tracing-"));
  });
  after(async () => {
    await lines.dispose();
    await rm(folder, { recursive: true });
  });

  async function run(attributes: Readonly<Record<string, unknown>>): Promise<{ readonly status: number; readonly stdout: string; readonly stderr: string }> {
    const file = join(folder, "configuration.json");
    await writeFile(file, JSON.stringify({ project, device: "edu", scenario: [{ ioctl: { code: "0x222004" } }], ...attributes }));
    return lines.run("run", "--config", file);
  }

  it("come from the recorder's functions and TraceLogging, with every kind of field", async () => {
    const { status, stdout, stderr } = await run({});
    assert.equal(status, 0, stdout + stderr);
    assert.deepEqual(stdout.split("\n").slice(0, information.length), information);
  });

  it("are filtered by level and flag, which the driver sees", async () => {
    const { stdout } = await run({ tracing: { level: "warning", flags: ["TRACE_*", "Other.*"] } });
    assert.deepEqual(stdout.split("\n").slice(0, 3), [
      "[Warning][TRACE_QUEUE] DriverEntry: warning 2",
      // The verbose message is wanted by nobody, so its arguments are not evaluated.
      "evaluated 1",
      "[Error][TRACE_DRIVER] EvtIoDeviceControl: error: cannot go on: 0xC0000483(STATUS_DEVICE_HARDWARE_ERROR)",
    ]);
  });

  it("are shown with a bug check, whatever was filtered out", async () => {
    const { status, stderr } = await run({ scenario: [{ ioctl: { code: "0x222000" } }], tracing: { flags: ["NONE"], history: 2 } });
    assert.equal(status, 2);
    const said = stderr.split("\n");
    const at = said.indexOf("    last trace messages:");
    assert.ok(at > 0, stderr);
    assert.match(said[at + 1] ?? "", /^ {6}\(\d+ earlier messages\)$/);
    assert.match(said[at + 2] ?? "", /^ {6}[\d.]+ µs \{Queue12\} \[Information\]\[TRACE_QUEUE\] EvtIoDeviceControl: control code 222000$/);
    assert.match(said[at + 3] ?? "", /^ {6}[\d.]+ µs \{Queue12\} \[Error\]\[TRACE_DRIVER\] EvtIoDeviceControl: error: cannot go on/);
  });

  it("of TraceLogging work in C", async () => {
    const source = join(folder, "events.c");
    await writeFile(
      source,
      `#include <ntddk.h>
#include <TraceLoggingProvider.h>
TRACELOGGING_DEFINE_PROVIDER(g_Provider, "C.Provider", (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11));
DRIVER_INITIALIZE DriverEntry;
NTSTATUS DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    ULONG count = 3;
    TraceLoggingRegister(g_Provider);
    TraceLoggingWrite(g_Provider, "Event", TraceLoggingLevel(4), TraceLoggingUInt32(count), TraceLoggingUnicodeString(RegistryPath, "Path"),
                      TraceLoggingValue(count + 1, "Next"), TraceLoggingValue(L"wide", "Wide"), TraceLoggingPointer(DriverObject, "Driver"));
    TraceLoggingUnregister(g_Provider);
    return STATUS_UNSUCCESSFUL;
}
`,
    );
    const file = join(folder, "c.json");
    await writeFile(file, JSON.stringify({ sources: [source], device: "edu", scenario: [] }));
    const { stdout, stderr } = await lines.run("run", "--config", file);
    assert.match(stdout, /^C\.Provider\.Event: count=3, Path="[^"]+Services[^"]+", Next=4, Wide="wide", Driver=0x[0-9A-F]{8}$/m, stdout + stderr);
    assert.doesNotMatch(stderr, /warning/);
  });
});
