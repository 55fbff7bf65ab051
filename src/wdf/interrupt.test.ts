// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import type { DeviceDefinition } from "../protocol/index.ts";
import { trivialDevice } from "../nt/test-machine.ts";
import { WDF_INTERRUPT_INFO } from "./interrupt-structs.ts";
import { synchronizationScope } from "./object-structs.ts";
import { status } from "./status.ts";
import { TestDriver, type TestDriverOptions, bugCheckOf } from "./test-driver.ts";

interface Bench {
  readonly driver: TestDriver;
  readonly interrupts: number[];
}

/** A started driver with `count` interrupt objects; the ISR claims unless `isr` says otherwise. */
function bench(
  members: (driver: TestDriver, index: number) => Readonly<Record<string, number>>,
  options: TestDriverOptions & { readonly count?: number; readonly attributes?: number } = {},
): Bench {
  const interrupts: number[] = [];
  const driver = new TestDriver({
    ...options,
    deviceAdd: (self) => {
      for (let i = 0; i < (options.count ?? 1); i++) {
        const { status: result, handle } = self.interrupt(members(self, i));
        assert.equal(result, status.success);
        interrupts.push(handle);
      }
    },
  });
  assert.equal(driver.start(), 0);
  driver.take();
  return { driver, interrupts };
}

const line = { machine: { interrupts: "line" as const } };
const msi = (messages: number): DeviceDefinition => ({ ...trivialDevice, interrupts: { messages } });

describe("WdfInterruptCreate", () => {
  const refused: readonly (readonly [what: string, members: Readonly<Record<string, number>>, result: number])[] = [
    ["a wrong Size", { Size: 12 }, status.infoLengthMismatch],
    ["no EvtInterruptIsr", { EvtInterruptIsr: 0 }, status.invalidParameter],
    ["resources in EvtDriverDeviceAdd", { InterruptRaw: 8, InterruptTranslated: 8 }, status.invalidParameter],
    ["a wake interrupt in EvtDriverDeviceAdd", { CanWakeDevice: 1 }, status.invalidParameter],
    ["both EvtInterruptDpc and EvtInterruptWorkItem", { EvtInterruptDpc: 1, EvtInterruptWorkItem: 1 }, status.invalidParameter],
    ["a wait lock without passive handling", { WaitLock: 8 }, status.invalidParameter],
    ["a spin lock with passive handling", { SpinLock: 8, PassiveHandling: 1 }, status.invalidParameter],
  ];
  for (const [what, members, result] of refused) {
    it(`refuses ${what}`, () => {
      let seen = 0;
      const driver = new TestDriver({
        deviceAdd: (self) => {
          seen = self.interrupt({ EvtInterruptIsr: 1, ...members }).status;
        },
      });
      driver.start();
      assert.equal(seen, result);
    });
  }

  it("refuses a parent without AutomaticSerialization, and creation after the start", () => {
    let seen = 0;
    const driver = new TestDriver({
      deviceAdd: (self) => {
        seen = self.interrupt({ EvtInterruptIsr: 1 }, self.attributes({ ParentObject: self.device })).status;
      },
    });
    driver.start();
    assert.equal(seen, status.wdfParentAssignmentNotAllowed);
    assert.equal(driver.interrupt({ EvtInterruptIsr: 1 }).status, status.invalidDeviceState);
  });

  it("accepts the size of KMDF 1.9", () => {
    let seen = -1;
    const driver = new TestDriver({
      deviceAdd: (self) => {
        seen = self.interrupt({ EvtInterruptIsr: 1, Size: 32 }).status;
      },
    });
    driver.load();
    driver.test.nt.driver.addDevice?.(driver.test.nt.pnp.pdo);
    assert.equal(seen, status.success);
  });
});

describe("interrupt resources", () => {
  const info = (driver: TestDriver, interrupt: number) => {
    const address = driver.struct(WDF_INTERRUPT_INFO);
    driver.call("WdfInterruptGetInfo", interrupt, address);
    const { memory } = driver.test.machine;
    const at = WDF_INTERRUPT_INFO.fields;
    return {
      number: memory.u32(address + at.MessageNumber.offset),
      vector: memory.u32(address + at.Vector.offset),
      mode: memory.u32(address + at.Mode.offset),
      isMessage: memory.u8(address + at.MessageSignaled.offset),
    };
  };

  it("of one MSI descriptor go to consecutive objects, base vector plus message number", () => {
    const { driver, interrupts } = bench((self) => ({ EvtInterruptIsr: self.callback("isr") }), { count: 3, device: msi(2) });
    const base = driver.test.machine.device.vectors[0]?.vector ?? 0;
    assert.deepEqual(
      interrupts.map((handle) => info(driver, handle)),
      [
        { number: 0, vector: base, mode: 1, isMessage: 1 },
        { number: 1, vector: base + 1, mode: 1, isMessage: 1 },
        { number: 2, vector: 0, mode: 0, isMessage: 0 },
      ],
    );
  });

  it("of MSI-X are each claimed from a descriptor of its own, and take their own messages", () => {
    const claimed: number[] = [];
    const driver = new TestDriver({
      device: msi(3),
      machine: { interrupts: "msix" },
      pnp: {
        EvtDevicePrepareHardware: (self, [, raw, translated]) => {
          for (let i = 0; i < self.call("WdfCmResourceListGetCount", Number(raw)); i++) {
            const descriptor = self.call("WdfCmResourceListGetDescriptor", Number(translated), i);
            if (self.test.machine.memory.u8(descriptor) !== 2) continue;
            const { status: result, handle } = self.interrupt({
              EvtInterruptIsr: self.callback("isr"),
              InterruptRaw: self.call("WdfCmResourceListGetDescriptor", Number(raw), i),
              InterruptTranslated: descriptor,
            });
            assert.equal(result, status.success);
            claimed.push(handle);
          }
        },
      },
    });
    driver.start();
    assert.equal(claimed.length, 3);
    const base = driver.test.machine.device.vectors[0]?.vector ?? 0;
    assert.deepEqual(
      claimed.map((handle) => info(driver, handle).vector),
      [base, base + 1, base + 2],
    );
    driver.test.bus?.interrupt.raise(2);
    driver.test.settle();
    assert.deepEqual(driver.test.calls.at(-1)?.args, [claimed[2], 2]);
  });

  it("that nobody is connected to are lost, and the device log says so once", () => {
    const { driver } = bench((self) => ({ EvtInterruptIsr: self.callback("isr") }), { count: 1, device: msi(2) });
    const said: string[] = [];
    driver.test.machine.onDeviceLog = (text) => said.push(text);
    driver.test.bus?.interrupt.raise(1);
    driver.test.bus?.interrupt.raise(1);
    driver.test.settle();
    assert.deepEqual(said, [`${trivialDevice.name}: interrupt message 1 is lost: no interrupt object is connected to it`]);
  });

  it("never connect a surplus object", () => {
    const { driver, interrupts } = bench((self) => ({ EvtInterruptIsr: self.callback("isr") }), { count: 2, ...line });
    assert.equal(info(driver, interrupts[0] ?? 0).mode, 0);
    assert.notEqual(driver.call("WdfInterruptWdmGetInterrupt", interrupts[0] ?? 0), 0);
    assert.equal(driver.call("WdfInterruptWdmGetInterrupt", interrupts[1] ?? 0), 0);
  });

  it("can be claimed in EvtDevicePrepareHardware; the object goes after EvtDeviceReleaseHardware", () => {
    let created = { status: -1, handle: 0 };
    const driver = new TestDriver({
      pnp: {
        EvtDevicePrepareHardware: (self, [, raw, translated]) => {
          const index = self.call("WdfCmResourceListGetCount", Number(raw)) - 1;
          created = self.interrupt({
            EvtInterruptIsr: self.callback("isr"),
            InterruptRaw: self.call("WdfCmResourceListGetDescriptor", Number(raw), index),
            InterruptTranslated: self.call("WdfCmResourceListGetDescriptor", Number(translated), index),
          });
        },
      },
    });
    driver.start();
    assert.equal(created.status, status.success);
    driver.test.bus?.interrupt.raise(0);
    driver.test.settle();
    assert.ok(driver.take().includes("isr"));
    driver.pnp("surpriseRemove");
    assert.equal(driver.framework.handles.peek(created.handle), undefined);
  });
});

describe("service and DPC", () => {
  it("run the ISR at DIRQL with the message number, and the DPC at DISPATCH_LEVEL with the device", () => {
    const { driver, interrupts } = bench(
      (self, index) => ({
        EvtInterruptIsr: self.callback("isr", (interrupt) => self.call("WdfInterruptQueueDpcForIsr", Number(interrupt)) === 1),
        EvtInterruptDpc: self.callback(`dpc ${index}`),
      }),
      { count: 2, device: msi(2) },
    );
    driver.test.bus?.interrupt.raise(1);
    driver.test.settle();
    assert.deepEqual(driver.take(), ["isr", "dpc 1"]);
    const [isr, dpc] = driver.test.calls.slice(-2);
    assert.deepEqual([isr?.irql, isr?.args], [9, [interrupts[1], 1]]);
    assert.deepEqual([dpc?.irql, dpc?.args], [2, [interrupts[1], driver.device]]);
  });

  it("coalesce DPC requests, and run again for one made inside the DPC", () => {
    let runs = 0;
    const results: number[] = [];
    const { driver, interrupts } = bench((self) => ({
      EvtInterruptIsr: self.callback("isr"),
      EvtInterruptDpc: self.callback("dpc", (interrupt) => {
        if (runs++ === 0) results.push(self.call("WdfInterruptQueueDpcForIsr", Number(interrupt)));
      }),
    }));
    driver.test.machine.cpu.raise(9);
    for (let i = 0; i < 2; i++) results.push(driver.call("WdfInterruptQueueDpcForIsr", interrupts[0] ?? 0));
    driver.test.machine.cpu.lower(0);
    assert.deepEqual(results, [1, 0, 1]);
    assert.equal(runs, 2);
  });

  it("queue the work item through the DPC when requested at DIRQL", () => {
    const { driver } = bench((self) => ({
      EvtInterruptIsr: self.callback("isr", (interrupt) => self.call("WdfInterruptQueueWorkItemForIsr", Number(interrupt)) === 1),
      EvtInterruptWorkItem: self.callback("work item"),
    }));
    driver.test.bus?.interrupt.raise(0);
    driver.test.settle();
    assert.deepEqual(driver.take(), ["isr", "work item"]);
    assert.equal(driver.test.calls.at(-1)?.irql, 0);
  });

  it("service a level-sensitive line again until the device lowers it", () => {
    let services = 0;
    const { driver } = bench(
      (self) => ({
        EvtInterruptIsr: self.callback("isr", () => {
          services++;
          if (services === 3) self.test.bus?.interrupt.lower();
          return true;
        }),
      }),
      line,
    );
    driver.test.bus?.interrupt.raise();
    driver.test.settle();
    assert.equal(services, 3);
  });

  it("serialize the DPC with the device's callbacks when AutomaticSerialization is set", () => {
    const { driver, interrupts } = bench(
      (self) => ({ AutomaticSerialization: 1, EvtInterruptIsr: self.callback("isr"), EvtInterruptDpc: self.callback("dpc") }),
      {
        deviceAttributes: { SynchronizationScope: synchronizationScope.device },
      },
    );
    driver.call("WdfObjectAcquireLock", driver.device);
    driver.call("WdfInterruptQueueDpcForIsr", interrupts[0] ?? 0);
    assert.deepEqual(driver.take(), []);
    driver.call("WdfObjectReleaseLock", driver.device);
    driver.test.settle();
    assert.deepEqual(driver.take(), ["dpc"]);
  });

  it("run a passive-level interrupt's ISR at PASSIVE_LEVEL, with the line masked meanwhile", () => {
    const { driver } = bench(
      (self) => ({
        PassiveHandling: 1,
        EvtInterruptIsr: self.callback("isr", () => {
          self.test.bus?.interrupt.lower();
          return true;
        }),
      }),
      line,
    );
    driver.test.bus?.interrupt.raise();
    driver.test.settle();
    assert.deepEqual(driver.take(), ["isr"]);
    assert.equal(driver.test.calls.at(-1)?.irql, 0);
    driver.test.bus?.interrupt.raise();
    driver.test.settle();
    assert.deepEqual(driver.take(), ["isr"]);
  });
});

describe("the interrupt lock", () => {
  it("raises to DIRQL and holds the interrupt back until it is released", () => {
    const { driver, interrupts } = bench((self) => ({ EvtInterruptIsr: self.callback("isr", () => true) }));
    driver.call("WdfInterruptAcquireLock", interrupts[0] ?? 0);
    assert.equal(driver.test.machine.cpu.irql, 9);
    driver.test.bus?.interrupt.raise(0);
    driver.test.execute(1);
    assert.deepEqual(driver.take(), []);
    driver.call("WdfInterruptReleaseLock", interrupts[0] ?? 0);
    assert.deepEqual(driver.take(), ["isr"]);
    assert.equal(driver.test.machine.cpu.irql, 0);
  });

  it("is held by WdfInterruptSynchronize, which returns the callback's result", () => {
    const { driver, interrupts } = bench((self) => ({ EvtInterruptIsr: self.callback("isr") }));
    const synchronize = driver.callback("synchronize", () => 1);
    assert.equal(driver.call("WdfInterruptSynchronize", interrupts[0] ?? 0, synchronize, 42), 1);
    assert.deepEqual([driver.test.calls.at(-1)?.irql, driver.test.calls.at(-1)?.args], [9, [interrupts[0], 42]]);
    assert.equal(bugCheckOf(() => driver.call("WdfInterruptSynchronize", interrupts[0] ?? 0, 0, 0))?.[0], 4);
  });

  it("is not taken when the interrupt is disconnected", () => {
    const { driver, interrupts } = bench((self) => ({ EvtInterruptIsr: self.callback("isr") }));
    driver.pnp("D3");
    driver.call("WdfInterruptAcquireLock", interrupts[0] ?? 0);
    assert.equal(driver.test.machine.cpu.irql, 0);
    assert.deepEqual(driver.test.rules, ["int-lock-disconnected"]);
  });

  it("stops the system when it is taken twice", () => {
    const { driver, interrupts } = bench((self) => ({ EvtInterruptIsr: self.callback("isr") }));
    driver.call("WdfInterruptAcquireLock", interrupts[0] ?? 0);
    assert.equal(bugCheckOf(() => driver.call("WdfInterruptAcquireLock", interrupts[0] ?? 0))?.[0], 2);
  });
});

describe("WdfInterruptDisable", () => {
  it("disconnects until WdfInterruptEnable, also over a power transition", () => {
    const { driver, interrupts } = bench((self) => ({
      EvtInterruptIsr: self.callback("isr"),
      EvtInterruptEnable: self.callback("enable"),
      EvtInterruptDisable: self.callback("disable"),
    }));
    const [interrupt = 0] = interrupts;
    driver.call("WdfInterruptDisable", interrupt);
    driver.pnp("D3");
    driver.pnp("D0");
    assert.deepEqual(
      driver.take().filter((name) => !name.startsWith("Evt")),
      ["disable"],
    );
    driver.call("WdfInterruptEnable", interrupt);
    assert.deepEqual(driver.take(), ["enable"]);
    assert.notEqual(driver.call("WdfInterruptWdmGetInterrupt", interrupt), 0);
  });

  it("is refused above PASSIVE_LEVEL by the verifier", () => {
    const { driver, interrupts } = bench((self) => ({ EvtInterruptIsr: self.callback("isr") }));
    driver.test.machine.cpu.raise(2);
    driver.call("WdfInterruptDisable", interrupts[0] ?? 0);
    driver.test.machine.cpu.lower(0);
    assert.deepEqual(driver.test.rules, ["irql-too-high-for-ddi"]);
    assert.notEqual(driver.call("WdfInterruptWdmGetInterrupt", interrupts[0] ?? 0), 0);
  });
});
