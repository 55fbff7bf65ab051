// SPDX-License-Identifier: MIT
/** The worker's end of the debug port: messages, and the control words that wake it. */
import { type MessagePort, receiveMessageOnPort } from "node:worker_threads";
import { type RuntimeEvent, type RuntimeMessage, type TraceSnapshot, controlWord, targetState } from "../protocol/index.ts";

export class ControlLink {
  readonly #port: MessagePort;
  readonly #words: Int32Array;

  constructor(port: MessagePort, control: SharedArrayBuffer) {
    this.#port = port;
    this.#words = new Int32Array(control);
  }

  post(event: RuntimeEvent): void {
    // A trace may have hundreds of megabytes, and nobody needs it here any more.
    this.#port.postMessage(event, event.type === "ended" && event.trace !== undefined ? columnsOf(event.trace) : []);
  }

  setState(state: keyof typeof targetState): void {
    Atomics.store(this.#words, controlWord.state, targetState[state]);
  }

  /** Tells how far a travel is, from 0 to 1. */
  setProgress(part: number): void {
    Atomics.store(this.#words, controlWord.progress, Math.round(1000 * part));
  }

  /** The session asked a running target to look for messages; clears the request. */
  takeAttention(): boolean {
    return Atomics.exchange(this.#words, controlWord.attention, 0) !== 0;
  }

  get hasAttention(): boolean {
    return Atomics.load(this.#words, controlWord.attention) !== 0;
  }

  /** The next message, if there is one. */
  poll(): RuntimeMessage | undefined {
    return (receiveMessageOnPort(this.#port) as { message: RuntimeMessage } | undefined)?.message;
  }

  /** Blocks this thread until there is a message. */
  wait(): RuntimeMessage {
    for (;;) {
      const bell = Atomics.load(this.#words, controlWord.doorbell);
      const message = this.poll();
      if (message !== undefined) return message;
      Atomics.wait(this.#words, controlWord.doorbell, bell);
    }
  }

  /** Waits for a message without blocking the event loop. */
  async waitAsync(): Promise<RuntimeMessage> {
    // Atomics.waitAsync does not keep the worker's event loop alive.
    const keepAlive = setInterval(() => undefined, 0x7fff_ffff);
    try {
      for (;;) {
        const bell = Atomics.load(this.#words, controlWord.doorbell);
        const message = this.poll();
        if (message !== undefined) return message;
        await Atomics.waitAsync(this.#words, controlWord.doorbell, bell).value;
      }
    } finally {
      clearInterval(keepAlive);
    }
  }

  close(): void {
    this.#port.close();
  }
}

function columnsOf({ time, statement, kind, phase, irql, object, parent, args }: TraceSnapshot): ArrayBuffer[] {
  return [time, statement, kind, phase, irql, object, parent, args].flatMap(({ buffer }) => (buffer instanceof ArrayBuffer ? [buffer] : []));
}
