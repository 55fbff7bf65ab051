// SPDX-License-Identifier: MIT
/** PORT of the 82559: resets, self-test and dump of the whole chip, with an address in host memory for what they report (software developer manual, section 6.3.3). */
import { portFunction } from "./i82559-registers.ts";
import type { UnitHost } from "./i82559-unit-host.ts";

/** Functions other than the self-test, and resets. */
const portNs = 5000;
const functionMask = 0xf;
const selfTest = { signature: 0x0428_1995, passed: 0, failed: 0x1000 } as const;

export interface PortHost {
  softwareReset(): void;
  selectiveReset(): void;
  /** What the register reads as. */
  show(value: number): void;
}

export class Port {
  readonly #units: UnitHost;
  readonly #selfTestNs: number;
  readonly #host: PortHost;

  constructor(units: UnitHost, selfTestNs: number, host: PortHost) {
    this.#units = units;
    this.#selfTestNs = selfTestNs;
    this.#host = host;
  }

  /** The register reads as 0 again when the function is done. */
  written(value: number): void {
    const what = value & functionMask;
    const address = BigInt((value & ~functionMask) >>> 0);
    if (what === portFunction.softwareReset) this.#host.softwareReset();
    else if (what === portFunction.selectiveReset) this.#host.selectiveReset();
    this.#host.show(value);
    if (what === portFunction.selfTest) this.#units.later(this.#selfTestNs, () => this.#selfTest(address));
    else {
      this.#units.later(portNs, () => {
        if (what === portFunction.dump) this.#units.bus.dma.write(address, this.#units.dumpState());
        this.#host.show(0);
      });
    }
  }

  /** Signature and result in memory; the chip is reset by it. */
  #selfTest(address: bigint): void {
    const { bus } = this.#units;
    const words = new DataView(new ArrayBuffer(8));
    words.setUint32(0, selfTest.signature, true);
    words.setUint32(4, bus.fault("self-test-failure") ? selfTest.failed : selfTest.passed, true);
    bus.dma.write(address, new Uint8Array(words.buffer));
    this.#host.softwareReset();
  }
}
