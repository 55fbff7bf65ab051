// SPDX-License-Identifier: MIT
/** WdfInterruptCreate: its thirteen checks in order (kmdf fxinterruptapi.cpp; kmdf-dma specification 6.2). */
import { passiveLevel } from "../machine/index.ts";
import type { InterruptResource } from "../nt/index.ts";
import { type ObjectAttributes, readAttributes } from "./attributes.ts";
import { WdfDevice } from "./device.ts";
import { type InterruptConfig, WdfInterrupt } from "./interrupt.ts";
import { assignmentOf, resourceAt } from "./interrupt-resources.ts";
import { WDF_INTERRUPT_CONFIG, interruptConfigSizes } from "./interrupt-structs.ts";
import { WdfObject } from "./object.ts";
import { triState } from "./object-structs.ts";
import { WdfQueue } from "./queue.ts";
import { isLevelConflict, serializationOf } from "./serialization.ts";
import { WdfSpinLock } from "./spin-lock.ts";
import { isSuccess, status } from "./status.ts";
import { StructView } from "./struct-view.ts";
import { WdfWaitLock } from "./wait-lock.ts";

type ConfigMember = keyof typeof WDF_INTERRUPT_CONFIG.fields;

/** A config of any historical size: members beyond Size have their INIT default, 0. */
interface Config {
  get(member: ConfigMember): number;
}

export function createInterrupt(device: WdfDevice, configAddress: number, attributesAddress: number, out: number): number {
  const { framework } = device;
  const view = new StructView(framework.machine.memory, WDF_INTERRUPT_CONFIG, framework.requirePointer(configAddress, "Configuration"));
  framework.requirePointer(out, "Interrupt");
  const size = view.get("Size");
  if (!interruptConfigSizes.includes(size)) return status.infoLengthMismatch;
  const config: Config = {
    get: (member) => (WDF_INTERRUPT_CONFIG.fields[member].offset + WDF_INTERRUPT_CONFIG.fields[member].size <= size ? view.get(member) : defaultOf(member)),
  };
  if (config.get("EvtInterruptIsr") === 0) return status.invalidParameter;
  const isSerialized = config.get("AutomaticSerialization") !== 0;
  const attributes = readAttributes(framework, attributesAddress, { parent: isSerialized, level: false, scope: false });
  if (typeof attributes === "number") return attributes;
  const isPassive = config.get("PassiveHandling") !== 0;
  if (isPassive && !framework.verifierIrqlAtMost(passiveLevel)) return status.invalidDeviceRequest;
  const refusal = checkTime(device, config) ?? checkKind(config, isPassive);
  if (refusal !== undefined) return refusal;
  const resource = device.isPreparingHardware ? resourceAt(device.resources, config.get("InterruptRaw"), config.get("InterruptTranslated")) : undefined;
  if (device.isPreparingHardware && (resource === undefined || isUsed(device, resource))) return refuseResource(device, resource !== undefined);
  const parent = attributes.parent === 0 ? device : framework.resolve(attributes.parent, WdfObject, "WDFOBJECT");
  if (!(parent instanceof WdfDevice || parent instanceof WdfQueue) || parent.ancestor(WdfDevice) !== device) return status.invalidParameter;
  if (isSerialized && conflicts(parent, config, isPassive)) return status.wdfIncompatibleExecutionLevel;
  return create(device, parent, attributes, config, { isSerialized, isPassive, resource }, out);
}

function defaultOf(member: ConfigMember): number {
  return member === "ReportInactiveOnPowerDown" || member === "ShareVector" ? triState.useDefault : 0;
}

/** Checks 5 to 8: when, and with which resources, the interrupt is created. */
function checkTime(device: WdfDevice, config: Config): number | undefined {
  const isAdding = device.pnpState === "Init";
  if (!isAdding && !device.isPreparingHardware) return status.invalidDeviceState;
  const hasResources = config.get("InterruptRaw") !== 0 || config.get("InterruptTranslated") !== 0;
  const canWake = config.get("CanWakeDevice") !== 0;
  if (isAdding) return hasResources || canWake ? status.invalidParameter : undefined;
  if (config.get("InterruptRaw") === 0 || config.get("InterruptTranslated") === 0 || config.get("ShareVector") !== triState.useDefault)
    return status.invalidDeviceState;
  // PCI interrupt resources carry no wake hint.
  return canWake ? status.invalidParameter : undefined;
}

/** Checks 9 to 11: callbacks and locks that exclude each other. */
function checkKind(config: Config, isPassive: boolean): number | undefined {
  if (config.get("EvtInterruptDpc") !== 0 && config.get("EvtInterruptWorkItem") !== 0) return status.invalidParameter;
  if (!isPassive && (config.get("WaitLock") !== 0 || config.get("CanWakeDevice") !== 0)) return status.invalidParameter;
  return isPassive && config.get("SpinLock") !== 0 ? status.invalidParameter : undefined;
}

const isOf = ({ vector, messageCount }: InterruptResource, number: number): boolean => number >= vector && number < vector + messageCount;

function isUsed(device: WdfDevice, resource: InterruptResource): boolean {
  const users = device.interrupts.filter(
    ({ config, assignment }) => config.isPrepareHardware && assignment !== undefined && isOf(resource, assignment.vector.vector),
  );
  return users.length >= resource.messageCount;
}

function refuseResource(device: WdfDevice, isUsedAlready: boolean): number {
  device.framework.breakpoint({
    rule: "int-resource-wrong",
    message: `WdfInterruptCreate: InterruptRaw and InterruptTranslated are not ${isUsedAlready ? "an unused" : "a matching"} pair of interrupt descriptors of this device`,
    explanation:
      "Pass the pointers that WdfCmResourceListGetDescriptor returned for the same index of the raw and the translated list; each resource serves as many interrupt objects as it has messages.",
    objectId: device.id,
  });
  return status.invalidParameter;
}

/** Check 13: the callbacks and the parent's lock fit. */
function conflicts(parent: WdfDevice | WdfQueue, config: Config, isPassive: boolean): boolean {
  if (config.get("EvtInterruptDpc") !== 0 && isLevelConflict(parent, "EvtInterruptDpc", false)) return true;
  const passive = isPassive ? "EvtInterruptIsr" : config.get("EvtInterruptWorkItem") !== 0 ? "EvtInterruptWorkItem" : undefined;
  return passive !== undefined && isLevelConflict(parent, passive, true);
}

interface Kind {
  readonly isSerialized: boolean;
  readonly isPassive: boolean;
  readonly resource: InterruptResource | undefined;
}

function create(device: WdfDevice, parent: WdfDevice | WdfQueue, attributes: ObjectAttributes, config: Config, kind: Kind, out: number): number {
  const { framework } = device;
  const spinLock = framework.handles.optional(config.get("SpinLock"), WdfSpinLock, "WDFSPINLOCK");
  const waitLock = framework.handles.optional(config.get("WaitLock"), WdfWaitLock, "WDFWAITLOCK");
  const resolved: InterruptConfig = {
    isr: config.get("EvtInterruptIsr"),
    dpc: config.get("EvtInterruptDpc"),
    workItem: config.get("EvtInterruptWorkItem"),
    enable: config.get("EvtInterruptEnable"),
    disable: config.get("EvtInterruptDisable"),
    isSerialized: kind.isSerialized,
    isPassive: kind.isPassive,
    sharedLock: spinLock?.handle ?? waitLock?.handle ?? 0,
    reportsInactive: config.get("ReportInactiveOnPowerDown") === triState.true,
    canWake: config.get("CanWakeDevice") !== 0,
    isPrepareHardware: device.isPreparingHardware,
  };
  const interrupt = new WdfInterrupt(framework, device, parent, attributes, resolved, kind.isSerialized ? serializationOf(parent)?.lock : undefined);
  const result = framework.finishCreate(interrupt, out);
  if (!isSuccess(result)) return result;
  if (kind.resource !== undefined) interrupt.assignment = assignmentOf(interrupt, kind.resource);
  if (parent instanceof WdfQueue) parent.undeletable ??= "it is the parent of an interrupt";
  return result;
}
