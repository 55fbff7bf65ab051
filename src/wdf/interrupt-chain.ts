// SPDX-License-Identifier: MIT
/**
 * The service routines connected to a vector, as the kernel walks them: a shared level-sensitive line stops at the first that claims, a latched
 * one goes round until nobody claims. A passive-level interrupt masks its line, runs its routine on a worker, and unmasks it afterwards.
 */
import type { InterruptVector, Machine } from "../machine/index.ts";
import type { WdfInterrupt } from "./interrupt.ts";

/** Connected routines of one vector. */
export interface InterruptChain {
  readonly interrupts: WdfInterrupt[];
  isWorkerQueued: boolean;
}

/** Rounds over a latched chain after which the kernel gives up. */
const roundLimit = 1000;

/** Adds a service routine to the vector's chain. */
export function connectVector(interrupt: WdfInterrupt, vector: InterruptVector): void {
  const { machine } = interrupt.framework;
  const { chains } = interrupt.device;
  const chain = chains.get(vector) ?? { interrupts: [], isWorkerQueued: false };
  chains.set(vector, chain);
  chain.interrupts.push(interrupt);
  machine.interrupts.connect(vector, () => serviceVector(machine, vector, chain));
}

/** Takes a service routine out of the vector's chain; the last one leaves the vector unconnected. */
export function disconnectVector(interrupt: WdfInterrupt, vector: InterruptVector): void {
  const { machine } = interrupt.framework;
  const chain = interrupt.device.chains.get(vector);
  if (chain === undefined) return;
  const index = chain.interrupts.indexOf(interrupt);
  if (index >= 0) chain.interrupts.splice(index, 1);
  if (chain.interrupts.length === 0) machine.interrupts.disconnect(vector);
}

function serviceVector(machine: Machine, vector: InterruptVector, chain: InterruptChain): boolean {
  if (!chain.interrupts.some(({ config }) => config.isPassive)) return walk(vector, chain);
  if (!chain.isWorkerQueued) {
    chain.isWorkerQueued = true;
    // Masked until the worker has run, or a level-sensitive line would be serviced for ever.
    machine.interrupts.disconnect(vector);
    machine.scheduler.queue("passive-level interrupt", () => {
      chain.isWorkerQueued = false;
      walk(vector, chain);
      if (chain.interrupts.length > 0) machine.interrupts.connect(vector, () => serviceVector(machine, vector, chain));
    });
  }
  return true;
}

function walk(vector: InterruptVector, chain: InterruptChain): boolean {
  let isClaimed = false;
  for (let round = 0; round < roundLimit; round++) {
    let isClaimedInRound = false;
    for (const interrupt of chain.interrupts.slice()) {
      if (!interrupt.service(vector.raisedBy)) continue;
      isClaimedInRound = true;
      if (vector.mode === "level") return true;
    }
    isClaimed ||= isClaimedInRound;
    // Going round matters for shared latched lines only; a message belongs to one routine.
    if (!isClaimedInRound || chain.interrupts.length < 2) return isClaimed;
  }
  return isClaimed;
}
