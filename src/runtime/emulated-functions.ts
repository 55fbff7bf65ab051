// SPDX-License-Identifier: MIT
/** Names of everything the kernel and the framework implement, read off the tables that the driver's imports are bound to. */
import { Machine } from "../machine/index.ts";
import { NtKernel } from "../nt/index.ts";
import { defaultMachine, guestLayout, minMemoryMiB, nullTrace } from "../protocol/index.ts";
import { WdfFramework } from "../wdf/index.ts";

/** Sorted. Makes a machine that never runs. */
export function emulatedFunctions(): string[] {
  const layout = guestLayout(minMemoryMiB);
  const refuse = (): never => {
    throw new Error("this machine does not run");
  };
  const machine = new Machine({
    configuration: { ...defaultMachine, memoryMiB: minMemoryMiB },
    layout,
    // RAM only: the shadow of a machine that never runs is not needed.
    buffer: new ArrayBuffer(layout.ramEnd),
    counter: { executed: () => 0, limit: () => undefined },
    trace: nullTrace,
    guest: { call: refuse, run: refuse, hasStacks: false, isAtThreadRoot: false, canStartThread: false, hostFunction: refuse, currentApi: undefined },
    stop: { violation: refuse, bugCheck: refuse },
    device: { name: "none", pci: { vendorId: 0, deviceId: 0, classCode: 0, revision: 0 }, bars: [], interrupts: {}, create: refuse },
    deviceOptions: {},
    faults: [],
  });
  const nt = new NtKernel(machine, { serviceName: "none", registry: {} });
  const wdf = new WdfFramework(nt, { verifier: true, version: { major: 1, minor: 33 } });
  return Object.keys({ ...nt.api(), ...wdf.api() }).sort();
}
