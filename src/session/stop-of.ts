// SPDX-License-Identifier: MIT
/** What clients are told of a stop, as far as the runtime knows it. */

import type { StoppedEvent } from "../protocol/index.ts";
import { exceptionText } from "./exception-text.ts";
import type { Stop } from "./session-event.ts";

export function stopOf(event: StoppedEvent): Omit<Stop, "breakpointIds"> {
  const { reason, cpu, thread, violation } = event;
  if (reason === "violation" || reason === "bugcheck" || reason === "device-fault" || reason === "trap") {
    const exception = exceptionText(reason, violation);
    return { reason, cpu, thread, exception, text: exception.summary };
  }
  if (reason === "start") return { reason, cpu, thread, text: "Start of the run: there is nothing before this" };
  if (reason === "end") return { reason, cpu, thread, text: "End of the run" };
  return { reason, cpu, thread };
}
