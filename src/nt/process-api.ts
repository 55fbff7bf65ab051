// SPDX-License-Identifier: MIT
/** Processors and object references. The machine has one processor. */
import { type Machine, apcLevel, dispatchLevel } from "../machine/index.ts";
import { ntStatus } from "../protocol/index.ts";
import type { ApiTable } from "./api-table.ts";
import type { Checks } from "./checks.ts";
import type { Pool } from "./pool.ts";
import { poolTag } from "./pool-heap.ts";

const onlyProcessor = 1;
const systemProcessId = 4;
const allGroups = 0xffff;
/** Bytes of an opaque KTHREAD or EPROCESS; the driver must not look inside. */
const opaqueBytes = 64;

export class ProcessApi {
  readonly #machine: Machine;
  readonly #checks: Checks;
  readonly #pool: Pool;
  readonly #references = new Map<number, number>();
  #process = 0;
  /** The driver has given back a reference on an object. */
  onRelease: (object: number) => void = () => undefined;

  constructor(machine: Machine, checks: Checks, pool: Pool) {
    this.#machine = machine;
    this.#checks = checks;
    this.#pool = pool;
  }

  api(): ApiTable {
    const { memory, cpu } = this.#machine;
    const affinity = (address: number) => {
      if (address !== 0) memory.setU32(address >>> 0, onlyProcessor);
    };
    const inGroup = (group: number) => ((group & allGroups) === 0 || (group & allGroups) === allGroups ? 1 : 0);
    const writeNumber = (address: number) => {
      if (address !== 0) memory.setU32(address >>> 0, 0);
    };
    const limited =
      (routine: string, limit: number, result = 0) =>
      () => {
        this.#checks.irqlAtMost(routine, limit);
        return result;
      };
    return {
      KeGetCurrentProcessorNumberEx: (number: number) => {
        writeNumber(number);
        return cpu.number;
      },
      KeQueryActiveProcessorCount: (processors: number) => {
        affinity(processors);
        return 1;
      },
      KeQueryActiveProcessorCountEx: inGroup,
      KeQueryMaximumProcessorCount: () => 1,
      KeQueryMaximumProcessorCountEx: inGroup,
      KeQueryActiveProcessors: () => onlyProcessor,
      KeQueryGroupAffinity: (group: number) => ((group & allGroups) === 0 ? onlyProcessor : 0),
      KeQueryActiveGroupCount: () => 1,
      KeGetProcessorNumberFromIndex: (index: number, number: number) => {
        if (index !== 0) return ntStatus.STATUS_INVALID_PARAMETER;
        writeNumber(number);
        return ntStatus.STATUS_SUCCESS;
      },
      KeGetProcessorIndexFromNumber: (number: number) => (memory.u32(number >>> 0) === 0 ? 0 : 0xffff_ffff),
      KeSetSystemAffinityThread: limited("KeSetSystemAffinityThread", apcLevel),
      KeSetSystemAffinityThreadEx: limited("KeSetSystemAffinityThreadEx", apcLevel),
      KeRevertToUserAffinityThread: limited("KeRevertToUserAffinityThread", apcLevel),
      KeRevertToUserAffinityThreadEx: limited("KeRevertToUserAffinityThreadEx", apcLevel),
      KeSetSystemGroupAffinityThread: (_affinity: number, previous: number) => {
        this.#checks.irqlAtMost("KeSetSystemGroupAffinityThread", apcLevel);
        if (previous !== 0) memory.fill(previous >>> 0, 12, 0);
      },
      KeRevertToUserGroupAffinityThread: limited("KeRevertToUserGroupAffinityThread", apcLevel),
      KeInvalidateAllCaches: limited("KeInvalidateAllCaches", apcLevel, 1),
      KeGetRecommendedSharedDataAlignment: () => 64,
      KeSaveFloatingPointState: limited("KeSaveFloatingPointState", dispatchLevel),
      KeRestoreFloatingPointState: limited("KeRestoreFloatingPointState", dispatchLevel),
      KeIpiGenericCall: (routine: number, context: number) =>
        this.#machine.guest.call("BroadcastFunction", routine >>> 0, [context], { kind: "kernel", label: "KeIpiGenericCall" }),
      ExIsProcessorFeaturePresent: () => 0,
      PsGetCurrentProcessId: () => systemProcessId,
      IoGetCurrentProcess: () => this.#systemProcess(),
      ObfReferenceObject: (object: number) => this.#reference("ObReferenceObject", object >>> 0, 1),
      ObfDereferenceObject: (object: number) => this.#reference("ObDereferenceObject", object >>> 0, -1),
      ObDereferenceObjectDeferDelete: (object: number) => void this.#reference("ObDereferenceObjectDeferDelete", object >>> 0, -1),
      ObReferenceObjectByPointer: (object: number) => {
        this.#reference("ObReferenceObjectByPointer", object >>> 0, 1);
        return ntStatus.STATUS_SUCCESS;
      },
    };
  }

  /** References the driver holds on kernel objects: object address, count. */
  get references(): readonly (readonly [number, number])[] {
    return [...this.#references].filter(([, count]) => count !== 0);
  }

  #systemProcess(): number {
    if (this.#process === 0) this.#process = this.#pool.allocate(opaqueBytes, poolTag("Proc"), "EPROCESS");
    return this.#process;
  }

  #reference(routine: string, object: number, change: 1 | -1): number {
    this.#checks.irqlAtMost(routine, dispatchLevel);
    // Reading the object finds a pointer that is not valid any more.
    this.#machine.memory.u32(object);
    const count = (this.#references.get(object) ?? 0) + change;
    if (count < 0) {
      this.#checks.violation({
        rule: "obj-extra-dereference",
        message: `${routine}: the driver has no reference on ${this.#checks.whatIsAt(object)}`,
        explanation:
          "Each ObDereferenceObject gives back one reference that the driver took or was given. Windows stops with REFERENCE_BY_POINTER when the count gets too low.",
        address: object,
      });
      return 1;
    }
    this.#references.set(object, count);
    if (change < 0) this.onRelease(object);
    return count + 1;
  }

  /** References the driver holds on `object`. */
  referencesOf(object: number): number {
    return this.#references.get(object) ?? 0;
  }

  /** A reference that a routine gave to the driver with its result (IoGetAttachedDeviceReference). */
  give(object: number): number {
    this.#references.set(object, (this.#references.get(object) ?? 0) + 1);
    return object;
  }
}
