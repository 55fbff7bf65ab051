// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { ClangRequest } from "./clang-worker-messages.ts";
import { ClangPool } from "./clang-pool.ts";

/** A worker in the compiler's place: does what its first argument says. */
const standIn = `
import { parentPort } from "node:worker_threads";
parentPort.on("message", ({ args: [what, text] }) => {
  if (what === "die") process.exit(7);
  if (what === "throw") throw new Error("out of memory");
  if (what === "print") console.log(text);
  if (what !== "hang") parentPort.postMessage({ exitCode: 0, stderr: text, outputs: [] });
});
`;

const request = (...args: string[]): ClangRequest => ({ tool: "clang", args, files: [], outputs: [] });
const never = new AbortController().signal;

describe("ClangPool", () => {
  let folder: string;
  let workerUrl: URL;
  let pool: ClangPool;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "kmdf-pool-"));
    await writeFile(join(folder, "worker.mjs"), standIn);
    workerUrl = pathToFileURL(join(folder, "worker.mjs"));
  });
  after(() => rm(folder, { recursive: true }));
  beforeEach(() => {
    pool = new ClangPool({ workerUrl, size: 2 });
  });
  afterEach(() => pool.dispose());

  it("starts no worker before it is needed and keeps it warm", async () => {
    assert.equal(pool.workers, 0);
    assert.equal((await pool.run(request("echo", "one"), never)).stderr, "one");
    assert.equal((await pool.run(request("echo", "two"), never)).stderr, "two");
    assert.equal(pool.workers, 1);
  });

  it("starts more workers for a long queue, but no more than its size", async () => {
    const replies = await Promise.all(Array.from({ length: 20 }, (_, i) => pool.run(request("echo", `${i}`), never)));
    assert.deepEqual(
      replies.map(({ stderr }) => Number(stderr)),
      Array.from({ length: 20 }, (_, i) => i),
    );
    assert.equal(pool.workers, 2);
  });

  it("terminates the worker of an aborted job and goes on with the next", async () => {
    const stopped = new AbortController();
    const hanging = pool.run(request("hang"), stopped.signal);
    const waiting = pool.run(request("echo", "next"), never);
    stopped.abort(new Error("stop"));
    await assert.rejects(hanging, /^Error: stop$/);
    assert.equal((await waiting).stderr, "next");
  });

  it("drops an aborted job that waits", async () => {
    const stopped = new AbortController();
    const first = new AbortController();
    const hanging = pool.run(request("hang"), first.signal);
    const waiting = pool.run(request("echo", "late"), stopped.signal);
    stopped.abort(new Error("not needed"));
    await assert.rejects(waiting, /^Error: not needed$/);
    first.abort(new Error("stop"));
    await assert.rejects(hanging);
  });

  it("reports a worker that dies as a crash and replaces it", async () => {
    assert.match((await pool.run(request("die"), never)).crash ?? "", /status 7/);
    assert.equal((await pool.run(request("throw"), never)).crash, "out of memory");
    assert.equal((await pool.run(request("echo", "alive"), never)).stderr, "alive");
  });

  it("rejects everything when disposed", async () => {
    const hanging = pool.run(request("hang"), never);
    const waiting = pool.run(request("echo", "late"), never);
    const settled = Promise.allSettled([hanging, waiting]);
    await pool.dispose();
    assert.deepEqual(
      (await settled).map(({ status }) => status),
      ["rejected", "rejected"],
    );
    assert.equal(pool.workers, 0);
    await assert.rejects(pool.run(request("echo"), never), /disposed/);
  });
});
