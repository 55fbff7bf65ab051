// SPDX-License-Identifier: MIT
/** Says the selected event to screen readers, politely and at most once a second. */
import { eventTexts } from "./event-row.ts";
import { element, filled, strings } from "./page.ts";
import type { TimelineView } from "./timeline-view.ts";

const interval = 1000;
let timer: number | undefined;

export function announce(view: TimelineView): void {
  if (timer !== undefined) return;
  say(view);
  const said = view.selected;
  timer = setTimeout(() => {
    timer = undefined;
    if (view.selected !== said) announce(view);
  }, interval);
}

function say(view: TimelineView): void {
  const texts = view.selected === undefined ? undefined : eventTexts(view, view.selected);
  if (texts === undefined || view.selected === undefined) return;
  const step = view.chain.indexOf(view.selected) + 1;
  const parts = [
    texts.label,
    texts.lane,
    texts.duration,
    texts.time,
    ...(view.chain.length > 1 && step > 0 ? [filled(strings.matches, step, view.chain.length)] : []),
  ];
  element("live", HTMLElement).textContent = parts.filter((text) => text !== "").join(", ");
}
