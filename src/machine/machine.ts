// SPDX-License-Identifier: MIT
/** The deterministic computer, assembled: memory, one processor, clock, interrupts, bus masters' address space and one PCI function. */
import { hex } from "../base/index.ts";
import type { DeviceDefinition, FaultConfiguration, GuestLayout, MachineConfiguration, TraceSink } from "../protocol/index.ts";
import { Clock, type StatementCounter } from "./clock.ts";
import { Cpu } from "./cpu.ts";
import { createDeviceBus } from "./device-bus.ts";
import { DeviceWindow } from "./device-window.ts";
import type { DriverException } from "./driver-exception.ts";
import { GuestMemory } from "./guest-memory.ts";
import type { GuestPort, StopPort } from "./guest-port.ts";
import { InterruptController } from "./interrupt-controller.ts";
import { LogicalSpace } from "./logical-space.ts";
import { PciFunction } from "./pci-function.ts";
import { PhysicalMap } from "./physical-map.ts";
import { type Schedule, defaultSchedule } from "./schedule.ts";
import { Scheduler } from "./scheduler.ts";
import { SystemDmaController } from "./system-dma.ts";

export interface MachineParts {
  readonly configuration: MachineConfiguration;
  readonly layout: GuestLayout;
  /** Buffer of the WebAssembly memory. */
  readonly buffer: ArrayBufferLike;
  readonly counter: StatementCounter;
  readonly trace: TraceSink;
  readonly guest: GuestPort;
  readonly stop: StopPort;
  readonly device: DeviceDefinition;
  readonly deviceOptions: Readonly<Record<string, unknown>>;
  readonly faults: readonly FaultConfiguration[];
  readonly schedule?: Schedule;
}

export class Machine {
  readonly configuration: MachineConfiguration;
  readonly trace: TraceSink;
  readonly guest: GuestPort;
  readonly stop: StopPort;
  readonly memory: GuestMemory;
  readonly pages: PhysicalMap;
  readonly clock: Clock;
  readonly interrupts: InterruptController;
  readonly cpu: Cpu;
  readonly scheduler: Scheduler;
  readonly dma: LogicalSpace;
  readonly window: DeviceWindow;
  readonly device: PciFunction;
  readonly systemDma: SystemDmaController;
  readonly schedule: Schedule;
  /** Gets every text the device model logs. */
  onDeviceLog: (text: string) => void = () => undefined;
  /**
   * Raises an exception where driver code is: a handler of the driver takes it, or the machine stops. It returns only when a filter says
   * EXCEPTION_CONTINUE_EXECUTION. Replaced by who knows the driver's handlers; without handlers every exception is unhandled.
   */
  raise: (exception: DriverException) => void = ({ unhandled, stop }) => (stop === undefined ? this.stop.bugCheck(unhandled) : stop());
  readonly #faultCounts = new Map<string, number>();
  readonly #faults: readonly FaultConfiguration[];

  constructor(parts: MachineParts) {
    const { configuration, trace } = parts;
    this.configuration = configuration;
    this.trace = trace;
    this.guest = parts.guest;
    this.stop = parts.stop;
    this.#faults = parts.faults;
    this.schedule = parts.schedule ?? defaultSchedule;
    this.memory = new GuestMemory(parts.layout, parts.buffer);
    this.pages = new PhysicalMap(this.memory, configuration);
    this.clock = new Clock(parts.counter, configuration.timing.statementNs);
    this.interrupts = new InterruptController(trace);
    this.cpu = new Cpu(0, this.clock, this.interrupts, trace);
    this.scheduler = new Scheduler(this.clock, this.cpu);
    this.dma = new LogicalSpace(this.memory, configuration.seed, trace, Math.min(configuration.physicalAddressBits, parts.device.addressBits ?? 64));
    this.window = new DeviceWindow(this.memory);
    this.device = new PciFunction(parts.device, configuration.interrupts, this.interrupts, this.clock, configuration.timing, trace);
    this.systemDma = new SystemDmaController({
      clock: this.clock,
      dma: this.dma,
      lines: parts.device.systemDma ?? [],
      acknowledge: (cycle) => this.device.acknowledge(cycle),
    });
    this.cpu.requestAttention = () => parts.counter.limit(0);
    this.interrupts.hold = (release) => {
      const latency = this.schedule.interruptLatency();
      if (latency > 0) this.clock.after(latency, release);
      return latency > 0;
    };
    this.cpu.onStorm = (entry, claimed) => this.#reportStorm(entry.vector, claimed);
    this.dma.onDeviceFault = (fault) =>
      this.stop.violation({
        rule: "DMA-DEVICE-FAULT",
        message: `${parts.device.name}: bus-master ${fault.kind} of ${fault.length} bytes at logical address ${hex(fault.logical)}: ${fault.reason}`,
        explanation:
          "A device may touch host memory only between the mapping of a transfer or common buffer and its unmapping (DmaCompleted, Put/Flush, delete). On hardware this corrupts memory or aborts on the bus.",
        address: Number(fault.logical),
        callback: "EvtProgramDma",
      });
  }

  /** Creates the device model's instance and powers it on. Not in the constructor: the model may call back into the machine. */
  attachDevice(definition: DeviceDefinition, options: Readonly<Record<string, unknown>>): void {
    let instance: ReturnType<DeviceDefinition["create"]>;
    try {
      instance = definition.create(createDeviceBus(this), { ...options });
      checkInstance(instance);
    } catch (error) {
      this.device.onModelError(error);
    }
    this.device.attach(instance);
  }

  /** Counts a call of `name` and says with which NTSTATUS name it must fail now, if the configuration injects a fault here. */
  injectedFault(name: string): string | undefined {
    const fault = this.dueFault(name);
    return fault === undefined ? undefined : (fault.status ?? "STATUS_UNSUCCESSFUL");
  }

  /** Counts an occurrence of `name`; the fault that the configuration wants at this one. */
  dueFault(name: string): FaultConfiguration | undefined {
    if (this.#faults.length === 0 || !this.#faults.some(({ at }) => at === name)) return undefined;
    const count = (this.#faultCounts.get(name) ?? 0) + 1;
    this.#faultCounts.set(name, count);
    return this.#faults.find(({ at, occurrence }) => at === name && occurrence === count);
  }

  #reportStorm(vector: number, claimed: boolean): void {
    this.stop.violation({
      rule: "INT-STORM",
      message: claimed
        ? `Interrupt storm: vector ${hex(vector)} was serviced 1000 times in a row and the device still asserts it`
        : `Interrupt storm: vector ${hex(vector)} is asserted and no interrupt service routine claims it`,
      callback: "EvtInterruptIsr",
      explanation: claimed
        ? "EvtInterruptIsr must make the device deassert its interrupt (acknowledge or mask it) before it returns TRUE; a level-triggered interrupt is delivered again at once."
        : "EvtInterruptIsr returned FALSE for an interrupt of its own device, or cannot recognise it. The line is masked now, so the device's interrupts are lost.",
    });
  }
}

/** The types say so, but models may be JavaScript. */
function checkInstance(instance: unknown): void {
  if (typeof instance !== "object" || instance === null) throw new TypeError("create returned no object with read, write and reset");
  for (const name of ["read", "write", "reset"]) {
    if (!(name in instance) || typeof Reflect.get(instance, name) !== "function") throw new TypeError(`create returned an object without the function ${name}`);
  }
}
