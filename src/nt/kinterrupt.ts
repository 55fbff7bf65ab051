// SPDX-License-Identifier: MIT
/** KINTERRUPT objects: opaque to drivers, given out by the framework for connected interrupts, with the routines that take the interrupt spin lock. */
import type { Machine } from "../machine/index.ts";
import type { ApiTable } from "./api-table.ts";
import type { Checks } from "./checks.ts";
import type { Pool } from "./pool.ts";
import { poolTag } from "./pool-heap.ts";

/** The lock of a connected interrupt. */
export interface KernelInterruptLock {
  /** Raises to the synchronize IRQL and takes the lock. */
  readonly acquire: () => void;
  readonly release: () => void;
}

const interruptTag = poolTag("KInt");
/** Bytes of the opaque object. */
const objectBytes = 64;

export class KernelInterrupts {
  readonly #machine: Machine;
  readonly #checks: Checks;
  readonly #pool: Pool;
  readonly #locks = new Map<number, KernelInterruptLock>();

  constructor(machine: Machine, checks: Checks, pool: Pool) {
    this.#machine = machine;
    this.#checks = checks;
    this.#pool = pool;
  }

  /** Connects: a new KINTERRUPT whose lock is `lock`. Returns its address. */
  add(lock: KernelInterruptLock): number {
    const address = this.#pool.allocate(objectBytes, interruptTag, "KINTERRUPT");
    if (address !== 0) this.#locks.set(address, lock);
    return address;
  }

  /** Disconnects. */
  remove(address: number): void {
    if (this.#locks.delete(address)) this.#pool.free(address);
  }

  api(): ApiTable {
    const { cpu, guest } = this.#machine;
    return {
      KeSynchronizeExecution: (interrupt: number, routine: number, context: number) => {
        const lock = this.#find("KeSynchronizeExecution", interrupt >>> 0);
        lock.acquire();
        const result = guest.call("SynchronizeRoutine", routine >>> 0, [context], { kind: "kernel", label: "KeSynchronizeExecution" });
        lock.release();
        return result & 0xff;
      },
      KeAcquireInterruptSpinLock: (interrupt: number) => {
        const old = cpu.irql;
        this.#find("KeAcquireInterruptSpinLock", interrupt >>> 0).acquire();
        return old;
      },
      KeReleaseInterruptSpinLock: (interrupt: number) => this.#find("KeReleaseInterruptSpinLock", interrupt >>> 0).release(),
    };
  }

  #find(routine: string, address: number): KernelInterruptLock {
    return (
      this.#locks.get(address) ??
      this.#checks.bugCheck(0x50, [address, 0, 0, 0], {
        rule: "int-lock-disconnected",
        message: `${routine}: ${this.#checks.whatIsAt(address)} is not a connected interrupt object`,
        explanation:
          "A KINTERRUPT is valid while its interrupt is connected: from EvtInterruptEnable to EvtInterruptDisable. Do not keep the pointer of WdfInterruptWdmGetInterrupt longer.",
        address,
      })
    );
  }
}
