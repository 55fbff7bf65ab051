// SPDX-License-Identifier: MIT
/** How the power sequences of a device reach its DMA enablers; the enablers register themselves with their device in order of creation. */

export interface PowerManagedEnabler {
  /** EvtDmaEnablerFill, …Enable, …SelfManagedIoStart in this order up to the first failure. Returns its NTSTATUS. PASSIVE_LEVEL. */
  powerUp(): number;
  /**
   * EvtDmaEnablerSelfManagedIoStop, …Disable (not after a failed Fill), …Flush (not after a failed Fill or Enable); goes on after a failure
   * and returns the first one. PASSIVE_LEVEL.
   */
  powerDown(): number;
}
