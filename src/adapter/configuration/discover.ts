// SPDX-License-Identifier: MIT
/**
 * A configuration for a folder without launch.json: its C and C++ files, the device named by the hardware id of an INF or by a device-model
 * module, and a scenario, all found by their usual names. Used by F5 in an editor.
 */
import { globSync, readFileSync } from "node:fs";
import path from "node:path";
import { ExitStatus, UserError } from "../../base/index.ts";
import { builtInDeviceTable } from "../../protocol/index.ts";

const sourceGlob = "**/*.{c,C,cpp,cc,cxx}";
const ignored = new Set(["node_modules", ".git", ".vs", ".vscode", "dist", "out", "x64", "Win32", "Debug", "Release"]);
const moduleExtensions = ["ts", "mts", "js", "mjs", "cjs"];

/** Launch attributes for the driver in `folder`. Returns a UserError that says what was looked for when the folder does not tell. */
export function discoverConfiguration(folder: string): Readonly<Record<string, unknown>> | UserError {
  const find = (pattern: string): string[] => globSync(pattern, { cwd: folder, exclude: (name) => ignored.has(path.basename(String(name))) }).sort();
  const sources = find(sourceGlob);
  if (sources.length === 0) return cannot(folder, "it has no C or C++ file");
  const device = findModule(folder, "device") ?? deviceOfInf(folder, find("**/*.{inf,inx,INF,INX}"));
  if (device === undefined) {
    return cannot(folder, "no device is known for it: it has neither device.ts nor device.js, and no INF names the hardware id of a built-in device");
  }
  const scenario = findModule(folder, "scenario") ?? (find("scenario.json").length > 0 ? "scenario.json" : undefined);
  const roots = [...new Set(sources.map((file) => path.dirname(file)))];
  return {
    type: "kmdf-dma",
    request: "launch",
    name: path.basename(folder),
    sources: roots.flatMap((root) =>
      [...new Set(sources.filter((file) => path.dirname(file) === root).map((file) => path.extname(file)))].map((e) =>
        path.posix.join(root.split(path.sep).join("/"), `*${e}`),
      ),
    ),
    device,
    ...(scenario === undefined ? {} : { scenario }),
  };
}

function findModule(folder: string, name: string): string | undefined {
  return moduleExtensions.map((extension) => `${name}.${extension}`).find((file) => globSync(file, { cwd: folder }).length > 0);
}

/** Built-in device whose PCI ids an INF names. */
function deviceOfInf(folder: string, files: readonly string[]): string | undefined {
  for (const file of files) {
    const bytes = readFileSync(path.join(folder, file));
    // INF files are UTF-16 with a byte order mark, or one byte a character.
    const text = bytes[0] === 0xff && bytes[1] === 0xfe ? bytes.toString("utf16le") : bytes.toString("latin1");
    for (const [, vendor = "", device = ""] of text.matchAll(/PCI\\VEN_([0-9A-F]{4})&DEV_([0-9A-F]{4})/gi)) {
      const known = builtInDeviceTable.find(({ vendorId, deviceId }) => vendorId === Number.parseInt(vendor, 16) && deviceId === Number.parseInt(device, 16));
      if (known !== undefined) return known.id;
    }
  }
  return undefined;
}

const cannot = (folder: string, why: string): UserError =>
  new UserError({
    code: "no-configuration",
    message: `Cannot tell how to debug the driver in ${folder}: ${why}`,
    hint: "add a launch.json",
    exitStatus: ExitStatus.badConfiguration,
  });
