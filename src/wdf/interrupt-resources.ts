// SPDX-License-Identifier: MIT
/** Which interrupt object gets which interrupt resource (kmdf interruptobjectkm.cpp, fxpkgpnp.cpp; kmdf-dma specification 6.3). */
import type { AssignedResources, InterruptResource } from "../nt/index.ts";
import { shareDisposition } from "../nt/index.ts";
import type { WdfDevice } from "./device.ts";
import type { InterruptAssignment, WdfInterrupt } from "./interrupt.ts";

/** Descriptors in list order to objects in creation order; a descriptor of n messages serves n consecutive objects. */
export function assignInterrupts(device: WdfDevice, resources: AssignedResources): void {
  const objects = device.interrupts.filter(({ config }) => !config.isPrepareHardware);
  for (const interrupt of objects) interrupt.assignment = undefined;
  let next = 0;
  for (const resource of resources.list) {
    if (resource.kind !== "interrupt") continue;
    for (let i = 0; i < resource.messageCount && next < objects.length; i++) {
      const interrupt = objects[next++];
      if (interrupt !== undefined) interrupt.assignment = assignmentOf(interrupt, resource);
    }
  }
}

/** Vector = base vector of the resource, plus the object's message number when the resource has several messages. */
export function assignmentOf(interrupt: WdfInterrupt, resource: InterruptResource): InterruptAssignment | undefined {
  const number = resource.vector + (resource.messageCount > 1 ? interrupt.messageNumber : 0);
  const vector = interrupt.framework.machine.device.vectors.find((entry) => entry.vector === number);
  if (vector === undefined) return undefined;
  return {
    vector,
    isMessageSignaled: resource.messageSignaled,
    shareDisposition: resource.messageSignaled ? shareDisposition.deviceExclusive : shareDisposition.shared,
  };
}

/** The interrupt resource whose raw and translated descriptors are at these addresses; undefined when they are not a pair of this device. */
export function resourceAt(resources: AssignedResources | undefined, raw: number, translated: number): InterruptResource | undefined {
  const index = resources?.translatedDescriptors.indexOf(translated >>> 0) ?? -1;
  if (resources === undefined || index < 0 || resources.rawDescriptors[index] !== raw >>> 0) return undefined;
  const resource = resources.list[index];
  return resource?.kind === "interrupt" ? resource : undefined;
}
