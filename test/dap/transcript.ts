// SPDX-License-Identifier: MIT
/** Written record of a conversation: what was asked, what was answered, where the target stopped. Compared with files in golden/. */

import assert from "node:assert/strict";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Conversation, root } from "./harness.ts";

/** Set it to write the files anew; then read the difference before it is committed. */
const isUpdate = process.env["KMDF_DMA_UPDATE_GOLDEN"] !== undefined;

/** What changes with every addition to the emulated kernel, and says nothing about the protocol. */
const masks: readonly (readonly [RegExp, string])[] = [
  [/\b0x[0-9A-Fa-f]{5,16}\b/g, "0x…"],
  [/"(position|furthest|time|data|start|end|physical|virtual)":("[^"]*"|\d+)/g, '"$1":…'],
  [/\bstatement \d+/g, "statement …"],
  [/\b\d+ ns\b/g, "… ns"],
];

export class Transcript {
  readonly talk: Conversation;
  readonly asked = new Set<string>();
  readonly #name: string;
  readonly #lines: string[] = [];

  private constructor(name: string, talk: Conversation) {
    this.#name = name;
    this.talk = talk;
  }

  static async start(name: string): Promise<Transcript> {
    return new Transcript(name, await Conversation.start());
  }

  /** A heading between parts of the conversation. */
  note(text: string): void {
    this.#lines.push("", `# ${text}`);
  }

  /** Sends a request and writes down both. `shown` chooses what of the body is of interest. */
  async ask<T = Record<string, never>>(command: string, args: object = {}, shown: (body: T) => unknown = (body) => body): Promise<T> {
    return (await this.#ask(command, args, shown)) ?? ({} as T);
  }

  async #ask<T>(command: string, args: object, shown: (body: T) => unknown): Promise<T | undefined> {
    this.asked.add(command);
    this.#write(`> ${command}`, args);
    const answer = await this.talk.client.customRequest(command, args).then(
      ({ body }) => ({ body: body as T }),
      (error: unknown) => ({ error: error instanceof Error ? error.message : String(error) }),
    );
    if ("error" in answer) {
      this.#write("< refused", answer.error);
      return undefined;
    }
    this.#write("<", answer.body === undefined ? undefined : shown(answer.body));
    return answer.body ?? ({} as T);
  }

  /** The same for a request that lets the target go: the stop it leads to follows. */
  async go(command: string, args: object = { threadId: 1 }): Promise<void> {
    assert.ok(await this.#ask(command, args, (body) => body), `${command} was refused`);
    await this.stopped();
  }

  async stopped(): Promise<void> {
    const stop = await this.talk.stopped();
    const [top] = (await this.talk.frames()).filter(({ source }) => source !== undefined);
    this.#write("! stopped", { ...stop, at: top === undefined ? "nowhere" : `${top.name}:${top.line}:${top.column}` });
  }

  /** Compares with the file, or writes it. */
  check(): void {
    const file = join(root, "test", "dap", "golden", `${this.#name}.txt`);
    const text = `${this.#lines.join("\n").trim()}\n`;
    if (isUpdate || !existsSync(file)) writeFileSync(file, text);
    assert.deepEqual(text.split("\n"), readFileSync(file, "utf8").split("\n"));
  }

  #write(head: string, value: unknown): void {
    const json = value === undefined ? "" : ` ${JSON.stringify(value)}`;
    const local = json.replaceAll(JSON.stringify(root).slice(1, -1), "ROOT/").replaceAll("ROOT//", "ROOT/");
    this.#lines.push(`${head}${masks.reduce((text, [pattern, mask]) => text.replaceAll(pattern, mask), local)}`);
  }
}
