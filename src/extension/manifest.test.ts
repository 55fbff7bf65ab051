// SPDX-License-Identifier: MIT
/** What package.json promises the extension keeps: commands exist, none is offered where it cannot work, settings are read, pictures are there. */
import assert from "node:assert/strict";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import path from "node:path";
import { timelineCommands } from "../protocol/index.ts";

const root = path.resolve(import.meta.dirname, "../..");

interface Manifest {
  readonly extensionKind: readonly string[];
  readonly contributes: {
    readonly commands: readonly { readonly command: string; readonly enablement?: string }[];
    readonly menus: Readonly<Record<string, readonly { readonly command: string; readonly when?: string }[]>>;
    readonly configuration: { readonly properties: Readonly<Record<string, unknown>> };
    readonly walkthroughs: readonly { readonly steps: readonly { readonly media: { readonly image: string; readonly altText: string } }[] }[];
    readonly languageModelTools: readonly { readonly name: string }[];
    readonly views: Readonly<Record<string, readonly { readonly id: string }[]>>;
    readonly viewsWelcome: readonly { readonly view: string; readonly contents: string }[];
    readonly snippets: readonly { readonly path: string }[];
  };
}

const manifest = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8")) as Manifest;
const texts = JSON.parse(readFileSync(path.join(root, "package.nls.json"), "utf8")) as Readonly<Record<string, string>>;
const sources = readdirSync(import.meta.dirname, { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts"))
  .map((name) => readFileSync(path.join(import.meta.dirname, name), "utf8"))
  .join("\n");
const { contributes } = manifest;
const names = contributes.commands.map(({ command }) => command);

/** Whether the extension registers the command: by its name, by the shorthand of the trees, or with the table of the timeline. */
function isRegistered(command: string): boolean {
  const short = command.replace(/^kmdfDma\./, "");
  const timeline = /^timeline\.(\w+)$/.exec(short)?.[1];
  if (timeline !== undefined) return Object.hasOwn(timelineCommands, timeline);
  return sources.includes(`registerCommand("${command}"`) || sources.includes(`command("${short}"`);
}

describe("package.json", () => {
  it("has only commands that the extension registers", () => {
    assert.deepEqual(
      names.filter((command) => !isRegistered(command)),
      [],
    );
  });

  it("offers no command in the palette when it cannot work", () => {
    const palette = new Map(contributes.menus["commandPalette"]?.map(({ command, when }) => [command, when]));
    const always = names.filter((command) => palette.get(command) === undefined);
    assert.deepEqual(always, ["kmdfDma.trySample", "kmdfDma.newFromProject"]);
    for (const { command, enablement } of contributes.commands) assert.ok(always.includes(command) || enablement !== undefined, command);
    for (const entries of Object.values(contributes.menus)) for (const { command } of entries) assert.ok(names.includes(command), command);
  });

  it("has at most 12 settings, and every one is read", () => {
    const settings = Object.keys(contributes.configuration.properties);
    assert.ok(settings.length <= 12);
    for (const setting of settings) assert.ok(sources.includes(`"${setting.replace("kmdfDma.", "")}"`), setting);
  });

  it("has a walkthrough of at most five steps with pictures that are there, and texts for those who do not see them", () => {
    for (const { steps } of contributes.walkthroughs) {
      assert.ok(steps.length <= 5);
      for (const { media } of steps) {
        assert.ok(existsSync(path.join(root, media.image)), media.image);
        assert.ok(media.altText.length > 0);
      }
    }
  });

  it("gives every view a welcome with one thing to do, and links only to commands that there are", () => {
    const welcomed = new Map(contributes.viewsWelcome.map(({ view, contents }) => [view, texts[contents.slice(1, -1)] ?? ""]));
    for (const { id } of contributes.views["debug"] ?? []) assert.match(welcomed.get(id) ?? "", /\]\(command:kmdfDma\.\w+\)/, id);
    for (const text of Object.values(texts)) {
      for (const [, command = ""] of text.matchAll(/\(command:(kmdfDma\.[\w.]+)\)/g)) assert.ok(names.includes(command), command);
    }
  });

  it("describes the tools that the extension gives language models, and runs where the sources are", () => {
    for (const { name } of contributes.languageModelTools) assert.ok(sources.includes(`"${name}"`), name);
    assert.deepEqual(manifest.extensionKind, ["workspace"]);
  });

  it("has snippets that are JSON with a body each", () => {
    for (const { path: file } of contributes.snippets) {
      const snippets = JSON.parse(readFileSync(path.join(root, file), "utf8")) as Readonly<
        Record<string, { readonly prefix: string; readonly body: readonly string[] }>
      >;
      for (const [name, { prefix, body }] of Object.entries(snippets)) assert.ok(prefix.startsWith("kmdf-") && body.length > 0, name);
    }
  });
});
