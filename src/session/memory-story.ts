// SPDX-License-Identifier: MIT
/** What is known about bytes of the stopped target, in words: whose they are, whether the device may touch them, who wrote them last. */

import { basename } from "node:path";
import { hex } from "../base/index.ts";
import { pageSize } from "../protocol/index.ts";
import type { MemoryDescription, MemoryOwner, MemoryRun, MemoryState, MemoryWriter, WriterDescription } from "../protocol/index.ts";
import { memoryReference } from "./address-space.ts";
import type { SpaceAddress } from "./address-space.ts";
import type { DebugSession } from "./debug-session.ts";
import type { Program } from "./program.ts";
import type { FoundWriter, Scouting } from "./scout.ts";
import { onHost } from "./stack.ts";
import { symbolAt } from "./symbol-at.ts";

const stateTexts: Readonly<Record<MemoryState, string>> = {
  processor: "the processor's",
  mapped: "mapped for the device",
  inFlight: "being transferred by the device",
  bounced: "mapped for the device through a copy (map registers)",
  freed: "freed",
  inaccessible: "not accessible to the driver",
};

/** Runs of [at, at + length), and with `scouting` the last writes to them. @throws SessionError while the target runs */
export async function describeMemory(session: DebugSession, at: SpaceAddress, length: number, scouting?: Scouting): Promise<readonly MemoryDescription[]> {
  void session.target;
  if (at.space.startsWith("bar")) return [await describeRegister(session, at, length)];
  const descriptions: MemoryDescription[] = [];
  for (const { reference, address, bytes } of await stretches(session, at, length)) {
    if (address === undefined) {
      descriptions.push(nothing(reference, bytes));
      continue;
    }
    const writers = scouting === undefined ? undefined : await session.findWriters(address, bytes, scouting);
    for (const run of await session.query({ type: "memoryRuns", address, length: bytes })) {
      const shifted = memoryReference({ ...reference, address: reference.address + BigInt(run.address - address) });
      descriptions.push(describeRun(session, shifted, run, writers));
    }
  }
  return descriptions;
}

interface Stretch {
  readonly reference: SpaceAddress;
  /** Virtual; undefined where no memory of the driver is. */
  readonly address: number | undefined;
  readonly bytes: number;
}

/** Virtual stretches behind a range: of another space, what follows on within a page need not do so in the next. */
async function stretches(session: DebugSession, at: SpaceAddress, length: number): Promise<readonly Stretch[]> {
  if (at.space === "virtual") return [{ reference: at, address: Number(BigInt.asUintN(32, at.address)), bytes: length }];
  const found: Stretch[] = [];
  for (let done = 0; done < length; ) {
    const address = at.address + BigInt(done);
    const bytes = Math.min(length - done, pageSize - Number(BigInt.asUintN(12, address)));
    found.push({ reference: { space: at.space, address }, address: await session.query({ type: "virtualOf", space: at.space, address }), bytes });
    done += bytes;
  }
  return found;
}

function describeRun(session: DebugSession, reference: string, run: MemoryRun, writers: readonly FoundWriter[] | undefined): MemoryDescription {
  const { program, target } = session;
  const { owner, state, length } = run;
  const symbol = owner.kind === "image" || owner.kind === "stack" ? symbolAt(program, target, run.address) : undefined;
  return {
    memoryReference: reference,
    virtual: hex(run.address, 8),
    length,
    ...(run.physical === undefined ? {} : { physical: hex(run.physical) }),
    state,
    owner: ownerView(owner, program),
    ...(symbol === undefined ? {} : { symbol }),
    mappings: run.mappings.map(({ logical, ...mapping }) => ({ logical: hex(logical), ...mapping })),
    text: `${symbol === undefined ? "" : `${symbol}: `}${ownerText(owner, run.address)}, ${stateTexts[state]}`,
    ...(writers === undefined
      ? {}
      : {
          writers: writers
            .filter(({ writer }) => writer.address < run.address + length && run.address < writer.address + writer.length)
            .map((found) => writerView(found, program)),
        }),
  };
}

function ownerText({ kind, text, start, end, tag, freedAt }: MemoryOwner, address: number): string {
  if (kind === "nothing") return text;
  const end_ = freedAt === undefined ? "" : ` that was freed at statement ${freedAt}`;
  return `byte ${address - start} of ${end - start} of ${kind === "device" ? "" : "the "}${text}${tag === undefined ? "" : ` (tag '${tag}')`}${end_}`;
}

function ownerView({ start, end, allocatedBy, ...owner }: MemoryOwner, program: Program): MemoryDescription["owner"] {
  return {
    ...owner,
    start: hex(start, 8),
    length: end - start,
    ...(allocatedBy === undefined ? {} : { allocatedBy: placeText(allocatedBy.offset, program) }),
  };
}

function writerView({ writer, write }: FoundWriter, program: Program): WriterDescription {
  const { address, length, by, location, position, time } = writer;
  const place = location === undefined ? undefined : onHost(program.debugInfo.lineAt(location.offset));
  const isCode = location !== undefined && by !== "device";
  return {
    address: hex(address, 8),
    length,
    by,
    text: `${length} ${length === 1 ? "byte" : "bytes"} written by ${writerText(writer, program)} at statement ${position}`,
    ...(isCode && place !== undefined ? { file: place.file, line: place.line } : {}),
    ...(isCode ? { function: program.debugInfo.inlineFramesAt(location.offset)[0]?.name ?? program.module.functions[location.functionIndex]?.name ?? "" } : {}),
    ...(writer.device === undefined ? {} : { logical: hex(writer.device.logical), objectId: writer.device.objectId }),
    position,
    write,
    time,
  };
}

function writerText({ by, routine, device, location }: MemoryWriter, program: Program): string {
  const caller = location === undefined ? undefined : placeText(location.offset, program);
  if (by === "device")
    return device === undefined ? "the device" : `the device (DMA write of ${device.length} bytes at logical address ${hex(device.logical)})`;
  if (routine !== undefined) return `${routine}${caller === undefined ? "" : `, called by ${caller}`}`;
  return by === "driver" && caller !== undefined ? caller : "the kernel";
}

function placeText(offset: number, { debugInfo }: Program): string {
  const position = debugInfo.lineAt(offset);
  const name = debugInfo.inlineFramesAt(offset)[0]?.name ?? "the driver";
  return position === undefined ? name : `${name} at ${basename(position.file)}:${position.line}`;
}

async function describeRegister(session: DebugSession, { space, address }: SpaceAddress, length: number): Promise<MemoryDescription> {
  const bar = Number(space.slice(3));
  const registers = await session.query({ type: "registers" });
  const register = registers.find((candidate) => candidate.bar === bar && address >= candidate.offset && address < candidate.offset + candidate.size);
  const text = `offset ${hex(address)} of BAR${bar}`;
  return {
    memoryReference: memoryReference({ space, address }),
    length,
    state: "processor",
    owner: { kind: "device", text: `BAR${bar}`, start: hex(0n, 8), length: 0 },
    ...(register === undefined ? {} : { symbol: register.name }),
    mappings: [],
    text: register === undefined ? text : `${register.name}: ${text}`,
  };
}

function nothing(reference: SpaceAddress, length: number): MemoryDescription {
  return {
    memoryReference: memoryReference(reference),
    length,
    state: "inaccessible",
    owner: { kind: "nothing", text: "nothing", start: hex(reference.address), length },
    mappings: [],
    text: reference.space === "logical" ? "nothing is mapped there for the device" : "no memory of the driver is there",
  };
}
