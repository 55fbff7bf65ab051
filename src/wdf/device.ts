// SPDX-License-Identifier: MIT
/** WDFDEVICE: what the framework knows of the device, and the way of every IRP to its queue (kmdf fxdevice.cpp, fxpkgio.cpp). */
import { hex } from "../base/index.ts";
import type { InterruptVector } from "../machine/index.ts";
import type { AssignedResources, DeviceObject, Irp, PnpSequence } from "../nt/index.ts";
import type { FieldView } from "../protocol/index.ts";
import type { ObjectAttributes } from "./attributes.ts";
import { Bus } from "./bus.ts";
import { CallbackLock } from "./callback-lock.ts";
import type { WdfChildList } from "./child-list.ts";
import type { DeviceInit, DeviceKind } from "./device-init.ts";
import { DeviceInterface } from "./device-interface.ts";
import type { PnpPowerCallback } from "./device-structs.ts";
import { type PnpMachineState, type PowerMachineState, pnpStateNumbers, powerStateNumbers } from "./device-states.ts";
import { createFileObject, dispatchFileIrp } from "./file-object.ts";
import type { WdfFramework } from "./framework.ts";
import { IdlePolicy } from "./idle.ts";
import type { InterruptChain } from "./interrupt-chain.ts";
import type { WdfInterrupt } from "./interrupt.ts";
import type { WdfIoTarget } from "./io-target.ts";
import { WdfObject } from "./object.ts";
import { executionLevel, synchronizationScope } from "./object-structs.ts";
import type { PdoCallback, PdoInfo } from "./pdo.ts";
import { PowerPolicyStates } from "./power-policy-states.ts";
import type { PowerManagedEnabler } from "./power-managed-enabler.ts";
import type { ExportedInterface } from "./query-interface.ts";
import type { WdfQueue } from "./queue.ts";
import { WdfRequest } from "./request.ts";
import { requestTypeOf } from "./request-structs.ts";
import { StateMachine } from "./state-machine.ts";
import { status } from "./status.ts";
import { WakePolicy } from "./wake.ts";

/** Where the device is between its creation and its removal; its state machine passes through more (device-states.ts). */
export type PnpState =
  | "Init"
  | "InitStarting"
  | "HardwareAvailable"
  | "QueriedRemoving"
  | "Removed"
  | "Restarting"
  | "Started"
  | "StartedStopping"
  | "Stopped"
  | "SurpriseRemove"
  | "Failed";

export type DevicePowerState = "D0" | "D1" | "D2" | "D3" | "D3Final";

export class WdfDevice extends WdfObject {
  readonly init: DeviceInit;
  readonly deviceObject: DeviceObject;
  readonly executionLevel: number;
  readonly synchronizationScope: number;
  readonly presentationLock: CallbackLock;
  readonly queues: WdfQueue[] = [];
  readonly interrupts: WdfInterrupt[] = [];
  /** In order of creation; the DMA enablers add and remove themselves. */
  readonly enablers: PowerManagedEnabler[] = [];
  /** Service routines connected to each vector. */
  readonly chains = new Map<InterruptVector, InterruptChain>();
  readonly interfaces: DeviceInterface[] = [];
  readonly symbolicLinks: string[] = [];
  /** Driver-defined interfaces (WdfDeviceAddQueryInterface). */
  readonly exportedInterfaces: ExportedInterface[] = [];
  /** Queues by WDF_REQUEST_TYPE (WdfDeviceConfigureRequestDispatching). */
  readonly typeQueues = new Map<number, WdfQueue>();
  defaultQueue: WdfQueue | undefined;
  /** I/O target of the driver below, once it was asked for. */
  localTarget: WdfIoTarget | undefined;
  pnpState: PnpState = "Init";
  /** True inside EvtDevicePrepareHardware. */
  isPreparingHardware = false;
  powerState: DevicePowerState = "D3Final";
  /** Power sequence in progress, e.g. `D0 entry: EvtDevicePrepareHardware`; for views. */
  powerStep: string | undefined;
  /** EvtDeviceSelfManagedIoInit has been called. */
  isSelfManagedIoInitialized = false;
  /** EvtDeviceSelfManagedIoInit or …Restart succeeded; EvtDeviceSelfManagedIoSuspend is due. */
  isSelfManagedIoStarted = false;
  /** From start to EvtDeviceReleaseHardware. */
  resources: AssignedResources | undefined;
  /** Power-managed queues run: between step 8 of a D0 entry and step 2 of the D0 exit. */
  areQueuesOn = false;
  /** What made the device fail; undefined = it did not. */
  failure: string | undefined;
  /** Members of WDF_DEVICE_STATE and WDF_DEVICE_PNP_CAPABILITIES the driver has set. */
  readonly pnpFlags = new Map<string, number>();
  /** Properties the driver assigned, by `{fmtid} pid`. */
  readonly properties = new Map<string, { readonly type: number; readonly bytes: Uint8Array }>();
  readonly idle: IdlePolicy;
  readonly wake: WakePolicy;
  readonly pnpMachine: StateMachine<PnpMachineState>;
  readonly powerMachine: StateMachine<PowerMachineState>;
  readonly powerPolicy: PowerPolicyStates;
  /** POWER_ACTION of the system power transition in progress; 0 = none. */
  systemPowerAction = 0;
  /** WdfDeviceSetStaticStopRemove(FALSE): query stop and query remove fail. */
  isStaticallyPinned = false;
  /** WdfDeviceStopIdle without WdfDeviceResumeIdle. */
  powerReferences = 0;
  /** Child lists of a bus, the default one first. */
  readonly childLists: WdfChildList[] = [];
  readonly bus: Bus;
  /** A child reports its failure to its bus; undefined = to the PnP manager. */
  onFailed: ((attemptRestart: boolean) => void) | undefined;
  /** A control device takes requests after WdfControlFinishInitializing. */
  isInitialized: boolean;
  override readonly disposesAtPassive = true;
  override undeletable: string | undefined = "a PnP device object belongs to the framework";

  constructor(
    framework: WdfFramework,
    parent: WdfObject,
    init: DeviceInit,
    deviceObject: DeviceObject,
    attributes: ObjectAttributes,
    defaults: { executionLevel: number; synchronizationScope: number },
  ) {
    super(framework, "WDFDEVICE", parent, attributes);
    this.init = init;
    this.deviceObject = deviceObject;
    this.executionLevel = attributes.executionLevel === executionLevel.inherit ? defaults.executionLevel : attributes.executionLevel;
    this.synchronizationScope =
      attributes.synchronizationScope === synchronizationScope.inherit ? defaults.synchronizationScope : attributes.synchronizationScope;
    this.presentationLock = new CallbackLock(framework, this, this.executionLevel);
    this.bus = new Bus(this);
    this.isInitialized = init.kind !== "control";
    if (init.kind === "control" || init.pdo?.isStatic === true) this.undeletable = undefined;
    this.idle = new IdlePolicy(this);
    this.wake = new WakePolicy(this);
    this.pnpMachine = new StateMachine<PnpMachineState>(this, "pnp", pnpStateNumbers, "ObjectCreated");
    this.powerMachine = new StateMachine<PowerMachineState>(this, "power", powerStateNumbers, "ObjectCreated");
    this.powerPolicy = new PowerPolicyStates(this);
    deviceObject.dispatch = (irp) => this.#dispatch(irp);
  }

  get kind(): DeviceKind {
    return this.init.kind;
  }
  /** What its bus driver said of it; undefined unless it is a child device. */
  get pdo(): PdoInfo | undefined {
    return this.init.pdo;
  }
  /** WdfDeviceWdmGetPhysicalDevice; undefined for a control device. */
  get physicalDevice(): DeviceObject | undefined {
    return this.kind === "pdo" ? this.deviceObject : this.init.lower;
  }

  /** Alignment of transfer buffers as a mask; default alignment of common buffers. */
  get alignmentRequirement(): number {
    return this.deviceObject.alignmentRequirement;
  }
  set alignmentRequirement(mask: number) {
    this.deviceObject.alignmentRequirement = mask;
  }

  /** Calls a PnP or power callback, if the driver has it. Returns its NTSTATUS, success without callback. */
  *callPnp(name: PnpPowerCallback, args: readonly number[], label: string): PnpSequence {
    const target = this.init.pnpPower.get(name) ?? 0;
    if (target === 0) return status.success;
    return yield* this.framework.callbackTask(name, target, [this.handle, ...args], { kind: "kernel", label, objectId: this.id });
  }

  /** `PCI\\VEN_…\\…`, or the IDs that the bus driver gave. */
  get instancePath(): string {
    if (this.pdo === undefined) return this.framework.nt.registry.instancePath;
    return `${this.pdo.deviceId ?? "?"}\\${this.pdo.instanceId ?? "0"}`;
  }

  /** A new interface; enabled at once when the device is started. */
  addInterface(guid: string, reference: string): void {
    const entry = new DeviceInterface(this.framework.nt.names, this.deviceObject, this.instancePath, guid, reference);
    this.interfaces.push(entry);
    entry.isEnabled = this.pnpState === "Started";
  }

  /** Calls a callback of WDF_PDO_EVENT_CALLBACKS, if the driver has it. Returns its NTSTATUS, success without callback. */
  callPdo(name: PdoCallback, args: readonly number[], label: string): number {
    const target = this.pdo?.callbacks.get(name) ?? 0;
    if (target === 0) return status.success;
    return this.framework.callback(name, target, [this.handle, ...args], { kind: "kernel", label, objectId: this.id });
  }

  /** WdfPdoRequestEject: IoRequestDeviceEject. The PnP manager removes the child, then EvtDeviceEject ejects it, and the bus reports it as missing. */
  requestEject(): void {
    this.pdo?.parent.bus.eject(this);
  }

  /** Sends a request to the queue for its type, or completes it when there is none. */
  enqueue(request: WdfRequest): void {
    const queue = this.typeQueues.get(requestTypeOf(request.irp)) ?? this.defaultQueue;
    if (queue === undefined) {
      request.completeUnpresented(status.invalidDeviceRequest);
      return;
    }
    queue.arrive(request);
  }

  #dispatch(irp: Irp): void {
    if (!this.isInitialized && irp.major === "create") {
      // DO_DEVICE_INITIALIZING: the I/O manager refuses to open the device.
      this.framework.nt.io.complete(irp, status.noSuchDevice, 0);
      return;
    }
    const isFile = irp.major === "create" || irp.major === "cleanup" || irp.major === "close";
    if (isFile && !(irp.major === "create" && this.typeQueues.has(requestTypeOf(irp)))) {
      dispatchFileIrp(this, irp);
      return;
    }
    irp.isPending = true;
    const created = irp.major === "create" ? createFileObject(this, irp.file) : status.success;
    if (created !== status.success) {
      this.framework.nt.io.complete(irp, created, 0);
      return;
    }
    const request = new WdfRequest(this.framework, this, irp);
    const result = request.commit();
    if (result !== status.success) {
      this.framework.nt.io.complete(irp, result, 0);
      return;
    }
    const { ioInCallerContext } = this.init;
    if (ioInCallerContext === 0) {
      this.enqueue(request);
      return;
    }
    request.state = "caller context";
    this.framework.callback("EvtIoInCallerContext", ioInCallerContext, [this.handle, request.handle], {
      label: "I/O dispatch",
      cause: irp.span,
      objectId: request.id,
    });
  }

  override label(): string {
    if (this.kind === "control") return `control device${this.isInitialized ? "" : ", initializing"}`;
    const name = this.pdo === undefined ? this.framework.machine.device.definition.name : (this.pdo.deviceId ?? "child");
    return `${name}, ${this.pnpState}, ${this.powerState}`;
  }

  override fields(): FieldView[] {
    const fields: FieldView[] = [
      { name: "PnP state", value: this.pnpState },
      { name: "Power state", value: this.powerState },
      { name: "PnP machine", value: `WdfDevStatePnp${this.pnpMachine.state}` },
      { name: "Power machine", value: `WdfDevStatePower${this.powerMachine.state}` },
      { name: "Power policy machine", value: `WdfDevStatePwrPol${this.powerPolicy.machine.state}` },
      { name: "DEVICE_OBJECT", value: hex(this.deviceObject.address, 8), memoryReference: hex(this.deviceObject.address) },
      ...this.#stackFields(),
      { name: "AlignmentRequirement", value: hex(this.alignmentRequirement) },
      { name: "SynchronizationScope", value: scopeName(this.synchronizationScope) },
      { name: "ExecutionLevel", value: levelName(this.executionLevel) },
      { name: "Callback lock", value: this.presentationLock.isHeld ? "held" : "free" },
      { name: "Queues", value: String(this.queues.length) },
      { name: "Interrupts", value: String(this.interrupts.length) },
      { name: "DMA enablers", value: String(this.enablers.length) },
      { name: "Power references", value: String(this.powerReferences) },
      ...this.idle.fields(),
      ...this.wake.fields(),
    ];
    if (this.powerStep !== undefined) fields.push({ name: "In progress", value: this.powerStep });
    if (this.failure !== undefined) fields.push({ name: "Failed", value: this.failure });
    if (this.defaultQueue !== undefined) fields.push({ name: "Default queue", value: hex(this.defaultQueue.handle, 8), objectId: this.defaultQueue.id });
    for (const entry of this.interfaces)
      fields.push({
        name: "Interface",
        value: `${entry.guid}${entry.reference === "" ? "" : `\\${entry.reference}`} ${entry.isEnabled ? "enabled" : "disabled"}`,
      });
    for (const link of this.symbolicLinks) fields.push({ name: "Symbolic link", value: link });
    for (const [name, target] of this.init.pnpPower) if (target !== 0) fields.push({ name, value: hex(target) });
    return fields;
  }

  #stackFields(): FieldView[] {
    const { pdo } = this.deviceObject;
    if (pdo === undefined) return [];
    const address = hex(pdo.address, 8);
    return [{ name: "Attached to", value: `${address} (PDO)`, memoryReference: address }];
  }

  protected override dispose(): void {
    this.deviceObject.dispatch = undefined;
    this.framework.nt.names.forget(this.deviceObject);
  }

  protected override destroyed(): void {
    this.framework.nt.io.deleteDevice(this.deviceObject);
  }
}

/** `Device`, `Queue`, `None` … of WDF_SYNCHRONIZATION_SCOPE. */
export function scopeName(scope: number): string {
  return ["Invalid", "InheritFromParent", "Device", "Queue", "None"][scope] ?? String(scope);
}

/** `Passive`, `Dispatch` … of WDF_EXECUTION_LEVEL. */
export function levelName(level: number): string {
  return ["Invalid", "InheritFromParent", "Passive", "Dispatch"][level] ?? String(level);
}
