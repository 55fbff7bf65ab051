// SPDX-License-Identifier: MIT
/** Debug adapters on streams: one on standard input and output, or one for each connection to a TCP port of this machine. */

import { createServer } from "node:net";
import type { Server, Socket } from "node:net";
import type { AdapterHost } from "./adapter-host.ts";
import { KmdfDebugAdapter } from "./debug-adapter.ts";

/** Serves one client on `input` and `output`; resolves when it has disconnected or its stream is closed. */
export function serveStreams(host: AdapterHost, input: NodeJS.ReadableStream, output: NodeJS.WritableStream): Promise<void> {
  return new Promise((resolve) => {
    const adapter = new KmdfDebugAdapter(host);
    const end = (): void => {
      adapter.dispose();
      resolve();
    };
    adapter.on("close", end);
    adapter.on("disconnected", end);
    input.on("end", end);
    adapter.start(input, output);
  });
}

export interface TcpAdapters {
  readonly port: number;
  /** Ends all conversations. */
  close(): Promise<void>;
}

/** Listens on 127.0.0.1 only: whoever may connect can run code as this user. Port 0 takes a free one. */
export function serveTcp(host: AdapterHost, port: number): Promise<TcpAdapters> {
  return new Promise((resolve, reject) => {
    const sockets = new Set<Socket>();
    const server: Server = createServer((socket) => {
      sockets.add(socket);
      socket.on("close", () => sockets.delete(socket));
      socket.on("error", () => socket.destroy());
      void serveStreams(host, socket, socket).then(() => socket.end());
    });
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => {
      const address = server.address();
      const close = (): Promise<void> =>
        new Promise((closed) => {
          server.close(() => closed());
          for (const socket of sockets) socket.destroy();
        });
      resolve({ port: typeof address === "object" && address !== null ? address.port : port, close });
    });
  });
}
