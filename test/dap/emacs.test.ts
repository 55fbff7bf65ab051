// SPDX-License-Identifier: MIT
/** Another debug client than the one the rest of the tests uses, and than VS Code: dap-mode of Emacs, scripted (emacs/session.el). */
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./harness.ts";

const script = join(root, "test", "dap", "emacs", "session.el");
const adapter = join(root, "test", "dap", "adapter-process.ts");
const driver = join(root, "samples", "edu", "driver");
const file = join(driver, "Dma.c");

/** Why it cannot run; undefined when it can. */
function missing(): string | undefined {
  const found = spawnSync("emacs", ["--batch", "--eval", "(require 'dap-mode)"], { encoding: "utf8" });
  if (found.error !== undefined) return "Emacs is not installed (Debian: emacs-nox elpa-dap-mode)";
  return found.status === 0 ? undefined : "Emacs has no dap-mode (Debian: elpa-dap-mode)";
}

async function session(...args: readonly string[]): Promise<{ readonly lines: readonly string[]; readonly errors: string }> {
  const child = spawn("emacs", ["--batch", "-l", script, ...args], { stdio: ["ignore", "pipe", "pipe"] });
  let [out, errors] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => (out += chunk));
  child.stderr.setEncoding("utf8").on("data", (chunk: string) => (errors += chunk));
  await new Promise((resolve) => child.once("close", resolve));
  return { lines: out.split("\n").filter((line) => line !== ""), errors };
}

describe("Emacs' dap-mode", () => {
  const reason = missing();

  (reason === undefined ? it : it.skip)(
    `stops in EvtProgramDma of a sample, shows a variable and steps${reason === undefined ? "" : ` (pending: ${reason})`}`,
    async () => {
      const lock = readFileSync(file, "utf8").split("\n").indexOf("    WdfSpinLockAcquire(deviceContext->Lock);") + 1;
      const { lines, errors } = await session(process.execPath, adapter, join(driver, "*.c"), file, String(lock));
      const stops = [`EduEvtProgramDma Dma.c ${lock}`, `EduEvtProgramDma Dma.c ${lock + 1}`, `EduEvtProgramDma Dma.c ${lock + 2}`];
      assert.deepEqual(lines.slice(0, 4), [`stopped ${stops[0]}`, "value length = 4096", `stopped ${stops[1]}`, `stopped ${stops[2]}`], errors.slice(0, 2000));
      assert.match(String(lines[4]), /^stopped EduDmaStart Dma\.c \d+$/, "out of the callback, to the driver code that led to it");
      assert.equal(lines[5], "ended");
      assert.ok(lines.includes("edu: unloaded"), "what the driver prints is in the output buffer");
    },
  );
});
