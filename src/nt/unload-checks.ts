// SPDX-License-Identifier: MIT
/** What a driver must have given back when it is unloaded, and what it must not free while the kernel still uses it. */
import { hex } from "../base/index.ts";
import type { Checks } from "./checks.ts";
import type { IoSpace } from "./io-space.ts";
import type { KernelDpcs } from "./kdpc.ts";
import type { KernelTimers } from "./ktimer.ts";
import type { Mdls } from "./mdl.ts";
import { type Pool, type PoolBlock, describePoolBlock } from "./pool.ts";
import { tagText } from "./pool-heap.ts";
import type { KernelHandles } from "./kernel-handles.ts";
import type { SpinLocks } from "./spin-locks.ts";
import type { SystemThreads } from "./system-threads.ts";

export interface CheckedAreas {
  readonly pool: Pool;
  readonly mdls: Mdls;
  readonly ioSpace: IoSpace;
  readonly dpcs: KernelDpcs;
  readonly timers: KernelTimers;
  readonly spinLocks: SpinLocks;
  readonly threads: SystemThreads;
  readonly handles: KernelHandles;
}

/** Blocks named one by one in a message. */
const shownBlocks = 3;

/** Reports what is still there after the driver's unload routine. */
export function checkUnload(areas: CheckedAreas, checks: Checks): void {
  const blocks = areas.pool.driverBlocks;
  if (blocks.length > 0) {
    const tags = [...new Set(blocks.map(({ tag }) => `'${tagText(tag)}'`))].join(", ");
    const bytes = blocks.reduce((sum, block) => sum + block.bytes, 0);
    const origin = blocks[0]?.allocatedBy;
    const first = blocks.slice(0, shownBlocks).map(describePoolBlock).join("; ");
    checks.violation({
      rule: "pool-leak-unload",
      message: `The driver was unloaded and left ${blocks.length} pool ${blocks.length === 1 ? "block" : "blocks"} (${bytes} bytes, tags ${tags}): ${first}`,
      explanation: "Free every pool block before unload; the memory is lost until the machine restarts. Driver Verifier stops with bug check 0xC4, 0x62.",
      ...(origin === undefined ? {} : { origin }),
    });
  }
  const mdls = areas.mdls.driverMdls;
  if (mdls.length > 0) {
    checks.violation({
      rule: "pool-leak-unload",
      message: `The driver was unloaded and left ${mdls.length} MDLs, the first at ${hex(mdls[0] ?? 0, 8)}`,
      explanation: "Each MDL of IoAllocateMdl is freed with IoFreeMdl.",
    });
  }
  for (const { address, length, physical, mappedBy } of areas.ioSpace.mappings) {
    checks.violation({
      rule: "mapio-not-unmapped",
      message: `The driver was unloaded and left ${length} bytes of device memory (${hex(physical)}) mapped at ${hex(address, 8)}`,
      explanation: "Each MmMapIoSpace is undone by MmUnmapIoSpace in EvtDeviceReleaseHardware.",
      address,
      ...(mappedBy === undefined ? {} : { origin: mappedBy }),
    });
  }
  checkThreads(areas, checks);
  checkActiveObjects(areas, checks);
}

/** A thread would go on in memory that is gone; a handle keeps its object for ever. */
function checkThreads({ threads, handles }: CheckedAreas, checks: Checks): void {
  const [first] = threads.alive;
  if (first !== undefined) {
    const { thread, object, createdBy } = first;
    checks.bugCheck(0xce, [object, 0, 0, 0], {
      rule: "thread-alive-at-unload",
      message: `The driver was unloaded while ${threads.alive.length === 1 ? "its thread" : `${threads.alive.length} of its threads, the first`} ${thread.name} has not ended`,
      explanation:
        "Tell the thread to end (an event, a flag), and wait for its thread object with KeWaitForSingleObject before the driver is unloaded: ObReferenceObjectByHandle gives the object. Windows stops with DRIVER_UNLOADED_WITHOUT_CANCELLING_PENDING_OPERATIONS.",
      ...(createdBy === undefined ? {} : { origin: createdBy }),
    });
  }
  const open = handles.open("Thread");
  const [handle] = open[0] ?? [];
  if (handle === undefined) return;
  checks.violation({
    rule: "handle-not-closed",
    message: `The driver was unloaded and left ${open.length} thread ${open.length === 1 ? "handle" : "handles"} open, the first ${hex(handle, 8)}`,
    explanation: "Close the handle of PsCreateSystemThread with ZwClose, right after ObReferenceObjectByHandle when the object is what is needed.",
  });
}

function checkActiveObjects(areas: CheckedAreas, checks: Checks): void {
  const [dpc] = areas.dpcs.queued;
  const [timer] = areas.timers.active;
  if (dpc !== undefined || timer !== undefined) {
    checks.bugCheck(0xce, [dpc ?? timer ?? 0, 0, 0, 0], {
      rule: "dpc-queued-at-unload",
      message: `The driver was unloaded while ${dpc === undefined ? `the timer at ${hex(timer ?? 0, 8)} is set` : `the DPC at ${hex(dpc, 8)} is queued`}`,
      explanation: "The routine would run in memory that is gone. Cancel timers and flush DPCs (KeCancelTimer, KeFlushQueuedDpcs) before unload.",
    });
  }
  for (const lock of areas.spinLocks.held) {
    checks.violation({
      rule: "spinlock-held-at-exit",
      message: `The driver was unloaded while the spin lock at ${hex(lock, 8)} is held`,
      explanation: "Every acquisition is followed by a release on every path.",
      address: lock,
    });
  }
}

/** Reports a pool block that is freed while a DPC in it is queued or a timer in it is set. */
export function checkFreedBlock(block: PoolBlock, dpcs: KernelDpcs, timers: KernelTimers, checks: Checks): void {
  const isInside = (address: number) => address >= block.address && address < block.address + block.bytes;
  const dpc = dpcs.queued.find(isInside);
  const timer = timers.active.find(isInside);
  if (dpc === undefined && timer === undefined) return;
  checks.bugCheck(0xc7, [dpc === undefined ? 0 : 1, dpc ?? timer ?? 0, block.address, block.address + block.bytes], {
    rule: "pool-freed-with-active-object",
    message: `${describePoolBlock(block)} is freed while the ${dpc === undefined ? "KTIMER in it is set" : "KDPC in it is queued"}`,
    explanation:
      "Cancel the timer (KeCancelTimer) and make sure that its DPC has run (KeFlushQueuedDpcs) before their memory is freed. Windows stops with TIMER_OR_DPC_INVALID.",
    address: block.address,
  });
}
