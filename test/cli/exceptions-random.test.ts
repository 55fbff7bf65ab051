// SPDX-License-Identifier: MIT
/** Random programs of guarded blocks do in the driver what an interpreter of the rules does. */
import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CommandLines, testCache } from "../bad-drivers/command-line.ts";
import { exceptionsHelpers, exceptionsSource, interpret, randomExceptions } from "../fixtures/random-exceptions.ts";

const programs = 20;
const functionsEach = 4;
const inputs = [0, 3, 5, 14];
const mostSteps = 5_000;

describe("Structured exception handling of random programs", () => {
  const lines = new CommandLines(testCache);
  let folder = "";
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "kmdf-random-"));
  });
  after(async () => {
    await lines.dispose();
    await rm(folder, { recursive: true });
  });

  for (const language of ["c", "cpp"]) {
    it(`is that of the rules in ${language === "c" ? "C" : "C++"}`, async () => {
      const seeds = Array.from({ length: programs }, (_, i) => i + (language === "c" ? 1 : 6031));
      const runs = seeds.flatMap((seed) => {
        const program = randomExceptions(seed, functionsEach);
        const results = inputs.map((input) => interpret(program, input, mostSteps));
        return results.some((result) => result === undefined) ? [] : [{ seed, program, results }];
      });
      const calls = runs.flatMap(({ seed }) => inputs.map((input) => `    RUN(${seed}, ${input});`));
      const source = join(folder, `random.${language}`);
      await writeFile(
        source,
        `#include <ntddk.h>
#ifdef __cplusplus
extern "C"
#endif
DRIVER_INITIALIZE DriverEntry;
${exceptionsHelpers}
${runs.map(({ seed, program }) => exceptionsSource(program, `P${seed}`)).join("\n")}
#define RUN(seed, input) (g_Hash = 0, g_Notes = 0, Print(seed, input, P##seed##Program(input)))
static void Print(int seed, int input, int value)
{
    DbgPrint("%d.%d: %d %u %u\\n", seed, input, value, g_Hash, g_Notes);
}
NTSTATUS DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    UNREFERENCED_PARAMETER(DriverObject);
    UNREFERENCED_PARAMETER(RegistryPath);
${calls.join("\n")}
    return STATUS_UNSUCCESSFUL;
}
`,
      );
      const file = join(folder, `${language}.json`);
      await writeFile(file, JSON.stringify({ sources: [source], device: "edu", scenario: [] }));
      const { stdout, stderr } = await lines.run("run", "--config", file);
      const expected = runs.flatMap(({ seed, results }) => results.map((result, i) => `${seed}.${inputs[i]}: ${result}`));
      assert.ok(expected.length > programs, "most programs are short enough");
      assert.deepEqual(stdout.split("\n").slice(0, expected.length), expected, stderr.slice(0, 2000));
    });
  }
});
