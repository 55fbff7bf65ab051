// SPDX-License-Identifier: MIT
/** WdfIoQueueStart, Stop, Drain, Purge and StopAndPurge with their completion callbacks and synchronous forms (fxioqueueapi.cpp). */
import { type Blocking, passiveLevel } from "../machine/index.ts";
import type { ApiTable } from "../nt/index.ts";
import type { WdfFramework } from "./framework.ts";
import { WdfQueue } from "./queue.ts";
import { WDF_QUEUE_FATAL_ERROR_DATA } from "./queue-structs.ts";
import { status, statusText } from "./status.ts";
import { StructView } from "./struct-view.ts";

type Slot = "idleCompletion" | "emptyCompletion";

export function queueControlApi(framework: WdfFramework): ApiTable {
  const queueOf = (handle: number): WdfQueue => framework.resolve(handle, WdfQueue, "WDFQUEUE");
  const asynchronous = (begin: (queue: WdfQueue) => void, slot: Slot, name: string) => (handle: number, callback: number, context: number) => {
    const queue = queueOf(handle);
    refuseSecond(queue, slot);
    begin(queue);
    if (callback !== 0) queue[slot] = { name, run: () => queue.invoke("EvtIoQueueState", callback, [queue.handle, context]) };
    queue.dispatch();
  };
  const synchronous = (begin: (queue: WdfQueue) => void, slot: Slot, name: string) => (handle: number) => finish(queueOf(handle), begin, slot, name);
  function* finish(queue: WdfQueue, begin: (queue: WdfQueue) => void, slot: Slot, name: string): Blocking<void> {
    if (!framework.verifierIrqlAtMost(passiveLevel)) return;
    refuseSecond(queue, slot);
    reportSelfWait(queue);
    begin(queue);
    let isDone = false;
    queue[slot] = {
      name,
      run: () => {
        isDone = true;
      },
    };
    queue.dispatch();
    yield* framework.waitTask(`${queue.owned.length} driver-owned requests of ${framework.name(queue)} (${name})`, () => isDone);
  }
  return {
    WdfIoQueueStart: (handle: number) => {
      const queue = queueOf(handle);
      queue.isAccepting = true;
      queue.isDispatching = true;
      queue.isCanceling = false;
      queue.dispatch();
    },
    WdfIoQueueStop: asynchronous(stop, "idleCompletion", "WdfIoQueueStop"),
    WdfIoQueueStopSynchronously: synchronous(stop, "idleCompletion", "WdfIoQueueStopSynchronously"),
    WdfIoQueueDrain: asynchronous(drain, "emptyCompletion", "WdfIoQueueDrain"),
    WdfIoQueueDrainSynchronously: synchronous(drain, "emptyCompletion", "WdfIoQueueDrainSynchronously"),
    WdfIoQueuePurge: asynchronous(purge, "emptyCompletion", "WdfIoQueuePurge"),
    WdfIoQueuePurgeSynchronously: synchronous(purge, "emptyCompletion", "WdfIoQueuePurgeSynchronously"),
    WdfIoQueueStopAndPurge: asynchronous(stopAndPurge, "emptyCompletion", "WdfIoQueueStopAndPurge"),
    WdfIoQueueStopAndPurgeSynchronously: synchronous(stopAndPurge, "emptyCompletion", "WdfIoQueueStopAndPurgeSynchronously"),
  };
}

function stop(queue: WdfQueue): void {
  queue.isAccepting = true;
  queue.isDispatching = false;
}

function drain(queue: WdfQueue): void {
  queue.isAccepting = false;
  queue.isDispatching = true;
}

function purge(queue: WdfQueue): void {
  queue.isAccepting = false;
  cancelAll(queue);
}

function stopAndPurge(queue: WdfQueue): void {
  queue.isAccepting = true;
  queue.isDispatching = false;
  cancelAll(queue);
}

function cancelAll(queue: WdfQueue): void {
  queue.isCanceling = true;
  queue.cancelAllWaiting();
  for (const request of queue.owned.slice()) queue.cancelOwned(request);
}

/** Bug check 0xA: the queue is gone, or an earlier call of this kind has not called back yet. */
function refuseSecond(queue: WdfQueue, slot: Slot): void {
  const { framework } = queue;
  const outstanding = queue[slot];
  if (!queue.isDeleting && outstanding === undefined) return;
  const result = queue.isDeleting ? status.deletePending : status.invalidDeviceRequest;
  const data = framework.nt.pool.allocate(WDF_QUEUE_FATAL_ERROR_DATA.size, framework.poolTag, "WDF_QUEUE_FATAL_ERROR_DATA", { zero: true });
  if (data !== 0) {
    const view = new StructView(framework.machine.memory, WDF_QUEUE_FATAL_ERROR_DATA, data);
    view.set("Queue", queue.handle);
    view.set("Status", result);
  }
  framework.bugCheck(0xa, data, 0, {
    rule: "queue-double-state-change",
    message: queue.isDeleting
      ? `${framework.apiName()}: ${framework.name(queue)} is being deleted (${statusText(result)})`
      : `${framework.apiName()}: an earlier ${outstanding?.name} of ${framework.name(queue)} is still waiting for ${queue.owned.length} driver-owned requests`,
    explanation: "Only one Stop, and one Drain or Purge, of a queue may be outstanding; wait for its EvtIoQueueState callback before the next.",
    objectId: queue.id,
  });
}

/** A synchronous call from inside a callback of the same queue waits for itself. */
function reportSelfWait(queue: WdfQueue): void {
  const { framework } = queue;
  if (!queue.isActive || queue.owned.length === 0) return;
  framework.violation({
    rule: "queue-state-change",
    message: `${framework.apiName()} was called while an I/O callback of ${framework.name(queue)} is running and the driver owns ${queue.owned.length} of its requests`,
    explanation:
      "The call waits until the queue's callbacks have returned and its requests are complete; called from one of them it waits for itself. Use the asynchronous form.",
    objectId: queue.id,
  });
}
