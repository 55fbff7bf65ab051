// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { UserError, formatUserError } from "../../base/index.ts";
import type { LaunchConfiguration } from "../../protocol/index.ts";
import { readLaunchConfigurationFile } from "./configuration-file.ts";
import { didYouMean, editDistance } from "./did-you-mean.ts";
import { configurationFileSchema, launchConfigurationSchema } from "./launch-schema.ts";
import { parseLaunchConfiguration } from "./parse.ts";
import type { ParseOptions } from "./parse.ts";

const variable = (name: string, rest = ""): string => `\${${name}}${rest}`;

describe("parseLaunchConfiguration", () => {
  let folder = "";
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "kmdf-configuration-"));
    writeFileSync(join(folder, "driver.c"), "");
    writeFileSync(join(folder, "model.ts"), "");
    mkdirSync(join(folder, "inc"));
  });
  after(() => rmSync(folder, { recursive: true }));

  const parse = (input: unknown, options: Partial<ParseOptions> = {}): LaunchConfiguration | UserError =>
    parseLaunchConfiguration(input, { baseDir: folder, ...options });
  const accepted = (input: unknown, options: Partial<ParseOptions> = {}): LaunchConfiguration => {
    const result = parse(input, options);
    if (result instanceof UserError) throw result;
    return result;
  };
  const refused = (input: unknown): string => {
    const result = parse(input);
    assert.ok(result instanceof UserError, "the configuration was accepted");
    assert.equal(result.exitStatus, 4);
    return formatUserError(result);
  };
  const minimal = { sources: ["driver.c"], device: "sg-duplex" };

  it("fills in every default", () => {
    const configuration = accepted(minimal);
    assert.deepEqual(configuration.sources, [join(folder, "driver.c")]);
    assert.deepEqual(configuration.device, { model: "sg-duplex", options: {} });
    assert.equal(configuration.machine.seed, 1);
    assert.equal(configuration.schedule, "default");
    assert.deepEqual(configuration.tracing, { level: 255, flags: [], history: 20 });
    assert.deepEqual(configuration.verifier, { enabled: true, disable: [], only: [] });
    assert.equal(configuration.scenario, undefined);
  });

  it("keeps what is given and resolves paths against the base folder", () => {
    const configuration = accepted({
      ...minimal,
      device: { model: "./model.ts", options: { lanes: 4 } },
      includePath: ["inc"],
      machine: { seed: 7, timing: { statementNs: 5 } },
      verifier: { disable: ["DMA-TX-STATE"] },
      tracing: { level: "warning", flags: ["TRACE_*"] },
      faults: [{ at: "WdfDmaTransactionCreate", status: "STATUS_INSUFFICIENT_RESOURCES" }],
      registry: { Depth: 16, Names: ["a", "b"], Blob: { hex: "01 02" } },
    });
    assert.deepEqual(configuration.device, { model: join(folder, "model.ts"), options: { lanes: 4 } });
    assert.deepEqual(configuration.includePath, [join(folder, "inc")]);
    assert.equal(configuration.machine.seed, 7);
    assert.equal(configuration.machine.timing.statementNs, 5);
    assert.equal(configuration.machine.timing.registerReadNs, 300);
    assert.deepEqual(configuration.verifier, { enabled: true, disable: ["DMA-TX-STATE"], only: [] });
    assert.deepEqual(configuration.tracing, { level: 3, flags: ["TRACE_*"], history: 20 });
    assert.deepEqual(configuration.faults, [{ at: "WdfDmaTransactionCreate", occurrence: 1, status: "STATUS_INSUFFICIENT_RESOURCES" }]);
    assert.deepEqual(configuration.registry, { Depth: 16, Names: ["a", "b"], Blob: { hex: "0102" } });
  });

  it("substitutes workspace and environment variables", () => {
    const options = { workspaceFolder: folder, environment: { MODEL: "sg-duplex" } };
    const configuration = accepted({ sources: [variable("workspaceFolder", "/*.c")], device: variable("env:MODEL") }, options);
    assert.deepEqual(configuration.sources, [join(folder, "*.c")]);
    assert.equal(configuration.device.model, "sg-duplex");
  });

  it("takes the section of the host's platform and ignores the others", () => {
    const input = { ...minimal, windows: { platform: "w" }, linux: { platform: "l" }, osx: { platform: "m" } };
    assert.equal(accepted(input, { hostPlatform: "win32" }).platform, "w");
    assert.equal(accepted(input, { hostPlatform: "darwin" }).platform, "m");
    assert.equal(accepted(input, { hostPlatform: "linux" }).platform, "l");
  });

  it("accepts what VS Code adds on its own", () => {
    accepted({ ...minimal, __sessionId: "x", internalConsoleOptions: "neverOpen", preLaunchTask: "build" });
  });

  const mistakes: readonly (readonly [title: string, input: unknown, message: RegExp])[] = [
    ["an unknown attribute, with the name that was meant", { ...minimal, scenarioo: [] }, /Attribute 'scenarioo' is unknown \(Did you mean 'scenario'\?\)/],
    [
      "an unknown nested attribute",
      { ...minimal, machine: { timing: { statementNS_: 1 } } },
      /'machine\.timing\.statementNS_' is unknown \(Did you mean 'statementNs'\?\)/,
    ],
    ["a wrong type", { ...minimal, stopOnEntry: "yes" }, /'stopOnEntry' must be true or false, not 'yes'/],
    ["a wrong element type", { ...minimal, defines: ["A", 1] }, /'defines\[1\]' must be a string, not 1/],
    [
      "a registry key in the place of a value",
      { ...minimal, registry: { Parameters: { Depth: 1 } } },
      /'registry\.Parameters' must be a whole number .*, or an object such as \{ "hex": "00ff12" \} for REG_BINARY \(there are no keys below these\), not/,
    ],
    ["a number out of range", { ...minimal, machine: { memoryMiB: 4 } }, /'machine\.memoryMiB' must be a whole number from 8 to 1024, not 4/],
    ["a fraction", { ...minimal, machine: { seed: 1.5 } }, /'machine\.seed' must be a whole number/],
    [
      "a value that is not among the choices",
      { ...minimal, machine: { interrupts: "mse" } },
      /must be 'line', 'msi' or 'msix', not 'mse' \(Did you mean 'msi'\?\)/,
    ],
    [
      "a missing file, with the name that was meant",
      { ...minimal, sources: ["drivr.c"] },
      /'sources\[0\]' names a file that does not exist: .*drivr\.c' \(Did you mean 'driver\.c'\?\)/,
    ],
    ["a folder where a file is due", { ...minimal, sources: ["inc"] }, /must be a file, but .* is a folder/],
    ["a missing device", { sources: ["driver.c"] }, /Configuration lacks 'device'/],
    ["a missing required member", { ...minimal, faults: [{}] }, /'faults\[0\]' lacks 'at'/],
    ["no sources at all", { device: "sg-duplex" }, /names no driver sources/],
    ["an unknown variable", { ...minimal, sources: [variable("workspace", "/driver.c")] }, /unknown variable '\$\{workspace\}'/],
    ["a status that is no name", { ...minimal, faults: [{ at: "X", status: "no memory" }] }, /must be an NTSTATUS name/],
    ["something that is no object", [], /Configuration must be an object, not an array/],
    ["null", null, /Configuration must be an object, not null/],
    ["an empty path", { ...minimal, device: "" }, /'device' must not be empty/],
    ["a trace in a folder that does not exist", { ...minimal, trace: "none/trace.json" }, /the folder '.*none' does not exist/],
  ];
  for (const [title, input, message] of mistakes) {
    it(`refuses ${title}`, () => assert.match(refused(input), message));
  }

  describe("readLaunchConfigurationFile", () => {
    const write = (name: string, text: string): string => {
      const file = join(folder, name);
      writeFileSync(file, text);
      return file;
    };

    it("names line and column of the attribute that is wrong", () => {
      const file = write("bad.json", '{\n  // comment\n  "sources": ["driver.c"],\n  "device": "edu",\n  "machine": { "seed": "one" },\n}\n');
      const result = readLaunchConfigurationFile(file);
      assert.ok(result instanceof UserError);
      assert.match(formatUserError(result), /bad\.json:5:16: Attribute 'machine\.seed' must be/);
    });

    it("names line and column of a syntax error", () => {
      const result = readLaunchConfigurationFile(write("syntax.json", '{\n  "device" "x"\n}\n'));
      assert.ok(result instanceof UserError);
      assert.match(formatUserError(result), /syntax\.json:2:12: Not valid JSON: colon expected/);
    });

    it("chooses a configuration of a launch.json by name and starts paths above .vscode", () => {
      mkdirSync(join(folder, ".vscode"));
      const ours = (name: string): object => ({ type: "kmdf-dma", request: "launch", name, ...minimal });
      const file = write(join(".vscode", "launch.json"), JSON.stringify({ version: "0.2.0", configurations: [{ type: "node" }, ours("A"), ours("B")] }));
      const chosen = readLaunchConfigurationFile(file, { name: "B", set: ["machine.seed=9", "platform=abc"] });
      if (chosen instanceof UserError) throw chosen;
      assert.equal(chosen.name, "B");
      assert.equal(chosen.machine.seed, 9);
      assert.equal(chosen.platform, "abc");
      assert.deepEqual(chosen.sources, [join(folder, "driver.c")]);
      const ambiguous = readLaunchConfigurationFile(file);
      assert.ok(ambiguous instanceof UserError);
      assert.match(formatUserError(ambiguous), /2 configurations .*--name: A, B/);
    });

    it("says that a file cannot be read", () => {
      const result = readLaunchConfigurationFile(join(folder, "absent.json"));
      assert.ok(result instanceof UserError);
      assert.equal(result.code, "config-unreadable");
    });
  });
});

describe("didYouMean", () => {
  it("finds the nearest name and nothing when all are far", () => {
    assert.equal(didYouMean("sceanrio", ["scenario", "schedule"]), "scenario");
    assert.equal(didYouMean("banana", ["scenario", "schedule"]), undefined);
  });
  it("counts a swap of neighbours as one edit", () => assert.equal(editDistance("abcd", "abdc"), 1));
});

describe("launchConfigurationSchema", () => {
  it("describes every attribute and requires the device", () => {
    const schema = launchConfigurationSchema();
    assert.deepEqual(schema["required"], ["device"]);
    const properties: object = Object(schema["properties"]);
    assert.ok("machine" in properties && "sources" in properties && "trace" in properties);
    for (const property of Object.values(properties)) assert.equal(typeof Object(property).markdownDescription, "string");
  });
  it("is plain JSON", () => assert.deepEqual(JSON.parse(JSON.stringify(configurationFileSchema())), configurationFileSchema()));
});
