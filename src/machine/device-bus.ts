// SPDX-License-Identifier: MIT
/** The machine as a device model sees it: the `bus` argument of its `create` (public API in sdk/index.d.ts). */
import { hex } from "../base/index.ts";
import type { DeviceBus } from "../protocol/index.ts";
import type { Machine } from "./machine.ts";
import type { SystemDmaChannel } from "./system-dma.ts";

export function createDeviceBus(machine: Machine): DeviceBus {
  const { device, dma, clock, trace } = machine;
  const lostMessages = new Set<number>();
  const log = (text: string): void => {
    trace.instant("deviceLog", 0, 0, trace.text(text));
    machine.onDeviceLog(text);
  };
  let isMaster = true;
  const mayMaster = (kind: "read" | "write", address: bigint, length: number): boolean => {
    const obstacle = device.masterObstacle;
    isMaster = device.isPresent && obstacle === undefined;
    if (device.isPresent && obstacle !== undefined)
      reportMasterOff(machine, `bus-master ${kind} of ${length} bytes at logical address ${hex(address)}: ${obstacle}`);
    return isMaster;
  };
  return {
    dma: {
      read: (address, length) => (mayMaster("read", address, length) ? dma.deviceRead(address, length) : new Uint8Array(length)),
      write: (address, bytes) => {
        if (mayMaster("write", address, bytes.length)) dma.deviceWrite(address, bytes);
      },
      get aborted() {
        return !isMaster || !device.isPresent || dma.aborted;
      },
    },
    interrupt: {
      raise: (message) => {
        if (!device.raise(message) && !lostMessages.has(message ?? 0)) {
          lostMessages.add(message ?? 0);
          log(`${device.definition.name}: interrupt message ${message ?? 0} is lost: no interrupt object is connected to it`);
        }
      },
      lower: () => device.lower(),
      messages: device.usesMessages ? device.vectors.length : 0,
    },
    after: (nanoseconds, callback) => {
      checkDuration("after", nanoseconds);
      const { now } = clock;
      clock.after(machine.schedule.deviceDue(now, now + nanoseconds) - now, () => {
        try {
          callback();
        } catch (error) {
          device.onModelError(error);
        }
      });
    },
    now: () => clock.now,
    log,
    activity: (lane, name, nanoseconds) => {
      checkDuration("activity", nanoseconds);
      const span = trace.begin("deviceActivity", 0, 0, trace.text(lane), trace.text(name));
      clock.after(nanoseconds, () => trace.end("deviceActivity", span, trace.text(lane), trace.text(name)));
    },
    systemDma: {
      request: (line, bytes) => {
        checkCount("systemDma.request", bytes);
        if (device.isPresent) lineOf(machine, line).request(bytes);
      },
      release: (line) => lineOf(machine, line).release(),
      active: (line) => lineOf(machine, line).isActive,
    },
    pme: {
      assert: () => device.assertPme(),
      get enabled() {
        return device.powerManagement?.isEnabled ?? false;
      },
    },
    configSpace: device.configSpace,
    fault: (name) => machine.dueFault(name) !== undefined,
  };
}

function lineOf({ systemDma }: Machine, line: number): SystemDmaChannel {
  const channel = systemDma.channels[line];
  if (channel === undefined)
    throw new RangeError(`bus.systemDma: the device has no request line ${String(line)}; 'systemDma' has ${systemDma.channels.length}`);
  return channel;
}

function checkCount(call: string, bytes: unknown): void {
  if (typeof bytes !== "number" || !Number.isInteger(bytes) || bytes <= 0)
    throw new RangeError(`bus.${call}: expected a number of bytes, 1 or more, got ${String(bytes)}`);
}

function reportMasterOff(machine: Machine, what: string): void {
  machine.stop.violation({
    rule: "DMA-BUS-MASTER-OFF",
    message: `${machine.device.definition.name}: ${what}`,
    explanation:
      "A PCI function may start transactions only in D0 and with Bus Master Enable set. The PCI bus driver sets the bit at the start of the device; a driver that clears it in configuration space, or leaves D0 with a transfer running, loses the data.",
  });
}

function checkDuration(call: string, nanoseconds: unknown): void {
  if (typeof nanoseconds !== "number" || !Number.isFinite(nanoseconds) || nanoseconds < 0)
    throw new RangeError(`bus.${call}: expected a number of nanoseconds, 0 or more, got ${String(nanoseconds)}`);
}
