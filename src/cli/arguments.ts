// SPDX-License-Identifier: MIT
/** Command-line arguments: commands, options with their kinds, and messages for what is wrong. */
import { ExitStatus, UserError } from "../base/index.ts";

export interface CommandSpec {
  readonly name: string;
  readonly summary: string;
  /** Options that take a value. */
  readonly values: readonly string[];
  /** Options that take a value and may be repeated. */
  readonly lists?: readonly string[];
  readonly flags: readonly string[];
  readonly positionals: readonly string[];
  readonly required: readonly string[];
}

export interface ParsedArguments {
  readonly values: Readonly<Record<string, string>>;
  readonly lists: Readonly<Record<string, readonly string[]>>;
  readonly flags: ReadonlySet<string>;
  readonly positionals: readonly string[];
}

const usageError = (message: string, hint: string): UserError => new UserError({ code: "usage", message, hint, exitStatus: ExitStatus.badConfiguration });

/** Parses what follows the command name. Throws UserError that names the argument. */
export function parseArguments(spec: CommandSpec, argv: readonly string[]): ParsedArguments {
  const values: Record<string, string> = {};
  const lists: Record<string, string[]> = Object.fromEntries((spec.lists ?? []).map((name) => [name, []]));
  const flags = new Set<string>();
  const positionals: string[] = [];
  const hint = `see kmdf-dma ${spec.name} --help`;
  for (let i = 0; i < argv.length; i++) {
    const argument = argv[i] ?? "";
    if (!argument.startsWith("--")) {
      positionals.push(argument);
      continue;
    }
    const equals = argument.indexOf("=");
    const name = argument.slice(2, equals < 0 ? undefined : equals);
    if (spec.flags.includes(name)) {
      if (equals >= 0) throw usageError(`--${name} takes no value`, hint);
      flags.add(name);
      continue;
    }
    const isList = spec.lists?.includes(name) === true;
    if (!isList && !spec.values.includes(name)) throw usageError(`Unknown option --${name}`, hint);
    const value = equals >= 0 ? argument.slice(equals + 1) : argv[++i];
    if (value === undefined) throw usageError(`--${name} needs a value`, hint);
    if (isList) lists[name]?.push(value);
    else if (values[name] !== undefined) throw usageError(`--${name} is given twice`, hint);
    else values[name] = value;
  }
  if (positionals.length > spec.positionals.length) throw usageError(`Unexpected argument "${positionals[spec.positionals.length]}"`, hint);
  const missing = spec.required.find((name) =>
    spec.positionals.includes(name) ? positionals[spec.positionals.indexOf(name)] === undefined : values[name] === undefined,
  );
  if (missing !== undefined) throw usageError(spec.positionals.includes(missing) ? `${missing} is missing` : `--${missing} is missing`, hint);
  return { values, lists, flags, positionals };
}
