// SPDX-License-Identifier: MIT
/** A scenario as the Test Explorer runs it: real driver, real adapter in this process, no editor. */
import assert from "node:assert/strict";
import path from "node:path";
import { KmdfDebugAdapter } from "../../src/adapter/index.ts";
import { createHost, type Host } from "../../src/cli/host.ts";
import { verdictOf } from "../../src/extension/testing/failure-messages.ts";
import { type ScenarioResult, runScenario } from "../../src/extension/testing/scenario-run.ts";
import { testCache } from "../bad-drivers/command-line.ts";
import { base } from "./mistakes.ts";

describe("a scenario as a test", function () {
  this.timeout(60_000);
  let host: Host;
  before(() => {
    host = createHost(path.resolve(import.meta.dirname, "../.."), { cacheDir: testCache });
  });
  after(() => host.dispose());

  const output: string[] = [];
  const run = (attributes: object, more: { readonly wantsCoverage?: boolean; readonly signal?: AbortSignal } = {}): Promise<ScenarioResult> => {
    output.length = 0;
    return runScenario({
      adapter: new KmdfDebugAdapter(host),
      attributes: { type: "kmdf-dma", name: "test", ...base, ...attributes },
      wantsCoverage: more.wantsCoverage ?? false,
      signal: more.signal ?? new AbortController().signal,
      onOutput: (body) => output.push(body.output),
    });
  };

  it("passes, and brings coverage when it was wanted", async () => {
    const { ending, problem } = await run({}, { wantsCoverage: true });
    assert.equal(problem, undefined);
    assert.equal(ending?.outcome, "passed");
    assert.ok((ending.coverage?.[0]?.statements.filter(({ count }) => count > 0).length ?? 0) > 10);
    assert.match(output.join(""), /All well/);
  });

  it("fails at the line of the driver that broke a rule", async () => {
    const source = path.resolve(import.meta.dirname, "../bad-drivers/cases/null-read.c");
    const verdict = verdictOf(await run({ sources: [source] }));
    assert.equal(verdict.state, "failed");
    const [message] = "messages" in verdict ? verdict.messages : [];
    assert.match(message?.text ?? "", /^MEM-NULL: /);
    assert.equal(message?.place?.file, source);
    assert.ok(message.stack.length > 0);
  });

  it("says what is wrong with a configuration or a driver that does not build", async () => {
    const wrong = verdictOf(await run({ device: "nothing-like-it.ts" }));
    assert.equal(wrong.state, "errored");
    const source = path.resolve(import.meta.dirname, "../bad-drivers/cases/syntax-error.c");
    const verdict = verdictOf(await run({ sources: [source] }));
    assert.equal(verdict.state, "errored");
    assert.equal("messages" in verdict && verdict.messages[0]?.place?.file, source);
  });

  it("ends the machine when it is cancelled", async () => {
    const abort = new AbortController();
    const result = run(
      { scenario: [{ log: "begin" }, { ioctl: { code: "0x222000" } }], sources: [path.resolve(import.meta.dirname, "../bad-drivers/cases/passive-endless.c")] },
      { signal: abort.signal },
    );
    while (!output.join("").includes("begin")) await new Promise((resolve) => setImmediate(resolve));
    abort.abort();
    assert.deepEqual(verdictOf(await result), { state: "skipped" });
  });
});
