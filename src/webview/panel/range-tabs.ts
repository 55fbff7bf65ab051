// SPDX-License-Identifier: MIT
/** Tabs about a range of time: statistics by name, the requests with their latencies, the way of one request, and the notes. */
import { irqlText } from "../event-text.ts";
import { counterpart } from "../ghost.ts";
import { requestTable, statistics, summary } from "../statistics.ts";
import { timeText } from "../time-text.ts";
import { editNote, saveNotes } from "./commands.ts";
import { type Cell, DataTable, type Row } from "./data-table.ts";
import { eventTexts } from "./event-row.ts";
import type { NoteDialog } from "./note-dialog.ts";
import { button, element, filled, make, strings } from "./page.ts";
import type { Tab } from "./tabs.ts";
import type { TimelineView } from "./timeline-view.ts";

const number = (value: number): Cell => ({ text: value.toLocaleString("en"), order: value });
const duration = (ns: number | undefined, event?: number): Cell =>
  ns === undefined ? { text: "" } : { text: timeText(ns, ns / 1e4), order: ns, ...(event === undefined ? {} : { event }) };

/** What the tables are about, in words. */
function rangeText(view: TimelineView): string {
  const { from, to } = view.tableRange;
  return timeText(to - from, (to - from) / 1e4);
}

export function statisticsTab(view: TimelineView): Tab {
  const columns = [
    { title: strings.event },
    { title: strings.lane },
    ...[strings.count, strings.total, strings.self, strings.least, strings.average, strings.median, strings.percentile95, strings.greatest, strings.gap].map(
      (title) => ({ title, isNumber: true }),
    ),
  ];
  const table = new DataTable(element("panel-statistics", HTMLElement), columns, (event) => view.select(event));
  return {
    id: "statistics",
    refresh: () => {
      const range = view.tableRange;
      const { bytes, transfers, levels } = summary(view.model, range);
      const found = statistics(view.model, view.layout, range, view.registers);
      const events = found.reduce((sum, { count }) => sum + count, 0);
      const parts = [
        filled(strings.eventsInRange, events.toLocaleString("en"), rangeText(view)),
        `${transfers.toLocaleString("en")} ${strings.transfers}`,
        filled(strings.bytesMoved, bytes.toLocaleString("en")),
        ...[...levels].sort(([a], [b]) => a - b).map(([level, ns]) => filled(strings.timeAtLevel, timeText(ns, ns / 1e3), irqlText(level))),
      ];
      const rows = found.map(({ name, lane, count, durations: d, gap, example }): Row => {
        const times = d === undefined ? [] : [d.total, d.self, d.least, d.total / count, d.median, d.percentile95].map((ns) => duration(ns));
        const cells = [{ text: name }, { text: view.title(lane) }, number(count)];
        const rest = d === undefined ? Array.from({ length: 7 }, () => ({ text: "" })) : [...times, duration(d.greatest, example)];
        return { event: example, cells: [...cells, ...rest, duration(count > 1 ? gap : undefined)] };
      });
      table.show(parts.join(" · "), rows);
    },
  };
}

export function requestsTab(view: TimelineView): Tab {
  const titles = [strings.submitted, strings.completion, strings.transfers, strings.interruptLatency, strings.dpcLatency, strings.otherRun, strings.difference];
  const columns = [{ title: "#", isNumber: true }, { title: strings.request }, ...titles.map((title) => ({ title, isNumber: true }))];
  const table = new DataTable(element("panel-requests", HTMLElement), columns, (event) => view.select(event));
  return {
    id: "requests",
    refresh: () => {
      const { ghost } = view;
      const others = ghost === undefined ? [] : requestTable(ghost.model, { from: 0, to: Number.POSITIVE_INFINITY }, view.registers);
      const found = requestTable(view.model, view.tableRange, view.registers);
      const rows = found.map((request): Row => {
        const other = others[request.number - 1]?.duration;
        const difference = other === undefined || request.duration === undefined ? undefined : request.duration - other;
        return {
          event: request.event,
          cells: [
            number(request.number),
            { text: request.name },
            duration(request.submitted),
            request.duration === undefined ? { text: strings.running } : duration(request.duration),
            number(request.transfers),
            duration(request.interrupt?.ns, request.interrupt?.event),
            duration(request.dpc?.ns, request.dpc?.event),
            duration(other),
            difference === undefined ? { text: "" } : { text: signed(difference), order: difference },
          ],
        };
      });
      table.show(`${strings.requests}: ${rows.length.toLocaleString("en")}`, rows);
    },
  };
}

export const signed = (ns: number): string => `${ns > 0 ? "+" : ns < 0 ? "−" : "±"}${timeText(Math.abs(ns))}`;

export function chainTab(view: TimelineView): Tab {
  const columns = [
    { title: strings.step, isNumber: true },
    { title: strings.time, isNumber: true },
    { title: strings.duration, isNumber: true },
    { title: strings.event },
    { title: strings.lane },
    { title: strings.otherRun, isNumber: true },
  ];
  const table = new DataTable(element("panel-chain", HTMLElement), columns, (event) => view.select(event));
  return {
    id: "chain",
    refresh: () => {
      const { ghost } = view;
      const rows = view.chain.flatMap((event, i): Row[] => {
        const texts = eventTexts(view, event);
        if (texts === undefined) return [];
        const other = ghost === undefined || view.chain.length > 200 ? undefined : counterpart(view.model, ghost.model, event);
        const otherTexts =
          other === undefined || ghost === undefined
            ? undefined
            : eventTexts({ model: ghost.model, registers: view.registers, title: (lane) => view.title(lane) }, other);
        return [
          {
            event,
            isSelected: event === view.selected,
            cells: [
              number(i + 1),
              { text: texts.time, order: i },
              { text: texts.duration },
              { text: texts.label },
              { text: texts.lane },
              { text: otherTexts?.duration ?? "" },
            ],
          },
        ];
      });
      table.show(
        view.selected === undefined ? strings.nothingSelected : filled(strings.matches, Math.max(0, view.chain.indexOf(view.selected)) + 1, view.chain.length),
        rows,
      );
    },
  };
}

export function notesTab(view: TimelineView, dialog: NoteDialog): Tab {
  const panel = element("panel-notes", HTMLElement);
  return {
    id: "notes",
    refresh: () => {
      if (view.notes.length === 0) {
        panel.replaceChildren(make("p", strings.noNotes, "hint"));
        return;
      }
      const list = document.createElement("ul");
      list.className = "notes";
      for (const { id, from, to, text } of view.notes) {
        const item = document.createElement("li");
        const when = to > from ? `${timeText(from)} – ${timeText(to)} (${timeText(to - from)})` : timeText(from);
        const go = button(text, () => {
          const room = Math.max(to - from, (view.view.end - view.view.start) / 4);
          view.show({ start: from - room / 2, end: to + room / 2 });
        });
        go.className = "link";
        item.append(
          go,
          make("span", when, "hint"),
          button(strings.editNote, () => editNote(view, dialog, id)),
          button(strings.deleteNote, () =>
            saveNotes(
              view,
              view.notes.filter((note) => note.id !== id),
            ),
          ),
        );
        list.append(item);
      }
      panel.replaceChildren(list);
    },
  };
}
