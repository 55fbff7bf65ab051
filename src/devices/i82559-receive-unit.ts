// SPDX-License-Identifier: MIT
/**
 * The receive unit of the 82559: a list of receive frame descriptors in host memory, simplified mode (software developer manual, section 6.4.3). A frame goes
 * into the next descriptor; what the list says there makes the unit go on, suspend, or run out of resources.
 */
import { crc32 } from "./i82559-configuration.ts";
import type { UnitHost } from "./i82559-unit-host.ts";
import { cause, ruCommand, unitState } from "./i82559-registers.ts";
import type { WireFrame } from "./i82559-wire.ts";

/** Receive frame descriptor: offsets; data follows. */
const rfd = { status: 0, command: 2, link: 4, actualCount: 12, size: 14, data: 16 } as const;
const command = { endOfList: 0x8000, suspend: 0x4000, flexible: 0x0008 } as const;
const status = {
  complete: 0x8000,
  ok: 0x2000,
  crcError: 0x0800,
  alignmentError: 0x0400,
  noBuffer: 0x0200,
  overrun: 0x0100,
  short: 0x0080,
  typeFrame: 0x0020,
  noAddressMatch: 0x0004,
  notIndividual: 0x0002,
} as const;
const count = { endOfFrame: 0x8000, filled: 0x4000, mask: 0x3fff } as const;
/** Without frame check sequence. */
const length = { shortest: 60, longest: 1514 } as const;
/** Length fields above this are types. */
const largestLengthField = 1500;
const errorStatus = { crc: status.crcError, alignment: status.alignmentError, overrun: status.overrun } as const;
const errorCounter = { crc: "receiveCrcErrors", alignment: "receiveAlignmentErrors", overrun: "receiveOverruns" } as const;

type State = keyof typeof unitState.receive;

export class ReceiveUnit {
  readonly #host: UnitHost;
  #state: State = "idle";
  #base = 0;
  /** Next descriptor, or when suspended the last one. */
  #descriptor = 0n;
  /** Bytes the last frame moved to memory. */
  byteCount = 0;

  constructor(host: UnitHost) {
    this.#host = host;
  }

  get state(): number {
    return unitState.receive[this.#state];
  }

  reset(): void {
    this.#state = "idle";
    this.#base = 0;
    this.byteCount = 0;
  }

  /** Selective reset: what `reset` does, the base stays. */
  stop(): void {
    this.#state = "idle";
  }

  /** A command of the SCB. */
  command(code: number, pointer: number): void {
    switch (code) {
      case ruCommand.nop:
      case ruCommand.loadHeaderSize:
        return;
      case ruCommand.start:
        return this.#start(pointer);
      case ruCommand.resume:
        return this.#resume();
      case ruCommand.abort:
        return this.#abort();
      case ruCommand.loadBase:
        this.#base = pointer;
        return;
      default:
        this.#host.log(`SCB command ${code} to the receive unit is reserved and ignored`);
    }
  }

  #start(pointer: number): void {
    if (this.#state === "ready") this.#host.log("RU start while the receive unit is ready: it goes on with the new list");
    this.#descriptor = this.#at(pointer);
    this.#state = "ready";
  }

  /** Goes on after a suspension, with the descriptor that the last one links to. */
  #resume(): void {
    if (this.#state !== "suspended") {
      this.#host.log(`RU resume is ignored: the receive unit is not suspended but ${this.#state}`);
      return;
    }
    const header = this.#host.fetch(this.#descriptor, rfd.data);
    if (header === undefined) return this.#outOfResources();
    this.#descriptor = this.#at(header.getUint32(rfd.link, true));
    this.#state = "ready";
  }

  #abort(): void {
    if (this.#state === "idle") return;
    this.#state = "idle";
    this.#host.interrupts.raise(cause.receiverNotReady);
  }

  /** A frame has arrived. */
  receive(frame: WireFrame): void {
    const { configuration, statistics } = this.#host;
    const { bytes, error } = frame;
    const match = configuration.match(bytes);
    if (match === "none") return;
    const isShort = bytes.length < length.shortest;
    const isLong = bytes.length > length.longest && !configuration.acceptsLongFrames;
    if (isShort) statistics.count("receiveShortFrames");
    if (error !== undefined) statistics.count(errorCounter[error]);
    const isBad = isShort || isLong || error !== undefined;
    if ((isShort && configuration.discardsShortFrames) || isLong || (error !== undefined && !configuration.savesBadFrames)) return;
    if (this.#state !== "ready") {
      if (this.#state !== "idle") statistics.count("receiveResourceErrors");
      return;
    }
    let bits = isBad ? 0 : status.ok;
    if (error !== undefined) bits |= errorStatus[error];
    if (isShort) bits |= status.short;
    if (((bytes[12] ?? 0) << 8) + (bytes[13] ?? 0) > largestLengthField) bits |= status.typeFrame;
    if (match !== "individual") bits |= status.notIndividual;
    if (match === "promiscuous") bits |= status.noAddressMatch;
    this.#store(configuration.storesCrc ? withCrc(bytes) : bytes, bits);
  }

  #store(bytes: Uint8Array, bits: number): void {
    const { bus, interrupts, statistics } = this.#host;
    const header = this.#host.fetch(this.#descriptor, rfd.data);
    if (header === undefined) return this.#outOfResources();
    const commands = header.getUint16(rfd.command, true);
    if ((commands & command.flexible) !== 0)
      this.#host.log("A receive frame descriptor asks for flexible mode, which the 82559 does not have: simplified mode is used");
    const room = header.getUint16(rfd.size, true) & count.mask;
    const stored = bytes.subarray(0, room);
    if (stored.length > 0) bus.dma.write(this.#descriptor + BigInt(rfd.data), stored);
    this.byteCount = stored.length;
    const isWhole = stored.length === bytes.length;
    const result = isWhole ? bits : (bits & ~status.ok) | status.noBuffer;
    if (isWhole && (bits & status.ok) !== 0) statistics.count("receiveGood");
    this.#host.putWord(this.#descriptor + BigInt(rfd.actualCount), stored.length | count.endOfFrame | count.filled);
    this.#host.putWord(this.#descriptor + BigInt(rfd.status), result | status.complete);
    let causes: number = cause.frameReceived;
    // The list may have grown while the frame came in: the descriptor's own words decide.
    const after = this.#host.fetch(this.#descriptor, rfd.data);
    const now = after?.getUint16(rfd.command, true) ?? command.endOfList;
    if ((now & command.endOfList) !== 0) {
      this.#state = "noResources";
      causes |= cause.receiverNotReady;
    } else if ((now & command.suspend) !== 0) {
      this.#state = "suspended";
      causes |= cause.receiverNotReady;
    } else this.#descriptor = this.#at(after?.getUint32(rfd.link, true) ?? 0);
    interrupts.raise(causes);
  }

  #outOfResources(): void {
    this.#state = "noResources";
    this.#host.interrupts.raise(cause.receiverNotReady);
  }

  #at(pointer: number): bigint {
    return BigInt((this.#base + pointer) >>> 0);
  }
}

function withCrc(bytes: Uint8Array): Uint8Array {
  const result = new Uint8Array(bytes.length + 4);
  result.set(bytes);
  new DataView(result.buffer).setUint32(bytes.length, crc32(bytes), true);
  return result;
}
