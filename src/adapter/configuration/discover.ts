// SPDX-License-Identifier: MIT
/**
 * A configuration for a folder without launch.json: its driver project, or its C and C++ files, the device named by the hardware id of an INF or by
 * a device-model module, and a scenario, all found by their usual names. Used by F5 in an editor.
 */
import { globSync, readFileSync } from "node:fs";
import path from "node:path";
import { ExitStatus, UserError } from "../../base/index.ts";
import { builtInDeviceTable } from "../../protocol/index.ts";
import { outlineProject } from "../../toolchain/index.ts";

const sourceGlob = "**/*.{c,C,cpp,cc,cxx}";
const ignored = new Set(["node_modules", ".git", ".vs", ".vscode", "dist", "out", "x64", "Win32", "Debug", "Release"]);
const moduleExtensions = ["ts", "mts", "js", "mjs", "cjs"];

/** Modules that are about to be written, used when the folder has none. */
export interface PlannedModules {
  readonly device?: string;
  readonly scenario?: string;
}

/** Launch attributes for the driver in `folder`. Returns a UserError that says what was looked for when the folder does not tell. */
export function discoverConfiguration(folder: string, planned: PlannedModules = {}): Readonly<Record<string, unknown>> | UserError {
  const find = (pattern: string): string[] => globSync(pattern, { cwd: folder, exclude: (name) => ignored.has(path.basename(String(name))) }).sort();
  const sources = find(sourceGlob);
  if (sources.length === 0) return cannot(folder, "it has no C or C++ file");
  const device = findModule(folder, "device") ?? planned.device ?? deviceOfInf(folder, find("**/*.{inf,inx,INF,INX}"));
  if (device === undefined) {
    return cannot(folder, "no device is known for it: it has neither device.ts nor device.js, and no INF names the hardware id of a built-in device");
  }
  const scenario = findModule(folder, "scenario") ?? (find("scenario.json").length > 0 ? "scenario.json" : planned.scenario);
  const project = driverProject(folder, find("**/*.{vcxproj,VCXPROJ}"));
  if (project instanceof UserError) return project;
  return {
    type: "kmdf-dma",
    request: "launch",
    name: path.basename(folder),
    ...(project ?? { sources: sourceGlobs(sources) }),
    device,
    ...(scenario === undefined ? {} : { scenario }),
  };
}

/** One glob for each folder and extension. */
function sourceGlobs(sources: readonly string[]): string[] {
  const roots = [...new Set(sources.map((file) => path.dirname(file)))];
  return roots.flatMap((root) =>
    [...new Set(sources.filter((file) => path.dirname(file) === root).map((file) => path.extname(file)))].map((e) => path.posix.join(posix(root), `*${e}`)),
  );
}

/** Attributes for the only project that builds a driver; undefined when none does. A debug configuration for x64 goes first, then any for debugging. */
function driverProject(folder: string, files: readonly string[]): Readonly<Record<string, string>> | UserError | undefined {
  const drivers = files.flatMap((file) => {
    const outline = outlineOf(path.join(folder, file));
    return outline?.isDriver === true ? [{ file, configurations: outline.configurations }] : [];
  });
  const [driver, ...others] = drivers;
  if (driver === undefined) return undefined;
  if (others.length > 0) return cannot(folder, `it has several driver projects: ${drivers.map(({ file }) => posix(file)).join(", ")}`);
  const { configurations } = driver;
  const isDebug = ({ configuration }: { readonly configuration: string }): boolean => /debug/i.test(configuration);
  const usual = configurations.find(({ configuration, platform }) => /^debug$/i.test(configuration) && /^x64$/i.test(platform));
  const chosen = usual ?? configurations.find(isDebug) ?? configurations[0];
  return { project: posix(driver.file), ...(usual !== undefined || chosen === undefined ? {} : chosen) };
}

/** Undefined for a file that is no project; the build says why when it is named. */
function outlineOf(file: string): ReturnType<typeof outlineProject> | undefined {
  try {
    return outlineProject(file);
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}

const posix = (file: string): string => file.split(path.sep).join("/");

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
