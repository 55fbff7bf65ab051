// SPDX-License-Identifier: MIT
/** Resource descriptors of one size in driver memory, in order: what resource lists and lists of requirements are made of (kmdf fxresourcecollection.cpp). */
import type { WdfFramework } from "./framework.ts";
import { status } from "./status.ts";

/** What the driver may do with a list, by the callback it was given in. */
export type ListAccess = "none" | "all";

export class DescriptorList {
  readonly #framework: WdfFramework;
  readonly #size: number;
  readonly #label: string;
  readonly #access: ListAccess;
  /** Addresses; copies that this list owns are in `#owned` too. */
  readonly #addresses: number[];
  readonly #owned = new Set<number>();
  #hasChanged = false;

  /** `size` is that of a descriptor, bytes; `addresses` are descriptors that belong to somebody else. */
  constructor(framework: WdfFramework, size: number, label: string, access: ListAccess, addresses: readonly number[] = []) {
    this.#framework = framework;
    this.#size = size;
    this.#label = label;
    this.#access = access;
    this.#addresses = [...addresses];
  }

  get addresses(): readonly number[] {
    return this.#addresses;
  }
  /** The driver has added, changed or removed a descriptor. */
  get hasChanged(): boolean {
    return this.#hasChanged;
  }

  /** The bytes of every descriptor. */
  contents(): Uint8Array[] {
    return this.#addresses.map((address) => this.#framework.machine.memory.read(address, this.#size));
  }

  /** Copies the descriptor at `address` to position `index`. NTSTATUS. */
  insert(address: number, index: number): number {
    const { machine } = this.#framework;
    const from = this.#framework.requirePointer(address, "Descriptor");
    if (!this.#isAllowed("add to")) return status.accessDenied;
    if (index > this.#addresses.length) return status.invalidParameter;
    const copy = this.insertBytes(machine.memory.read(from, this.#size), index);
    this.#hasChanged = true;
    return copy === 0 ? status.insufficientResources : status.success;
  }

  /** A descriptor of the framework; 0 when there is no memory. */
  insertBytes(bytes: Uint8Array, index = this.#addresses.length): number {
    const { nt, poolTag, machine } = this.#framework;
    const copy = nt.pool.allocate(this.#size, poolTag, this.#label);
    if (copy === 0) return 0;
    machine.memory.write(copy, bytes);
    this.#owned.add(copy);
    this.#addresses.splice(index, 0, copy);
    return copy;
  }

  /** Overwrites the descriptor at `index`. */
  update(address: number, index: number): void {
    const { memory } = this.#framework.machine;
    const from = this.#framework.requirePointer(address, "Descriptor");
    const to = this.#addresses[index];
    if (to === undefined) this.#reportIndex(index);
    else {
      memory.write(to, memory.read(from, this.#size));
      this.#hasChanged = true;
    }
  }

  /** Takes the descriptor at `index` out. */
  remove(index: number): void {
    if (!this.#isAllowed("remove from")) return;
    const address = this.#addresses[index];
    if (address === undefined) this.#reportIndex(index);
    else this.#take(address);
  }

  /** Takes the descriptor that `address` points to, or one that is equal to it, out. */
  removeEqual(address: number): void {
    const { memory } = this.#framework.machine;
    const wanted = memory.read(this.#framework.requirePointer(address, "Descriptor"), this.#size);
    if (!this.#isAllowed("remove from")) return;
    const found = this.#addresses.find((each) => memory.read(each, this.#size).every((byte, i) => byte === wanted[i]));
    if (found !== undefined) this.#take(found);
  }

  free(): void {
    for (const address of this.#owned) this.#framework.nt.pool.free(address, this.#framework.poolTag);
    this.#owned.clear();
    this.#addresses.length = 0;
  }

  #take(address: number): void {
    this.#hasChanged = true;
    this.#addresses.splice(this.#addresses.indexOf(address), 1);
    if (this.#owned.delete(address)) this.#framework.nt.pool.free(address, this.#framework.poolTag);
  }

  #isAllowed(what: string): boolean {
    if (this.#access === "all") return true;
    this.#framework.breakpoint({
      rule: "resource-list-access",
      message: `${this.#framework.apiName()}: the driver may not ${what} this list (${this.#label})`,
      explanation:
        "Assigned resources cannot be changed. Lists can be changed in EvtDeviceResourcesQuery, EvtDeviceResourceRequirementsQuery, EvtDeviceFilterAddResourceRequirements, EvtDeviceFilterRemoveResourceRequirements and EvtDeviceRemoveAddedResources.",
    });
    return false;
  }

  #reportIndex(index: number): void {
    this.#framework.breakpoint({
      rule: "resource-list-index",
      message: `${this.#framework.apiName()}: there is no descriptor ${index}; the list has ${this.#addresses.length}`,
      explanation: "Positions count from 0 and change when descriptors before them are inserted or removed. The call is ignored.",
    });
  }
}
