// SPDX-License-Identifier: MIT
/** `kmdf-dma explore --faults` on a driver that handles one failure badly, forgets to look at another, and handles the rest. */
import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { CommandLines, testCache } from "../bad-drivers/command-line.ts";
import { goodDevice } from "./mistakes.ts";

const commonHeaders = path.resolve(import.meta.dirname, "../bad-drivers/common");

const driver = `#include <ntddk.h>
#include <wdf.h>
static NTSTATUS DeviceAdd(WDFDRIVER Driver, PWDFDEVICE_INIT Init)
{
    WDFDEVICE device;
    WDFSPINLOCK lock;
    NTSTATUS status;
    ULONG *block;
    (void)Driver;
    status = WdfDeviceCreate(&Init, WDF_NO_OBJECT_ATTRIBUTES, &device);
    if (!NT_SUCCESS(status)) return status;
    block = ExAllocatePool2(POOL_FLAG_NON_PAGED, 64, 'tseT');
    *block = 1; /* the result is not looked at */
    status = WdfSpinLockCreate(WDF_NO_OBJECT_ATTRIBUTES, &lock);
    if (!NT_SUCCESS(status)) return status; /* the block is lost */
    WdfObjectDelete(lock);
    ExFreePoolWithTag(block, 'tseT');
    return STATUS_SUCCESS;
}
NTSTATUS DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    WDF_DRIVER_CONFIG config;
    NTSTATUS status;
    PMDL mdl = IoAllocateMdl(DriverObject, 16, FALSE, FALSE, NULL);
    if (mdl == NULL) return STATUS_INSUFFICIENT_RESOURCES;
    WDF_DRIVER_CONFIG_INIT(&config, DeviceAdd);
    status = WdfDriverCreate(DriverObject, RegistryPath, WDF_NO_OBJECT_ATTRIBUTES, &config, WDF_NO_HANDLE);
    if (!NT_SUCCESS(status)) return status; /* the MDL is lost */
    IoFreeMdl(mdl);
    return status;
}
`;

/** Takes for granted that a DMA of 5 µs is over after 8 µs. */
const impatient = `#include "probe.h"
static VOID Transfer(PDEVICE_CONTEXT Context)
{
    ProbeWrite(Context, PROBE_REG_LENGTH, 0);
    ProbeWrite(Context, PROBE_REG_CONTROL, PROBE_START);
    KeStallExecutionProcessor(8);
    if (ProbeRead(Context, PROBE_REG_CONTROL) & PROBE_START) KeBugCheckEx(0xE2, 1, 2, 3, 4);
}
#define AT_IOCTL(context, request) Transfer(context)
#define AT_DPC(context) return
#include "probe-driver.h"
`;

describe("kmdf-dma explore", function () {
  this.timeout(60_000);
  let folder: string;
  let config: string;
  let lines: CommandLines;
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "kmdf-explore-"));
    config = path.join(folder, "config.json");
    await writeFile(path.join(folder, "driver.c"), driver);
    await writeFile(
      config,
      JSON.stringify({ name: "explored", sources: ["driver.c"], device: goodDevice, scenario: [{ sleep: { ms: 1 } }], machine: { interrupts: "line" } }),
    );
    lines = new CommandLines(testCache);
  });
  after(async () => {
    await lines.dispose();
    await rm(folder, { recursive: true });
  });
  const explore = (...more: string[]) => lines.run("explore", "--config", config, ...more);

  it("names line, rule and injected failure of each bug, and how to see it again", async () => {
    const { status, stdout, stderr } = await explore("--faults");
    assert.equal(status, 2, stderr);
    const file = path.join(folder, "driver.c");
    assert.ok(stderr.includes(`${file}:13: MEM-NULL: `), stderr);
    assert.match(stderr, /when ExAllocatePool2 \(call 1\) returns NULL/);
    assert.match(stderr, /pool-leak-unload: .*1 pool block \(64 bytes/);
    assert.match(stderr, /when WdfDriverCreate \(call 1\) fails with STATUS_INSUFFICIENT_RESOURCES/);
    assert.match(stderr, /when WdfSpinLockCreate \(call 1\) fails with STATUS_INSUFFICIENT_RESOURCES/);
    assert.equal(stdout, "5 variations: 3 show a bug (3 in all), 2 fail in an orderly way, 0 pass\n");

    const again = /--set '(faults=.*WdfSpinLockCreate.*)'$/m.exec(stderr)?.[1];
    assert.ok(again !== undefined, stderr);
    const run = await lines.run("run", "--config", config, "--set", again);
    assert.equal(run.status, 2);
    assert.match(run.stderr, /pool-leak-unload/);
  });

  it("reports every run as JSON and as JUnit, and shares the work among shards", async () => {
    const all = await explore("--faults", "--report", "json");
    assert.equal(all.status, 2);
    const texts = (json: string) => (JSON.parse(json) as { runs: readonly { variation: string }[] }).runs.map(({ variation }) => variation);
    const names = texts(all.stdout).map((text) => text.split(" ")[0]);
    assert.deepEqual(names, ["IoAllocateMdl", "WdfDriverCreate", "WdfDeviceCreate", "ExAllocatePool2", "WdfSpinLockCreate"]);
    const parts = [await explore("--faults", "--report", "json", "--shard", "1/2"), await explore("--faults", "--report", "json", "--shard", "2/2")];
    assert.deepEqual(parts.flatMap(({ stdout }) => texts(stdout)).sort(), texts(all.stdout).sort());

    const out = path.join(folder, "report.xml");
    await explore("--faults", "--report", "junit", "--out", out);
    const xml = await readFile(out, "utf8");
    assert.match(xml, /tests="5" failures="3"/);
    assert.match(xml, /<testcase classname="explored" name="ExAllocatePool2 \(call 1\) returns NULL">/);
  });

  it("finds what depends on durations, under a schedule that repeats it, and no bug where there is none", async () => {
    const race = path.join(folder, "race.json");
    await writeFile(path.join(folder, "race.c"), impatient);
    await writeFile(
      race,
      JSON.stringify({
        sources: ["race.c"],
        includePath: [commonHeaders],
        device: goodDevice,
        scenario: [{ ioctl: { code: "0x222000" } }],
        machine: { interrupts: "line" },
      }),
    );
    const { status, stdout, stderr } = await lines.run("explore", "--config", race, "--schedules", "5");
    assert.equal(status, 2, stderr);
    assert.match(stderr, /race\.c:7: driver-bug-check: .*MANUALLY_INITIATED_CRASH/);
    assert.match(stdout, /^5 variations: \d+ show a bug \(1 in all\), 0 fail in an orderly way, \d+ pass$/m);
    const again = /--set '(schedule=s\d+)'$/m.exec(stderr)?.[1];
    assert.ok(again !== undefined, stderr);
    assert.equal((await lines.run("run", "--config", race, "--set", again)).status, 2);
    assert.equal((await lines.run("run", "--config", race)).status, 0);

    const sound = await explore("--schedules", "5");
    assert.equal(sound.stdout, "5 variations: 0 show a bug (0 in all), 0 fail in an orderly way, 5 pass\n");
  });

  it("asks for something to explore, and for a scenario that passes", async () => {
    const nothing = await explore();
    assert.equal(nothing.status, 4);
    assert.match(nothing.stderr, /Nothing to explore/);
    const failing = await explore("--faults", "--set", 'scenario=[{"power":"D3"},{"read":{"length":4}}]');
    assert.notEqual(failing.status, 0);
    assert.match(failing.stderr, /must pass before variations of it mean anything/);
    const badShard = await explore("--faults", "--shard", "3/2");
    assert.equal(badShard.status, 4);
    assert.match(badShard.stderr, /--shard: expected I\/N such as 1\/4, got "3\/2"/);
  });
});
