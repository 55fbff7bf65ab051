// SPDX-License-Identifier: MIT
/** Shows how far a travel through time is when it takes longer than people like to wait, and lets them end it where it is. */

import type { AdapterState } from "./adapter-state.ts";

/** Work shorter than this shows nothing, ms. */
export const patience = 300;
const interval = 250;

/** To be called when the target has been told to travel. */
export function showTravel(state: AdapterState, title: string): void {
  const { session } = state;
  const isOver = (): boolean => session.state !== "running" || state.isDisconnected;
  const begin = (): void => {
    if (isOver()) return;
    const controller = new AbortController();
    const report = state.progress.start(title, controller);
    controller.signal.addEventListener("abort", () => {
      if (!isOver()) session.pause();
    });
    const timer = setInterval(() => {
      if (isOver()) {
        clearInterval(timer);
        report.end();
      } else report.update(`${Math.round(100 * session.travelProgress)} %`, Math.round(100 * session.travelProgress));
    }, interval);
    timer.unref();
  };
  setTimeout(begin, patience).unref();
}
