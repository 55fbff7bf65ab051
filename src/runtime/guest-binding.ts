// SPDX-License-Identifier: MIT
/** What a driver's module is made a running driver with. */
import type { Machine } from "../machine/index.ts";
import type { CoroutinePool, HostFunctions, PlainImports } from "./coroutine.ts";

/** What the driver is bound to. */
export interface GuestBinding {
  readonly machine: Machine;
  readonly compiled: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  readonly env: HostFunctions;
  /** Hooks of the instrumentation that move data or handle exceptions. */
  readonly slow: PlainImports;
  /** Stacks for driver code that waits; undefined when the driver calls nothing that waits, or the engine has no more than one stack. */
  readonly pool: CoroutinePool | undefined;
}
