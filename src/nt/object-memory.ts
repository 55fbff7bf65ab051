// SPDX-License-Identifier: MIT
/** Kernel objects in driver memory: DRIVER_OBJECT, DEVICE_OBJECT and FILE_OBJECT structures, and counted strings. */
import type { Machine } from "../machine/index.ts";
import { deviceFlag, deviceObjectLayout, driverExtension, driverObjectLayout, fileObjectLayout, ioType, unicodeString } from "./irp-layout.ts";
import { requireMemory } from "./out-of-memory.ts";
import type { Pool } from "./pool.ts";
import { poolTag } from "./pool-heap.ts";

export class ObjectMemory {
  readonly #machine: Machine;
  readonly #pool: Pool;

  constructor(machine: Machine, pool: Pool) {
    this.#machine = machine;
    this.#pool = pool;
  }

  /** Zeroed host-owned memory; the machine must have room for its own objects. */
  #allocate(bytes: number, tag: string, label: string): number {
    const address = this.#pool.allocate(bytes, poolTag(tag), label);
    requireMemory(address, label);
    return address;
  }

  free(address: number): void {
    this.#pool.free(address);
  }

  /** Fills in the UNICODE_STRING at `address` with a new buffer for `text`. */
  setUnicodeString(address: number, text: string, label: string): void {
    const { memory } = this.#machine;
    const buffer = this.#allocate(2 * text.length + 2, "Strg", label);
    for (let i = 0; i < text.length; i++) memory.setU16(buffer + 2 * i, text.charCodeAt(i));
    memory.setU16(address + unicodeString.fields.Length.offset, 2 * text.length);
    memory.setU16(address + unicodeString.fields.MaximumLength.offset, 2 * text.length + 2);
    memory.setU32(address + unicodeString.fields.Buffer.offset, buffer);
  }

  /** A UNICODE_STRING of its own. */
  unicodeString(text: string, label: string): number {
    const address = this.#allocate(unicodeString.size, "Strg", label);
    this.setUnicodeString(address, text, label);
    return address;
  }

  driverObject(serviceName: string, serviceKey: string): number {
    const { memory } = this.#machine;
    const at = driverObjectLayout.fields;
    const address = this.#allocate(driverObjectLayout.size, "Driv", "DRIVER_OBJECT");
    const extension = this.#allocate(driverExtension.size, "Driv", "DRIVER_EXTENSION");
    memory.setU16(address + at.Type.offset, ioType.driver);
    memory.setU16(address + at.Size.offset, driverObjectLayout.size);
    memory.setU32(address + at.DriverExtension.offset, extension);
    this.setUnicodeString(address + at.DriverName.offset, `\\Driver\\${serviceName}`, "driver name");
    memory.setU32(extension + driverExtension.fields.DriverObject.offset, address);
    this.setUnicodeString(extension + driverExtension.fields.ServiceKeyName.offset, serviceKey, "service key name");
    return address;
  }

  deviceObject(driver: number, stackSize: number, alignment: number): number {
    const { memory } = this.#machine;
    const at = deviceObjectLayout.fields;
    const address = this.#allocate(deviceObjectLayout.size, "Devi", "DEVICE_OBJECT");
    memory.setU16(address + at.Type.offset, ioType.device);
    memory.setU16(address + at.Size.offset, deviceObjectLayout.size);
    memory.setU32(address + at.DriverObject.offset, driver);
    memory.setU8(address + at.StackSize.offset, stackSize);
    memory.setU32(address + at.AlignmentRequirement.offset, alignment);
    return address;
  }

  setDeviceFlags(address: number, buffered: boolean, direct: boolean): void {
    const { memory } = this.#machine;
    const field = address + deviceObjectLayout.fields.Flags.offset;
    const others = memory.u32(field) & ~(deviceFlag.bufferedIo | deviceFlag.directIo);
    memory.setU32(field, others | (buffered ? deviceFlag.bufferedIo : 0) | (direct ? deviceFlag.directIo : 0));
  }

  fileObject(device: number, fileName: string): number {
    const { memory } = this.#machine;
    const at = fileObjectLayout.fields;
    const address = this.#allocate(fileObjectLayout.size, "File", "FILE_OBJECT");
    memory.setU16(address + at.Type.offset, ioType.file);
    memory.setU16(address + at.Size.offset, fileObjectLayout.size);
    memory.setU32(address + at.DeviceObject.offset, device);
    memory.setU8(address + at.ReadAccess.offset, 1);
    memory.setU8(address + at.WriteAccess.offset, 1);
    if (fileName !== "") this.setUnicodeString(address + at.FileName.offset, fileName, "file name");
    return address;
  }
}
