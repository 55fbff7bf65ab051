// SPDX-License-Identifier: MIT
/** The Windows kernel as a driver sees it, assembled from its areas; the framework and the runtime live on this object. */
import { assert, defined } from "../base/index.ts";
import type { Machine } from "../machine/index.ts";
import { type PciIdentity, type RegistryValue, type TracingConfiguration, isNtSuccess } from "../protocol/index.ts";
import type { ApiTable } from "./api-table.ts";
import { BusInterfaces } from "./bus-interface.ts";
import { BusIrps } from "./bus-irps.ts";
import { Checks } from "./checks.ts";
import { CrtFormat } from "./crt-format.ts";
import { DeviceApi } from "./device-api.ts";
import { DriverObject } from "./device-object.ts";
import { DmaAdapters } from "./dma-operations.ts";
import { DispatcherObjects } from "./dispatcher-objects.ts";
import { DpcQueue } from "./dpc.ts";
import { DriverIrps } from "./driver-irps.ts";
import { ExTimers } from "./ex-timer.ts";
import { FailureApi } from "./failure-api.ts";
import { Hal } from "./hal.ts";
import { IoManager } from "./io.ts";
import { IoSpace } from "./io-space.ts";
import { IrpBuffers } from "./irp-buffers.ts";
import { driverObjectLayout } from "./irp-layout.ts";
import { IrqlApi } from "./irql-api.ts";
import { KernelDpcs } from "./kdpc.ts";
import { KernelHandles } from "./kernel-handles.ts";
import { KernelInterrupts } from "./kinterrupt.ts";
import { KernelTimers } from "./ktimer.ts";
import { ListApi } from "./list-api.ts";
import { MdlApi } from "./mdl-api.ts";
import { Mdls } from "./mdl.ts";
import { MemoryApi } from "./memory-api.ts";
import { MutexApi } from "./mutex-api.ts";
import { NamedEvents } from "./named-events.ts";
import { ObjectIds } from "./object-ids.ts";
import { ObjectMemory } from "./object-memory.ts";
import { ObjectNames } from "./object-names.ts";
import { PciConfig } from "./pci-config.ts";
import { PnpManager } from "./pnp.ts";
import { Pool } from "./pool.ts";
import { type DebugPrintSource, PrintApi } from "./print-api.ts";
import { ProcessApi } from "./process-api.ts";
import { RegisterApi } from "./register-api.ts";
import { RegistryApi } from "./registry-api.ts";
import { RegistryQuery } from "./registry-query.ts";
import { Registry } from "./registry.ts";
import { RtlBitmap } from "./rtl-bitmap.ts";
import { RtlMisc } from "./rtl-misc.ts";
import { RtlString } from "./rtl-string.ts";
import { SpinLocks } from "./spin-locks.ts";
import { StringSafeUnicode } from "./string-safe-unicode.ts";
import { StringSafe } from "./string-safe.ts";
import { SystemApi } from "./system-api.ts";
import { SystemThreads } from "./system-threads.ts";
import { SystemTime } from "./system-time.ts";
import { TimeApi } from "./time-api.ts";
import { Timers } from "./timer.ts";
import { TraceLogging } from "./trace-logging.ts";
import { TraceMessages } from "./trace-messages.ts";
import { WppApi } from "./wpp-api.ts";
import { WppRecorder } from "./wpp-recorder.ts";
import { type CheckedAreas, checkFreedBlock, checkUnload } from "./unload-checks.ts";
import { UserMemory } from "./user-memory.ts";
import { Waits } from "./waits.ts";
import { WorkItemApi } from "./work-item-api.ts";

export interface NtOptions {
  /** Name of the driver's service, e.g. `sgdx`. */
  readonly serviceName: string;
  readonly registry: Readonly<Record<string, RegistryValue>>;
  /** Which trace messages are shown; default all. */
  readonly tracing?: TracingConfiguration;
}

export class NtKernel {
  readonly machine: Machine;
  readonly objectIds = new ObjectIds();
  readonly checks: Checks;
  readonly traceMessages: TraceMessages;
  readonly pool: Pool;
  readonly mdl: Mdls;
  readonly dpc: DpcQueue;
  readonly time: SystemTime;
  readonly timers: Timers;
  readonly waits: Waits;
  readonly io: IoManager;
  /** Names of devices and symbolic links. */
  readonly names = new ObjectNames();
  readonly hal: Hal;
  /** DMA adapters in driver memory. */
  readonly dmaAdapters: DmaAdapters;
  /** What the PCI bus driver answers to interface queries. */
  readonly busInterfaces: BusInterfaces;
  readonly registry: Registry;
  readonly pnp: PnpManager;
  readonly ioSpace: IoSpace;
  readonly kernelDpcs: KernelDpcs;
  readonly kernelInterrupts: KernelInterrupts;
  readonly spinLocks: SpinLocks;
  readonly threads: SystemThreads;
  /** Gets every text the driver prints. */
  onDebugPrint: (text: string, source: DebugPrintSource) => void = () => undefined;
  /** Function pointer for an exported routine by name, for MmGetSystemRoutineAddress; 0 = not found. Set by who owns the function table. */
  resolveRoutine: (name: string) => number = () => 0;
  readonly #objects: ObjectMemory;
  readonly #areas: readonly { api(): ApiTable }[];
  readonly #checked: CheckedAreas;
  #driver: DriverObject | undefined;

  constructor(machine: Machine, options: NtOptions) {
    this.machine = machine;
    const checks = new Checks(machine);
    this.checks = checks;
    this.traceMessages = new TraceMessages(machine, (text, source) => this.onDebugPrint(text, source), options.tracing);
    this.pool = new Pool(machine, checks);
    const userMemory = new UserMemory(machine);
    this.mdl = new Mdls(machine, checks, this.pool, userMemory);
    this.dpc = new DpcQueue(machine, checks);
    this.time = new SystemTime(machine.clock);
    this.timers = new Timers(machine, this.dpc, this.time);
    this.#objects = new ObjectMemory(machine, this.pool);
    this.io = new IoManager(machine, checks, this.objectIds, this.#objects, new IrpBuffers(machine, checks, this.pool, this.mdl, userMemory));
    this.hal = new Hal({ machine, checks, mdls: this.mdl, pool: this.pool, dpc: this.dpc });
    this.dmaAdapters = new DmaAdapters({ machine, checks, pool: this.pool, mdls: this.mdl, hal: this.hal, ids: this.objectIds });
    const pciConfig = new PciConfig(machine, checks);
    this.busInterfaces = new BusInterfaces({ machine, config: pciConfig, adapters: this.dmaAdapters });
    this.registry = new Registry(options.serviceName, instancePath(machine.device.definition.pci), options.registry);
    this.pnp = new PnpManager({ machine, io: this.io, pool: this.pool, driver: () => this.driver });
    this.ioSpace = new IoSpace(machine, checks);
    this.spinLocks = new SpinLocks(machine, checks);
    const objects = new DispatcherObjects(machine, checks);
    this.waits = new Waits(machine, checks, objects, this.time);
    const dpcs = new KernelDpcs(machine, checks, this.dpc);
    this.kernelDpcs = dpcs;
    this.kernelInterrupts = new KernelInterrupts(machine, checks, this.pool);
    const timers = new KernelTimers(machine, checks, objects, this.timers, dpcs, this.time);
    this.pool.onFree = (block) => checkFreedBlock(block, dpcs, timers, checks);
    const handles = new KernelHandles(machine, checks);
    const processes = new ProcessApi(machine, checks, this.pool);
    const irql = new IrqlApi(machine, checks);
    this.threads = new SystemThreads({ machine, checks, pool: this.pool, objects, handles, ids: this.objectIds });
    this.threads.referencesOf = (object) => processes.referencesOf(object);
    this.threads.regionsOf = (thread) => irql.regionsOf(thread);
    processes.onRelease = (object) => this.threads.released(object);
    handles.onReference = (object) => void processes.give(object);
    this.#checked = { pool: this.pool, mdls: this.mdl, ioSpace: this.ioSpace, dpcs, timers, spinLocks: this.spinLocks, threads: this.threads, handles };
    const busIrps = new BusIrps({ machine, checks, pool: this.pool, config: pciConfig, interfaces: this.busInterfaces });
    const memory = new MemoryApi(machine, checks, this.mdl, userMemory);
    memory.resolveRoutine = (name) => this.resolveRoutine(name);
    const recorder = new WppRecorder(machine, checks);
    this.#areas = [
      this.pool,
      new MdlApi(machine, checks, this.mdl, this.pool, userMemory),
      objects,
      this.waits,
      dpcs,
      this.kernelInterrupts,
      timers,
      this.spinLocks,
      irql,
      handles,
      this.threads,
      new NamedEvents({ machine, checks, pool: this.pool, objects, handles, waits: this.waits }),
      new SystemApi(machine, checks, this.pool),
      this.ioSpace,
      new RegisterApi(machine, checks),
      new TimeApi(machine, checks, this.time),
      new PrintApi(machine, checks, (text, source) => this.onDebugPrint(text, source)),
      new WppApi(machine, this.traceMessages, (log) => recorder.nameOf(log)),
      recorder,
      new TraceLogging(machine, this.traceMessages),
      new FailureApi(machine, checks),
      memory,
      new ExTimers(machine, checks, this.pool, this.timers),
      new ListApi(machine, checks, this.pool),
      new MutexApi(machine, checks, this.waits),
      new WorkItemApi(machine, checks, this.pool),
      processes,
      this.dmaAdapters,
      new DeviceApi(machine, checks, this.io, processes, pciConfig),
      new DriverIrps({ machine, checks, pool: this.pool, io: this.io, objects, bus: busIrps }),
      new RegistryApi(machine, checks, this.registry, new RegistryQuery(machine, this.pool, this.#objects), handles),
      new RtlString(machine, checks, this.pool),
      new RtlBitmap(machine, checks),
      new RtlMisc(machine),
      new CrtFormat(machine, checks),
      new StringSafe(machine),
      new StringSafeUnicode(machine),
    ];
  }

  /** Available after `loadDriver` has begun. */
  get driver(): DriverObject {
    return defined(this.#driver, "no driver is loaded");
  }

  /** Creates the driver object and calls DriverEntry (an index of the function table). Returns its NTSTATUS, unsigned. */
  loadDriver(entry: number, serviceName: string): number {
    assert(this.#driver === undefined, "one driver is loaded at a time");
    const { path } = this.registry.serviceKey;
    const address = this.#objects.driverObject(serviceName, serviceName);
    const registryPath = this.#objects.unicodeString(path, "registry path");
    this.#driver = new DriverObject(address, serviceName, path);
    this.io.driverAddress = address;
    const status = this.machine.guest.call("DriverEntry", entry, [address, registryPath], { kind: "kernel", label: "I/O manager: load driver" });
    if (!isNtSuccess(status)) {
      this.#driver.loadFailed?.();
      this.#driver = undefined;
      checkUnload(this.#checked, this.checks);
    }
    return status >>> 0;
  }

  /** Calls the driver's unload routine (the framework's, or DriverUnload), then reports what the driver left behind. */
  unloadDriver(): void {
    const driver = this.#driver;
    if (driver === undefined) return;
    if (driver.unload !== undefined) driver.unload();
    else {
      const routine = this.machine.memory.u32(driver.address + driverObjectLayout.fields.DriverUnload.offset);
      if (routine !== 0) this.machine.guest.call("DriverUnload", routine, [driver.address], { kind: "kernel", label: "I/O manager: unload driver" });
    }
    this.#driver = undefined;
    checkUnload(this.#checked, this.checks);
  }

  /** Every emulated routine by exported name. */
  api(): ApiTable {
    return Object.assign({}, ...this.#areas.map((area) => area.api()));
  }
}

/** Device instance path as the PCI bus driver makes it: `PCI\VEN_1234&DEV_0001&SUBSYS_00011234&REV_01\3&11583659&0&28`. */
function instancePath(pci: PciIdentity): string {
  const digits = (value: number, count: number) => value.toString(16).toUpperCase().padStart(count, "0");
  const subsystem = digits(pci.subsystemId ?? pci.deviceId, 4) + digits(pci.subsystemVendorId ?? pci.vendorId, 4);
  return `PCI\\VEN_${digits(pci.vendorId, 4)}&DEV_${digits(pci.deviceId, 4)}&SUBSYS_${subsystem}&REV_${digits(pci.revision, 2)}\\3&11583659&0&28`;
}
