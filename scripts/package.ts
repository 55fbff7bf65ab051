// SPDX-License-Identifier: MIT
/** Packages the extension as a VSIX and checks that it holds what a user needs and nothing else. Expects dist/ to be built. */
import { readFileSync } from "node:fs";
import path from "node:path";
import { createVSIX } from "@vscode/vsce";
import { readZipDirectory } from "./zip-directory.ts";

const root = path.resolve(import.meta.dirname, "..");

/** Largest VSIX; nearly all of it is the compiler. */
const limitMiB = 60;

/** Files without which something does not work, relative to the extension's folder. */
const required: readonly string[] = [
  "package.json",
  "package.nls.json",
  "package.nls.de.json",
  "l10n/bundle.l10n.de.json",
  "LICENSE.txt",
  "dist/cli-main.js",
  "dist/cli.js",
  "dist/clang-worker.js",
  "dist/extension.cjs",
  "dist/runtime-worker.js",
  "dist/sdk.js",
  "dist/memory.js",
  "dist/timeline.js",
  "media/icon.png",
  "media/icon.svg",
  "media/snippets.json",
  "media/memory.css",
  "media/snippets-c.json",
  "media/walkthrough/stopped.png",
  "media/timeline.css",
  "node_modules/@yowasp/clang/gen/bundle.js",
  "node_modules/@yowasp/clang/gen/llvm.core.wasm",
  "node_modules/@yowasp/clang/gen/llvm-resources.tar",
  "node_modules/@yowasp/clang/package.json",
  "samples/edu/driver/Dma.c",
  "samples/sg-duplex/driver/Dma.c",
  "sdk/include/ntddk.h",
  "sdk/include/wdf.h",
  "sdk/index.d.ts",
  "sdk/runtime/rt.c",
];

/** What must not be in it, and why. */
const forbidden: readonly (readonly [pattern: RegExp, what: string])[] = [
  [/\.map$/, "source map"],
  [/\.test\.ts$|^test\//, "test"],
  [/^(src|scripts)\//, "source of the extension"],
  [/\.kmdf-dma\/|\.cache\/|\.tsbuildinfo$/, "cache"],
  [/^node_modules\/(?!@yowasp\/clang\/)/, "package that is bundled already"],
  [/\.(vsix|log|o|wasm)$(?<!^node_modules\/@yowasp\/clang\/gen\/.*)/, "build product"],
  [/(^|\/)\.env|\.npmrc$/, "private file"],
];

/** Builds the VSIX `file` (default: named after the version, in the repository). Throws when its contents are wrong. */
export async function packageExtension(file?: string): Promise<string> {
  const { name, version } = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8")) as { name: string; version: string };
  const target = file ?? path.join(root, `${name}-${version}.vsix`);
  // With dependencies: .vscodeignore then chooses among the production packages that npm lists.
  await createVSIX({ cwd: root, packagePath: target, useYarn: false });
  const archive = readFileSync(target);
  // The extension's own files are under extension/; the rest belongs to the format.
  const files = readZipDirectory(archive).flatMap(({ name: entry }) => (entry.startsWith("extension/") ? [entry.slice("extension/".length)] : []));
  const faults = [
    ...required.filter((wanted) => !files.includes(wanted)).map((wanted) => `${wanted} is missing`),
    ...files.flatMap((found) => forbidden.filter(([pattern]) => pattern.test(found)).map(([, what]) => `${found} is in it: ${what}`)),
    ...files.filter((found) => found.startsWith("dist/") && !required.includes(found)).map((found) => `${found} is in it: not a bundle of this version`),
    ...(archive.length > limitMiB * 2 ** 20 ? [`it has ${mebibytes(archive.length)} MiB, more than ${limitMiB}`] : []),
  ];
  if (faults.length > 0) throw new Error(`the package is wrong:\n${faults.map((fault) => `  ${fault}`).join("\n")}`);
  console.log(`${path.relative(process.cwd(), target)}: ${files.length} files, ${mebibytes(archive.length)} MiB`);
  return target;
}

const mebibytes = (bytes: number): string => (bytes / 2 ** 20).toFixed(1);

if (import.meta.main) await packageExtension();
