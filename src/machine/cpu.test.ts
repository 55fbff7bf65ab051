// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { nullTrace } from "../protocol/index.ts";
import { Clock } from "./clock.ts";
import { Cpu, dispatchLevel, passiveLevel } from "./cpu.ts";
import { InterruptController } from "./interrupt-controller.ts";

function machine() {
  const interrupts = new InterruptController(nullTrace);
  const clock = new Clock({ executed: () => 0, limit: () => undefined }, 1);
  const cpu = new Cpu(0, clock, interrupts, nullTrace);
  return { interrupts, cpu };
}

describe("Cpu", () => {
  it("delivers an interrupt at its level and restores the level of the interrupted code", () => {
    const { interrupts, cpu } = machine();
    const line = interrupts.add(5, 9, "level");
    const levels: number[] = [];
    interrupts.connect(line, () => {
      levels.push(cpu.irql);
      interrupts.lower(line);
      return true;
    });
    cpu.raise(dispatchLevel);
    interrupts.raise(line);
    assert.equal(cpu.deliver(), true);
    assert.deepEqual(levels, [9]);
    assert.equal(cpu.irql, dispatchLevel);
  });

  it("holds back an interrupt at or below the current level until the level falls", () => {
    const { interrupts, cpu } = machine();
    const line = interrupts.add(5, 9, "latched");
    let served = 0;
    interrupts.connect(line, () => ++served > 0);
    cpu.raise(9);
    interrupts.raise(line);
    cpu.deliver();
    assert.equal(served, 0);
    cpu.lower(passiveLevel);
    assert.equal(served, 1);
  });

  it("delivers the higher level first and nests it on the lower one", () => {
    const { interrupts, cpu } = machine();
    const low = interrupts.add(1, 5, "latched");
    const high = interrupts.add(2, 7, "latched");
    const order: string[] = [];
    interrupts.connect(low, () => {
      order.push("low begins");
      interrupts.raise(high);
      cpu.deliver();
      order.push("low ends");
      return true;
    });
    interrupts.connect(high, () => order.push("high") > 0);
    interrupts.raise(low);
    cpu.deliver();
    assert.deepEqual(order, ["low begins", "high", "low ends"]);
  });

  it("delivers a level interrupt again while it is asserted, and calls it a storm after a thousand times", () => {
    const { interrupts, cpu } = machine();
    const line = interrupts.add(5, 9, "level");
    let served = 0;
    let storm: boolean | undefined;
    interrupts.connect(line, () => ++served < 0);
    cpu.onStorm = (_, claimed) => {
      storm = claimed;
    };
    interrupts.raise(line);
    cpu.deliver();
    assert.equal(served, 1000);
    assert.equal(storm, false);
    assert.equal(cpu.isDeliverable, false);
  });

  it("loses a message to a vector without service routine, as a PC does", () => {
    const { interrupts, cpu } = machine();
    const message = interrupts.add(0x91, 9, "latched");
    interrupts.raise(message);
    interrupts.connect(message, () => assert.fail("a lost message was delivered"));
    assert.equal(cpu.deliver(), false);
  });

  it("runs the software interrupt at dispatch level after device interrupts, and only below dispatch level", () => {
    const { interrupts, cpu } = machine();
    const line = interrupts.add(5, 9, "latched");
    const order: string[] = [];
    interrupts.connect(line, () => {
      order.push("isr");
      cpu.requestDispatch();
      return true;
    });
    cpu.dispatchHandler = () => order.push(`dpc at ${cpu.irql}`);
    cpu.raise(dispatchLevel);
    interrupts.raise(line);
    cpu.deliver();
    assert.deepEqual(order, ["isr"]);
    cpu.lower(passiveLevel);
    assert.deepEqual(order, ["isr", "dpc at 2"]);
  });
});
