// SPDX-License-Identifier: MIT
/**
 * The command unit of the 82559: a list of command blocks in host memory, executed one after the other (software developer manual, section 6.4.2). After
 * each block its EL and S bits say whether the unit becomes idle, suspends, or goes on with the block it links to.
 */
import type { UnitHost } from "./i82559-unit-host.ts";
import { cause, cuCommand, unitState } from "./i82559-registers.ts";

/** Command block: offsets of its header, and of what follows it. */
const block = { status: 0, command: 2, link: 4, data: 8 } as const;
const bits = { endOfList: 0x8000, suspend: 0x4000, interrupt: 0x2000, noCrc: 0x0010, flexible: 0x0008, code: 0x0007 } as const;
const code = { nop: 0, address: 1, configure: 2, multicast: 3, transmit: 4, microcode: 5, dump: 6, diagnose: 7 } as const;
/** Command 8 with code 0: load programmable filter. */
const loadFilter = 0x0008;
const result = { complete: 0x8000, ok: 0x2000, underrun: 0x1000 } as const;
const filterBytes = 64;
const configureBytes = 22;
/** Transmit command block, and the buffer descriptors of its flexible mode. */
const transmit = { array: 8, count: 12, descriptors: 15, data: 16 } as const;
const byteCount = 0x3fff;
const descriptor = { bytes: 8, endOfList: 0x0001_0000 } as const;
const noArray = 0xffff_ffff;
const dynamicCount = 0xff;
const shortestFrame = 60;

type State = "idle" | "suspended" | "active";

export class CommandUnit {
  readonly #host: UnitHost;
  #state: State = "idle";
  #base = 0;
  /** Block in execution, or the last one. */
  #block = 0n;
  #dumpAddress = 0n;

  constructor(host: UnitHost) {
    this.#host = host;
  }

  get state(): number {
    return unitState.command[this.#state];
  }

  reset(): void {
    this.#state = "idle";
    this.#base = 0;
    this.#dumpAddress = 0n;
  }

  /** Selective reset: bases and addresses stay. */
  stop(): void {
    this.#state = "idle";
  }

  /** A command of the SCB. */
  command(command: number, pointer: number): void {
    switch (command) {
      case cuCommand.nop:
        return;
      case cuCommand.start:
        return this.#start(pointer);
      case cuCommand.resume:
      case cuCommand.staticResume:
        return this.#resume();
      case cuCommand.loadDumpAddress:
        this.#dumpAddress = BigInt(pointer >>> 0);
        return;
      case cuCommand.loadBase:
        this.#base = pointer;
        return;
      case cuCommand.dump:
      case cuCommand.dumpAndReset:
        return this.#dumpCounters(command === cuCommand.dumpAndReset);
      default:
        this.#host.log(`SCB command ${command} to the command unit is reserved and ignored`);
    }
  }

  /** Writes the statistical counters to the address loaded before. */
  #dumpCounters(isReset: boolean): void {
    const { bus, configuration, statistics } = this.#host;
    bus.dma.write(this.#dumpAddress, statistics.dump(configuration.dumpSize, isReset));
  }

  #start(pointer: number): void {
    if (this.#state === "active") {
      this.#host.log("CU start is ignored: the command unit is active");
      return;
    }
    this.#go(this.#at(pointer));
  }

  /** Goes on behind the block that suspended the unit, if its S bit has been cleared since. An active unit sees the bit by itself. */
  #resume(): void {
    if (this.#state !== "suspended") {
      if (this.#state === "idle") this.#host.log("CU resume is ignored: the command unit is idle");
      return;
    }
    this.#state = "active";
    this.#host.later(this.#host.latencyNs, () => this.#next());
  }

  #go(address: bigint): void {
    this.#state = "active";
    this.#block = address;
    this.#host.later(this.#host.latencyNs, () => this.#execute());
  }

  #execute(): void {
    const header = this.#host.fetch(this.#block, block.data);
    if (header === undefined) return this.#becomeIdle();
    if (this.#host.bus.fault("cu-stuck")) return;
    const command = header.getUint16(block.command, true);
    const what = command & bits.code;
    if (what === code.transmit) this.#transmit(command);
    else this.#complete((command & (bits.code | loadFilter)) === loadFilter ? this.#loadFilter() : this.#perform(what));
  }

  /** Commands other than transmit; the status word's bits. */
  #perform(what: number): number {
    const { configuration } = this.#host;
    switch (what) {
      case code.address: {
        const data = this.#data(6);
        if (data === undefined) return 0;
        configuration.address.set(bytesOf(data));
        return result.ok;
      }
      case code.configure: {
        const data = this.#data(configureBytes);
        if (data === undefined) return 0;
        configuration.configure(bytesOf(data));
        return result.ok;
      }
      case code.multicast:
        return this.#multicast();
      case code.dump: {
        const pointer = this.#data(4);
        if (pointer === undefined) return 0;
        this.#host.bus.dma.write(BigInt(pointer.getUint32(0, true)), this.#host.dumpState());
        return result.ok;
      }
      default:
        // NOP, diagnose (which finds nothing wrong), and microcode, which has no effect on the model.
        return result.ok;
    }
  }

  #multicast(): number {
    const count = (this.#data(2)?.getUint16(0, true) ?? 0) & byteCount;
    const data = count === 0 ? new DataView(new ArrayBuffer(0)) : this.#host.fetch(this.#block + BigInt(block.data + 2), count);
    if (data === undefined) return 0;
    this.#host.configuration.setMulticast(bytesOf(data));
    return result.ok;
  }

  #loadFilter(): number {
    const data = this.#data(filterBytes);
    if (data === undefined) return 0;
    this.#host.wake.loadFilters(data);
    return result.ok;
  }

  #transmit(command: number): void {
    const { configuration, statistics, wire, bus } = this.#host;
    const frame = this.#gather(command);
    if (frame === undefined) {
      statistics.count("transmitUnderruns");
      this.#complete(result.underrun);
      return;
    }
    if (configuration.insertsSource) frame.set(configuration.address, 6);
    const isPadded = configuration.padsShortFrames && frame.length < shortestFrame;
    const sent = isPadded ? new Uint8Array(shortestFrame) : frame;
    if (isPadded) sent.set(frame);
    const duration = wire.duration(sent.length);
    bus.activity("transmit", `${sent.length} bytes`, duration);
    this.#host.later(duration, () => {
      statistics.count("transmitGood");
      if (!this.#host.loopBack(sent)) wire.sent(sent);
      this.#complete(result.ok);
    });
  }

  /** The frame: data in the block itself, and with the SF bit what the buffer descriptors name. undefined after a master abort. */
  #gather(command: number): Uint8Array | undefined {
    const header = this.#host.fetch(this.#block, transmit.data);
    if (header === undefined) return undefined;
    const parts: Uint8Array[] = [];
    const own = header.getUint16(transmit.count, true) & byteCount;
    if (own > 0) {
      const data = this.#host.fetch(this.#block + BigInt(transmit.data), own);
      if (data === undefined) return undefined;
      parts.push(bytesOf(data));
    }
    if ((command & bits.flexible) !== 0) {
      for (const { address, length } of this.#buffers(header)) {
        const data = this.#host.fetch(address, length);
        if (data === undefined) return undefined;
        parts.push(bytesOf(data));
      }
    }
    const frame = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
    let at = 0;
    for (const part of parts) {
      frame.set(part, at);
      at += part.length;
    }
    return frame;
  }

  /** Buffers of the descriptors; an extended block has the first two descriptors in itself. */
  *#buffers(header: DataView): Generator<{ readonly address: bigint; readonly length: number }> {
    const array = header.getUint32(transmit.array, true);
    const count = header.getUint8(transmit.descriptors);
    const own = this.#host.configuration.hasExtendedTcb ? 2 : 0;
    for (let i = 0; i < count || count === dynamicCount; i++) {
      const at = i < own ? this.#block + BigInt(transmit.data + descriptor.bytes * i) : BigInt(array) + BigInt(descriptor.bytes * (i - own));
      if (i >= own && array === noArray) return;
      const entry = this.#host.fetch(at, descriptor.bytes);
      if (entry === undefined) return;
      const control = entry.getUint32(4, true);
      if ((control & byteCount) > 0) yield { address: BigInt(entry.getUint32(0, true)), length: control & byteCount };
      if ((control & descriptor.endOfList) !== 0) return;
    }
  }

  /** Writes the status word, then acts on the command word as it is now. */
  #complete(status: number): void {
    this.#host.putWord(this.#block + BigInt(block.status), status | result.complete);
    const command = this.#host.fetch(this.#block, block.data)?.getUint16(block.command, true) ?? bits.endOfList;
    if ((command & bits.interrupt) !== 0) this.#host.interrupts.raise(cause.commandDone);
    if ((command & bits.endOfList) !== 0) this.#becomeIdle();
    else this.#next();
  }

  /** On behind the current block, unless its S bit is set. */
  #next(): void {
    const header = this.#host.fetch(this.#block, block.data);
    if (header === undefined) return this.#becomeIdle();
    const command = header.getUint16(block.command, true);
    if ((command & bits.endOfList) !== 0) this.#becomeIdle();
    else if ((command & bits.suspend) !== 0) {
      this.#state = "suspended";
      if (!this.#host.configuration.signalsIdleOnly) this.#host.interrupts.raise(cause.unitInactive);
    } else this.#go(this.#at(header.getUint32(block.link, true)));
  }

  #becomeIdle(): void {
    this.#state = "idle";
    this.#host.interrupts.raise(cause.unitInactive);
  }

  #data(length: number): DataView | undefined {
    return this.#host.fetch(this.#block + BigInt(block.data), length);
  }

  #at(pointer: number): bigint {
    return BigInt((this.#base + pointer) >>> 0);
  }
}

const bytesOf = (view: DataView): Uint8Array => new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
