// SPDX-License-Identifier: MIT
/**
 * Tree "Device Registers": registers of the device with their fields. Values are peeked, so that looking never clears a register. What differs
 * from the stop before is marked, a register and each of its fields by itself.
 */
import { hex } from "../base/index.ts";
import type { RegisterFieldView, RegisterView } from "../protocol/index.ts";
import { type EditableRegister, type Translations, type TreeNode, plain } from "./tree-node.ts";

/** Value of each register by `BAR:offset`. */
export type RegisterValues = ReadonlyMap<string, string>;

const keyOf = ({ bar, offset }: RegisterView): string => `${bar}:${offset}`;

export function registerValues(registers: readonly RegisterView[]): RegisterValues {
  return new Map(registers.flatMap((register) => (register.value === undefined ? [] : [[keyOf(register), register.value] as const])));
}

/** `before` are the values at the stop before; undefined when there was none. */
export function registerTree(registers: readonly RegisterView[], before: RegisterValues | undefined, l10n: Translations): TreeNode[] {
  const bars = [...new Set(registers.map(({ bar }) => bar))];
  const nodesOf = (of: readonly RegisterView[]): TreeNode[] => of.map((register) => registerNode(register, before?.get(keyOf(register)), l10n));
  if (bars.length < 2) return nodesOf(registers);
  return bars.map((bar) => ({
    id: `bar${bar}`,
    label: l10n.t("BAR {0}", bar),
    icon: "circuit-board",
    tooltip: plain(l10n.t("BAR {0}", bar)),
    value: String(bar),
    isExpanded: true,
    children: nodesOf(registers.filter((register) => register.bar === bar)),
  }));
}

const accessText = (access: string, l10n: Translations): string => {
  switch (access) {
    case "ro":
      return l10n.t("read only");
    case "wo":
      return l10n.t("write only");
    case "w1c":
      return l10n.t("writing 1 clears a bit");
    case "rc":
      return l10n.t("reading clears it; this view only peeks");
    default:
      return l10n.t("read and write");
  }
};

function registerNode(register: RegisterView, before: string | undefined, l10n: Translations): TreeNode {
  const { name, bar, offset, size, access, value, reset, fields } = register;
  const id = `register${keyOf(register)}`;
  const isChanged = before !== undefined && value !== undefined && before !== value;
  const shown = value ?? l10n.t("cannot be peeked");
  const lines = [
    `**${plain(name)}** \`${shown}\``,
    plain(l10n.t("BAR {0}, offset {1}, {2} bytes, {3}", bar, hex(offset), size, accessText(access, l10n))),
    ...(reset === undefined ? [] : [plain(l10n.t("After reset: {0}", reset))]),
    ...(isChanged ? [plain(l10n.t("Changed from {0} since the last stop", before))] : []),
    ...(fields.length === 0 ? [] : [fieldTable(fields, l10n)]),
  ];
  const editable: EditableRegister = { name, bar, offset, size, access, ...(value === undefined ? {} : { value }) };
  return {
    id,
    label: name,
    description: [shown, summary(fields), ...(isChanged ? [l10n.t("was {0}", before)] : [])].filter((text) => text !== "").join("  "),
    icon: isChanged ? "circle-filled" : access === "ro" ? "circle" : "circle-outline",
    tone: isChanged ? "changed" : reset === undefined || value === reset || value === undefined ? "muted" : "good",
    tooltip: lines.join("\n\n"),
    value: shown,
    register: editable,
    breakpoint: { key: id, requests: [{ event: access === "ro" ? "registerRead" : "registerWrite", bar, offset }] },
    children: [...fields].sort((a, b) => b.bits[0] - a.bits[0]).map((field) => fieldNode(field, id, editable, isChanged ? before : undefined, l10n)),
  };
}

/** Fields that say something: names of set bits, and named values. */
function summary(fields: readonly RegisterFieldView[]): string {
  const telling = fields.flatMap(({ name, bits: [high, low], value, meaning }) => {
    if (BigInt(value) === 0n) return [];
    return [high === low ? name : `${name}=${meaning ?? value}`];
  });
  return telling.join(" ");
}

const bitsText = ([high, low]: readonly [number, number]): string => (high === low ? `[${high}]` : `[${high}:${low}]`);

function fieldTable(fields: readonly RegisterFieldView[], l10n: Translations): string {
  const rows = fields.map(({ name, bits, value, meaning }) => `| ${bitsText(bits)} | ${plain(name)} | \`${value}\` | ${plain(meaning ?? "")} |`);
  return [`| ${l10n.t("Bits")} | ${l10n.t("Field")} | ${l10n.t("Value")} | ${l10n.t("Meaning")} |`, "|---|---|---|---|", ...rows].join("\n");
}

/** Value of the bits of a field in a register value. */
export function bitsOf(value: bigint, [high, low]: readonly [high: number, low: number]): bigint {
  return (value >> BigInt(low)) & ((1n << BigInt(high - low + 1)) - 1n);
}

function fieldNode(field: RegisterFieldView, parent: string, register: EditableRegister, before: string | undefined, l10n: Translations): TreeNode {
  const { name, bits, value, meaning } = field;
  const was = before === undefined ? undefined : hex(bitsOf(BigInt(before), bits));
  const isChanged = was !== undefined && was !== value;
  const shown = meaning === undefined ? value : `${value} ${meaning}`;
  return {
    id: `${parent}/${name}`,
    label: name,
    description: `${bitsText(bits)} ${shown}${isChanged ? `  ${l10n.t("was {0}", was)}` : ""}`,
    icon: isChanged ? "circle-filled" : "symbol-field",
    ...(isChanged ? { tone: "changed" as const } : {}),
    tooltip: `**${plain(register.name)}\\.${plain(name)}** ${plain(bitsText(bits))} \`${value}\`${meaning === undefined ? "" : `\n\n${plain(meaning)}`}`,
    value,
    register: { ...register, name: `${register.name}.${name}`, bits },
  };
}

/** Remembers the values of the stop before the current one. */
export class RegisterHistory {
  #before: RegisterValues | undefined;
  #now: RegisterValues | undefined;
  #position: number | undefined;

  /** Values at statement number `position`; those of another position become the ones to compare with. */
  see(registers: readonly RegisterView[], position: number | undefined): RegisterValues | undefined {
    if (this.#position !== position) {
      this.#before = this.#now;
      this.#position = position;
    }
    // A write by the user at the same position is a change too, so the values to compare with stay.
    this.#now = registerValues(registers);
    return this.#before;
  }

  /** Values at the latest stop, for a target that runs: they are compared with and stay. */
  atStop(): RegisterValues | undefined {
    return this.#now;
  }

  clear(): void {
    this.#before = undefined;
    this.#now = undefined;
    this.#position = undefined;
  }
}
