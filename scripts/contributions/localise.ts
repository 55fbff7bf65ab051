// SPDX-License-Identifier: MIT
/** Takes the texts that people read out of a manifest and leaves keys (`%key%`) in their places; VS Code puts those of its language in. */

/** Members whose values people read. */
const texts: ReadonlySet<string> = new Set(["title", "label", "description", "markdownDescription", "contents", "displayName", "userDescription", "altText"]);
/** What is below these is inserted into files as it is. */
const verbatim: ReadonlySet<string> = new Set(["body", "default", "enum", "inputSchema"]);
/** Parts of a path that say nothing. */
const structural: ReadonlySet<string> = new Set(["configurationAttributes", "properties", "oneOf", "object", "markdownDescription", "description"]);
/** Members by which an element of a list is known, best first. */
const identities = ["id", "command", "reference", "view", "type", "label", "name"] as const;

type Json = unknown;

/** The manifest with keys, and the texts by key. Keys are paths of the manifest, shortened. */
export function localise(manifest: Json): { readonly manifest: Json; readonly texts: Readonly<Record<string, string>> } {
  const found: Record<string, string> = {};
  const walk = (value: Json, path: readonly string[], name: string): Json => {
    if (verbatim.has(name)) return value;
    if (typeof value === "string") {
      if (!isText(name, path)) return value;
      const key = uniqueKey(found, path.filter((part) => !structural.has(part)).join("."), value);
      found[key] = value;
      return `%${key}%`;
    }
    if (Array.isArray(value)) return value.map((item, index) => walk(item, [...path, identityOf(item, index)], ""));
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([member, of]) => [member, walk(of, [...path, short(member)], member)]));
  };
  return { manifest: walk(manifest, [], ""), texts: found };
}

/** Names of views are texts, names of tools and icons are not. */
const isText = (name: string, path: readonly string[]): boolean => texts.has(name) || (name === "name" && path[0] === "views");

function identityOf(item: Json, index: number): string {
  if (typeof item === "object" && item !== null) {
    for (const name of identities) {
      const value: unknown = Reflect.get(item, name);
      if (typeof value === "string") return short(value);
    }
  }
  return String(index);
}

const short = (text: string): string => text.replace(/^kmdfDma\./, "").replaceAll(/[^\w-]+/g, "-");

/** Two texts of one path, such as two welcomes of one view, get numbers. */
function uniqueKey(found: Readonly<Record<string, string>>, key: string, value: string): string {
  for (let n = 1; ; n++) {
    const candidate = n === 1 ? key : `${key}.${n}`;
    if (found[candidate] === undefined || found[candidate] === value) return candidate;
  }
}
