// SPDX-License-Identifier: MIT
/** A VS Code server of one end-to-end scenario: a process group of its own, with all its files in one folder. */
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { mkdirSync, openSync, readFileSync, writeFileSync } from "node:fs";
import { once } from "node:events";
import { createServer } from "node:net";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { promisify } from "node:util";
import type { VsCodeInstallation } from "./code-server-install.ts";

/** Nothing that moves, asks, or goes to the network. */
const settings = {
  "chat.disableAIFeatures": true,
  "debug.openDebug": "openOnDebugBreak",
  "debug.toolBarLocation": "floating",
  "extensions.autoCheckUpdates": false,
  "extensions.autoUpdate": false,
  "extensions.ignoreRecommendations": true,
  "git.enabled": false,
  "remote.autoForwardPorts": false,
  "security.workspace.trust.enabled": false,
  "telemetry.telemetryLevel": "off",
  "update.mode": "none",
  "workbench.enableExperiments": false,
  "workbench.secondarySideBar.defaultVisibility": "hidden",
  "workbench.startupEditor": "none",
  "workbench.tips.enabled": false,
};

/** Longest time from the start of the process to its first answer; usually half a second. */
const startLimitMs = 60_000;

export class VsCodeServer {
  readonly port: number;
  readonly #process: ChildProcess;

  private constructor(process: ChildProcess, port: number) {
    this.#process = process;
    this.port = port;
  }

  /** Starts a server whose files are in `folder` (a short path: it will hold sockets), with the extension `vsix` if there is one. */
  static async start(installation: VsCodeInstallation, folder: string, vsix?: string): Promise<VsCodeServer> {
    const folders = ["--user-data-dir", path.join(folder, "ud"), "--extensions-dir", path.join(folder, "ext"), "--server-data-dir", path.join(folder, "sd")];
    const temporary = path.join(folder, "tmp");
    mkdirSync(temporary, { recursive: true, mode: 0o700 });
    mkdirSync(path.join(folder, "ud/User"), { recursive: true });
    writeFileSync(path.join(folder, "ud/User/settings.json"), JSON.stringify(settings));
    const env = environment(temporary);
    if (vsix !== undefined) await promisify(execFile)(process.execPath, [installation.server, ...folders, "--install-extension", vsix], { env });

    const port = await freePort();
    const log = path.join(folder, "server.log");
    const file = openSync(log, "a");
    const child = spawn(
      process.execPath,
      [
        installation.server,
        ...folders,
        "--host=127.0.0.1",
        `--port=${port}`,
        "--without-connection-token",
        "--accept-server-license-terms",
        "--telemetry-level=off",
        `--builtin-extensions-dir=${installation.builtInExtensions}`,
        // Only with this does a built workbench take an extension under development from the address.
        "--enable-smoke-test-driver",
      ],
      { stdio: ["ignore", file, file], detached: true, env },
    );
    const server = new VsCodeServer(child, port);
    try {
      await server.#answers(log);
    } catch (error) {
      await server.stop();
      throw error;
    }
    return server;
  }

  /** Ends the server and everything it started. */
  async stop(): Promise<void> {
    const exited = this.#process.exitCode === null && this.#process.signalCode === null ? once(this.#process, "exit") : undefined;
    this.signal("SIGTERM");
    if (exited !== undefined) {
      const patience = new AbortController();
      await Promise.race([exited, delay(3000, undefined, { signal: patience.signal }).catch(() => undefined)]);
      patience.abort();
    }
    // The extension host is of the same group and may live longer than its parent.
    this.signal("SIGKILL");
    await exited;
  }

  /** Sends a signal to the whole process group; for handlers that cannot wait. */
  signal(signal: NodeJS.Signals): void {
    try {
      if (this.#process.pid !== undefined) process.kill(-this.#process.pid, signal);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
    }
  }

  async #answers(log: string): Promise<void> {
    for (const limit = performance.now() + startLimitMs; performance.now() < limit; await delay(50)) {
      if (this.#process.exitCode !== null) throw new Error(`the VS Code server ended:\n${readFileSync(log, "utf8")}`);
      const response = await fetch(`http://127.0.0.1:${this.port}/version`).catch(() => undefined);
      if (response?.ok) return;
    }
    throw new Error(`the VS Code server did not answer within ${startLimitMs / 1000} s:\n${readFileSync(log, "utf8")}`);
  }
}

/** Environment in which nothing is written to the home folder, and nothing known of a VS Code around us. */
function environment(temporary: string): NodeJS.ProcessEnv {
  const env: NodeJS.ProcessEnv = { ...process.env, TMPDIR: temporary };
  for (const name of ["XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_RUNTIME_DIR"]) env[name] = temporary;
  for (const name of Object.keys(env)) if (name.startsWith("VSCODE_")) delete env[name];
  return env;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  if (address === null || typeof address === "string") throw new Error("no free port");
  return address.port;
}
