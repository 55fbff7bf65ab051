// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { chmod, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { UserError } from "../base/index.ts";
import type { ToolJob } from "./compiler-backend.ts";
import { NativeClang } from "./native-clang.ts";

const never = new AbortController().signal;

/** A shell script in clang's place. */
const script = (compile: string, targets = "wasm32 - WebAssembly 32-bit"): string => `#!/bin/sh
case "$*" in
  --version) echo "clang version 99.0" ;;
  --print-targets) echo "  ${targets}" ;;
  --print-resource-dir) echo /usr/lib/clang/99 ;;
  *--print-prog-name=wasm-ld) echo wasm-ld ;;
  *) ${compile} ;;
esac
`;

const job = (outputs: readonly string[] = []): ToolJob => ({
  tool: "clang++",
  sources: [],
  outputs,
  invocation: (scratch) => ({ args: [`${scratch}/in put.c`, scratch], inputs: new Map([["in put.c", Buffer.from("text")]]) }),
});

describe("NativeClang", () => {
  if (process.platform === "win32") return; // The stand-in is a shell script.
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "kmdf native "));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const install = async (text: string, linker = true): Promise<string> => {
    const clang = join(folder, "clang");
    for (const [name, content] of [["clang", text], ...(linker ? [["wasm-ld", "#!/bin/sh\necho LLD 99\n"]] : [])] as const) {
      await writeFile(join(folder, name ?? ""), content ?? "");
      await chmod(join(folder, name ?? ""), 0o755);
    }
    return clang;
  };
  const scratchFolders = async (): Promise<string[]> =>
    (await readdir(tmpdir())).filter((name) => name.startsWith("kmdf-dma-") && !name.startsWith("kmdf-dma-cache-"));

  it("is identified by the versions of compiler and linker", async () => {
    const clang = await NativeClang.open(await install(script("exit 0")), never);
    assert.match(await clang.identity(), /clang version 99\.0[\s\S]*LLD 99/);
  });

  it("runs without a shell on inputs in a scratch folder, and returns status, messages and outputs", async () => {
    const clang = await NativeClang.open(await install(script('cat "$2" > "$3/out"; echo "$1" >&2; exit 3')), never);
    const result = await clang.run(job(["out", "none"]), never);
    assert.deepEqual([result.exitCode, result.stderr.trim(), [...result.outputs.keys()]], [3, "--driver-mode=g++", ["out"]]);
    assert.equal(Buffer.from(result.outputs.get("out") ?? []).toString(), "text");
    assert.equal(result.crash, undefined);
  });

  it("reports a compiler that is killed as a crash", async () => {
    const clang = await NativeClang.open(await install(script("kill -9 $$")), never);
    assert.equal((await clang.run(job(), never)).crash, "killed by SIGKILL");
  });

  it("kills the process and removes the scratch folder when aborted", async () => {
    const before = await scratchFolders();
    const started = join(folder, "started");
    const clang = await NativeClang.open(await install(script(`echo $$ > "${started}"; exec sleep 1000`)), never);
    const stopped = new AbortController();
    const running = clang.run(job(), stopped.signal);
    while (!(await readdir(folder)).includes("started")) await new Promise((resolve) => setImmediate(resolve));
    stopped.abort(new Error("stop"));
    await assert.rejects(running, /^Error: stop$/);
    assert.deepEqual(await scratchFolders(), before);
  });

  it("says what is wrong with a compiler that cannot be used", async () => {
    const unusable = (text: RegExp) => (error: unknown) => error instanceof UserError && error.code === "clang-unusable" && text.test(error.message);
    await assert.rejects(NativeClang.open(join(folder, "none"), never), unusable(/cannot be started/));
    await assert.rejects(NativeClang.open(await install(script("exit 0", "x86-64")), never), unusable(/WebAssembly/));
    await rm(join(folder, "wasm-ld"));
    await assert.rejects(NativeClang.open(await install(script("exit 0"), false), never), unusable(/without wasm-ld/));
  });
});
