// SPDX-License-Identifier: MIT
/** Bundles the command line, the extension and their workers into dist/, and generates what package.json contributes. */
import { chmodSync } from "node:fs";
import path from "node:path";
import * as esbuild from "esbuild";

const root = path.resolve(import.meta.dirname, "..");
const outdir = path.join(root, "dist");

/** Largest size of a bundle in KiB: a dependency that creeps in shows here first. */
const budgets: Readonly<Record<string, number>> = {
  "cli-main.js": 1200,
  "extension.cjs": 1400,
  "runtime-worker.js": 2000,
  "clang-worker.js": 200,
  "sdk.js": 250,
  "memory.js": 40,
  "timeline.js": 160,
};

const common: esbuild.BuildOptions = {
  bundle: true,
  platform: "node",
  target: "node22",
  absWorkingDir: root,
  sourcemap: "linked",
  sourcesContent: false,
  metafile: true,
  logLevel: "warning",
  external: ["vscode", "@yowasp/clang"],
  // Packages that have both forms: the CommonJS one may hold calls of require that a bundler cannot follow (jsonc-parser).
  mainFields: ["module", "main"],
};

/** ES bundles may contain CommonJS packages, which call require. */
const requireBanner = 'import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);';

/** CommonJS bundles have no import.meta. */
const cjsBanner = `const { pathToFileURL: __pathToFileURL } = require("node:url");
const __importMetaUrl = __pathToFileURL(__filename).href;
const __importMetaResolve = (name) => __pathToFileURL(require.resolve(name)).href;`;

const builds: readonly esbuild.BuildOptions[] = [
  {
    ...common,
    format: "esm",
    outdir,
    entryPoints: { cli: "src/cli/start.ts" },
    // A file of its own for the command line proper: an old Node could not even parse the imports of a single one.
    splitting: true,
    chunkNames: "cli-[name]",
    banner: { js: `#!/usr/bin/env node\n${requireBanner}` },
  },
  {
    ...common,
    format: "esm",
    outdir,
    entryPoints: {
      "runtime-worker": "src/runtime/worker.ts",
      "clang-worker": "src/toolchain/clang-worker.ts",
      sdk: "src/sdk/index.ts",
    },
    banner: { js: requireBanner },
  },
  {
    ...common,
    format: "cjs",
    outfile: path.join(outdir, "extension.cjs"),
    entryPoints: ["src/extension/main.ts"],
    define: { "import.meta.url": "__importMetaUrl", "import.meta.resolve": "__importMetaResolve" },
    banner: { js: cjsBanner },
  },
  {
    ...common,
    platform: "browser",
    target: "es2022",
    format: "iife",
    minify: true,
    outfile: path.join(outdir, "timeline.js"),
    entryPoints: ["src/webview/panel/main.ts"],
  },
  {
    ...common,
    platform: "browser",
    target: "es2022",
    format: "iife",
    minify: true,
    outfile: path.join(outdir, "memory.js"),
    entryPoints: ["src/webview/memory/main.ts"],
  },
];

if (process.argv.includes("--watch")) {
  for (const options of builds) await (await esbuild.context(options)).watch();
} else {
  const results = await Promise.all(builds.map((options) => esbuild.build(options)));
  // npx runs the file itself.
  chmodSync(path.join(outdir, "cli.js"), 0o755);
  for (const result of results) {
    for (const [file, { bytes }] of Object.entries(result.metafile?.outputs ?? {})) {
      const limit = budgets[path.basename(file)];
      if (limit !== undefined && bytes > limit * 1024) throw new Error(`${file} has ${Math.ceil(bytes / 1024)} KiB, its budget is ${limit} KiB`);
    }
  }
}
