// SPDX-License-Identifier: MIT
/** Which drivers need stacks for code that waits: those that import a routine in which a thread can wait. */

/**
 * KeWait…, KeDelay…, mutexes and resources, waits of the framework, synchronous requests, and whatever makes a thread. WdfInterruptAcquireLock is not
 * here: every other DMA driver calls it at DIRQL, where it spins, and only the lock of a passive-level interrupt waits, on top of what it waits for.
 */
const waiting =
  /^(KeWaitFor|KeDelayExecutionThread|KeAcquireGuardedMutex|ExAcquire(Fast|Resource)|ExWaitFor|PsCreateSystemThread|ZwWait|KeFlushQueuedDpcs|KeRemoveQueue)|^Wdf(WaitLockAcquire|WorkItemFlush|TimerStop|DpcCancel|DeviceStopIdle|IoTargetSend\w+Synchronously|IoQueue\w+Synchronously|RequestSend|IoTarget(Stop|Purge|Close)|ObjectAcquireLock|DmaTransactionStopSystemTransfer)/;

export function usesWaits(imports: readonly string[]): boolean {
  return imports.some((name) => waiting.test(name));
}
