// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { SessionError } from "../session/index.ts";
import { RequestServer } from "./protocol-server.ts";

interface Answer {
  readonly request_seq: number;
  readonly success: boolean;
  readonly message?: string;
  readonly body?: { readonly error?: { readonly variables?: { readonly text?: string } }; readonly value?: number };
}

/** A server used inline, with everything it answered. */
function inlineServer(): { server: RequestServer; ask: (command: string, args?: unknown, seq?: number) => Promise<Answer>; answers: Answer[] } {
  const server = new RequestServer();
  const answers: Answer[] = [];
  const waiting = new Map<number, (answer: Answer) => void>();
  server.onDidSendMessage((message) => {
    const answer = message as Answer;
    answers.push(answer);
    waiting.get(answer.request_seq)?.(answer);
  });
  let next = 1;
  return {
    server,
    answers,
    ask: (command, args, seq = next++) =>
      new Promise((resolve) => {
        waiting.set(seq, resolve);
        server.handleMessage(Object.assign({ seq, type: "request" }, { command, arguments: args }));
      }),
  };
}

describe("RequestServer", () => {
  it("answers with what the handler returns", async () => {
    const { server, ask } = inlineServer();
    server.handle({ double: (request) => ({ value: 2 * request.number("x") }) });
    const answer = await ask("double", { x: 21 });
    assert.equal(answer.success, true);
    assert.equal(answer.body?.value, 42);
  });

  it("answers an unknown request with an error", async () => {
    const answer = await inlineServer().ask("nonsense");
    assert.equal(answer.success, false);
    assert.match(String(answer.message), /'nonsense' is not supported/);
  });

  it("answers a handler that throws, at once or later, exactly once", async () => {
    const { server, ask, answers } = inlineServer();
    server.handle({
      now: () => {
        throw new SessionError("not now", "notStopped");
      },
      later: () => Promise.reject(new Error("a bug {with} braces")),
    });
    const now = await ask("now");
    assert.equal(now.message, "notStopped");
    assert.equal(now.body?.error?.variables?.text, "not now");
    const later = await ask("later");
    assert.match(String(later.message), /^Internal error: Error: a bug \{with\} braces/);
    assert.equal(answers.length, 2);
  });

  it("lets a request in progress be cancelled", async () => {
    const { server, ask } = inlineServer();
    server.handle({
      wait: (_, signal) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener("abort", () => reject(signal.reason));
        }),
    });
    const answer = ask("wait", {}, 77);
    server.cancelRequest(77);
    assert.equal((await answer).message, "cancelled");
    server.cancelRequest(77);
  });
});
