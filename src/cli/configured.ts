// SPDX-License-Identifier: MIT
/** The configuration that --config, --name and --set name. */
import { UserError } from "../base/index.ts";
import { readLaunchConfigurationFile } from "../adapter/index.ts";
import type { LaunchConfiguration } from "../protocol/index.ts";
import type { ParsedArguments } from "./arguments.ts";

/** Throws the UserError of a wrong configuration. */
export function readConfiguration({ values, lists }: ParsedArguments): LaunchConfiguration {
  const result = readLaunchConfigurationFile(values["config"] ?? "", { name: values["name"], set: lists["set"] });
  if (result instanceof UserError) throw result;
  return result;
}
