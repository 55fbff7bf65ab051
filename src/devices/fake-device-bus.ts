// SPDX-License-Identifier: MIT
/** A DeviceBus for unit tests of device models: host memory is a plain byte array at logical address 0x1000 and above, time moves on `run`. */
import type { DeviceBus } from "../protocol/index.ts";

const memoryStart = 0x1000n;

export class FakeDeviceBus implements DeviceBus {
  readonly memory = new Uint8Array(0x4_0000);
  readonly messagesSent: number[] = [];
  readonly logged: string[] = [];
  readonly activities: string[] = [];
  readonly configSpace = new Uint8Array(256);
  readonly dueFaults = new Set<string>();
  /** Bytes that each request line asks for. */
  readonly dmaRequests = new Map<number, number>();
  line = false;
  /** PME_En, and how often PME# was asserted. */
  pmeEnabled = false;
  pmeAsserted = 0;
  #now = 0;
  #aborted = false;
  readonly #events: { readonly due: number; readonly callback: () => void }[] = [];
  readonly #messages: number;

  constructor(messages = 0) {
    this.#messages = messages;
  }

  get dma(): DeviceBus["dma"] {
    const isAborted = () => this.#aborted;
    return {
      read: (address, length) => {
        const at = this.#offset(address, length);
        return at === undefined ? new Uint8Array(length) : this.memory.slice(at, at + length);
      },
      write: (address, bytes) => {
        const at = this.#offset(address, bytes.length);
        if (at !== undefined) this.memory.set(bytes, at);
      },
      get aborted() {
        return isAborted();
      },
    };
  }

  get interrupt(): DeviceBus["interrupt"] {
    return {
      messages: this.#messages,
      raise: (message = 0) => {
        if (this.#messages > 0) this.messagesSent.push(message);
        else this.line = true;
      },
      lower: () => {
        this.line = false;
      },
    };
  }

  get systemDma(): DeviceBus["systemDma"] {
    return {
      request: (line, bytes) => this.dmaRequests.set(line, (this.dmaRequests.get(line) ?? 0) + bytes),
      release: (line) => this.dmaRequests.delete(line),
      active: () => false,
    };
  }

  get pme(): DeviceBus["pme"] {
    const isEnabled = () => this.pmeEnabled;
    return {
      assert: () => {
        this.pmeAsserted++;
      },
      get enabled() {
        return isEnabled();
      },
    };
  }

  after(nanoseconds: number, callback: () => void): void {
    const due = this.#now + nanoseconds;
    const index = this.#events.findIndex((event) => event.due > due);
    this.#events.splice(index < 0 ? this.#events.length : index, 0, { due, callback });
  }

  now(): number {
    return this.#now;
  }

  log(text: string): void {
    this.logged.push(text);
  }

  activity(lane: string, name: string, nanoseconds: number): void {
    this.activities.push(`${lane}: ${name}, ${nanoseconds} ns`);
  }

  fault(name: string): boolean {
    return this.dueFaults.delete(name);
  }

  /** Lets time pass; everything due in it happens in order. */
  run(nanoseconds: number): void {
    const end = this.#now + nanoseconds;
    for (let next = this.#events[0]; next !== undefined && next.due <= end; next = this.#events[0]) {
      this.#events.shift();
      this.#now = next.due;
      next.callback();
    }
    this.#now = end;
  }

  /** Index in `memory` of a logical address. */
  at(logical: bigint): number {
    return Number(logical - memoryStart);
  }

  #offset(address: bigint, length: number): number | undefined {
    const at = Number(address - memoryStart);
    this.#aborted = at < 0 || at + length > this.memory.length;
    return this.#aborted ? undefined : at;
  }
}
