// SPDX-License-Identifier: MIT
/**
 * Variables such as `${workspaceFolder}` in string attributes. VS Code substitutes them before the adapter sees the configuration;
 * the command line and other editors do not, so that the ones that make sense there are done here.
 */

import { homedir } from "node:os";
import { basename, sep } from "node:path";
import { fail, within } from "./place.ts";
import type { Place } from "./place.ts";

/** Those that a message offers. */
const known = ["workspaceFolder", "workspaceFolderBasename", "userHome", "pathSeparator", "env:NAME"];

export interface VariableSource {
  readonly workspaceFolder: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** A copy of `value` in which the variables of every string are replaced. @throws UserError for an unknown variable. */
export function substituteVariables(value: unknown, source: VariableSource, place: Place): unknown {
  if (typeof value === "string") return value.replace(/\$\{([^}]*)\}/g, (_, name: string) => variable(name, source, place));
  if (Array.isArray(value)) return value.map((element: unknown, i) => substituteVariables(element, source, within(place, i)));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, substituteVariables(member, source, within(place, name))]));
}

function variable(name: string, source: VariableSource, place: Place): string {
  if (name.startsWith("env:")) return source.environment[name.slice(4)] ?? "";
  switch (name) {
    case "workspaceFolder":
    case "workspaceRoot":
      return source.workspaceFolder;
    case "workspaceFolderBasename":
      return basename(source.workspaceFolder);
    case "userHome":
      return homedir();
    case "pathSeparator":
    case "/":
      return sep;
    default:
      return fail(place, "config-unknown-variable", `uses the unknown variable '\${${name}}'`, `Use ${known.map((each) => `\${${each}}`).join(", ")}`);
  }
}
