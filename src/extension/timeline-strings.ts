// SPDX-License-Identifier: MIT
/** Texts of the timeline panel in the user's language. */
import type { TimelineStrings } from "../protocol/index.ts";
import type { Translations } from "./tree-node.ts";

export function timelineStrings(l10n: Translations): TimelineStrings {
  return {
    lanes: {
      requests: l10n.t("Requests"),
      transactions: l10n.t("DMA transactions"),
      transfers: l10n.t("DMA transfers"),
      irql: l10n.t("IRQL"),
      driver: l10n.t("Driver callbacks"),
      framework: l10n.t("Framework calls"),
      interrupts: l10n.t("Interrupts"),
      dpc: l10n.t("DPCs and timers"),
      device: l10n.t("Device"),
      registers: l10n.t("Registers"),
      dma: l10n.t("Bus master"),
      power: l10n.t("PnP and power"),
      log: l10n.t("Log"),
    },
    time: l10n.t("Time"),
    duration: l10n.t("Duration"),
    lane: l10n.t("Lane"),
    event: l10n.t("Event"),
    statement: l10n.t("Statement"),
    object: l10n.t("Object"),
    level: l10n.t("IRQL"),
    cause: l10n.t("Caused by"),
    running: l10n.t("not ended"),
    now: l10n.t("now"),
    nothingSelected: l10n.t("Click an event to see its details. Press ? for all keys."),
    noTrace: l10n.t("There is no trace yet. It appears when the target stops."),
    search: l10n.t("Search events"),
    matches: l10n.t("{0} of {1}", "{0}", "{1}"),
    overBudget: l10n.t("{0} over budget", "{0}"),
    eventsInView: l10n.t("{0} events in view", "{0}"),
    firstOf: l10n.t("The first {0} of {1} events in view", "{0}", "{1}"),
    openSource: l10n.t("Go to Source"),
    travel: l10n.t("Travel Here"),
    copy: l10n.t("Copy"),
    fit: l10n.t("Show All"),
    frameworkCalls: l10n.t("Framework calls"),
    help: l10n.t("Keys"),
    helpText: [
      l10n.t("W S or Ctrl+wheel: zoom · A D, drag or Shift+wheel: pan · Home: show all · F: show the selected event"),
      l10n.t("Shift+drag: measure, snaps to events · Esc: clear"),
      l10n.t("Arrows or , .: events beside, above and below · [ ]: along the chain of causes · B: next ISR over 25 µs or DPC over 100 µs"),
      l10n.t("Enter, F12, double click or Ctrl+click: go to the source of a callback · Shift+Enter: travel in time to the event"),
      l10n.t("/ or Ctrl+F: search, then Enter and Shift+Enter or N and Shift+N"),
    ].join("\n"),
    chart: l10n.t("Timeline of the driver and its device"),
    ended: l10n.t("The session has ended"),
  };
}
