// SPDX-License-Identifier: MIT
/** JSON files for the folder of a driver: launch.json, and a tsconfig.json by which editors know the types of the SDK. Written by `kmdf-dma init` and by the extension. */

/** Where the types of the SDK go, so that the folder needs no installed package. */
export const sdkTypesFile = ".vscode/kmdf-dma-sdk.d.ts";

const json = (value: unknown): string => `${JSON.stringify(value, undefined, 2)}\n`;
const inWorkspace = (file: string): string => `\${workspaceFolder}/${file}`;
/** Attributes that hold paths. */
const pathAttributes: ReadonlySet<string> = new Set(["project", "sources", "device", "scenario"]);

/** launch.json with one configuration of `attributes`, whose paths are relative to the folder. */
export function launchText(attributes: Readonly<Record<string, unknown>>): string {
  const configuration = Object.fromEntries(
    Object.entries(attributes).map(([name, value]) => {
      if (!pathAttributes.has(name)) return [name, value];
      if (typeof value === "string") return [name, /\.\w+$/.test(value) ? inWorkspace(value) : value];
      return [name, Array.isArray(value) ? value.map((item) => inWorkspace(String(item))) : value];
    }),
  );
  return json({ version: "0.2.0", configurations: [configuration] });
}

/** tsconfig.json for the device model and the scenario. */
export function typeScriptConfigurationText(): string {
  return json({
    compilerOptions: {
      target: "es2024",
      lib: ["es2024"],
      module: "esnext",
      moduleResolution: "bundler",
      types: [],
      strict: true,
      noEmit: true,
      paths: { "kmdf-dma-debug/sdk": [`./${sdkTypesFile}`] },
    },
    include: ["device.ts", "scenario.ts"],
  });
}
