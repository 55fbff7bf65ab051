// SPDX-License-Identifier: MIT
/** Requests that a person sends from the user interface while the target is debugged: one handle, opened when first needed. */
import { hexToBytes } from "../base/index.ts";
import type { FileObject, IrpRequest, IrpResult, NtKernel } from "../nt/index.ts";
import type { UserRequest } from "../protocol/index.ts";
import type { ScenarioEngine } from "../scenario/index.ts";

export type RequestDone = (result: IrpResult) => void;

const failed = (status: number): IrpResult => ({ status, information: 0, bytes: new Uint8Array() });
const noSuchDevice = 0xc000_000e;

export class UserRequests {
  readonly #nt: NtKernel;
  readonly #engine: ScenarioEngine;
  #file: FileObject | undefined;

  constructor(nt: NtKernel, engine: ScenarioEngine) {
    this.#nt = nt;
    this.#engine = engine;
  }

  /** Queues the request; `done` gets its result. */
  send(request: UserRequest, done: RequestDone): void {
    this.#nt.machine.scheduler.queue(`user ${request.kind}`, () => {
      if (request.kind === "power" || request.kind === "remove" || request.kind === "surpriseRemove") {
        if (request.kind === "surpriseRemove") this.#nt.machine.device.remove();
        this.#nt.pnp.request(request.kind === "power" ? (request.state ?? "D0") : request.kind, (status) => done(failed(status)));
        return;
      }
      this.#withFile((file) => {
        if (file === undefined) done(failed(noSuchDevice));
        else this.#engine.sendTo(file, irpRequest(request), request.kind, done);
      });
    });
  }

  #withFile(use: (file: FileObject | undefined) => void): void {
    const device = this.#nt.pnp.functionDevice;
    if (this.#file !== undefined || device === undefined || !this.#nt.pnp.isStarted) {
      use(this.#file);
      return;
    }
    const file = this.#nt.io.open(device, "");
    this.#engine.sendTo(file, { major: "create" }, "create", (result) => {
      if (result.status < 0x8000_0000) this.#file = file;
      use(this.#file);
    });
  }
}

function irpRequest(request: UserRequest): IrpRequest {
  const data = hexToBytes(request.data ?? "") ?? new Uint8Array();
  switch (request.kind) {
    case "read":
      return { major: "read", length: request.length ?? 0 };
    case "write":
      return { major: "write", data };
    default:
      return { major: "deviceControl", ioctlCode: request.code ?? 0, data, outputLength: request.length ?? 0 };
  }
}
