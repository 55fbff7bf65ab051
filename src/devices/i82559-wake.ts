// SPDX-License-Identifier: MIT
/** Wake of the 82559 from Dx: which frames and events set PME, and what PMDR says of them (software developer manual, sections 6.3.7 and "Wake-up events"). */
import type { Configuration } from "./i82559-configuration.ts";
import { pmdr } from "./i82559-registers.ts";

/** Patterns of the load-programmable-filter command: 16 dwords at most. */
const filterWords = 16;
const filter = { end: 0x8000_0000, predefined: 0x4000_0000, arp: 0x0800_0000, individual: 0x0200_0000 } as const;
const etherType = { offset: 12, arp: 0x0806 } as const;
/** Target protocol address of an ARP request for IPv4. */
const arpTarget = 38;
const magicRepeats = 16;

export class WakeLogic {
  readonly #configuration: Configuration;
  #filters: readonly number[] = [];
  /** PMDR without PME status, which is the PME_Status bit of configuration space. */
  events = 0;

  constructor(configuration: Configuration) {
    this.#configuration = configuration;
  }

  /** Forgets the filters; the events stay until the driver clears them. */
  reset(): void {
    this.#filters = [];
  }

  /** The load-programmable-filter command. Predefined filters work; flexible patterns (mask and signature) are kept, and match nothing. */
  loadFilters(data: DataView): void {
    const words: number[] = [];
    for (let i = 0; i < filterWords && 4 * i + 4 <= data.byteLength; i++) {
      const word = data.getUint32(4 * i, true);
      words.push(word);
      if ((word & filter.end) !== 0) break;
    }
    this.#filters = words;
  }

  /** The link came or went in Dx. True when that wakes. */
  linkChanged(): boolean {
    if (!this.#configuration.wakesOn.link) return false;
    this.events |= pmdr.linkChange;
    return true;
  }

  /** A frame arrived in Dx. True when it wakes. */
  frame(bytes: Uint8Array): boolean {
    const { wakesOn } = this.#configuration;
    if (wakesOn.magic && this.#isMagic(bytes)) {
      this.events |= pmdr.magicPacket;
      return true;
    }
    const match = this.#configuration.match(bytes);
    const isArp = isArpRequest(bytes);
    const isInteresting =
      (wakesOn.individual && match === "individual") ||
      (wakesOn.multicast && match === "multicast") ||
      (wakesOn.arp && isArp) ||
      this.#filters.some((word) => matchesPredefined(word, match === "individual", isArp ? bytes : undefined));
    if (isInteresting) this.events |= pmdr.interestingPacket;
    return isInteresting;
  }

  /** Six bytes of ones and then sixteen times the station address, anywhere in a frame. */
  #isMagic(bytes: Uint8Array): boolean {
    const { address } = this.#configuration;
    const pattern = new Uint8Array(6 + 6 * magicRepeats).fill(0xff);
    for (let i = 0; i < magicRepeats; i++) pattern.set(address, 6 + 6 * i);
    for (let at = 0; at + pattern.length <= bytes.length; at++) if (pattern.every((byte, i) => byte === bytes[at + i])) return true;
    return false;
  }
}

function isArpRequest(bytes: Uint8Array): boolean {
  return bytes.length >= arpTarget + 4 && ((bytes[etherType.offset] ?? 0) << 8) + (bytes[etherType.offset + 1] ?? 0) === etherType.arp;
}

/** A predefined filter: own address, or ARP for an IP address with these low 16 bits (0 = any). */
function matchesPredefined(word: number, isIndividual: boolean, arp: Uint8Array | undefined): boolean {
  if ((word & filter.predefined) === 0) return false;
  if ((word & filter.individual) !== 0 && isIndividual) return true;
  if ((word & filter.arp) === 0 || arp === undefined) return false;
  const ip = word & 0xffff;
  return ip === 0 || ip === ((arp[arpTarget + 2] ?? 0) | ((arp[arpTarget + 3] ?? 0) << 8));
}
