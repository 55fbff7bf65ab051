// SPDX-License-Identifier: MIT
/**
 * The host's clock and dice as device models and scenarios see them in the worker: virtual time, a seeded generator, no timers. A run
 * must depend on its configuration and inputs only.
 */
import { SeededRandom } from "../base/index.ts";

/** 2024-01-01T00:00:00Z, the date on which the machine starts, ms. */
const epoch = Date.UTC(2024, 0, 1);
const RealDate = Date;

export interface VirtualTime {
  /** Virtual ns since the machine started. */
  now(): number;
}

let time: VirtualTime = { now: () => 0 };

class VirtualDate extends RealDate {
  constructor(...args: []) {
    if (args.length === 0) super(VirtualDate.now());
    else super(...args);
  }
  static override now(): number {
    return epoch + Math.floor(time.now() / 1e6);
  }
}

/** Replaces the worker's clock and dice for one execution. */
export function installVirtualHost(seed: number, clock: VirtualTime): void {
  time = clock;
  const random = new SeededRandom(seed);
  Math.random = () => random.next32() / 0x1_0000_0000;
  globalThis.Date = VirtualDate as DateConstructor;
  globalThis.performance.now = () => time.now() / 1e6;
}

/** What user modules get instead of the host's timers. */
export function refusedTimers(): Readonly<Record<string, () => never>> {
  const refuse = (name: string) => (): never => {
    throw new Error(`${name} runs on real time, which the machine does not have: use bus.after() in a device model, system.sleep() in a scenario`);
  };
  return Object.fromEntries(["setTimeout", "setInterval", "setImmediate"].map((name) => [name, refuse(name)]));
}
