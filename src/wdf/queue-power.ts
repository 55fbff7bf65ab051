// SPDX-License-Identifier: MIT
/** What a power-managed queue does when the device leaves and enters D0: EvtIoStop, the wait for every request, EvtIoResume (fxioqueue.cpp). */
import type { Wait, WaitResult } from "../machine/index.ts";
import type { WdfDevice } from "./device.ts";
import type { WdfQueue } from "./queue.ts";
import type { WdfRequest } from "./request.ts";
import { stopAction } from "./request-structs.ts";

type Steps = Generator<Wait, void, WaitResult>;

/** DbgWaitForSignalTimeoutInSec, default 60 s. */
const signalTimeoutNs = 60e9;

/** Stops the power-managed queues of a device; ends when every driver-owned request is completed, acknowledged or requeued. */
export function* stopQueues(device: WdfDevice): Steps {
  device.areQueuesOn = false;
  const queues = device.queues.filter(({ config }) => config.isPowerManaged);
  for (const queue of queues) if (queue.power === "on") queue.power = "stopping";
  for (const queue of queues) {
    yield* stopQueue(queue, stopAction.suspend);
    queue.power = "held";
  }
}

/** Turns the power-managed queues on: all are marked first, then each resumes and dispatches. */
export function* startQueues(device: WdfDevice): Steps {
  device.areQueuesOn = true;
  const queues = device.queues.filter(({ config }) => config.isPowerManaged);
  for (const queue of queues) queue.power = "on";
  for (const queue of queues) {
    yield* resumeRequests(queue);
    queue.dispatch();
  }
}

/** Purges queues for removal: waiting requests are canceled, driver-owned ones get EvtIoStop with Purge and are awaited. */
export function* purgeQueues(device: WdfDevice, isPowerManaged: boolean): Steps {
  const queues = device.queues.filter(({ config }) => config.isPowerManaged === isPowerManaged);
  for (const queue of queues) {
    queue.isAccepting = false;
    queue.isCanceling = true;
    queue.cancelAllWaiting();
    for (const request of queue.owned.slice()) queue.cancelOwned(request);
  }
  for (const queue of queues) {
    if (isPowerManaged) yield* stopQueue(queue, stopAction.purge);
    yield* settle(
      queue,
      () => queue.owned.length === 0 && !queue.isActive,
      () => `completion of ${queue.owned.length} driver-owned requests of ${queue.framework.name(queue)} (removal)`,
    );
  }
}

function* stopQueue(queue: WdfQueue, action: number): Steps {
  const { framework } = queue;
  yield* settle(
    queue,
    () => !queue.isActive,
    () => `the running I/O callbacks of ${framework.name(queue)}`,
  );
  yield* freeLock(queue);
  queue.isNotifyingStop = true;
  for (const request of queue.owned.slice()) {
    if (request.state !== "driver-owned" || request.cancelState === "canceling" || request.cancelState === "canceled") continue;
    request.stopAnswer = undefined;
    notifyStop(queue, request, action);
    yield* freeLock(queue);
  }
  queue.isNotifyingStop = false;
  takeAnswers(queue);
  queue.dispatch();
  const isSettled = (): boolean => {
    takeAnswers(queue);
    return queue.owned.every(({ isResumeDue }) => isResumeDue);
  };
  yield* settle(
    queue,
    isSettled,
    () =>
      `completion, acknowledgement or requeue of ${queue.owned.filter(({ isResumeDue }) => !isResumeDue).length} driver-owned requests of ${framework.name(queue)} (EvtIoStop)`,
  );
}

function notifyStop(queue: WdfQueue, request: WdfRequest, action: number): void {
  const { EvtIoStop } = queue.config.callbacks;
  if (EvtIoStop === 0) return;
  const flags = action | (request.cancelState === "cancelable" ? stopAction.requestCancelable : 0);
  request.isStopping = true;
  queue.invoke("EvtIoStop", EvtIoStop, [queue.handle, request.handle, flags], request, request.irp.span);
  request.isStopping = false;
}

/** Acts on what the driver answered with WdfRequestStopAcknowledge. */
function takeAnswers(queue: WdfQueue): void {
  for (const request of [...queue.owned].reverse()) {
    if (request.stopAnswer === "acknowledged") request.isResumeDue = true;
    else if (request.stopAnswer === "requeue") {
      queue.disown(request);
      queue.putBack(request, "head");
    }
  }
}

function* resumeRequests(queue: WdfQueue): Steps {
  const { EvtIoResume } = queue.config.callbacks;
  for (const request of queue.owned.slice()) {
    if (!request.isResumeDue || request.state !== "driver-owned") continue;
    request.isResumeDue = false;
    request.stopAnswer = undefined;
    if (EvtIoResume === 0) continue;
    yield* freeLock(queue);
    queue.invoke("EvtIoResume", EvtIoResume, [queue.handle, request.handle], request, request.irp.span);
  }
}

/** Waits until the queue's callbacks may run. */
function* freeLock(queue: WdfQueue): Steps {
  const lock = queue.callbackLock;
  if (lock?.isHeld === true) yield { until: () => !lock.isHeld, reason: `the callback lock of ${queue.framework.name(lock.owner)}` };
}

/** Waits without limit; with verifier, tells every 60 s that the transition hangs. */
function* settle(queue: WdfQueue, until: () => boolean, reason: () => string): Steps {
  let isReported = false;
  while (!until()) {
    const result = yield { until, reason: reason(), ...(isReported ? {} : { timeoutNs: signalTimeoutNs }) };
    if (result !== "timeout" || isReported) continue;
    isReported = true;
    queue.framework.breakpoint({
      rule: "req-stop-acknowledge",
      message: `A power or PnP transition of ${queue.framework.name(queue.device)} has been waiting for 60 s for the ${reason()}`,
      explanation:
        "For each request, EvtIoStop must complete it, call WdfRequestStopAcknowledge in EvtIoStop, or make sure that it completes soon. Without EvtIoStop the framework waits for the completion.",
      objectId: queue.id,
    });
  }
}
