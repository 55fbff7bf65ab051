// SPDX-License-Identifier: MIT
/**
 * WDFDMAENABLER: the adapter or the two adapters of a device, limits for its transactions, and the power callbacks of the driver
 * (kmdf fxdmaenabler.cpp). Transactions and common buffers are its children.
 */
import { hex } from "../base/index.ts";
import { passiveLevel } from "../machine/index.ts";
import type { DeviceDescription } from "../nt/index.ts";
import type { FieldView } from "../protocol/index.ts";
import type { ObjectAttributes } from "./attributes.ts";
import type { WdfDevice } from "./device.ts";
import { type AdapterInfo, acquireAdapter } from "./dma-adapter-info.ts";
import { type EnablerConfig, describeDevice } from "./dma-enabler-config.ts";
import { ListBlock } from "./dma-scatter-gather-list.ts";
import { enablerFlags, unlimitedFragments } from "./dma-structs.ts";
import type { WdfFramework } from "./framework.ts";
import { WdfObject } from "./object.ts";
import type { PowerManagedEnabler } from "./power-managed-enabler.ts";
import { isSuccess, status } from "./status.ts";

/** A child that can be in the middle of a transfer. */
interface Transferring {
  readonly isInTransfer: boolean;
}

const isTransferring = (object: WdfObject): object is WdfObject & Transferring => "isInTransfer" in object && object.isInTransfer === true;

export class WdfDmaEnabler extends WdfObject implements PowerManagedEnabler {
  readonly device: WdfDevice;
  readonly config: EnablerConfig;
  /** Limit of scatter/gather profiles, counted in pages. */
  maximumScatterGatherElements = unlimitedFragments;
  /** Default of WdfCommonBufferCreate, a mask; 0 except for scatter/gather profiles. */
  commonBufferAlignment = 0;
  requiresSingleTransfer = false;
  #read: AdapterInfo | undefined;
  #write: AdapterInfo | undefined;
  #description: DeviceDescription | undefined;
  /** System profile: one list for all transactions of a direction. */
  readonly #systemLists: { read: ListBlock | undefined; write: ListBlock | undefined } = { read: undefined, write: undefined };
  /** Last power callbacks; `none` for an enabler that was created in D0 and has seen no transition yet. */
  #power: "none" | "up" | "down" = "none";
  /** Once set, never cleared: later power-downs skip what depends on it. */
  #failed: { fill: boolean; enable: boolean; selfManagedIoStart: boolean } = { fill: false, enable: false, selfManagedIoStart: false };

  constructor(framework: WdfFramework, device: WdfDevice, parent: WdfObject, attributes: ObjectAttributes, config: EnablerConfig) {
    super(framework, "WDFDMAENABLER", parent, attributes);
    this.device = device;
    this.config = config;
  }

  /** Gets the adapters of a bus-master profile and joins the device's list. Returns an NTSTATUS. */
  initialize(): number {
    const description = describeDevice(this.framework, this.config);
    if (typeof description === "number") return description;
    this.#description = description;
    this.requiresSingleTransfer = (this.config.flags & enablerFlags.requireSingleTransfer) !== 0;
    if (this.config.profile.kind !== "system") {
      const result = this.#acquire(description);
      if (!isSuccess(result)) return result;
    }
    this.device.enablers.push(this);
    return status.success;
  }

  #acquire(description: DeviceDescription): number {
    const { profile } = this.config;
    const { hal } = this.framework.nt;
    const read = acquireAdapter(hal, description, profile, this.id);
    if (typeof read === "number") return read;
    this.#read = read;
    this.#write = read;
    if (profile.isDuplex) {
      const write = acquireAdapter(hal, description, profile, this.id);
      if (typeof write === "number") return write;
      this.#write = write;
    }
    if (profile.kind === "scatterGather") {
      const adapterMask = read.adapter.getDmaAlignment() - (this.framework.isVersionAtLeast(11) ? 1 : 0);
      this.commonBufferAlignment = Math.max(this.device.deviceObject.alignmentRequirement, adapterMask);
    }
    return status.success;
  }

  /** Adapter of a direction; undefined for a system profile that was not configured. */
  adapterFor(writeToDevice: boolean): AdapterInfo | undefined {
    return writeToDevice ? this.#write : this.#read;
  }

  /** The list of system-profile transactions in a direction; undefined before the direction was configured. */
  systemList(writeToDevice: boolean): ListBlock | undefined {
    return writeToDevice ? this.#systemLists.write : this.#systemLists.read;
  }

  /** WdfDmaEnablerConfigureSystemProfile: gets the adapter of one direction, or of both when simplex. Returns an NTSTATUS. */
  configure(description: DeviceDescription, writeToDevice: boolean): number {
    const { profile } = this.config;
    const info = acquireAdapter(this.framework.nt.hal, description, profile, this.id);
    if (typeof info === "number") return info;
    const list = ListBlock.allocate(
      this.framework,
      info.listBytes,
      `SCATTER_GATHER_LIST of ${this.framework.name(this)}, which is valid from EvtProgramDma to DmaCompleted only`,
    );
    if (list === undefined) {
      info.adapter.putDmaAdapter();
      return status.insufficientResources;
    }
    if (writeToDevice || !profile.isDuplex) {
      this.#write = info;
      this.#systemLists.write = list;
    }
    if (!writeToDevice || !profile.isDuplex) {
      this.#read = info;
      this.#systemLists.read = list;
    }
    return status.success;
  }

  /** True when the read description's version is exactly 3. */
  get usesDmaV3(): boolean {
    return this.#read?.description.version === 3 || (this.config.profile.kind === "system" && this.#description?.version === 3);
  }

  /** Value of WdfDmaEnablerGetMaximumLength: as configured, whatever the map registers allow. */
  get maximumLength(): number {
    return this.#read?.description.maximumLength ?? 0;
  }

  /** Bytes of the scatter/gather list that every transaction preallocates; 0 when none does. */
  get preallocatedListBytes(): number {
    if (this.config.profile.kind !== "scatterGather" || (this.config.flags & enablerFlags.noSgListPreallocation) !== 0) return 0;
    return Math.max(this.#read?.listBytes ?? 0, this.#write?.listBytes ?? 0);
  }

  /** Whether the device can do DMA: the enabler was enabled and not disabled, or was created while the device was in D0. */
  get isEnabled(): boolean {
    return this.#power === "up" || (this.#power === "none" && this.device.powerState === "D0");
  }

  /** Description for IoGetDmaAdapter of a system profile. */
  get description(): DeviceDescription | undefined {
    return this.#description;
  }

  powerUp(): number {
    const { fill, enable, selfManagedIoStart } = this.config.callbacks;
    const label = "D0 entry";
    let result = this.#callPower("EvtDmaEnablerFill", fill, label);
    if (!isSuccess(result)) {
      this.#failed.fill = true;
      return result;
    }
    result = this.#callPower("EvtDmaEnablerEnable", enable, label);
    if (!isSuccess(result)) {
      this.#failed.enable = true;
      return result;
    }
    this.#power = "up";
    result = this.#callPower("EvtDmaEnablerSelfManagedIoStart", selfManagedIoStart, label);
    if (!isSuccess(result)) this.#failed.selfManagedIoStart = true;
    return result;
  }

  powerDown(): number {
    const { selfManagedIoStop, disable, flush } = this.config.callbacks;
    const label = "D0 exit";
    const results = [this.#callPower("EvtDmaEnablerSelfManagedIoStop", selfManagedIoStop, label)];
    this.#power = "down";
    if (!this.#failed.fill) results.push(this.#callPower("EvtDmaEnablerDisable", disable, label));
    if (!this.#failed.fill && !this.#failed.enable) results.push(this.#callPower("EvtDmaEnablerFlush", flush, label));
    this.#reportActiveTransactions();
    return results.find((result) => !isSuccess(result)) ?? status.success;
  }

  #callPower(name: string, target: number, label: string): number {
    return target === 0 ? status.success : this.framework.callback(name, target, [this.handle], { label, objectId: this.id });
  }

  #reportActiveTransactions(): void {
    for (const transaction of this.children.filter(isTransferring)) {
      this.framework.violation({
        rule: "pwr-dma-active-at-d0exit",
        message: `${this.framework.name(transaction)} is still in state Transfer after the enabler's D0 exit callbacks`,
        explanation:
          "The framework neither stops nor cancels transactions when power goes. Stop the device and end the transaction in EvtIoStop, EvtDmaEnablerSelfManagedIoStop or EvtDmaEnablerDisable.",
        objectId: transaction.id,
      });
    }
  }

  protected override dispose(): void {
    const { cpu } = this.framework.machine;
    if (cpu.irql > passiveLevel) {
      this.framework.violation({
        rule: "cb-delete-at-dispatch",
        message: `${this.framework.name(this)} is deleted above PASSIVE_LEVEL`,
        explanation:
          "Deleting an enabler gives its adapter back (PutDmaAdapter), which Windows allows at PASSIVE_LEVEL only; KMDF does not defer the deletion.",
        objectId: this.id,
      });
    }
    for (const info of new Set([this.#write, this.#read])) {
      info?.adapter.putDmaAdapter();
      if (info !== undefined) this.framework.nt.dmaAdapters.forget(info.adapter);
    }
    this.#read = undefined;
    this.#write = undefined;
    const index = this.device.enablers.indexOf(this);
    if (index >= 0) this.device.enablers.splice(index, 1);
  }

  protected override destroyed(): void {
    for (const list of new Set([this.#systemLists.read, this.#systemLists.write])) list?.free();
  }

  override label(): string {
    return this.attributes.context?.name ?? this.config.profile.name;
  }

  override fields(): FieldView[] {
    const { profile, callbacks, maximumLength } = this.config;
    const set = (value: boolean) => (value ? "yes" : "no");
    const fields: FieldView[] = [
      { name: "Device", value: this.framework.name(this.device), objectId: this.device.id },
      { name: "Profile", value: profile.name },
      { name: "Bus master", value: set(profile.kind !== "system") },
      { name: "Duplex", value: set(profile.isDuplex) },
      { name: "DMA version", value: String(this.#description?.version ?? profile.version) },
      { name: "Address width", value: `${this.#read?.adapter.addressBits ?? 0} bits` },
      { name: "MaximumLength", value: `${maximumLength} bytes` },
      {
        name: "MaximumScatterGatherElements",
        value: this.maximumScatterGatherElements === unlimitedFragments ? "unlimited" : String(this.maximumScatterGatherElements),
      },
      { name: "Requires single transfer", value: set(this.requiresSingleTransfer) },
      { name: "Preallocated list", value: `${this.preallocatedListBytes} bytes` },
      { name: "Common-buffer alignment mask", value: hex(this.commonBufferAlignment) },
      { name: "Enabled", value: set(this.isEnabled) },
      ...this.#directionFields("Read", this.#read),
      ...this.#directionFields("Write", this.#write),
      { name: "Fill failed", value: set(this.#failed.fill) },
      { name: "Enable failed", value: set(this.#failed.enable) },
      { name: "SelfManagedIoStart failed", value: set(this.#failed.selfManagedIoStart) },
    ];
    for (const [name, target] of Object.entries(callbacks)) if (target !== 0) fields.push({ name: `Callback ${name}`, value: hex(target) });
    return fields;
  }

  #directionFields(direction: string, info: AdapterInfo | undefined): FieldView[] {
    if (info === undefined) return [{ name: `${direction} adapter`, value: "not configured" }];
    const { registersInUse, waiting } = info.adapter.state;
    const { system } = info.adapter;
    return [
      ...(system === undefined
        ? []
        : [{ name: `${direction} DMA channel`, value: `${system.name}${system.isActive ? `, ${system.counter} bytes to go` : ""}` }]),
      { name: `${direction} map registers`, value: String(info.mapRegisters) },
      { name: `${direction} map registers in use`, value: String(registersInUse) },
      { name: `${direction} requests waiting`, value: waiting.length === 0 ? "none" : waiting.join("; ") },
      { name: `${direction} longest transfer`, value: `${info.maximumFragmentLength} bytes` },
    ];
  }
}
