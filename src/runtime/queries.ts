// SPDX-License-Identifier: MIT
/** Answers to questions of the session that change nothing. */
import { AssertionFailure } from "../base/index.ts";
import { type RuntimeQuery, deviceWindowBase, deviceWindowEnd } from "../protocol/index.ts";
import { causesOf } from "./causes.ts";
import { registerViews } from "./register-views.ts";
import type { Run } from "./run.ts";
import { runReport } from "./run-report.ts";

type ReadOnlyQuery = Exclude<RuntimeQuery, { type: "setBreakpoints" | "setWatches" | "setStopFilters" | "poke" | "writeRegister" | "sendRequest" }>;

export function answerQuery(run: Run, query: ReadOnlyQuery): unknown {
  const { machine, wdf } = run;
  switch (query.type) {
    case "objects":
      return wdf.objects();
    case "describeHandle":
      return wdf.describeHandle(query.handle);
    case "registers":
      return registerViews(machine);
    case "describeAddress":
      return machine.memory.describe(query.address);
    case "readVirtual":
      return readVirtual(run, query.address >>> 0, query.length);
    case "readPhysical": {
      const address = machine.pages.virtualOf(query.address);
      return address === undefined ? undefined : machine.memory.peek(address, query.length);
    }
    case "readLogical":
      return machine.dma.peek(query.address, query.length);
    case "peekRegister": {
      const value = machine.device.peek(query.bar, query.offset, query.size);
      return value === undefined ? undefined : Number(value);
    }
    case "resolveRegister": {
      const location = machine.window.resolve(query.address, query.length);
      return location === undefined ? undefined : { bar: location.bar, offset: location.offset };
    }
    case "trace":
      return run.trace.snapshot(query.fromEvent);
    case "causes":
      return causesOf(run.guest.contexts, run.trace);
    case "violations":
      return run.violations.all;
    case "report":
      return runReport(run).report;
    default:
      throw new AssertionFailure(`unknown query ${(query as { type: string }).type}`);
  }
}

/** Driver memory; device registers are peeked in aligned pieces, as wide as the length allows. */
function readVirtual(run: Run, address: number, length: number): Uint8Array | undefined {
  const { machine } = run;
  if (address < deviceWindowBase || address >= deviceWindowEnd) return machine.memory.peek(address, length);
  const bytes = new Uint8Array(length);
  const view = new DataView(bytes.buffer);
  for (let at = 0; at < length; ) {
    const size = (address + at) % 4 === 0 && length - at >= 4 ? 4 : (address + at) % 2 === 0 && length - at >= 2 ? 2 : 1;
    const location = machine.window.resolve(address + at, size);
    const value = location?.device.peek(location.bar, location.offset, size);
    if (value === undefined) return at === 0 ? undefined : bytes.subarray(0, at);
    if (size === 4) view.setUint32(at, Number(value), true);
    else if (size === 2) view.setUint16(at, Number(value), true);
    else view.setUint8(at, Number(value));
    at += size;
  }
  return bytes;
}
