// SPDX-License-Identifier: MIT
/** WdfInterrupt* (wdfinterrupt.h): checks in the order of the KMDF source (fxinterruptapi.cpp; kmdf-dma specification 6.2 and 6.7 to 6.8). */
import { passiveLevel } from "../machine/index.ts";
import type { ApiTable } from "../nt/index.ts";
import { irqlName } from "../nt/index.ts";
import { WdfDevice } from "./device.ts";
import type { WdfFramework } from "./framework.ts";
import { WdfInterrupt } from "./interrupt.ts";
import { createInterrupt } from "./interrupt-create.ts";
import { WDF_INTERRUPT_EXTENDED_POLICY, WDF_INTERRUPT_INFO, interruptMode, interruptPolarity, policyRange, priorityRange } from "./interrupt-structs.ts";
import { StructView } from "./struct-view.ts";

export function interruptApi(framework: WdfFramework): ApiTable {
  const interruptOf = (handle: number): WdfInterrupt => framework.resolve(handle, WdfInterrupt, "WDFINTERRUPT");
  return {
    WdfInterruptCreate: (device: number, config: number, attributes: number, out: number) =>
      createInterrupt(framework.resolve(device, WdfDevice, "WDFDEVICE"), config, attributes, out),
    WdfInterruptGetDevice: (handle: number) => interruptOf(handle).device.handle,
    WdfInterruptQueueDpcForIsr: (handle: number) => (interruptOf(handle).queueDpc() ? 1 : 0),
    WdfInterruptQueueWorkItemForIsr: (handle: number) => (interruptOf(handle).queueWorkItem() ? 1 : 0),
    WdfInterruptAcquireLock: (handle: number) => {
      const interrupt = interruptOf(handle);
      if (mayLock(interrupt)) interrupt.lock.acquire();
    },
    WdfInterruptReleaseLock: (handle: number) => {
      const interrupt = interruptOf(handle);
      if (mayLock(interrupt)) interrupt.lock.release();
    },
    WdfInterruptTryToAcquireLock: (handle: number) => {
      const interrupt = interruptOf(handle);
      if (!interrupt.config.isPassive) {
        reportPassiveMisuse(interrupt, "is not a passive-level interrupt; the answer is FALSE");
        return 0;
      }
      return mayLock(interrupt) && interrupt.lock.tryAcquire() ? 1 : 0;
    },
    WdfInterruptSynchronize: (handle: number, callback: number, context: number) => synchronize(interruptOf(handle), callback, context),
    WdfInterruptEnable: (handle: number) => {
      const interrupt = interruptOf(handle);
      if (!framework.verifierIrqlAtMost(passiveLevel)) return;
      interrupt.isForceDisconnected = false;
      if (interrupt.assignment !== undefined) interrupt.connect();
    },
    WdfInterruptDisable: (handle: number) => {
      const interrupt = interruptOf(handle);
      if (!framework.verifierIrqlAtMost(passiveLevel)) return;
      interrupt.disconnect(!interrupt.device.init.isPowerPageable);
      interrupt.isForceDisconnected = true;
    },
    WdfInterruptWdmGetInterrupt: (handle: number) => interruptOf(handle).kernelInterrupt,
    WdfInterruptGetInfo: (handle: number, info: number) => getInfo(interruptOf(handle), info),
    WdfInterruptSetPolicy: (handle: number, policy: number, priority: number, affinity: number) =>
      setPolicy(interruptOf(handle), policy, priority, affinity >>> 0),
    WdfInterruptSetExtendedPolicy: (handle: number, address: number) => {
      const interrupt = interruptOf(handle);
      const view = new StructView(framework.machine.memory, WDF_INTERRUPT_EXTENDED_POLICY, framework.requirePointer(address, "PolicyAndGroup"));
      if (view.get("Size") !== WDF_INTERRUPT_EXTENDED_POLICY.size)
        return reportPolicy(interrupt, `WDF_INTERRUPT_EXTENDED_POLICY.Size is ${view.get("Size")}, expected ${WDF_INTERRUPT_EXTENDED_POLICY.size}`);
      setPolicy(interrupt, view.get("Policy"), view.get("Priority"), framework.machine.memory.u32(view.at("TargetProcessorSetAndGroup")));
    },
    WdfInterruptReportInactive: (handle: number) => report(interruptOf(handle), true),
    WdfInterruptReportActive: (handle: number) => report(interruptOf(handle), false),
  };
}

/** Checks of Acquire and Release: connected, and PASSIVE_LEVEL for a passive interrupt. */
function mayLock(interrupt: WdfInterrupt): boolean {
  const { framework } = interrupt;
  if (interrupt.config.isPassive && framework.options.verifier && framework.machine.cpu.irql > passiveLevel) {
    reportPassiveMisuse(interrupt, `is a passive-level interrupt and the current IRQL is ${irqlName(framework.machine.cpu.irql)}; the call is ignored`);
    return false;
  }
  if (interrupt.isConnected) return true;
  framework.breakpoint({
    rule: "int-lock-disconnected",
    message: `${framework.apiName()}: ${framework.name(interrupt)} is not connected; the lock is not touched`,
    explanation: "The interrupt lock exists between the connection (after EvtDeviceD0Entry) and the disconnection (before EvtDeviceD0Exit).",
    objectId: interrupt.id,
  });
  return false;
}

function reportPassiveMisuse(interrupt: WdfInterrupt, what: string): void {
  interrupt.framework.breakpoint({
    rule: "int-lock-passive-misuse",
    message: `${interrupt.framework.apiName()}: ${interrupt.framework.name(interrupt)} ${what}`,
    explanation:
      "The lock of a passive-level interrupt is a wait lock and may be taken at PASSIVE_LEVEL only; WdfInterruptTryToAcquireLock is for such interrupts.",
    objectId: interrupt.id,
  });
}

function synchronize(interrupt: WdfInterrupt, callback: number, context: number): number {
  const { framework } = interrupt;
  framework.requirePointer(callback, "Callback");
  if (interrupt.config.isPassive && framework.options.verifier && framework.machine.cpu.irql > passiveLevel) {
    reportPassiveMisuse(interrupt, `is a passive-level interrupt and the current IRQL is ${irqlName(framework.machine.cpu.irql)}; the answer is FALSE`);
    return 0;
  }
  if (!interrupt.isConnected) {
    framework.nt.checks.bugCheck(0x50, [0, 0, 0, 0], {
      rule: "int-lock-disconnected",
      message: `WdfInterruptSynchronize: ${framework.name(interrupt)} is not connected`,
      explanation:
        "The framework has no check here and passes a NULL interrupt pointer to KeSynchronizeExecution. Synchronize only while the interrupt is connected.",
      objectId: interrupt.id,
    });
  }
  return interrupt.lock.run(() => framework.callback("EvtInterruptSynchronize", callback, [interrupt.handle, context], { objectId: interrupt.id })) & 0xff;
}

function getInfo(interrupt: WdfInterrupt, address: number): void {
  const { framework, assignment } = interrupt;
  const view = new StructView(framework.machine.memory, WDF_INTERRUPT_INFO, framework.requirePointer(address, "Info"));
  if (view.get("Size") !== WDF_INTERRUPT_INFO.size) {
    framework.breakpoint({
      rule: "KMDF-STRUCTURE-SIZE",
      message: `WdfInterruptGetInfo: WDF_INTERRUPT_INFO.Size is ${view.get("Size")}, expected ${WDF_INTERRUPT_INFO.size}; nothing is filled in`,
      explanation: "Initialize the structure with WDF_INTERRUPT_INFO_INIT.",
      objectId: interrupt.id,
    });
    return;
  }
  framework.machine.memory.fill(view.address, WDF_INTERRUPT_INFO.size, 0);
  view.set("Size", WDF_INTERRUPT_INFO.size);
  view.set("MessageNumber", interrupt.messageNumber);
  if (assignment === undefined) return;
  const { vector } = assignment;
  view.set("TargetProcessorSet", interrupt.policy?.affinity ?? 1);
  view.set("Vector", vector.vector);
  view.set("Irql", vector.irql);
  view.set("Mode", vector.mode === "level" ? interruptMode.levelSensitive : interruptMode.latched);
  view.set("Polarity", vector.mode === "level" ? interruptPolarity.activeLow : interruptPolarity.unknown);
  view.set("MessageSignaled", assignment.isMessageSignaled ? 1 : 0);
  view.set("ShareDisposition", assignment.shareDisposition);
}

function setPolicy(interrupt: WdfInterrupt, policy: number, priority: number, affinity: number): void {
  const isPolicyKnown = policy >= policyRange.first && policy <= policyRange.last;
  if (!isPolicyKnown || priority < priorityRange.first || priority > priorityRange.last) {
    reportPolicy(interrupt, isPolicyKnown ? `priority ${priority} is out of range` : `policy ${policy} is out of range`);
    return;
  }
  if (interrupt.config.isPrepareHardware)
    reportPolicy(interrupt, "it was created in EvtDevicePrepareHardware, when resources are assigned already; the policy is stored without effect");
  interrupt.policy = { policy, priority, affinity };
}

function reportPolicy(interrupt: WdfInterrupt, why: string): void {
  interrupt.framework.breakpoint({
    rule: "int-policy-range",
    message: `${interrupt.framework.apiName()}: ${interrupt.framework.name(interrupt)}: ${why}`,
    explanation:
      "Set policies of interrupts created in EvtDriverDeviceAdd, with WdfIrqPolicyMachineDefault to WdfIrqPolicySpreadMessagesAcrossAllProcessors and WdfIrqPriorityLow to WdfIrqPriorityHigh.",
    objectId: interrupt.id,
  });
}

function report(interrupt: WdfInterrupt, isInactive: boolean): void {
  if (interrupt.isConnected) {
    interrupt.isReportedInactive = isInactive;
    return;
  }
  interrupt.framework.breakpoint({
    rule: "int-delete-or-report-while-disconnected",
    message: `${interrupt.framework.apiName()}: ${interrupt.framework.name(interrupt)} is not connected; the call is ignored`,
    explanation: "An interrupt can be reported active or inactive only while it is connected.",
    objectId: interrupt.id,
  });
}
