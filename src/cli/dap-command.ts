// SPDX-License-Identifier: MIT
/** `kmdf-dma dap`: the debug adapter on standard input and output, or for any number of clients on a port of this machine. */
import { once } from "node:events";
import { serveStreams, serveTcp } from "../adapter/index.ts";
import { ExitStatus, UserError } from "../base/index.ts";
import type { ParsedArguments } from "./arguments.ts";
import type { Shell } from "./shell.ts";

export async function dapCommand({ values }: ParsedArguments, shell: Shell): Promise<number> {
  const host = shell.createHost(process.cwd());
  try {
    const text = values["port"];
    if (text === undefined) {
      await serveStreams(host, process.stdin, process.stdout);
      return ExitStatus.ok;
    }
    const port = Number(text);
    if (!Number.isInteger(port) || port < 0 || port > 65535)
      throw new UserError({ code: "usage", message: `--port: expected a port number, got "${text}"`, exitStatus: ExitStatus.badConfiguration });
    const server = await serveTcp(host, port).catch((error: Error) => {
      throw new UserError({ code: "port", message: `Cannot listen on 127.0.0.1:${port}: ${error.message}`, exitStatus: ExitStatus.badConfiguration });
    });
    shell.err(`kmdf-dma: debug adapter on 127.0.0.1:${server.port}\n`);
    await Promise.race([once(process, "SIGINT"), once(process, "SIGTERM")]);
    await server.close();
    return ExitStatus.ok;
  } finally {
    await host.dispose();
  }
}
