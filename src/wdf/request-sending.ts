// SPDX-License-Identifier: MIT
/** What a request is on its way to an I/O target: its format, completion routine and result; and WDFREQUEST objects that the driver created itself. */
import { hex } from "../base/index.ts";
import type { FieldView } from "../protocol/index.ts";
import type { ObjectAttributes } from "./attributes.ts";
import type { WdfFramework } from "./framework.ts";
import type { WdfIoTarget } from "./io-target.ts";
import { WDF_REQUEST_COMPLETION_PARAMS } from "./io-target-structs.ts";
import type { WdfMemory } from "./memory.ts";
import { WdfObject } from "./object.ts";
import type { WdfRequest } from "./request.ts";
import { requestType } from "./request-structs.ts";
import { status, statusText } from "./status.ts";
import { StructView } from "./struct-view.ts";

/** A formatted operation. */
export interface SendFormat {
  readonly kind: "read" | "write" | "deviceControl" | "internalDeviceControl" | "current";
  readonly ioctlCode: number;
  readonly input: MemorySlice | undefined;
  readonly output: MemorySlice | undefined;
  /** Byte offset of a read or write. */
  readonly deviceOffset: bigint;
}

/** Memory of the sender, with the part of a WDFMEMORY that is used. */
export interface MemorySlice {
  readonly memory: WdfMemory | undefined;
  /** Address of the first byte that is used. */
  readonly address: number;
  readonly offset: number;
  readonly length: number;
}

/** WdfRequestTypeNoFormat. */
const noFormat = 0xff;

export class Sending {
  readonly #framework: WdfFramework;
  format: SendFormat | undefined;
  completionRoutine = 0;
  completionContext = 0;
  /** Result of the last send; STATUS_SUCCESS before the first one. */
  status: number = status.success;
  information = 0;
  /** Target that has the request now. */
  target: WdfIoTarget | undefined;
  /** WDF_REQUEST_COMPLETION_PARAMS in driver memory; 0 until needed. */
  #params = 0;

  constructor(framework: WdfFramework) {
    this.#framework = framework;
  }

  /** Replaces the format; memory objects are kept alive while the request may use them. */
  setFormat(format: SendFormat): void {
    this.#releaseMemory();
    this.format = format;
    for (const slice of [format.input, format.output]) slice?.memory?.reference();
  }

  /** Back to the state of a new request (WdfRequestReuse). */
  reset(result: number): void {
    this.#releaseMemory();
    this.format = undefined;
    this.completionRoutine = 0;
    this.completionContext = 0;
    this.status = result >>> 0;
    this.information = 0;
  }

  dispose(): void {
    this.#releaseMemory();
    this.format = undefined;
    if (this.#params !== 0) this.#framework.nt.pool.free(this.#params, this.#framework.poolTag);
    this.#params = 0;
  }

  /** Fills in the WDF_REQUEST_COMPLETION_PARAMS at `address`. */
  writeParams(address: number): void {
    const { memory } = this.#framework.machine;
    const view = new StructView(memory, WDF_REQUEST_COMPLETION_PARAMS, address);
    const { format } = this;
    memory.fill(view.address, WDF_REQUEST_COMPLETION_PARAMS.size, 0);
    view.set("Size", WDF_REQUEST_COMPLETION_PARAMS.size);
    view.set("Type", format === undefined || format.kind === "current" ? noFormat : requestType[format.kind]);
    view.set("Status", this.status);
    view.set("Information", this.information);
    const words = (values: readonly number[]): void => {
      for (const [i, value] of values.entries()) memory.setU32(view.at("Parameters") + 4 * i, value);
    };
    const handle = (slice: MemorySlice | undefined) => slice?.memory?.handle ?? 0;
    if (format?.kind === "read") words([handle(format.output), this.information, format.output?.offset ?? 0]);
    else if (format?.kind === "write") words([handle(format.input), this.information, format.input?.offset ?? 0]);
    else if (format !== undefined && format.kind !== "current")
      words([format.ioctlCode, handle(format.input), format.input?.offset ?? 0, handle(format.output), format.output?.offset ?? 0, this.information]);
  }

  /** Address of filled-in completion parameters; 0 when there is no memory. */
  params(): number {
    const { nt, poolTag } = this.#framework;
    if (this.#params === 0) this.#params = nt.pool.allocate(WDF_REQUEST_COMPLETION_PARAMS.size, poolTag, "WDF_REQUEST_COMPLETION_PARAMS");
    if (this.#params !== 0) this.writeParams(this.#params);
    return this.#params;
  }

  #releaseMemory(): void {
    for (const slice of [this.format?.input, this.format?.output]) slice?.memory?.dereference();
  }
}

/** A request of WdfRequestCreate. */
export class WdfCreatedRequest extends WdfObject {
  readonly sending: Sending;

  constructor(framework: WdfFramework, parent: WdfObject | undefined, attributes: ObjectAttributes) {
    super(framework, "WDFREQUEST", parent, attributes);
    this.sending = new Sending(framework);
  }

  get description(): string {
    const { format } = this.sending;
    if (format === undefined) return "not formatted";
    return format.kind === "deviceControl" || format.kind === "internalDeviceControl" ? `IOCTL ${hex(format.ioctlCode, 8)}` : format.kind;
  }

  override label(): string {
    return `created by the driver, ${this.description}${this.sending.target === undefined ? "" : ", sent"}`;
  }

  override fields(): FieldView[] {
    const { sending } = this;
    const fields: FieldView[] = [
      { name: "Format", value: this.description },
      { name: "Status", value: statusText(sending.status) },
      { name: "Information", value: String(sending.information) },
    ];
    if (sending.target !== undefined) fields.push({ name: "Sent to", value: this.framework.name(sending.target), objectId: sending.target.id });
    if (sending.completionRoutine !== 0) fields.push({ name: "EvtRequestCompletionRoutine", value: hex(sending.completionRoutine) });
    return fields;
  }

  protected override dispose(): void {
    this.sending.target?.forget(this);
    this.sending.dispose();
  }
}

/** A request that can be sent: the driver's own, or one it got from a queue. */
export type SendableRequest = WdfRequest | WdfCreatedRequest;
