// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { connect } from "node:net";
import { networkInterfaces } from "node:os";
import { serveTcp } from "../../src/adapter/index.ts";
import type { AdapterHost, TcpAdapters } from "../../src/adapter/index.ts";

/** A host for conversations that build nothing. */
const host: AdapterHost = {
  baseDir: "/",
  build: () => Promise.reject(new Error("nothing is built here")),
  createSession: () => {
    throw new Error("nothing is started here");
  },
};

/** Sends `messages` and gives back all that was answered until the other side closed. */
function converse(port: number, messages: readonly object[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1");
    let received = "";
    socket.setEncoding("utf8");
    socket.on("data", (text) => {
      received += String(text);
    });
    socket.on("error", reject);
    socket.on("close", () => resolve(received));
    for (const [i, message] of messages.entries()) {
      const body = JSON.stringify({ seq: i + 1, type: "request", ...message });
      socket.write(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
    }
  });
}

describe("serveTcp", () => {
  let adapters: TcpAdapters;
  before(async () => {
    adapters = await serveTcp(host, 0);
  });
  after(() => adapters.close());

  it("gives every connection an adapter of its own", async () => {
    const messages = [{ command: "initialize", arguments: { adapterID: "kmdf-dma" } }, { command: "disconnect" }];
    const answers = await Promise.all([converse(adapters.port, messages), converse(adapters.port, messages)]);
    for (const answer of answers) {
      assert.match(answer, /"command":"initialize".*"supportsStepBack":true/);
      assert.match(answer, /"command":"disconnect".*"success":true|"success":true.*"command":"disconnect"/s);
    }
  });

  it("survives a connection that breaks off", async () => {
    const socket = connect(adapters.port, "127.0.0.1");
    await new Promise((resolve) => socket.once("connect", resolve));
    socket.resetAndDestroy();
    assert.match(await converse(adapters.port, [{ command: "threads" }, { command: "disconnect" }]), /CPU 0/);
  });

  it("cannot be reached from other machines", async () => {
    const others = Object.values(networkInterfaces())
      .flat()
      .filter((address) => address !== undefined && !address.internal && address.family === "IPv4");
    for (const address of others) {
      const refused = new Promise<boolean>((resolve) => {
        const socket = connect(adapters.port, String(address?.address));
        socket.once("connect", () => {
          socket.destroy();
          resolve(false);
        });
        socket.once("error", () => resolve(true));
      });
      assert.equal(await refused, true, address?.address);
    }
  });

  it("says when the port is taken", async () => {
    await assert.rejects(serveTcp(host, adapters.port), /EADDRINUSE/);
  });
});
