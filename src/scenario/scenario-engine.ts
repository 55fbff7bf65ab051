// SPDX-License-Identifier: MIT
/**
 * The I/O client: what a user program and the PnP manager would do to the device. Requests are queued to the machine and run at PASSIVE
 * level between other work; promises settle when the machine completes them, so a scenario never runs inside the driver's call stack.
 */
import { ExitStatus, UserError } from "../base/index.ts";
import type { DeviceObject, FileObject, Irp, IrpRequest, IrpResult, NtKernel, PnpRequest } from "../nt/index.ts";
import { type FileHandle, type IoResult, type PendingIo, type RequestReport, type ScenarioSystem, ntStatusName } from "../protocol/index.ts";
import { bytesToHex } from "../base/index.ts";
import { expectation } from "./expectation.ts";

export interface ScenarioPorts {
  /** A promise of the scenario was settled: give it the chance to go on before the machine does. */
  settled(): void;
  log(text: string): void;
}

const reportedBytes = 256;

export class ScenarioEngine {
  readonly #nt: NtKernel;
  readonly #ports: ScenarioPorts;
  /** What became of each request of the scenario. Of one that is over nothing else is kept: there may be very many. */
  readonly #reports: RequestReport[] = [];
  /** Operations of the scenario that the machine has not finished, for messages. */
  readonly #waiting = new Map<number, { readonly text: string; readonly origin: Error }>();
  #nextWait = 1;
  /** Open handles. */
  readonly #files = new Set<FileObject>();

  constructor(nt: NtKernel, ports: ScenarioPorts) {
    this.#nt = nt;
    this.#ports = ports;
  }

  /** The `system` object that a scenario gets. */
  get system(): ScenarioSystem {
    return {
      open: (name) => this.open(name),
      power: (state) => this.#pnp(state, `power("${state}")`),
      suspend: (state) => this.#pnp(state, `suspend("${state}")`),
      resume: () => this.#pnp("S0", "resume()"),
      rebalance: () => this.#pnp("rebalance", "rebalance()"),
      state: () => {
        const { pnp } = this.#nt;
        return { system: pnp.systemPower, device: pnp.power, pnp: pnp.state };
      },
      device: (action, argument) => this.#device(action, argument),
      surpriseRemove: () => {
        this.#nt.machine.scheduler.queue("surprise removal", () => this.#nt.machine.device.remove());
        return this.#pnp("surpriseRemove", "surpriseRemove()");
      },
      remove: () => this.#pnp("remove", "remove()"),
      insert: () => {
        this.#nt.machine.scheduler.queue("insertion", () => this.#nt.machine.device.insert());
        return this.#pnp("start", "insert()");
      },
      sleep: (duration) => this.#sleep(duration),
      now: () => this.#nt.machine.clock.now,
      log: (text) => this.#ports.log(String(text)),
      expect: expectation,
    };
  }

  /** What the scenario waits for, with the call that began it. */
  get waiting(): readonly { readonly text: string; readonly origin: Error }[] {
    return [...this.#waiting.values()];
  }

  /** Requests for the run report, in the order they were sent. */
  report(): RequestReport[] {
    return this.#reports.map((report) => ({ ...report }));
  }

  /** CreateFile: sends IRP_MJ_CREATE. Rejects when the device is not there or the driver refuses. */
  open(name = ""): Promise<FileHandle> {
    const origin = new Error();
    return this.#operation(`open("${name}")`, origin, (resolve, reject) => {
      const target = this.#target(name);
      if (target instanceof Error) {
        reject(target);
        return;
      }
      const file = this.#nt.io.open(target.device, target.rest);
      this.#send("create", file, { major: "create" }, (result) => {
        if (result.status < 0x8000_0000) {
          this.#files.add(file);
          resolve(this.#handle(file));
        } else reject(new Error(`open: the driver refused with ${ntStatusName(result.status) ?? result.status}`));
      });
    });
  }

  /** What a name opens: a path with device or symbolic link, an interface class `{…}`, or else something below the device under test. */
  #target(name: string): { readonly device: DeviceObject; readonly rest: string } | Error {
    const { names, pnp } = this.#nt;
    if (name.startsWith("\\\\") || /^\\(?:device|dosdevices|\?\?|global\?\?)\\/i.test(name))
      return names.find(name) ?? new Error(`open: no device has the name ${name}`);
    const [, guid, rest = ""] = /^(\{[0-9a-f-]{36}\})(.*)$/i.exec(name) ?? [];
    if (guid !== undefined) {
      const device = names.findInterface(guid);
      return device === undefined ? new Error(`open: no device has an enabled interface of class ${guid}`) : { device, rest };
    }
    const device = pnp.functionDevice;
    if (device === undefined || !pnp.isStarted) return new Error("open: the device is not started, so there is no interface to open");
    return { device, rest: name };
  }

  #handle(file: FileObject): FileHandle {
    const offset = (options?: { readonly offset?: number | bigint }) => BigInt(options?.offset ?? 0);
    return {
      read: (length, options) => this.#io(`read(${length})`, "read", file, { major: "read", length: checkedLength(length, "read"), offset: offset(options) }),
      write: (bytes, options) => {
        const data = checkedBytes(bytes, "write");
        return this.#io(`write(${data.length} bytes)`, "write", file, { major: "write", data, offset: offset(options) });
      },
      ioctl: (code, input = new Uint8Array(), outputLength = 0) =>
        this.#io(`ioctl(0x${(code >>> 0).toString(16)})`, "ioctl", file, {
          major: "deviceControl",
          ioctlCode: code >>> 0,
          data: checkedBytes(input, "ioctl"),
          outputLength: checkedLength(outputLength, "ioctl"),
        }),
      close: () => this.#close(file),
    };
  }

  /** The client program ends: its requests are cancelled and its handles closed. `done` when the driver has let go of all of them. */
  endProcess(done: () => void): void {
    this.#nt.machine.scheduler.queue("end of the client", () => {
      const files = [...this.#files].filter((file) => !file.isCleanedUp);
      let left = files.length;
      if (left === 0) done();
      for (const file of files) {
        const pending = [...file.pending];
        for (const irp of pending) this.#nt.io.cancel(irp);
        this.#sendClose(file, () => {
          if (--left === 0) done();
        });
      }
    });
  }

  #sendClose(file: FileObject, done: () => void): void {
    this.#files.delete(file);
    this.#send("cleanup", file, { major: "cleanup" }, () => {
      this.#send("close", file, { major: "close" }, done);
    });
  }

  /** Sends a request of the user interface; `done` gets the result. */
  sendTo(file: FileObject, request: IrpRequest, kind: string, done: (result: IrpResult) => void): void {
    this.#send(kind, file, request, done);
  }

  #io(text: string, kind: string, file: FileObject, request: IrpRequest): PendingIo {
    const origin = new Error();
    let irp: Irp | undefined;
    let isCancelled = false;
    const promise = this.#operation<IoResult>(text, origin, (resolve, reject) => {
      if (file.isCleanedUp) {
        reject(new Error(`${kind}: the file is closed`));
        return;
      }
      this.#send(
        kind,
        file,
        request,
        (result) => resolve(ioResult(result)),
        (created) => {
          irp = created;
        },
      );
      if (isCancelled && irp !== undefined) this.#nt.io.cancel(irp);
    });
    const cancel = (): void => {
      this.#nt.machine.scheduler.queue("cancel", () => {
        isCancelled = true;
        if (irp !== undefined && !irp.isCompleted) this.#nt.io.cancel(irp);
      });
    };
    return Object.assign(promise, { cancel });
  }

  #close(file: FileObject): Promise<void> {
    const origin = new Error();
    return this.#operation("close()", origin, (resolve, reject) => {
      if (file.isCleanedUp) {
        reject(new Error("close: the file is closed already"));
        return;
      }
      this.#sendClose(file, () => resolve());
    });
  }

  #send(kind: string, file: FileObject, request: IrpRequest, done: (result: IrpResult) => void, created?: (irp: Irp) => void): void {
    const irp = this.#nt.io.createIrp(file, request);
    // Opening and closing handles are not I/O of the report.
    const isReported = kind !== "create" && kind !== "cleanup" && kind !== "close";
    const index = this.#reports.length;
    if (isReported) this.#reports.push({ kind, status: "pending", information: 0, bytes: "" });
    created?.(irp);
    this.#nt.io.submit(irp, (result) => {
      if (isReported) this.#reports[index] = reportOf(kind, result);
      done(result);
    });
  }

  #pnp(request: PnpRequest, text: string): Promise<void> {
    const origin = new Error();
    return this.#operation(text, origin, (resolve, reject) => {
      this.#nt.pnp.request(request, (status) => {
        if (status < 0x8000_0000) resolve();
        else reject(new Error(`${text}: the transition failed with ${ntStatusName(status) ?? `0x${status.toString(16)}`}`));
      });
    });
  }

  /** An action of the device model. What the model throws is the scenario's mistake, not the machine's. */
  #device(action: string, argument: unknown): Promise<unknown> {
    return this.#operation(`device("${action}")`, new Error(), (resolve, reject) => {
      try {
        resolve(this.#nt.machine.device.action(String(action), argument));
      } catch (error) {
        reject(error instanceof Error ? new Error(`device("${action}"): ${error.message}`) : new Error(String(error)));
      }
    });
  }

  #sleep(duration: { readonly ms?: number; readonly us?: number; readonly ns?: number }): Promise<void> {
    const nanoseconds = (duration.ms ?? 0) * 1e6 + (duration.us ?? 0) * 1e3 + (duration.ns ?? 0);
    if (!Number.isFinite(nanoseconds) || nanoseconds < 0) throw new RangeError("sleep: give { ms }, { us } or { ns }, 0 or more");
    return this.#operation("sleep()", new Error(), (resolve) => {
      this.#nt.machine.clock.after(nanoseconds, () => resolve());
    });
  }

  /** Runs `start` in the machine and gives a promise of its result. */
  #operation<T>(text: string, origin: Error, start: (resolve: (value: T) => void, reject: (error: Error) => void) => void): Promise<T> {
    const id = this.#nextWait++;
    this.#waiting.set(id, { text, origin });
    return new Promise<T>((resolve, reject) => {
      const finish = (): void => {
        this.#waiting.delete(id);
        this.#ports.settled();
      };
      this.#nt.machine.scheduler.queue(text, () =>
        start(
          (value) => {
            finish();
            resolve(value);
          },
          (error) => {
            finish();
            // The scenario's own line, not ours.
            error.stack = `${error.name}: ${error.message}\n${(origin.stack ?? "").split("\n").slice(1).join("\n")}`;
            reject(error);
          },
        ),
      );
    });
  }
}

function reportOf(kind: string, { status, information, bytes }: IrpResult): RequestReport {
  return { kind, status: statusName(status), information, bytes: bytesToHex(bytes.subarray(0, reportedBytes)) };
}

function statusName(status: number): string {
  return ntStatusName(status) ?? `0x${status.toString(16).toUpperCase()}`;
}

function ioResult(result: IrpResult): IoResult {
  return {
    status: result.status,
    statusName: statusName(result.status),
    information: result.information,
    bytes: result.bytes,
  };
}

function checkedLength(length: number, call: string): number {
  if (!Number.isInteger(length) || length < 0 || length > 0xffff_ffff)
    throw new RangeError(`${call}: the length must be a whole number of bytes, not ${String(length)}`);
  return length;
}

function checkedBytes(bytes: unknown, call: string): Uint8Array {
  if (bytes instanceof Uint8Array) return Uint8Array.from(bytes);
  if (Array.isArray(bytes)) return Uint8Array.from(bytes as number[]);
  throw new TypeError(`${call}: give the bytes as a Uint8Array, for example pattern(4096)`);
}

/** What a scenario module exports must be a function. */
export function asScenario(value: unknown, file: string): (system: ScenarioSystem) => Promise<void> | void {
  if (typeof value === "function") return value as (system: ScenarioSystem) => Promise<void>;
  throw new UserError({
    code: "scenario-export",
    message: "The scenario module has no default export that is a function",
    location: { file },
    hint: "write export default scenario(async (system) => { … })",
    exitStatus: ExitStatus.badConfiguration,
  });
}
