// SPDX-License-Identifier: MIT
/** What the tests of queues share: a started driver whose default queue holds what it gets. Not part of the product's graph. */
import assert from "node:assert/strict";
import { dispatchType } from "./queue-structs.ts";
import { status } from "./status.ts";
import { TestDriver, type TestDriverOptions } from "./test-driver.ts";

export interface QueueBench {
  readonly driver: TestDriver;
  queue: number;
  /** Requests presented and not completed, oldest first. */
  readonly held: number[];
}

/** A started driver with a default queue that holds what it gets. */
export function bench(
  members: Readonly<Record<string, number>> = {},
  options: TestDriverOptions & { readonly attributes?: Readonly<Record<string, number>> } = {},
): QueueBench {
  const held: number[] = [];
  const result: { driver: TestDriver; queue: number; held: number[] } = { driver: new TestDriver(), queue: 0, held };
  const driver = new TestDriver({
    ...options,
    deviceAdd: (self) => {
      const hold = (name: string) => self.callback(name, (_queue, request) => void held.push(Number(request)));
      const isManual = members["DispatchType"] === dispatchType.manual;
      const handlers = isManual ? {} : { EvtIoRead: hold("EvtIoRead"), EvtIoWrite: hold("EvtIoWrite"), EvtIoDeviceControl: hold("EvtIoDeviceControl") };
      result.queue = self.queue({ DefaultQueue: 1, ...handlers, ...members }, options.attributes === undefined ? 0 : self.attributes(options.attributes));
      return options.deviceAdd?.(self);
    },
  });
  result.driver = driver;
  assert.equal(driver.start(), 0);
  driver.take();
  return result;
}

/** Sends a read. */
export const read = (driver: TestDriver, length = 16) => driver.send({ major: "read", length });
/** WdfRequestComplete. */
export const complete = (driver: TestDriver, request: number | undefined, result: number = status.success) =>
  driver.call("WdfRequestComplete", request ?? 0, result);
