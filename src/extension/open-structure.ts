// SPDX-License-Identifier: MIT
/** Members of a structure of the driver as nodes, read through the debugger when the node of the structure is opened. */
import type { MemoryMember } from "../protocol/index.ts";
import { parseReference } from "./memory/memory-reference.ts";
import { MemorySource } from "./memory/memory-source.ts";
import type { SessionWatch } from "./session-watch.ts";
import { type TreeNode, plain } from "./tree-node.ts";

/** None while the target runs: expressions are evaluated where it has stopped. */
export async function openStructure(watch: SessionWatch, { id, structure }: TreeNode): Promise<TreeNode[]> {
  const { session } = watch;
  const reference = structure === undefined ? undefined : parseReference(structure.reference);
  if (structure === undefined || reference === undefined || session === undefined) return [];
  const source = new MemorySource(async (command, args) => session.customRequest(command, args));
  try {
    return memberNodes(await source.members(structure.type, reference), id, structure.reference);
  } catch {
    // The target runs, has ended, or its debug information does not have the type.
    return [];
  }
}

/** One node for each member; those within another one have its name before theirs. */
export function memberNodes(members: readonly MemoryMember[], parent: string, reference: string): TreeNode[] {
  const base = BigInt(reference);
  return members.map(({ name, type, offset, length, value, follow }) => ({
    id: `${parent}.${name}`,
    label: name,
    description: value,
    icon: follow === undefined ? "symbol-field" : "references",
    tooltip: `**${plain(name)}** ${plain(type)}\n\n${plain(value)}`,
    value,
    memory: { reference: follow ?? `0x${(base + BigInt(offset)).toString(16).toUpperCase().padStart(8, "0")}`, name, length },
  }));
}
