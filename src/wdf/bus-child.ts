// SPDX-License-Identifier: MIT
/** A child device as the PnP manager handles it: identifiers, resources, then the sequences of every PnP device (kmdf fxpkgpdo.cpp). */
import type { Task } from "../machine/index.ts";
import type { AssignedResources, PnpSequence } from "../nt/index.ts";
import { WdfCmResourceList } from "./cm-resource-list.ts";
import type { ChildEntry } from "./child-list.ts";
import type { WdfDevice } from "./device.ts";
import { WdfIoRequirementsList } from "./io-resource-list.ts";
import { DeviceStack } from "./pnp-sequence.ts";
import { ResourceBlock } from "./resource-block.ts";
import { isSuccess, status } from "./status.ts";

/** PNP_DETECTED_FATAL_ERROR, with its parameter 1. */
const pnpFatal = { code: 0xca, duplicate: 1, invalidId: 2 } as const;

export class ChildDevice {
  readonly entry: ChildEntry;
  readonly device: WdfDevice;
  readonly #stack: DeviceStack;
  /** Query-removed and ejected: it goes without surprise. */
  isEjected = false;
  #state: "new" | "started" | "stopped" | "failed" | "removed" = "new";
  #blocks: ResourceBlock[] = [];

  constructor(entry: ChildEntry, device: WdfDevice) {
    this.entry = entry;
    this.device = device;
    this.#stack = new DeviceStack(device);
    // The PnP manager removes a child that reports itself as failed; the bus stays.
    device.onFailed = () => device.framework.machine.scheduler.spawn("failed child", this.#failed());
  }

  get isStarted(): boolean {
    return this.#state === "started";
  }

  *startFirst(): PnpSequence {
    return this.#state === "new" ? yield* this.start() : status.success;
  }

  *start(): PnpSequence {
    if (this.#state !== "new" && this.#state !== "stopped") return status.success;
    if (this.#state === "new") this.#checkIds();
    const result = yield* this.#stack.start(this.#assign());
    this.#state = isSuccess(result) ? "started" : "failed";
    return result;
  }

  *powerDown(target: "D1" | "D2" | "D3"): PnpSequence {
    const { pdo } = this.device;
    if (!this.isStarted || this.device.powerState !== "D0" || pdo?.dependsOnParentPower === false) return status.success;
    return yield* this.#stack.powerDown(target, "explicit");
  }

  *powerUp(): PnpSequence {
    return this.isStarted && this.device.powerState !== "D0" ? yield* this.#stack.powerUp() : status.success;
  }

  *queryRemove(): PnpSequence {
    return this.isStarted ? yield* this.#stack.queryRemove() : status.success;
  }

  /** The PnP manager removes it for an ejection. */
  withdraw(): PnpSequence {
    return this.#stack.withdraw();
  }

  *stop(): PnpSequence {
    if (!this.isStarted) return status.success;
    const result = yield* this.#stack.stop();
    if (isSuccess(result)) this.#state = "stopped";
    this.#freeBlocks();
    return result;
  }

  *surpriseRemove(): PnpSequence {
    return this.isStarted ? yield* this.#stack.surpriseRemove() : status.success;
  }

  *remove(): PnpSequence {
    if (this.#state === "removed") return status.success;
    this.#state = "removed";
    const result = yield* this.#stack.remove();
    this.#freeBlocks();
    const { entry } = this;
    entry.list.released(entry);
    return result;
  }

  *#failed(): Task {
    if (this.#state !== "started") return;
    yield* this.#stack.surpriseRemove();
    this.#state = "failed";
  }

  /** IRP_MN_QUERY_ID: the PnP manager stops the system when a child has no device ID, or is there twice. */
  #checkIds(): void {
    const { framework, pdo, deviceObject } = this.device;
    const { deviceId, instanceId = "" } = pdo ?? {};
    if (deviceId === undefined || !deviceId.includes("\\")) {
      return framework.machine.stop.bugCheck({
        rule: "pnp-invalid-id",
        message: `${framework.name(this.device)} has ${deviceId === undefined ? "no device ID" : `the device ID "${deviceId}", which is not of the form enumerator\\device`}`,
        explanation:
          "Call WdfPdoInitAssignDeviceID with an ID such as BUS\\Device before WdfDeviceCreate. The PnP manager cannot work with a child without a valid ID.",
        bugCheck: { code: pnpFatal.code, name: "PNP_DETECTED_FATAL_ERROR", parameters: [pnpFatal.invalidId, deviceObject.address, 1, 0] },
        objectId: this.device.id,
      });
    }
    const siblings = pdo?.parent.bus.children ?? [];
    const twin = siblings.find(
      ({ device }) =>
        device !== this.device &&
        device.pdo?.deviceId?.toLowerCase() === deviceId.toLowerCase() &&
        (device.pdo.instanceId ?? "").toLowerCase() === instanceId.toLowerCase(),
    );
    if (twin === undefined || twin.#state === "removed") return;
    framework.machine.stop.bugCheck({
      rule: "pnp-duplicate-pdo",
      message: `${framework.name(this.device)} has the device ID "${deviceId}" and the instance ID "${instanceId}" of ${framework.name(twin.device)}`,
      explanation: "Children of a bus with the same device ID need different instance IDs (WdfPdoInitAssignInstanceID).",
      bugCheck: {
        code: pnpFatal.code,
        name: "PNP_DETECTED_FATAL_ERROR",
        parameters: [pnpFatal.duplicate, deviceObject.address, twin.device.deviceObject.address, 0],
      },
      objectId: this.device.id,
    });
  }

  /** Boot resources and requirements of the bus driver; nothing else competes for them, so the first alternative is granted. */
  #assign(): AssignedResources {
    const { framework } = this.device;
    const boot = new WdfCmResourceList(framework, this.device, "boot", []);
    const requirements = new WdfIoRequirementsList(framework, this.device);
    this.device.callPdo("EvtDeviceResourcesQuery", [boot.handle], "query resources");
    this.device.callPdo("EvtDeviceResourceRequirementsQuery", [requirements.handle], "query resource requirements");
    const wanted = requirements.alternatives[0]?.assign() ?? boot.items.contents();
    this.#blocks = [ResourceBlock.allocate(framework, wanted, "raw resource list"), ResourceBlock.allocate(framework, wanted, "translated resource list")];
    boot.delete();
    requirements.delete();
    const [raw, translated] = this.#blocks;
    return {
      list: [],
      rawDescriptors: raw?.descriptors ?? [],
      translatedDescriptors: translated?.descriptors ?? [],
      rawList: raw?.address ?? 0,
      translatedList: translated?.address ?? 0,
    };
  }

  #freeBlocks(): void {
    for (const block of this.#blocks.splice(0)) block.free();
  }
}
