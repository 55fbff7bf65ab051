// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { buildFixture, runFixture } from "../../test/fixtures/symbols/build-fixture.ts";
import type { StopContext } from "../../test/fixtures/symbols/build-fixture.ts";
import { DebugInfo, bare, readBytes, variableValue } from "./index.ts";
import type { VariableInfo } from "./index.ts";
import { bytesToFloat, isFloat } from "./scalar.ts";
import { readInteger } from "./value-access.ts";

/** What LLDB says differently, and why it is not followed. */
const knownDifferences: Readonly<Record<string, string>> = {
  g_LongDouble: "LLDB for WebAssembly has no 128-bit floating numbers and gives none",
};

interface Lldb {
  readonly rpc: { sendMessage(method: string, ...parameters: unknown[]): Promise<unknown> };
  dispose(): Promise<void>;
}

function spawnLldb(image: Uint8Array, stop: StopContext): Lldb {
  const { spawn }: { spawn(host: object): Lldb } = createRequire(import.meta.url)("@vscode/dwarf-debugging");
  return spawn({
    getWasmLinearMemory: async (offset: bigint, length: bigint) => image.slice(Number(offset), Number(offset) + Number(length)).buffer,
    getWasmLocal: async () => ({ type: "i32", value: (stop.frame.frameBase ?? 0) | 0 }),
    getWasmGlobal: async () => ({ type: "i32", value: (stop.frame.frameBase ?? 0) | 0 }),
    getWasmOp: async () => ({ type: "i32", value: 0 }),
    reportResourceLoad: async () => undefined,
  });
}

for (const dwarf of [4, 5] as const) {
  describe(`values against LLDB with DWARF ${dwarf}`, () => {
    it("gives every scalar variable the value LLDB gives it", async function () {
      this.timeout(120_000);
      const module = await buildFixture({ sources: ["values.c", "other.c"], dwarf });
      const info = DebugInfo.load(module);
      let found: { stop: StopContext; image: Uint8Array } | undefined;
      runFixture(module, (stop) => {
        if (stop.where !== 1) return;
        const image = new Uint8Array(0x20000);
        image.set(stop.memory.read(0x400, 0x1fc00) ?? [], 0x400);
        found = { stop, image };
      });
      assert.ok(found);
      const { stop, image } = found;
      const memory = {
        read: (address: number, length: number) => (address + length <= image.length ? image.slice(address, address + length) : undefined),
        write: () => false,
      };
      const lldb = spawnLldb(image, stop);
      const different: string[] = [];
      let compared = 0;
      try {
        await lldb.rpc.sendMessage("hello", [], false);
        await lldb.rpc.sendMessage("addRawModule", "m", undefined, { url: "file:///fixture.wasm", code: Uint8Array.from(module).buffer });
        const location = { rawModuleId: "m", codeOffset: stop.frame.offset, inlineFrameIndex: 0 };
        const visible = info.variablesAt(stop.frame.offset);
        const seen = new Set<string>();
        for (const variable of [...visible.locals, ...visible.arguments, ...visible.functionStatics, ...visible.fileStatics, ...visible.globals]) {
          if (seen.has(variable.name) || knownDifferences[variable.name] !== undefined) continue;
          seen.add(variable.name);
          const ours = scalarOf(variable, stop, memory);
          if (ours === undefined) continue;
          const answer = await lldb.rpc.sendMessage("evaluate", lldbExpression(variable), location, 0).catch((error: unknown) => String(error));
          const theirs = lldbNumber(answer, ours);
          compared++;
          if (theirs !== ours)
            different.push(
              `${variable.name}: ${ours}, LLDB ${JSON.stringify(answer, (_, value: unknown) => (typeof value === "bigint" ? String(value) : value))}`,
            );
        }
      } finally {
        await lldb.dispose();
      }
      assert.deepEqual(different, []);
      assert.ok(compared >= 40, `${compared} compared`);
    });
  });
}

/** Pointers and characters as numbers: LLDB answers objects and literals for them. */
function lldbExpression({ type, name }: VariableInfo): string {
  const plain = bare(type);
  if (plain.kind === "pointer") return `(unsigned long)${name}`;
  return plain.kind === "base" && plain.size === 1 && plain.encoding !== "boolean" ? `${name} + 0` : name;
}

function scalarOf(variable: VariableInfo, stop: StopContext, memory: StopContext["memory"]): number | bigint | undefined {
  const plain = bare(variable.type);
  const value = variableValue(variable, stop.frame, memory);
  if (isFloat(plain)) return bytesToFloat(readBytes(value, memory));
  return plain.kind === "base" || plain.kind === "enum" || plain.kind === "pointer" ? readInteger(value, memory) : undefined;
}

/** The number in LLDB's answer, in the kind of `like`. */
function lldbNumber(answer: unknown, like: number | bigint): number | bigint | string | undefined {
  if (typeof answer !== "object" || answer === null) return String(answer);
  const fields = new Map(Object.entries(answer));
  const value: unknown = fields.get("value") ?? fields.get("linearMemoryAddress") ?? fields.get("description");
  if (typeof like === "number") return typeof value === "number" ? value : Number(value);
  if (typeof value === "bigint") return value;
  if (typeof value === "boolean") return value ? 1n : 0n;
  if (typeof value === "number") return BigInt(value);
  return typeof value === "string" && /^-?(0x)?[0-9a-f]+$/i.test(value) ? BigInt(value) : String(value);
}
