// SPDX-License-Identifier: MIT
/**
 * Microsoft's PLX9x5x sample, unmodified, from a checkout of Windows-driver-samples that the environment variable WINDOWS_DRIVER_SAMPLES names; pending
 * without one. The pci9656 sample of our own goes through the same in every test run.
 */
import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { RunReport } from "../../src/protocol/index.ts";
import { CommandLines, testCache } from "../bad-drivers/command-line.ts";
import { Conversation, root } from "./harness.ts";

const checkout = process.env["WINDOWS_DRIVER_SAMPLES"] ?? "";
const sources = join(checkout, "general", "PLX9x5x", "sys");
const project = join(sources, "Pci9x5x.vcxproj");
const sramBytes = 128 * 1024;
const transferBytes = 8 * 1024;
const toggleSingleTransfer = { ioctl: { code: "0x220000", outputLength: 1 } };

const plain = { project, device: "pci9656" };
const fragmented = { ...plain, sources: [join(root, "test", "fixtures", "mdl-chain.c")], defines: ["SIMULATE_MEMORY_FRAGMENTATION"] };
const both = (length: number) => [{ write: { length, pattern: "random" } }, { read: { length, expect: "random" } }];

/** 1-based line of the only place in `file` that contains `text`. */
function lineOf(file: string, text: string): number {
  const found = readFileSync(join(sources, file), "utf8")
    .split("\n")
    .flatMap((line, i) => (line.includes(text) ? [i + 1] : []));
  assert.equal(found.length, 1, `${text} stands ${found.length} times in ${file}`);
  return found[0] ?? 0;
}

describe("Microsoft's PLX9x5x sample", () => {
  before(function () {
    if (!existsSync(project)) this.skip();
  });

  describe("on the command line", () => {
    const lines = new CommandLines(testCache);
    let folder = "";
    before(() => {
      folder = mkdtempSync(join(tmpdir(), "kmdf-plx-"));
    });
    after(async () => {
      await lines.dispose();
      if (folder !== "") rmSync(folder, { recursive: true });
    });

    async function run(configuration: object): Promise<RunReport> {
      const file = join(folder, "configuration.json");
      writeFileSync(file, JSON.stringify(configuration));
      const { status, stdout, stderr } = await lines.run("run", "--config", file, "--report", "json");
      assert.equal(status, 0, stderr + stdout);
      const report = JSON.parse(stdout) as RunReport;
      assert.deepEqual(report.violations, []);
      return report;
    }

    const lengthsOf = ({ transactions }: RunReport) => transactions.map(({ transfers }) => transfers.map(({ length }) => length));
    const allOf = (bytes: number) => Array.from({ length: bytes / transferBytes }, () => transferBytes);

    it("builds, moves 128 KiB through both channels in 16 transfers each, and leaves nothing behind", async () => {
      for (const physicalLayout of ["scattered", "contiguous", "fragmented"]) {
        const report = await run({ ...plain, machine: { physicalLayout }, scenario: both(sramBytes) });
        assert.deepEqual(lengthsOf(report), [allOf(sramBytes), allOf(sramBytes)]);
      }
    });

    it("does so through chains of 1 KiB pieces with SIMULATE_MEMORY_FRAGMENTATION: three at a time, one for each of its map registers", async () => {
      const report = await run({ ...fragmented, scenario: both(sramBytes) });
      assert.deepEqual(
        lengthsOf(report).map((lengths) => [lengths.length, lengths[0], lengths.at(-1)]),
        [
          [43, 3072, 2048],
          [43, 3072, 2048],
        ],
      );
    });

    it("needs single transfers after its control code, and not after it came again", async () => {
      for (const [configuration, single, several] of [
        [plain, transferBytes, 2 * transferBytes],
        [fragmented, 3072, 6144],
      ] as const) {
        const refused = { write: { length: sramBytes, status: "STATUS_INVALID_DEVICE_REQUEST" } };
        const report = await run({ ...configuration, scenario: [toggleSingleTransfer, ...both(single), refused, toggleSingleTransfer, ...both(several)] });
        const moved = lengthsOf(report).filter((lengths) => lengths.length > 0);
        assert.deepEqual(moved, [[single], [single], [single, single], [single, single]]);
        assert.deepEqual(
          report.requests.filter(({ kind }) => kind === "ioctl").map(({ bytes }) => bytes),
          ["01", "00"],
        );
      }
    });

    it("runs reads and writes at the same time", async () => {
      await run({
        ...plain,
        scenario: [{ parallel: [{ write: { length: sramBytes } }, { read: { length: sramBytes } }] }, { read: { length: sramBytes, expect: "increment" } }],
      });
    });

    it("survives D3", async () => {
      await run({ ...plain, scenario: [...both(4096), { power: "D3" }, { power: "D0" }, { read: { length: 4096, expect: "random" } }] });
    });
  });

  describe("in the debugger", () => {
    let talk: Conversation;
    beforeEach(async () => {
      talk = await Conversation.start();
    });
    afterEach(() => talk.stop());

    it("stops in PLxEvtProgramReadDma, the ISR and the DPC, with right locals and device extension", async () => {
      const functions = ["PLxEvtProgramReadDma", "PLxEvtInterruptIsr", "PLxEvtInterruptDpc"];
      await talk.launch({ arguments: { ...plain, scenario: [{ read: { length: sramBytes } }] }, functions });
      assert.equal((await talk.place()).name, "PLxEvtProgramReadDma");
      const file = join(sources, "Read.c");
      const line = lineOf("Read.c", "dteVA->PciAddressLow  = SgList->Elements[i].Address.LowPart");
      const placed = await talk.client.setBreakpointsRequest({ source: { path: file }, breakpoints: [{ line }] });
      assert.equal(placed.body.breakpoints[0]?.verified, true);
      assert.deepEqual(await talk.go("continue"), { reason: "breakpoint", name: "PLxEvtProgramReadDma", line });
      assert.equal((await talk.evaluate("offset")).result, "0");
      assert.equal((await talk.evaluate("dteVA == (PDMA_TRANSFER_ELEMENT)devExt->ReadCommonBufferBase")).result, "1");
      assert.equal((await talk.evaluate("devExt->MaximumTransferLength")).result, String(transferBytes));
      const extension = await talk.children((await talk.evaluate("devExt")).variablesReference);
      const names = extension.map(({ name }) => name);
      for (const name of ["Device", "Regs", "Dma1Csr", "ReadDmaTransaction", "ReadCommonBufferBaseLA"]) assert.ok(names.includes(name), names.join());
      await talk.client.setBreakpointsRequest({ source: { path: file }, breakpoints: [] });

      assert.equal((await talk.go("continue")).name, "PLxEvtInterruptIsr");
      assert.equal((await talk.evaluate("MessageID")).result, "0");
      const isr = lineOf("IsrDpc.c", "devExt->Dma1Csr.bits.Clear = TRUE");
      const dpc = lineOf("IsrDpc.c", "length = WdfDmaTransactionGetCurrentDmaTransferLength");
      await talk.client.setBreakpointsRequest({ source: { path: join(sources, "IsrDpc.c") }, breakpoints: [{ line: isr }, { line: dpc }] });
      assert.equal((await talk.go("continue")).line, isr);
      assert.equal((await talk.evaluate("intCsr.bits.DmaChan1IntActive")).result, "1");
      assert.equal((await talk.evaluate("intCsr.bits.PciIntEnable")).result, "1");
      assert.equal((await talk.evaluate("devExt->Dma1Csr.bits.Done")).result, "1");
      assert.equal((await talk.go("continue")).name, "PLxEvtInterruptDpc");
      assert.equal((await talk.go("continue")).line, dpc);
      assert.equal((await talk.evaluate("readInterrupt")).result, "TRUE");
      assert.equal((await talk.evaluate("writeInterrupt")).result, "FALSE");
      assert.equal((await talk.evaluate("dmaTransaction == devExt->ReadDmaTransaction")).result, "1");
      assert.equal((await talk.go("continue")).name, "PLxEvtProgramReadDma");
    });

    it("goes to D3 by idle time-out, wakes for a read, and is removed", async () => {
      const scenario = [...both(transferBytes), { sleep: { ms: 11_000 } }, { read: { length: transferBytes, expect: "random" } }];
      await talk.launch({ arguments: { ...plain, scenario }, functions: ["PLxEvtDeviceD0Entry", "PLxEvtDeviceD0Exit"] });
      const seen: string[] = [];
      for (let i = 0; i < 4; i++) {
        const { name } = i === 0 ? await talk.place() : await talk.go("continue");
        seen.push(`${name} ${(await talk.evaluate(name === "PLxEvtDeviceD0Entry" ? "PreviousState" : "TargetState")).result}`);
      }
      assert.deepEqual(seen, [
        "PLxEvtDeviceD0Entry WdfPowerDeviceD3Final",
        "PLxEvtDeviceD0Exit WdfPowerDeviceD3",
        "PLxEvtDeviceD0Entry WdfPowerDeviceD3",
        "PLxEvtDeviceD0Exit WdfPowerDeviceD3Final",
      ]);
      await talk.client.continueRequest({ threadId: 1 });
      assert.equal(await talk.ended(), 0, talk.output());
    });
  });
});
