// SPDX-License-Identifier: MIT
/** Waiting for the target of the active session to come to rest. */
import type * as vscode from "vscode";
import type { SessionWatch } from "./session-watch.ts";

/** Resolves with true when the target has stopped, is idle or has ended; with false after `patience` ms or when `token` is cancelled. */
export function settled(watch: SessionWatch, patience: number, token?: vscode.CancellationToken): Promise<boolean> {
  return new Promise((resolve) => {
    const done = (isSettled: boolean): void => {
      clearTimeout(timer);
      for (const subscription of subscriptions) subscription.dispose();
      resolve(isSettled);
    };
    const timer = setTimeout(() => done(false), patience);
    const subscriptions = [
      watch.onDidChange(({ reason }) => {
        if (reason === "stopped" || reason === "idle" || reason === "ended") done(true);
      }),
      ...(token === undefined ? [] : [token.onCancellationRequested(() => done(false))]),
    ];
  });
}
