// SPDX-License-Identifier: MIT
/** What a hover says about a word of driver source, as Markdown. Knows no editor. */
import { hex } from "../../base/index.ts";
import { emulatedFunctionNames, ntStatus } from "../../protocol/index.ts";
import type { Translations } from "../tree-node.ts";
import { type IrqlLimit, ddiReference, handleReference, statusReference } from "./ddi-reference-table.ts";
import type { KitFunction } from "./kit-headers.ts";

const learn = "https://learn.microsoft.com/windows-hardware/drivers";

const limits: Readonly<Record<IrqlLimit, string>> = {
  P: "IRQL = PASSIVE_LEVEL",
  A: "IRQL ≤ APC_LEVEL",
  D: "IRQL ≤ DISPATCH_LEVEL",
  I: "IRQL ≤ DIRQL",
  H: "IRQL: any",
};

const emulated: ReadonlySet<string> = new Set(emulatedFunctionNames);
const namesByValue = new Map<number, string>();
for (const [name, value] of Object.entries(ntStatus)) if (!namesByValue.has(value)) namesByValue.set(value, name);

/** A word of the source may be the name of something that every object has. */
const own = <T>(table: Readonly<Record<string, T>>, name: string): T | undefined => (Object.hasOwn(table, name) ? table[name] : undefined);

/** Undefined for words that nothing is known of. `find` looks a function up in the kit's headers. */
export function hoverText(word: string, find: (name: string) => KitFunction | undefined, l10n: Translations): string | undefined {
  if (word.startsWith("STATUS_")) return statusText(word, l10n);
  if (/^0x[0-9a-f]{8}[uUlL]*$/i.test(word)) return statusNumberText(word, l10n);
  const handle = own(handleReference, word);
  if (handle !== undefined) return `**${word}**\n\n${l10n.t(handle[0])}\n\n[${l10n.t("Documentation")}](${learn}/${handle[1]})`;
  const found = find(word);
  return found === undefined ? undefined : functionText(word, found, l10n);
}

function statusText(name: string, l10n: Translations): string | undefined {
  const value: number | undefined = Object.hasOwn(ntStatus, name) ? ntStatus[name as keyof typeof ntStatus] : undefined;
  if (value === undefined) return undefined;
  const known = own(statusReference, name);
  const lines = [`**${name}** \`${hex(value >>> 0, 8)}\` · ${severity(value >>> 0, l10n)}`, ...(known === undefined ? [] : [l10n.t(known)])];
  return [
    ...lines,
    `[${l10n.t("All NTSTATUS values")}](https://learn.microsoft.com/openspecs/windows_protocols/ms-erref/596a1078-e883-4972-9bbc-49e60bebca55)`,
  ].join("\n\n");
}

/** Only values of error or warning severity: any other number may mean anything. */
function statusNumberText(word: string, l10n: Translations): string | undefined {
  const value = Number(word.replace(/[uUlL]+$/, ""));
  const name = value >= 0x8000_0000 ? namesByValue.get(value) : undefined;
  return name === undefined ? undefined : statusText(name, l10n);
}

function severity(value: number, l10n: Translations): string {
  switch (value >>> 30) {
    case 0:
      return l10n.t("success");
    case 1:
      return l10n.t("information");
    case 2:
      return l10n.t("warning");
    default:
      return l10n.t("error");
  }
}

function functionText(name: string, { prototype, header }: KitFunction, l10n: Translations): string {
  const known = own(ddiReference, name);
  const facts = [...(known === undefined ? [] : [limits[known[0]]]), emulated.has(name) ? l10n.t("emulated") : l10n.t("not emulated: a call stops the driver")];
  return [
    `\`\`\`c\n${prototype}\n\`\`\``,
    ...(known === undefined ? [] : [l10n.t(known[1])]),
    facts.join(" · "),
    `[${l10n.t("Documentation")}](${learn}/ddi/${header}/nf-${header}-${name.toLowerCase()})`,
  ].join("\n\n");
}
