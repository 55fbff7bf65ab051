// SPDX-License-Identifier: MIT
/** Lines of the steps of a scenario that is written in JSON: in a file of its own, in a configuration, or in a launch.json. */
import { readFileSync } from "node:fs";
import { type Node, findNodeAtLocation, getNodeValue, parseTree } from "jsonc-parser";
import { type SourceLocation, UserError } from "../base/index.ts";

/** Runs `create`; a UserError about a step (its message begins with the path of the attribute) gets the line of that attribute. */
export function withStepPlaces<T>(file: string | undefined, configuration: string, create: () => T): T {
  try {
    return create();
  } catch (error) {
    const [path] = error instanceof UserError && error.code === "scenario-step" ? (/^scenario[\w[\].]*/.exec(error.message) ?? []) : [];
    const location = file === undefined || path === undefined ? undefined : placeOfStep(file, configuration, path);
    if (!(error instanceof UserError) || location === undefined) throw error;
    throw new UserError({ code: error.code, message: error.message, location, exitStatus: error.exitStatus });
  }
}

/** `path` is like `scenario[2].read.length`; the longest part of it that exists counts. */
function placeOfStep(file: string, configuration: string, path: string): SourceLocation | undefined {
  const text = readFileSync(file, "utf8");
  const root = parseTree(text, [], { allowTrailingComma: true });
  if (root === undefined) return undefined;
  const steps = [...path.matchAll(/\[(\d+)\]|(\w+)/g)].map(([, index, name]) => (index === undefined ? (name ?? "") : Number(index)));
  const whole = [...prefixOf(root, configuration), ...steps];
  // In a file of its own the array of steps is the root.
  const full = root.type === "array" ? steps.slice(1) : whole;
  for (let length = full.length; length > 0; length--) {
    const node = findNodeAtLocation(root, full.slice(0, length));
    if (node === undefined) continue;
    const { offset } = node.parent?.type === "property" ? node.parent : node;
    const before = text.slice(0, offset).split("\n");
    return { file, line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
  }
  return undefined;
}

/** Where the attributes of the configuration stand in a launch.json. */
function prefixOf(root: Node, configuration: string): (string | number)[] {
  const list = findNodeAtLocation(root, ["configurations"])?.children ?? [];
  const index = list.findIndex((node) => (getNodeValue(node) as { readonly name?: unknown } | null)?.name === configuration);
  return index < 0 ? [] : ["configurations", index];
}
