// SPDX-License-Identifier: MIT
/** Entry of the memory page: wires toolbar, grid and details to the extension. */
import type { MemoryExportFormat, MemoryPageView, MemoryUpdate } from "../../protocol/index.ts";
import { Details } from "./details.ts";
import { Grid } from "./grid.ts";
import { ask, element, filled, make, strings } from "./page.ts";

const address = element("address", HTMLInputElement);
const pattern = element("pattern", HTMLInputElement);
const type = element("type", HTMLInputElement);
const compare = element("compare", HTMLSelectElement);
const exporter = element("export", HTMLSelectElement);
const status = element("status", HTMLElement);
const message = element("message", HTMLElement);
const back = element("back", HTMLButtonElement);
const forward = element("forward", HTMLButtonElement);

const details = new Details((offset) => grid.select(offset, true));
const grid = new Grid((offset) => details.select(offset));
let length = 0;

function onSubmit(id: string, action: () => void): void {
  element(id, HTMLFormElement).addEventListener("submit", (event) => {
    event.preventDefault();
    action();
  });
}

onSubmit("where", () => ask({ type: "show", address: address.value }));
onSubmit("finder", () => ask({ type: "search", pattern: pattern.value, from: grid.selected + 1 }));
onSubmit("overlay", () => ask({ type: "overlay", name: type.value }));
back.addEventListener("click", () => ask({ type: "back" }));
forward.addEventListener("click", () => ask({ type: "forward" }));
element("earlier", HTMLButtonElement).addEventListener("click", () => ask({ type: "move", bytes: -length }));
element("later", HTMLButtonElement).addEventListener("click", () => ask({ type: "move", bytes: length }));
compare.addEventListener("change", () => {
  const { value } = compare;
  ask({ type: "compare", moment: value === "now" || value === "none" || value === "other" ? value : Number(value) });
});
exporter.addEventListener("change", () => {
  if (exporter.value !== "") ask({ type: "export", format: exporter.value as MemoryExportFormat });
  exporter.value = "";
});

function show(page: MemoryPageView): void {
  length = page.length;
  if (document.activeElement !== address) address.value = page.reference;
  back.disabled = !page.hasBack;
  forward.disabled = !page.hasForward;
  say("", false);
  details.show(page);
  grid.show(page);
  showMoments(page);
  status.textContent = [page.position === undefined ? strings.running : filled(strings.stoppedAt, page.position), ...differences(page)].join(" · ");
}

function differences({ bytes, baseline }: MemoryPageView): string[] {
  if (baseline === undefined) return [];
  return [filled(strings.differences, bytes.filter((byte, i) => baseline.bytes[i] !== undefined && baseline.bytes[i] !== byte).length, baseline.label)];
}

function showMoments({ moments, baseline }: MemoryPageView): void {
  const options: (readonly [value: string, text: string])[] = [
    ["none", strings.compareNone],
    ["now", strings.compareNow],
    ...moments.map((moment) => [String(moment), filled(strings.compareStatement, moment)] as const),
    ["other", strings.compareOther],
  ];
  compare.replaceChildren(
    ...options.map(([value, text]) => {
      const option = make("option", text);
      option.value = value;
      return option;
    }),
  );
  compare.value = "none";
  if (baseline === undefined) return;
  // What is compared with may be none of the moments on offer.
  const current = make("option", baseline.label);
  current.value = "";
  current.selected = true;
  compare.append(current);
}

function say(text: string, isProblem: boolean): void {
  message.textContent = text;
  message.hidden = text === "";
  message.classList.toggle("problem", isProblem);
}

addEventListener("message", ({ data }: MessageEvent<MemoryUpdate>) => {
  switch (data.type) {
    case "page":
      show(data.page);
      if (data.select !== undefined) grid.select(data.select, document.activeElement === document.body);
      break;
    case "writer":
      details.showWriter(data.writer);
      break;
    case "message":
      say(data.text, data.isProblem);
      break;
    case "ended":
      status.textContent = strings.ended;
      break;
  }
});

ask({ type: "ready" });
