// SPDX-License-Identifier: MIT
/** Device object and bus routines a KMDF driver still calls itself: properties, attached devices, PCI configuration space, cancellation. */
import { type Machine, dispatchLevel, passiveLevel } from "../machine/index.ts";
import { ntStatus } from "../protocol/index.ts";
import type { ApiTable } from "./api-table.ts";
import type { Checks } from "./checks.ts";
import { deviceProperty, devicePropertyBytes, isResourceProperty } from "./device-property.ts";
import type { IoManager } from "./io.ts";
import type { PciConfig } from "./pci-config.ts";
import type { ProcessApi } from "./process-api.ts";

/** BUS_DATA_TYPE PCIConfiguration. */
const pciConfiguration = 4;

export class DeviceApi {
  readonly #machine: Machine;
  readonly #checks: Checks;
  readonly #io: IoManager;
  readonly #processes: ProcessApi;
  readonly #config: PciConfig;
  #cancelLockIrql = -1;

  constructor(machine: Machine, checks: Checks, io: IoManager, processes: ProcessApi, config: PciConfig) {
    this.#machine = machine;
    this.#checks = checks;
    this.#io = io;
    this.#processes = processes;
    this.#config = config;
  }

  api(): ApiTable {
    const { memory } = this.#machine;
    const attached = (address: number) => this.#io.devices.findLast(({ pdo }) => pdo?.address === address >>> 0)?.address ?? address >>> 0;
    return {
      IoGetDeviceProperty: (_device: number, property: number, length: number, buffer: number, result: number) =>
        this.#property(property, length >>> 0, buffer >>> 0, result >>> 0),
      IoGetAttachedDevice: attached,
      IoGetAttachedDeviceReference: (address: number) => this.#processes.give(attached(address)),
      IoInvalidateDeviceState: () => undefined,
      IoInvalidateDeviceRelations: () => undefined,
      IoCancelIrp: (irp: number) => {
        const found = this.#io.irpAt(irp);
        return found !== undefined && this.#io.cancel(found) ? 1 : 0;
      },
      IoAcquireCancelSpinLock: (irql: number) => {
        this.#checks.irqlAtMost("IoAcquireCancelSpinLock", dispatchLevel);
        memory.setU8(irql >>> 0, this.#acquireCancelLock());
      },
      IoReleaseCancelSpinLock: (irql: number) => this.#releaseCancelLock(irql & 0xff),
      HalGetBusData: (type: number, _bus: number, _slot: number, buffer: number, length: number) =>
        type === pciConfiguration ? this.#config.read("HalGetBusData", buffer >>> 0, 0, length >>> 0) : 0,
      HalGetBusDataByOffset: (type: number, _bus: number, _slot: number, buffer: number, offset: number, length: number) =>
        type === pciConfiguration ? this.#config.read("HalGetBusDataByOffset", buffer >>> 0, offset >>> 0, length >>> 0) : 0,
      HalSetBusDataByOffset: (type: number, _bus: number, _slot: number, buffer: number, offset: number, length: number) =>
        type === pciConfiguration ? this.#config.write("HalSetBusDataByOffset", buffer >>> 0, offset >>> 0, length >>> 0) : 0,
    };
  }

  #property(property: number, length: number, buffer: number, result: number): number {
    this.#checks.irqlAtMost("IoGetDeviceProperty", passiveLevel);
    const { memory } = this.#machine;
    if (isResourceProperty(property)) this.#checks.notEmulated(`IoGetDeviceProperty for property ${property}`);
    if (property >>> 0 > deviceProperty.containerId) return ntStatus.STATUS_INVALID_PARAMETER_2;
    const bytes = devicePropertyBytes(this.#machine, property);
    if (bytes === undefined) return ntStatus.STATUS_OBJECT_NAME_NOT_FOUND;
    memory.setU32(result, bytes.length);
    if (bytes.length > length) return ntStatus.STATUS_BUFFER_TOO_SMALL;
    memory.write(buffer, bytes);
    return ntStatus.STATUS_SUCCESS;
  }

  #acquireCancelLock(): number {
    const { cpu } = this.#machine;
    if (this.#cancelLockIrql >= 0) {
      this.#checks.bugCheck(0x0f, [0, 0, 0, 0], {
        rule: "spinlock-double-acquire",
        message: "IoAcquireCancelSpinLock: the cancel spin lock is held already",
        explanation: "The cancel spin lock is one lock of the whole system and not recursive.",
      });
    }
    this.#cancelLockIrql = cpu.irql;
    if (cpu.irql < dispatchLevel) cpu.raise(dispatchLevel);
    return this.#cancelLockIrql;
  }

  #releaseCancelLock(irql: number): void {
    if (this.#cancelLockIrql < 0) {
      this.#checks.violation({
        rule: "spinlock-release-not-owner",
        message: "IoReleaseCancelSpinLock: the cancel spin lock is not held",
        explanation: "Release the cancel spin lock once for each acquisition.",
      });
      return;
    }
    this.#cancelLockIrql = -1;
    if (irql < this.#machine.cpu.irql) this.#machine.cpu.lower(irql);
  }
}
