// SPDX-License-Identifier: MIT
/** The change of a launch.json that switches a rule of the verifier off for one configuration. Knows no editor. */
import { type Edit, type Node, getNodeValue, modify, parseTree } from "jsonc-parser";

/** Edits of `text`; undefined when it has no configuration `name` or the verifier is off or limited to other rules anyway. */
export function disableRule(text: string, name: string, rule: string): readonly Edit[] | undefined {
  const root = parseTree(text, [], { allowTrailingComma: true });
  const list: unknown = root === undefined ? undefined : getNodeValue(root as Node)?.configurations;
  if (!Array.isArray(list)) return undefined;
  const index = list.findIndex((one: unknown) => typeof one === "object" && one !== null && Reflect.get(one, "name") === name);
  if (index < 0) return undefined;
  const verifier: unknown = Reflect.get(list[index] as object, "verifier");
  const path = ["configurations", index, "verifier"];
  const options = { formattingOptions: { insertSpaces: true, tabSize: 2 } };
  if (verifier === undefined || verifier === true) return modify(text, path, { disable: [rule] }, options);
  if (typeof verifier !== "object" || verifier === null || Reflect.get(verifier, "only") !== undefined) return undefined;
  const disabled: unknown = Reflect.get(verifier, "disable");
  const known = Array.isArray(disabled) ? disabled.map(String) : [];
  return known.includes(rule) ? undefined : modify(text, [...path, "disable"], [...known, rule], options);
}
