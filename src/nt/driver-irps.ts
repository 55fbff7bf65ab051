// SPDX-License-Identifier: MIT
/**
 * IRPs that a driver makes itself and sends to the bus driver below (IoBuildSynchronousFsdRequest, IoAllocateIrp, IofCallDriver). The PCI bus driver completes
 * all of them at once; completion runs up the stack locations as on Windows.
 */
import { hex } from "../base/index.ts";
import { type Machine, dispatchLevel, passiveLevel } from "../machine/index.ts";
import { isNtSuccess, ntStatus } from "../protocol/index.ts";
import type { ApiTable } from "./api-table.ts";
import type { BusIrps, IrpOutcome } from "./bus-irps.ts";
import type { Checks } from "./checks.ts";
import type { DeviceObject } from "./device-object.ts";
import type { DispatcherObjects } from "./dispatcher-objects.ts";
import type { IoManager } from "./io.ts";
import { ioStackLocation, ioStatusBlock, ioType, irpLayout, irpTail } from "./irp-layout.ts";
import type { Pool } from "./pool.ts";
import { poolTag } from "./pool-heap.ts";

const at = irpLayout.fields;
const location = ioStackLocation.fields;
const irpTag = poolTag("Irp ");
const currentLocation = at.Tail.offset + irpTail.CurrentStackLocation;
const major = { read: 0x03, write: 0x04, flushBuffers: 0x09, deviceControl: 0x0e, internalDeviceControl: 0x0f, shutdown: 0x10, pnp: 0x1b } as const;
/** What IoBuildSynchronousFsdRequest makes. */
const synchronousMajors: readonly number[] = [major.read, major.write, major.flushBuffers, major.shutdown, major.pnp];
/** Requests of programs, which the PDO of a PCI function refuses. */
const refused: readonly number[] = [major.read, major.write, major.flushBuffers, major.deviceControl, major.internalDeviceControl, major.shutdown];
/** Bits of IO_STACK_LOCATION.Control. */
const control = { pendingReturned: 0x01, onSuccess: 0x40, onError: 0x80 } as const;
/** Largest stack of a device on this machine: function driver and bus driver. */
const deviceStack = 2;

/** An IRP of the driver. */
interface DriverIrp {
  readonly address: number;
  readonly stackCount: number;
  /** The I/O manager completes and frees it at the end of its way, as it does for a thread's requests. */
  readonly isSynchronous: boolean;
}

export interface DriverIrpParts {
  readonly machine: Machine;
  readonly checks: Checks;
  readonly pool: Pool;
  readonly io: IoManager;
  readonly objects: DispatcherObjects;
  readonly bus: BusIrps;
}

export class DriverIrps {
  readonly #parts: DriverIrpParts;
  readonly #irps = new Map<number, DriverIrp>();

  constructor(parts: DriverIrpParts) {
    this.#parts = parts;
  }

  api(): ApiTable {
    return {
      IoAllocateIrp: (stackSize: number) => this.#allocate("IoAllocateIrp", stackSize & 0xff, false),
      IoFreeIrp: (irp: number) => this.#freeByDriver(irp >>> 0),
      IoReuseIrp: (irp: number, status: number) => this.#reuse(irp >>> 0, status >>> 0),
      IoBuildSynchronousFsdRequest: (code: number, _device: number, buffer: number, length: number, offset: number, event: number, result: number) =>
        this.#build({ code: code >>> 0, buffer: buffer >>> 0, length: length >>> 0, offset: offset >>> 0, event: event >>> 0, result: result >>> 0 }),
      IofCallDriver: (device: number, irp: number) => this.#call(device >>> 0, irp >>> 0),
    };
  }

  #allocate(routine: string, stackCount: number, isSynchronous: boolean): number {
    const { checks, pool } = this.#parts;
    checks.irqlAtMost(routine, dispatchLevel);
    const size = irpLayout.size + stackCount * ioStackLocation.size;
    const address = pool.allocate(size, irpTag);
    if (address === 0) return 0;
    const irp = { address, stackCount, isSynchronous };
    this.#irps.set(address, irp);
    this.#initialize(irp);
    return address;
  }

  /** Behind its last stack location, so that the next one is the first driver's. */
  #initialize({ address, stackCount }: DriverIrp): void {
    const { memory } = this.#parts.machine;
    const size = irpLayout.size + stackCount * ioStackLocation.size;
    memory.write(address, new Uint8Array(size));
    memory.setU16(address + at.Type.offset, ioType.irp);
    memory.setU16(address + at.Size.offset, size);
    memory.setU8(address + at.StackCount.offset, stackCount);
    memory.setU8(address + at.CurrentLocation.offset, stackCount + 1);
    memory.setU32(address + currentLocation, address + size);
  }

  #build({ code, buffer, length, offset, event, result }: Readonly<Record<"code" | "buffer" | "length" | "offset" | "event" | "result", number>>): number {
    const { checks } = this.#parts;
    const { memory } = this.#parts.machine;
    const routine = "IoBuildSynchronousFsdRequest";
    checks.irqlAtMost(routine, passiveLevel);
    if (!synchronousMajors.includes(code)) {
      checks.argument(routine, `MajorFunction ${hex(code)} is not IRP_MJ_PNP, READ, WRITE, FLUSH_BUFFERS or SHUTDOWN`);
      return 0;
    }
    const address = this.#allocate(routine, deviceStack, true);
    if (address === 0) return 0;
    memory.setU32(address + at.UserIosb.offset, result);
    memory.setU32(address + at.UserEvent.offset, event);
    const next = memory.u32(address + currentLocation) - ioStackLocation.size;
    memory.setU8(next + location.MajorFunction.offset, code);
    if (code === major.read || code === major.write) {
      memory.setU32(address + at.UserBuffer.offset, buffer);
      memory.setU32(next + location.Parameters.offset, length);
      if (offset !== 0) memory.setU64(next + location.Parameters.offset + 8, memory.u64(offset));
    }
    return address;
  }

  #freeByDriver(address: number): void {
    const { checks } = this.#parts;
    const irp = this.#irps.get(address);
    if (irp === undefined) {
      checks.argument("IoFreeIrp", `${checks.whatIsAt(address)} is no IRP of IoAllocateIrp`, "IoFreeIrp frees what IoAllocateIrp made, once.");
      return;
    }
    if (irp.isSynchronous) {
      checks.argument(
        "IoFreeIrp",
        `the IRP at ${hex(address, 8)} is one of IoBuildSynchronousFsdRequest`,
        "The I/O manager frees such a request when it is completed. To end one that was never sent, complete it with IoCompleteRequest.",
      );
    }
    this.#free(irp);
  }

  #free({ address }: DriverIrp): void {
    this.#irps.delete(address);
    this.#parts.pool.free(address);
  }

  #reuse(address: number, status: number): void {
    const { checks, machine } = this.#parts;
    const irp = this.#irps.get(address);
    if (irp === undefined || irp.isSynchronous) {
      checks.argument("IoReuseIrp", `${checks.whatIsAt(address)} is no IRP of IoAllocateIrp`);
      return;
    }
    this.#initialize(irp);
    machine.memory.setU32(address + at.IoStatus.offset, status);
  }

  #call(deviceAddress: number, address: number): number {
    const { checks, io } = this.#parts;
    const { memory } = this.#parts.machine;
    checks.irqlAtMost("IoCallDriver", dispatchLevel);
    const irp = this.#irps.get(address);
    if (irp === undefined) return checks.notEmulated("IoCallDriver with an IRP that the driver has not made itself");
    const device = io.deviceAt(deviceAddress);
    if (device === undefined) {
      checks.argument("IoCallDriver", `${checks.whatIsAt(deviceAddress)} is no DEVICE_OBJECT`);
      return ntStatus.STATUS_INVALID_PARAMETER;
    }
    const left = memory.u8(address + at.CurrentLocation.offset) - 1;
    if (left <= 0) {
      return checks.bugCheck(0x35, [address, 0, 0, 0], {
        rule: "ddi-bad-argument",
        message: `IoCallDriver: the IRP at ${hex(address, 8)} has no stack location left (it was made with ${irp.stackCount})`,
        explanation: "An IRP needs one stack location for each driver it goes through: IoAllocateIrp takes the StackSize of the device that it is sent to.",
      });
    }
    const stack = memory.u32(address + currentLocation) - ioStackLocation.size;
    memory.setU8(address + at.CurrentLocation.offset, left);
    memory.setU32(address + currentLocation, stack);
    memory.setU32(stack + location.DeviceObject.offset, deviceAddress);
    const outcome = this.#perform(device, irp, stack);
    this.#complete(irp, outcome);
    return outcome.status;
  }

  /** A device of the driver's own passes PnP requests on to the bus driver below. */
  #perform(device: DeviceObject, { address }: DriverIrp, stack: number): IrpOutcome {
    const { checks, bus } = this.#parts;
    const { memory } = this.#parts.machine;
    const code = memory.u8(stack + location.MajorFunction.offset);
    if (code === major.pnp) {
      checks.irqlAtMost("IoCallDriver with IRP_MJ_PNP", passiveLevel);
      const before = {
        status: memory.u32(address + at.IoStatus.offset),
        information: memory.u32(address + at.IoStatus.offset + ioStatusBlock.fields.Information.offset),
      };
      return bus.answer(memory.u8(stack + location.MinorFunction.offset), stack + location.Parameters.offset, (device.pdo ?? device).address, before);
    }
    if (device.pdo !== undefined || !refused.includes(code)) return checks.notEmulated(`IoCallDriver with major function ${hex(code, 2)}`);
    return { status: ntStatus.STATUS_INVALID_DEVICE_REQUEST, information: 0 };
  }

  /** IoCompleteRequest: completion routines from the lowest location up, until one keeps the request. */
  #complete(irp: DriverIrp, outcome: IrpOutcome): void {
    const { machine, objects, pool } = this.#parts;
    const { memory, guest } = machine;
    const { address } = irp;
    const setStatus = (block: number): void => {
      memory.setU32(block, outcome.status);
      memory.setU32(block + ioStatusBlock.fields.Information.offset, outcome.information);
    };
    setStatus(address + at.IoStatus.offset);
    const wanted = isNtSuccess(outcome.status) ? control.onSuccess : control.onError;
    while (memory.u8(address + at.CurrentLocation.offset) <= irp.stackCount) {
      const stack = memory.u32(address + currentLocation);
      const above = stack + ioStackLocation.size;
      const position = memory.u8(address + at.CurrentLocation.offset) + 1;
      memory.setU8(address + at.CurrentLocation.offset, position);
      memory.setU32(address + currentLocation, above);
      const flags = memory.u8(stack + location.Control.offset);
      memory.setU8(address + at.PendingReturned.offset, flags & control.pendingReturned);
      const routine = memory.u32(stack + location.CompletionRoutine.offset);
      if (routine === 0 || (flags & wanted) === 0) continue;
      // Whoever made the IRP has no stack location of its own.
      const device = position > irp.stackCount ? 0 : memory.u32(above + location.DeviceObject.offset);
      const context = memory.u32(stack + location.Context.offset);
      const kept = guest.call("IoCompletionRoutine", routine, [device, address, context], { kind: "kernel", label: "I/O manager: request completed" });
      if (kept >>> 0 === ntStatus.STATUS_MORE_PROCESSING_REQUIRED) return;
    }
    if (!irp.isSynchronous) {
      this.#parts.checks.argument(
        "IoCallDriver",
        `the IRP at ${hex(address, 8)} is complete, and no completion routine of the driver has kept it`,
        "The driver owns an IRP of IoAllocateIrp: its completion routine frees or reuses it and returns STATUS_MORE_PROCESSING_REQUIRED. Without that the I/O manager ends a request that belongs to no thread.",
      );
      return;
    }
    const result = memory.u32(address + at.UserIosb.offset);
    const event = memory.u32(address + at.UserEvent.offset);
    if (result !== 0) setStatus(result);
    this.#irps.delete(address);
    pool.free(address);
    if (event !== 0) objects.signal(event);
  }
}
