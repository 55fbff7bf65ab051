// SPDX-License-Identifier: MIT
/**
 * Real VS Code for the end-to-end tests, from the npm registry alone: the package code-server carries Microsoft's workbench and extension host
 * built for a server. Its native modules are optional for us, so nothing is compiled. Installed once into a cache folder outside the repository.
 */
import { execFile } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";

/** VS Code 1.139.1; made for Node 24, which the project brings along. */
const version = "4.139.1";

/** Built-in extensions that a debugging session needs; without the others the server starts faster and asks nobody for anything. */
const builtIns = ["configuration-editing", "cpp", "json", "theme-defaults", "theme-modern-icons", "theme-seti", "typescript-basics"];

/** Paths below VS Code's folder that only chat needs, or that are there for other platforms: 200 MB. */
const notNeeded = ["extensions/copilot", "node_modules/@github/copilot-sdk-linux-x64", "node_modules/@microsoft/mxc-sdk"];

export interface VsCodeInstallation {
  /** VS Code's own server program, to be run by Node. */
  readonly server: string;
  /** Folder with the built-in extensions to use. */
  readonly builtInExtensions: string;
}

/** Installs VS Code unless it is there; takes half a minute the first time. */
export async function installVsCode(): Promise<VsCodeInstallation> {
  const cache = path.join(process.env["XDG_CACHE_HOME"] || path.join(homedir(), ".cache"), "kmdf-dma-debug-e2e");
  const folder = path.join(cache, `code-server-${version}`);
  if (!existsSync(folder)) {
    console.log(`Installing code-server ${version} into ${folder}`);
    mkdirSync(cache, { recursive: true });
    // Under another name until it is complete: an interrupted installation is not taken for a good one.
    const partial = mkdtempSync(path.join(cache, "partial-"));
    try {
      await install(partial);
      if (!existsSync(folder)) renameSync(partial, folder);
    } finally {
      rmSync(partial, { recursive: true, force: true });
    }
  }
  return { server: path.join(vsCodeFolder(folder), "out/server-main.js"), builtInExtensions: path.join(folder, "built-in") };
}

const vsCodeFolder = (folder: string): string => path.join(folder, "node_modules/code-server/lib/vscode");

async function install(folder: string): Promise<void> {
  writeFileSync(path.join(folder, "package.json"), '{ "private": true }\n');
  await npmInstall(folder, `code-server@${version}`);
  const vsCode = vsCodeFolder(folder);
  // The package holds VS Code's shrinkwrap, but not its modules.
  await npmInstall(vsCode, "--omit=dev");
  for (const name of notNeeded) rmSync(path.join(vsCode, name), { recursive: true, force: true });
  const ripgrep = path.join(vsCode, "node_modules/@vscode/ripgrep-universal/bin");
  for (const name of readdirSync(ripgrep)) {
    if (!name.includes(`${process.platform}-${process.arch}`)) rmSync(path.join(ripgrep, name), { recursive: true, force: true });
  }
  for (const name of builtIns) cpSync(path.join(vsCode, "extensions", name), path.join(folder, "built-in", name), { recursive: true });
}

async function npmInstall(folder: string, ...more: readonly string[]): Promise<void> {
  const options = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error", "--fetch-retries=5"];
  await promisify(execFile)("npm", ["install", ...options, ...more], { cwd: folder });
}
