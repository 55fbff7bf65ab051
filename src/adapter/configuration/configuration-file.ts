// SPDX-License-Identifier: MIT
/**
 * Configurations in files: a plain object of attributes, or a launch.json with several of them. Comments and trailing commas are
 * allowed. Messages carry the line of the attribute.
 */

import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { findNodeAtLocation, getNodeValue, parseTree, printParseErrorCode } from "jsonc-parser";
import type { Node, ParseError } from "jsonc-parser";
import { ExitStatus, UserError } from "../../base/index.ts";
import type { SourceLocation } from "../../base/index.ts";
import type { LaunchConfiguration } from "../../protocol/index.ts";
import { didYouMean } from "./did-you-mean.ts";
import { parseLaunchConfiguration, unreadable, workspaceFolderOf } from "./parse.ts";
import type { AttributePath } from "./place.ts";

export interface ConfigurationFileOptions {
  /** Configuration to take from a launch.json; may be left out when it has only one for us. */
  readonly name?: string | undefined;
  /** `path.to.attribute=value` overrides; the value is JSON, or a string when it is not. */
  readonly set?: readonly string[] | undefined;
}

/** Reads `file` and checks it like `parseLaunchConfiguration`. */
export function readLaunchConfigurationFile(file: string, options: ConfigurationFileOptions = {}): LaunchConfiguration | UserError {
  const full = resolve(file);
  try {
    const text = readText(full);
    const chosen = choose(parseText(text, full), full, text, options.name);
    const attributes: unknown = getNodeValue(chosen);
    const input = (options.set ?? []).reduce(withOverride, attributes);
    const workspaceFolder = workspaceFolderOf(full);
    const locate = (path: AttributePath): SourceLocation => locationOf(full, text, nearestNode(chosen, path));
    return parseLaunchConfiguration(input, { baseDir: workspaceFolder, workspaceFolder, file: full, locate });
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
}

function readText(file: string): string {
  try {
    return readFileSync(file, "utf8").replace(/^\uFEFF/, "");
  } catch (error) {
    throw unreadable(file, error instanceof Error ? error.message : String(error));
  }
}

function parseText(text: string, file: string): Node {
  const errors: ParseError[] = [];
  const root = parseTree(text, errors, { allowTrailingComma: true });
  const first = errors[0];
  if (first) throw badFile(`Not valid JSON: ${spaced(printParseErrorCode(first.error))}`, positionOf(file, text, first.offset));
  if (root?.type !== "object") throw badFile("The configuration must be a JSON object", { file });
  return root;
}

/** `CommaExpected` reads as `comma expected`. */
const spaced = (code: string): string => code.replaceAll(/(?<=[a-z])(?=[A-Z])/g, " ").toLowerCase();

function choose(root: Node, file: string, text: string, name: string | undefined): Node {
  const listNode = findNodeAtLocation(root, ["configurations"]);
  if (listNode === undefined) return root;
  const all = (listNode.children ?? []).map((node) => ({ node, attributes: getNodeValue(node) as unknown }));
  const ours = all.filter(({ attributes }) => attributeOf(attributes, "type") === "kmdf-dma");
  const names = ours.map(({ attributes }) => String(attributeOf(attributes, "name")));
  const at = locationOf(file, text, listNode);
  if (name !== undefined) {
    const found = ours[names.indexOf(name)];
    if (found) return found.node;
    const near = didYouMean(name, names);
    throw badFile(`No configuration of type 'kmdf-dma' is called '${name}'`, at, near ? `Did you mean '${near}'?` : `There are: ${names.join(", ") || "none"}`);
  }
  const only = ours[0];
  if (only === undefined) throw badFile("There is no configuration of type 'kmdf-dma'", at);
  if (ours.length > 1) throw badFile(`There are ${ours.length} configurations of type 'kmdf-dma'`, at, `Choose one with --name: ${names.join(", ")}`);
  return only.node;
}

function attributeOf(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null && name in value ? Reflect.get(value, name) : undefined;
}

/** A copy of `attributes` with `path.to.attribute` set. */
function withOverride(attributes: unknown, override: string): unknown {
  const equals = override.indexOf("=");
  const path = override.slice(0, equals).trim();
  if (equals < 0 || path === "") {
    throw new UserError({
      code: "config-bad-override",
      message: `Cannot read the override '${override}'`,
      exitStatus: ExitStatus.badConfiguration,
      hint: "Write it as attribute=value, for example machine.seed=7",
    });
  }
  return setAt(attributes, path.split("."), jsonOrText(override.slice(equals + 1)));
}

function setAt(target: unknown, path: readonly string[], value: unknown): unknown {
  const [step, ...rest] = path;
  if (step === undefined) return value;
  if (Array.isArray(target) && /^\d+$/.test(step)) return target.with(Math.min(Number(step), target.length - 1), setAt(target[Number(step)], rest, value));
  const members = typeof target === "object" && target !== null ? target : {};
  return { ...members, [step]: setAt(Reflect.get(members, step), rest, value) };
}

function jsonOrText(value: string): unknown {
  try {
    return JSON.parse(value);
  } catch (error) {
    if (error instanceof SyntaxError) return value;
    throw error;
  }
}

/** The node of `path`, or of the longest part of it that exists. */
function nearestNode(root: Node, path: AttributePath): Node {
  for (let length = path.length; length > 0; length--) {
    const node = findNodeAtLocation(root, path.slice(0, length));
    if (node) return node.parent?.type === "property" ? node.parent : node;
  }
  return root;
}

const locationOf = (file: string, text: string, node: Node): SourceLocation => positionOf(file, text, node.offset);

function positionOf(file: string, text: string, offset: number): SourceLocation {
  const before = text.slice(0, offset).split("\n");
  return { file, line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}

function badFile(message: string, location: SourceLocation, hint?: string): UserError {
  return new UserError({ code: "config-bad-file", message, location, exitStatus: ExitStatus.badConfiguration, ...(hint === undefined ? {} : { hint }) });
}
