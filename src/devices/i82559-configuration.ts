// SPDX-License-Identifier: MIT
/**
 * What the configure, individual-address and multicast commands set: the configuration bytes with their meaning (software developer manual, section
 * 6.4.2.3), the station address and the multicast hash, and which frames pass these filters.
 */
import { dumpSizes } from "./i82559-statistics.ts";

export const configurationBytes = 22;
/** Values after a reset. */
const defaults = [0x16, 0x08, 0x00, 0x00, 0x00, 0x00, 0x32, 0x03, 0x01, 0x00, 0x2e, 0x00, 0x60, 0x00, 0xf2, 0x48, 0x00, 0x40, 0xf2, 0x80, 0x3f, 0x05] as const;
const addressBytes = 6;

/** How a frame's destination fits: for the RFD and for wake. */
export type AddressMatch = "individual" | "broadcast" | "multicast" | "promiscuous" | "none";

export class Configuration {
  readonly bytes = Uint8Array.from(defaults);
  readonly address = new Uint8Array(addressBytes);
  #multicastHash = 0n;

  reset(): void {
    this.bytes.set(defaults);
    this.address.fill(0);
    this.#multicastHash = 0n;
  }

  /** The configure command: byte 0 says how many bytes it carries. */
  configure(data: Uint8Array): void {
    const count = Math.min((data[0] ?? 0) & 0x3f, configurationBytes);
    this.bytes.set(data.subarray(0, count));
  }

  setMulticast(addresses: Uint8Array): void {
    this.#multicastHash = 0n;
    for (let at = 0; at + addressBytes <= addresses.length; at += addressBytes) this.#multicastHash |= 1n << BigInt(hashBin(addresses.subarray(at)));
  }

  #bit(byte: number, bit: number): boolean {
    return ((this.bytes[byte] ?? 0) & (1 << bit)) !== 0;
  }

  get savesBadFrames(): boolean {
    return this.#bit(6, 7);
  }
  /** CNA only when the unit becomes idle, not when it suspends. */
  get signalsIdleOnly(): boolean {
    return this.#bit(6, 3);
  }
  get hasExtendedTcb(): boolean {
    return !this.#bit(6, 4);
  }
  get dumpSize(): number {
    if (this.#bit(6, 2)) return dumpSizes.tco;
    return this.#bit(6, 5) ? dumpSizes.standard : dumpSizes.extended;
  }
  get discardsShortFrames(): boolean {
    return this.#bit(7, 0);
  }
  get insertsSource(): boolean {
    return !this.#bit(10, 3);
  }
  get isLoopback(): boolean {
    return this.#bit(10, 6) || this.#bit(10, 7);
  }
  get isPromiscuous(): boolean {
    return this.#bit(15, 0);
  }
  get acceptsBroadcast(): boolean {
    return !this.#bit(15, 1);
  }
  get padsShortFrames(): boolean {
    return this.#bit(18, 1);
  }
  get storesCrc(): boolean {
    return this.#bit(18, 2);
  }
  get acceptsLongFrames(): boolean {
    return this.#bit(18, 3);
  }
  get acceptsAllMulticast(): boolean {
    return this.#bit(21, 3);
  }
  /** Events that wake from Dx. */
  get wakesOn(): { readonly link: boolean; readonly arp: boolean; readonly multicast: boolean; readonly individual: boolean; readonly magic: boolean } {
    return { link: this.#bit(9, 5), arp: this.#bit(9, 6), multicast: this.#bit(9, 7), individual: this.#bit(19, 0), magic: !this.#bit(19, 1) };
  }

  /** Whether the frame is for this station. */
  match(frame: Uint8Array): AddressMatch {
    const destination = frame.subarray(0, addressBytes);
    if (destination.every((byte, i) => byte === this.address[i])) return "individual";
    if (destination.every((byte) => byte === 0xff) && this.acceptsBroadcast) return "broadcast";
    const isGroup = ((destination[0] ?? 0) & 1) !== 0 && !destination.every((byte) => byte === 0xff);
    if (isGroup && (this.acceptsAllMulticast || ((this.#multicastHash >> BigInt(hashBin(destination))) & 1n) !== 0n)) return "multicast";
    return this.isPromiscuous ? "promiscuous" : "none";
  }
}

/** Bin of 64 for an address: six bits of its CRC, so that other addresses fall into the same bins, as on the chip. */
function hashBin(address: Uint8Array): number {
  return (crc32(address.subarray(0, addressBytes)) >>> 2) & 0x3f;
}

/** The Ethernet frame check sequence (IEEE 802.3, 3.2.9). */
export function crc32(bytes: Uint8Array): number {
  let crc = 0xffff_ffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc & 1) !== 0 ? (crc >>> 1) ^ 0xedb8_8320 : crc >>> 1;
  }
  return ~crc >>> 0;
}
