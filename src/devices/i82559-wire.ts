// SPDX-License-Identifier: MIT
/**
 * The network at the other end of the cable, as far as a scenario needs it: frames that arrive one after the other at the speed of the link, the cable
 * itself, and the frames the device has sent. A script in the options says what happens when.
 */

/** What a received frame suffers on its way. */
export type FrameError = "crc" | "alignment" | "overrun";
const frameErrors: readonly string[] = ["crc", "alignment", "overrun"] satisfies FrameError[];

export interface WireFrame {
  /** Destination address first, without frame check sequence. */
  readonly bytes: Uint8Array;
  readonly error: FrameError | undefined;
}

/** Entry of the option `wire`. */
export type WireEvent = { readonly atUs: number } & ({ readonly frame: WireFrame } | { readonly link: "up" | "down" });

/** Preamble, start delimiter, frame check sequence and interframe gap, in byte times. */
const overheadBytes = 8 + 4 + 12;
const nsPerByte = { fast: 80, slow: 800 } as const;
const headerBytes = 14;
const longestFrame = 9018;

export interface WireHost {
  after(nanoseconds: number, callback: () => void): void;
  now(): number;
  isFast(): boolean;
  received(frame: WireFrame): void;
}

export class Wire {
  readonly #host: WireHost;
  readonly #sent: Uint8Array[] = [];
  /** When the last frame on its way has arrived. */
  #busyUntil = 0;

  constructor(host: WireHost) {
    this.#host = host;
  }

  /** Nanoseconds a frame of `bytes` takes, with all that surrounds it. */
  duration(bytes: number): number {
    return (bytes + overheadBytes) * (this.#host.isFast() ? nsPerByte.fast : nsPerByte.slow);
  }

  /** Puts a frame on the wire to the device, after those that are on their way. */
  deliver(frame: WireFrame): void {
    const now = this.#host.now();
    this.#busyUntil = Math.max(this.#busyUntil, now) + this.duration(frame.bytes.length);
    this.#host.after(this.#busyUntil - now, () => this.#host.received(frame));
  }

  /** The device has sent a frame. */
  sent(frame: Uint8Array): void {
    this.#sent.push(frame);
  }

  /** Frames sent since the last call. */
  takeSent(): readonly Uint8Array[] {
    return this.#sent.splice(0);
  }
}

/** A frame as a scenario or the options give it: bytes, hexadecimal text, or an object with `frame` and `error`. Throws RangeError with what is wrong. */
export function parseFrame(value: unknown): WireFrame {
  const isObject = typeof value === "object" && value !== null && !(value instanceof Uint8Array);
  const given = isObject ? Reflect.get(value, "frame") : value;
  const error = isObject ? Reflect.get(value, "error") : undefined;
  if (error !== undefined && !frameErrors.includes(String(error)))
    throw new RangeError(`error is ${JSON.stringify(error)}; it must be one of ${frameErrors.join(", ")}`);
  const bytes = given instanceof Uint8Array ? Uint8Array.from(given) : parseHex(given);
  if (bytes === undefined) throw new RangeError(`a frame is bytes, or hexadecimal text such as "ffffffffffff…"; got ${JSON.stringify(given)}`);
  if (bytes.length < headerBytes || bytes.length > longestFrame)
    throw new RangeError(`a frame has ${headerBytes} bytes (two addresses and the type) to ${longestFrame}, not ${bytes.length}`);
  return { bytes, error: error === undefined ? undefined : (String(error) as FrameError) };
}

/** Bytes of hexadecimal text; spaces, colons and dashes may separate them. */
export function parseHex(value: unknown): Uint8Array | undefined {
  if (typeof value !== "string") return undefined;
  const digits = value.replaceAll(/[\s:-]/g, "");
  if (digits.length % 2 !== 0 || !/^[0-9a-f]*$/i.test(digits)) return undefined;
  return Uint8Array.from({ length: digits.length / 2 }, (_, i) => Number.parseInt(digits.slice(2 * i, 2 * i + 2), 16));
}

/** The option `wire`; undefined when it is not one. */
export function parseWire(value: unknown): readonly WireEvent[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const events: WireEvent[] = [];
  for (const entry of value as unknown[]) {
    if (typeof entry !== "object" || entry === null) return undefined;
    const atUs: unknown = Reflect.get(entry, "atUs");
    const link: unknown = Reflect.get(entry, "link");
    if (typeof atUs !== "number" || !Number.isFinite(atUs) || atUs < 0) return undefined;
    if (link === "up" || link === "down") events.push({ atUs, link });
    else {
      try {
        events.push({ atUs, frame: parseFrame(entry) });
      } catch {
        return undefined;
      }
    }
  }
  return events;
}
