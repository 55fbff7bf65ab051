// SPDX-License-Identifier: MIT
/**
 * The PHY of the 82559, an 82555 at address 1 of its management interface: registers of IEEE 802.3 clause 22 and auto-negotiation with a link partner that
 * can do everything. A status read shows a link that was lost, even for a moment, as down once.
 */
const phyAddress = 1;
const register = { control: 0, status: 1, id1: 2, id2: 3, advertisement: 4, partner: 5, expansion: 6, speedDuplex: 0x10, special: 0x11 } as const;
const control = {
  fullDuplex: 0x0100,
  restart: 0x0200,
  isolate: 0x0400,
  powerDown: 0x0800,
  autoNegotiate: 0x1000,
  speed100: 0x2000,
  loopback: 0x4000,
  reset: 0x8000,
} as const;
const controlDefault = control.autoNegotiate | control.speed100;
/** 100BASE-TX and 10BASE-T in both duplex modes, preamble suppression, auto-negotiation, extended registers. */
const capabilities = 0x7849;
const status = { link: 0x0004, negotiated: 0x0020 } as const;
/** Identifier of the Intel 82555. */
const identifier = [0x02a8, 0x0154] as const;
/** All of 10BASE-T and 100BASE-TX, IEEE 802.3. */
const allAbilities = 0x01e1;
const acknowledge = 0x4000;
const ability = { tx: 0x0080, txFull: 0x0100, t: 0x0020, tFull: 0x0040 } as const;
const partnerIsAble = 0x0001;

export interface PhyHost {
  after(nanoseconds: number, callback: () => void): void;
  linkChanged(): void;
}

export class Phy {
  readonly #host: PhyHost;
  readonly #negotiationNs: number;
  #control: number = controlDefault;
  #advertisement = allAbilities;
  #special = 0;
  #isCableIn: boolean;
  #isNegotiated = false;
  /** The link was down since the last read of the status register. */
  #wasDown = true;
  #hadLink = false;
  #generation = 0;

  constructor(host: PhyHost, negotiationNs: number, isCableIn: boolean) {
    this.#host = host;
    this.#negotiationNs = negotiationNs;
    this.#isCableIn = isCableIn;
  }

  /** Power-on: negotiates as soon as there is a cable. */
  powerOn(): void {
    this.#control = controlDefault;
    this.#advertisement = allAbilities;
    this.#special = 0;
    this.#negotiate();
  }

  /** Plugs the cable in, or out. */
  setCable(isIn: boolean): void {
    if (isIn === this.#isCableIn) return;
    this.#isCableIn = isIn;
    this.#negotiate();
  }

  get hasLink(): boolean {
    if ((this.#control & (control.isolate | control.powerDown | control.reset)) !== 0) return false;
    if (!this.#isCableIn) return false;
    return (this.#control & control.autoNegotiate) === 0 || this.#isNegotiated;
  }

  get isLoopback(): boolean {
    return (this.#control & control.loopback) !== 0;
  }

  /** 100 Mbps, else 10. */
  get isFast(): boolean {
    if ((this.#control & control.autoNegotiate) === 0) return (this.#control & control.speed100) !== 0;
    return !this.#isNegotiated || (this.#advertisement & (ability.tx | ability.txFull)) !== 0;
  }

  get isFullDuplex(): boolean {
    if ((this.#control & control.autoNegotiate) === 0) return (this.#control & control.fullDuplex) !== 0;
    if (!this.#isNegotiated) return false;
    const chosen = [ability.txFull, ability.tx, ability.tFull, ability.t].find((each) => (this.#advertisement & each) !== 0);
    return chosen === ability.txFull || chosen === ability.tFull;
  }

  /** A read cycle; nobody answers at other addresses. */
  read(phy: number, index: number): number {
    if (phy !== phyAddress) return 0xffff;
    if (index !== register.status) return this.#value(index);
    const link = this.hasLink && !this.#wasDown ? status.link : 0;
    this.#wasDown = !this.hasLink;
    return capabilities | link | (this.#isNegotiated ? status.negotiated : 0);
  }

  write(phy: number, index: number, value: number): void {
    if (phy !== phyAddress) return;
    if (index === register.advertisement) this.#advertisement = value;
    else if (index === register.special) this.#special = value;
    else if (index === register.control) this.#writeControl(value);
  }

  #value(index: number): number {
    switch (index) {
      case register.control:
        return this.#control;
      case register.id1:
        return identifier[0];
      case register.id2:
        return identifier[1];
      case register.advertisement:
        return this.#advertisement;
      case register.partner:
        return this.#isNegotiated ? allAbilities | acknowledge : 0;
      case register.expansion:
        return this.#isNegotiated ? partnerIsAble : 0;
      case register.speedDuplex:
        return (this.isFullDuplex ? 1 : 0) | (this.isFast ? 2 : 0);
      case register.special:
        return this.#special;
      default:
        return 0;
    }
  }

  #writeControl(value: number): void {
    if ((value & control.reset) !== 0) {
      this.powerOn();
      return;
    }
    const before = this.#control;
    this.#control = value & ~control.restart;
    const isRestart = (value & control.restart) !== 0 || (before & control.autoNegotiate) === 0;
    if ((value & control.autoNegotiate) !== 0 && isRestart) this.#negotiate();
    else this.#update();
  }

  /** Begins anew: the link is down until both sides agree. */
  #negotiate(): void {
    const generation = ++this.#generation;
    this.#isNegotiated = false;
    this.#update();
    if (!this.#isCableIn) return;
    this.#host.after(this.#negotiationNs, () => {
      if (generation !== this.#generation) return;
      this.#isNegotiated = (this.#control & control.autoNegotiate) !== 0;
      this.#update();
    });
  }

  /** Tells of a link that came or went. */
  #update(): void {
    const { hasLink } = this;
    if (hasLink === this.#hadLink) return;
    this.#hadLink = hasLink;
    if (!hasLink) this.#wasDown = true;
    this.#host.linkChanged();
  }
}
