// SPDX-License-Identifier: MIT
/**
 * WDFINTERRUPT: its resources, lock, ISR, DPC and work item (kmdf interruptobject.cpp, interruptobjectkm.cpp). Connection and disconnection
 * belong to the power sequences, which call `connect` and `disconnect`.
 */
import { assert, hex } from "../base/index.ts";
import { type InterruptVector, dispatchLevel, passiveLevel } from "../machine/index.ts";
import { type HostDpc, irqlName } from "../nt/index.ts";
import type { FieldView } from "../protocol/index.ts";
import type { ObjectAttributes } from "./attributes.ts";
import type { CallbackLock } from "./callback-lock.ts";
import type { WdfDevice } from "./device.ts";
import type { WdfFramework } from "./framework.ts";
import { connectVector, disconnectVector } from "./interrupt-chain.ts";
import { InterruptLock } from "./interrupt-lock.ts";
import { WdfObject } from "./object.ts";
import { isSuccess, status } from "./status.ts";

export interface InterruptConfig {
  readonly isr: number;
  readonly dpc: number;
  readonly workItem: number;
  readonly enable: number;
  readonly disable: number;
  readonly isSerialized: boolean;
  readonly isPassive: boolean;
  /** Shared lock: WDFSPINLOCK (or WDFWAITLOCK of a passive interrupt) handle; 0 = its own. */
  readonly sharedLock: number;
  /** ReportInactiveOnPowerDown, resolved. */
  readonly reportsInactive: boolean;
  readonly canWake: boolean;
  /** Created in EvtDevicePrepareHardware: deleted after EvtDeviceReleaseHardware. */
  readonly isPrepareHardware: boolean;
}

/** What the PnP manager gave this interrupt. */
export interface InterruptAssignment {
  readonly vector: InterruptVector;
  readonly isMessageSignaled: boolean;
  readonly shareDisposition: number;
}

export class WdfInterrupt extends WdfObject {
  readonly device: WdfDevice;
  readonly config: InterruptConfig;
  /** Number of interrupt objects that existed at creation; MessageID of the ISR. */
  readonly messageNumber: number;
  readonly lock: InterruptLock;
  /** Callback lock of the parent when AutomaticSerialization covers DPC and work item. */
  readonly serializationLock: CallbackLock | undefined;
  assignment: InterruptAssignment | undefined;
  isConnected = false;
  /** EvtInterruptEnable succeeded and EvtInterruptDisable was not called since. */
  isEnabled = false;
  /** WdfInterruptDisable: power transitions do not reconnect it. */
  isForceDisconnected = false;
  isReportedInactive = false;
  /** KINTERRUPT in driver memory while connected. */
  kernelInterrupt = 0;
  policy: { readonly policy: number; readonly priority: number; readonly affinity: number } | undefined;
  isrCount = 0;
  readonly #dpc: HostDpc;
  #isWorkItemQueued = false;
  #isWorkItemRunning = false;
  #cause = 0;
  override readonly disposesAtPassive = true;
  override undeletable: string | undefined = "interrupt objects end with their device, or after EvtDeviceReleaseHardware";

  constructor(
    framework: WdfFramework,
    device: WdfDevice,
    parent: WdfObject,
    attributes: ObjectAttributes,
    config: InterruptConfig,
    serializationLock: CallbackLock | undefined,
  ) {
    super(framework, "WDFINTERRUPT", parent, attributes);
    this.device = device;
    this.config = config;
    this.serializationLock = serializationLock;
    this.messageNumber = device.interrupts.length;
    this.lock = new InterruptLock(this);
    this.#dpc = framework.nt.dpc.create("EvtInterruptDpc", () => this.#runDpc(), this.id);
    device.interrupts.push(this);
  }

  /** Level at which the lock is held: the vector's, or the highest of all interrupts that share the lock. */
  get synchronizeIrql(): number {
    if (this.config.isPassive) return passiveLevel;
    const sharing = this.config.sharedLock === 0 ? [this] : this.device.interrupts.filter(({ config }) => config.sharedLock === this.config.sharedLock);
    return sharing.reduce((irql, { assignment }) => Math.max(irql, assignment?.vector.irql ?? dispatchLevel), dispatchLevel);
  }

  /** IoConnectInterruptEx, then EvtInterruptEnable under the lock. Returns the NTSTATUS. PASSIVE_LEVEL. */
  connect(): number {
    const { assignment } = this;
    if (assignment === undefined) return status.success;
    if (this.isReportedInactive) this.isReportedInactive = false;
    else if (this.isForceDisconnected) return status.success;
    if (!this.isConnected) this.attach();
    return this.enable();
  }

  /** Connects without EvtInterruptEnable. */
  attach(): void {
    assert(this.assignment !== undefined, "a connected interrupt has a vector");
    this.isConnected = true;
    this.kernelInterrupt = this.framework.nt.kernelInterrupts.add({ acquire: () => this.lock.acquire(), release: () => this.lock.release() });
    connectVector(this, this.assignment.vector);
  }

  enable(): number {
    const result = this.#callUnderLock("EvtInterruptEnable", this.config.enable);
    this.isEnabled = isSuccess(result);
    return result;
  }

  /** EvtInterruptDisable, DPC flush, work-item wait, disconnect (or report inactive). Returns the status of Disable. PASSIVE_LEVEL. */
  disconnect(isExplicitDx: boolean): number {
    if (!this.isConnected) return status.success;
    const result = this.isEnabled ? this.#callUnderLock("EvtInterruptDisable", this.config.disable) : status.success;
    this.isEnabled = false;
    this.flush();
    // Devices in the paging path stay connected over an explicit Dx.
    if (isExplicitDx && !this.device.init.isPowerPageable) return result;
    if (isExplicitDx && this.config.reportsInactive) this.isReportedInactive = true;
    else this.detach();
    return result;
  }

  detach(): void {
    assert(this.assignment !== undefined, "a connected interrupt has a vector");
    disconnectVector(this, this.assignment.vector);
    this.framework.nt.kernelInterrupts.remove(this.kernelInterrupt);
    this.kernelInterrupt = 0;
    this.isConnected = false;
  }

  /** Lets queued DPCs and the work item finish. */
  flush(): void {
    this.framework.nt.dpc.flush();
    this.framework.wait(`the EvtInterruptWorkItem of ${this.framework.name(this)}`, () => !this.#isWorkItemQueued && !this.#isWorkItemRunning);
  }

  /** EvtInterruptIsr, at DIRQL under the lock or at PASSIVE_LEVEL under the wait lock. True = claimed. */
  service(cause: number): boolean {
    if (this.isReportedInactive || this.assignment === undefined) return false;
    this.#cause = cause;
    this.isrCount++;
    return this.lock.run(
      () =>
        (this.framework.callback("EvtInterruptIsr", this.config.isr, [this.handle, this.messageNumber], {
          kind: "interrupt",
          label: `vector ${hex(this.assignment?.vector.vector ?? 0)} at ${irqlName(this.framework.machine.cpu.irql)}`,
          cause,
          objectId: this.id,
        }) &
          0xff) !==
        0,
    );
  }

  /** WdfInterruptQueueDpcForIsr. */
  queueDpc(): boolean {
    if (this.config.dpc === 0 && this.config.workItem === 0) this.#reportNoDpc("WdfInterruptQueueDpcForIsr", "EvtInterruptDpc");
    return this.framework.nt.dpc.insert(this.#dpc, this.#cause);
  }

  /** WdfInterruptQueueWorkItemForIsr. */
  queueWorkItem(): boolean {
    if (this.config.workItem === 0) {
      this.#reportNoDpc("WdfInterruptQueueWorkItemForIsr", "EvtInterruptWorkItem");
      return false;
    }
    if (this.framework.machine.cpu.irql > dispatchLevel) return this.framework.nt.dpc.insert(this.#dpc, this.#cause);
    return this.#enqueueWorkItem();
  }

  #reportNoDpc(api: string, callback: string): void {
    this.framework.violation({
      rule: callback === "EvtInterruptDpc" ? "dpc-queued-without-dpc" : "isr-workitem-without-callback",
      message: `${api}: ${this.framework.name(this)} has no ${callback}`,
      explanation: `Set ${callback} in WDF_INTERRUPT_CONFIG. A free build of the framework has no check and calls a NULL pointer.`,
      objectId: this.id,
    });
  }

  #runDpc(): void {
    if (this.config.dpc === 0) {
      if (this.config.workItem !== 0) this.#enqueueWorkItem();
      return;
    }
    const call = (): void => {
      this.framework.callback("EvtInterruptDpc", this.config.dpc, [this.handle, this.device.handle], {
        kind: "dpc",
        label: "DPC for ISR",
        cause: this.#dpc.queuedBy,
        objectId: this.id,
      });
    };
    if (this.serializationLock === undefined) call();
    else this.serializationLock.run("EvtInterruptDpc", call);
  }

  #enqueueWorkItem(): boolean {
    if (this.#isWorkItemQueued) return false;
    this.#isWorkItemQueued = true;
    this.framework.runPassive("EvtInterruptWorkItem", () => {
      this.#isWorkItemQueued = false;
      this.#isWorkItemRunning = true;
      const { trace } = this.framework.machine;
      const span = trace.begin("workItem", this.id, this.#cause, trace.text("EvtInterruptWorkItem"));
      const call = (release: () => void): void => {
        const reason = { kind: "work-item", label: "work item for ISR", cause: span, objectId: this.id } as const;
        this.framework.start("EvtInterruptWorkItem", this.config.workItem, [this.handle, this.device.handle], reason, () => {
          this.#isWorkItemRunning = false;
          trace.end("workItem", span, trace.text("EvtInterruptWorkItem"));
          release();
        });
      };
      if (this.serializationLock === undefined) call(() => undefined);
      else this.serializationLock.hold("EvtInterruptWorkItem", call);
    });
    return true;
  }

  #callUnderLock(name: string, target: number): number {
    if (target === 0) return status.success;
    return this.lock.run(() =>
      this.framework.callback(name, target, [this.handle, this.device.handle], { kind: "kernel", label: "KeSynchronizeExecution", objectId: this.id }),
    );
  }

  override label(): string {
    const where = this.assignment === undefined ? "no vector" : `vector ${hex(this.assignment.vector.vector)}`;
    return `message ${this.messageNumber}, ${where}, ${this.isConnected ? (this.isEnabled ? "enabled" : "connected") : "disconnected"}`;
  }

  override fields(): FieldView[] {
    const { assignment, config } = this;
    const fields: FieldView[] = [
      { name: "MessageNumber", value: String(this.messageNumber) },
      { name: "Connected", value: this.isReportedInactive ? "yes, reported inactive" : this.isConnected ? "yes" : "no" },
      { name: "Enabled", value: this.isEnabled ? "yes" : "no" },
      { name: "Force-disconnected", value: this.isForceDisconnected ? "yes" : "no" },
      { name: "Lock", value: this.lock.isHeld ? "held" : "free" },
      { name: "Synchronize IRQL", value: irqlName(this.synchronizeIrql) },
      { name: "AutomaticSerialization", value: config.isSerialized ? "yes" : "no" },
      { name: "PassiveHandling", value: config.isPassive ? "yes" : "no" },
      { name: "DPC", value: this.#dpc.isQueued ? "queued" : "idle" },
      { name: "Work item", value: this.#isWorkItemQueued ? "queued" : this.#isWorkItemRunning ? "running" : "idle" },
      { name: "ISR calls", value: String(this.isrCount) },
    ];
    if (assignment !== undefined) {
      const { vector } = assignment;
      fields.push(
        { name: "Vector", value: hex(vector.vector) },
        { name: "Irql", value: irqlName(vector.irql) },
        { name: "Mode", value: vector.mode === "level" ? "LevelSensitive" : "Latched" },
        { name: "MessageSignaled", value: assignment.isMessageSignaled ? "yes" : "no" },
        { name: "Polarity", value: vector.mode === "level" && !assignment.isMessageSignaled ? "ActiveLow" : "PolarityUnknown" },
        {
          name: "ShareDisposition",
          value: ["Undetermined", "DeviceExclusive", "DriverExclusive", "Shared"][assignment.shareDisposition] ?? String(assignment.shareDisposition),
        },
        { name: "FloatingSave", value: "no" },
        { name: "Priority policy", value: String(this.policy?.priority ?? "undefined") },
        { name: "Affinity policy", value: String(this.policy?.policy ?? "machine default") },
        { name: "Processor group", value: "0" },
        { name: "TargetProcessorSet", value: hex(this.policy?.affinity ?? 1) },
        {
          name: "Line",
          value: vector.mode === "level" ? (vector.asserted ? "asserted" : "deasserted") : vector.pending ? "message pending" : "no message pending",
        },
      );
    }
    for (const [name, target] of [
      ["EvtInterruptIsr", config.isr],
      ["EvtInterruptDpc", config.dpc],
      ["EvtInterruptWorkItem", config.workItem],
      ["EvtInterruptEnable", config.enable],
      ["EvtInterruptDisable", config.disable],
    ] as const)
      if (target !== 0) fields.push({ name, value: hex(target) });
    return fields;
  }

  protected override dispose(): void {
    if (this.isConnected) this.detach();
    this.framework.nt.dpc.remove(this.#dpc);
    const index = this.device.interrupts.indexOf(this);
    if (index >= 0) this.device.interrupts.splice(index, 1);
  }
}
