// SPDX-License-Identifier: MIT
/** One object of each type that a test can make without a bus of its own. Not part of the product's graph. */
import { WDF_DPC_CONFIG, WDF_TIMER_CONFIG, WDF_WORKITEM_CONFIG } from "./deferred-structs.ts";
import { WDF_DMA_ENABLER_CONFIG } from "./dma-structs.ts";
import { requestType } from "./request-structs.ts";
import { TestDriver } from "./test-driver.ts";

export interface DriverWithObjects {
  readonly driver: TestDriver;
  /** Handles by type; under `deleted` the handle of an object that is gone. */
  readonly objects: ReadonlyMap<string, number>;
}

export function startWithObjects(): DriverWithObjects {
  let interrupt = 0;
  const driver = new TestDriver({
    deviceAdd: (started) => {
      interrupt = started.interrupt({ EvtInterruptIsr: started.callback("EvtInterruptIsr"), EvtInterruptDpc: started.callback("EvtInterruptDpc") }).handle;
    },
  });
  const result = driver.start();
  if (result !== 0) throw new Error(`start: ${result.toString(16)}`);
  return { driver, objects: makeObjects(driver, interrupt) };
}

function makeObjects(driver: TestDriver, interrupt: number): ReadonlyMap<string, number> {
  const { device } = driver;
  const nothing = (): number => driver.callback("nothing");
  const made = new Map([
    ["WDFINTERRUPT", interrupt],
    ["WDFOBJECT", device],
    ["WDFDEVICE", device],
    ["WDFDRIVER", driver.driver],
  ]);
  const make = (type: string, name: string, ...args: (number | bigint)[]): number => {
    const out = driver.out();
    const result = driver.call(name, ...args, out);
    if (result !== 0) throw new Error(`${name}: ${result.toString(16)}`);
    made.set(type, driver.u32(out));
    return driver.u32(out);
  };
  const ofDevice = (): number => driver.attributes({ ParentObject: device });
  made.set("WDFQUEUE", driver.queue({ DispatchType: 3 }));
  made.set("WDFIOTARGET", driver.call("WdfDeviceGetIoTarget", device));
  made.set("WDFREQUEST", queuedRequest(driver, made.get("WDFQUEUE") ?? 0));
  make("WDFLOOKASIDE", "WdfLookasideListCreate", 0, 24, 0x200, 0, 0);
  make("WDFMEMORY", "WdfMemoryCreatePreallocated", 0, driver.test.global(0x9000), 32);
  make("WDFCOLLECTION", "WdfCollectionCreate", 0);
  make("WDFSTRING", "WdfStringCreate", driver.unicode("text"), 0);
  make("WDFKEY", "WdfDriverOpenParametersRegistryKey", driver.driver, 0x2_0019, 0);
  make("WDFWAITLOCK", "WdfWaitLockCreate", 0);
  make("WDFSPINLOCK", "WdfSpinLockCreate", 0);
  make("WDFDPC", "WdfDpcCreate", driver.struct(WDF_DPC_CONFIG, { EvtDpcFunc: nothing() }), ofDevice());
  make("WDFTIMER", "WdfTimerCreate", driver.struct(WDF_TIMER_CONFIG, { EvtTimerFunc: nothing() }), ofDevice());
  make("WDFWORKITEM", "WdfWorkItemCreate", driver.struct(WDF_WORKITEM_CONFIG, { EvtWorkItemFunc: nothing() }), ofDevice());
  const enabler = make("WDFDMAENABLER", "WdfDmaEnablerCreate", device, driver.struct(WDF_DMA_ENABLER_CONFIG, { Profile: 2, MaximumLength: 4096 }), 0);
  make("WDFDMATRANSACTION", "WdfDmaTransactionCreate", enabler, 0);
  make("WDFCOMMONBUFFER", "WdfCommonBufferCreate", enabler, 16, 0);
  made.set("deleted", make("deleted", "WdfCollectionCreate", 0));
  driver.call("WdfObjectDelete", made.get("deleted") ?? 0);
  return made;
}

/** A read that came through `queue` and was taken from it. */
function queuedRequest(driver: TestDriver, queue: number): number {
  driver.call("WdfDeviceConfigureRequestDispatching", driver.device, queue, requestType.read);
  driver.send({ major: "read", length: 16 });
  const out = driver.out();
  driver.call("WdfIoQueueRetrieveNextRequest", queue, out);
  return driver.u32(out);
}
