// SPDX-License-Identifier: MIT
/** The PnP manager. */
import { AssertionFailure } from "../base/index.ts";
import type { DeviceObject } from "./device-object.ts";
import type { DevicePower, PnpDriverStack, PnpRequest } from "./pnp-stack.ts";
import type { AssignedResources } from "./resources.ts";

export class PnpManager {
  /** Set by the framework when it has created its device. */
  stack: PnpDriverStack | undefined;
  /** Queues a request; requests run one after the other as scheduler tasks. `onDone` gets the NTSTATUS. */
  request(_kind: PnpRequest, _onDone: (status: number) => void): void {
    throw new AssertionFailure("not written yet");
  }
  /** Physical device object of the PCI function. */
  get pdo(): DeviceObject {
    throw new AssertionFailure("not written yet");
  }
  get isStarted(): boolean {
    throw new AssertionFailure("not written yet");
  }
  get power(): DevicePower {
    throw new AssertionFailure("not written yet");
  }
  get resources(): AssignedResources | undefined {
    throw new AssertionFailure("not written yet");
  }
}
