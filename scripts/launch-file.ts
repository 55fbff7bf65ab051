// SPDX-License-Identifier: MIT
/** The first configuration of a launch.json, with `${workspaceFolder}` filled in as an editor does it. */
import { readFileSync } from "node:fs";
import path from "node:path";
import { parse } from "jsonc-parser";

export function readLaunchConfiguration(file: string): Record<string, unknown> {
  const folder = path.dirname(path.dirname(file));
  const text = readFileSync(file, "utf8").replaceAll("${workspaceFolder}", folder.replaceAll("\\", "/"));
  const [first] = (parse(text) as { configurations: Record<string, unknown>[] }).configurations;
  if (first === undefined) throw new Error(`${file} has no configuration`);
  return first;
}
