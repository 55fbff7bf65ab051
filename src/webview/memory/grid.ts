// SPDX-License-Identifier: MIT
/** The bytes as a grid of rows of 16: selection, typing of digits, colours of owners, differences, and the structure that lies over them. */
import type { MemoryMember, MemoryPageView, MemoryRunView } from "../../protocol/index.ts";
import { ask, element, filled, make, strings } from "./page.ts";

const rowBytes = 16;

export class Grid {
  readonly #table = element("grid", HTMLTableElement);
  readonly #onSelect: (offset: number) => void;
  #page: MemoryPageView | undefined;
  #cells: HTMLTableCellElement[] = [];
  #selected = 0;
  /** First digit of a byte that is being typed. */
  #digit = "";

  /** `onSelect` is told the offset of the byte that was selected. */
  constructor(onSelect: (offset: number) => void) {
    this.#onSelect = onSelect;
    this.#table.addEventListener("click", ({ target }) => {
      const offset = target instanceof HTMLElement ? Number(target.closest("td")?.dataset["offset"] ?? Number.NaN) : Number.NaN;
      if (Number.isInteger(offset)) this.select(offset, true);
    });
    this.#table.addEventListener("keydown", (event) => this.#key(event));
  }

  get selected(): number {
    return this.#selected;
  }

  show(page: MemoryPageView): void {
    const hadFocus = this.#table.contains(document.activeElement);
    this.#page = page;
    this.#digit = "";
    const rows = Math.ceil(page.length / rowBytes);
    this.#cells = [];
    const body = make("tbody");
    for (let row = 0; row < rows; row++) body.append(this.#row(page, row * rowBytes));
    this.#table.replaceChildren(this.#head(), body);
    this.select(Math.min(this.#selected, page.length - 1), hadFocus);
  }

  /** Selects the byte at `offset`; what is not in the page asks for the page that has it. */
  select(offset: number, withFocus: boolean): void {
    const page = this.#page;
    if (page === undefined) return;
    if (offset < 0 || offset >= page.length) {
      const bytes = offset < 0 ? -Math.ceil(-offset / rowBytes) * rowBytes : Math.ceil((offset - page.length + 1) / rowBytes) * rowBytes;
      this.#selected = offset - bytes;
      ask({ type: "move", bytes });
      return;
    }
    this.#digit = "";
    this.#selected = offset;
    for (const cell of this.#cells) {
      const isSelected = Number(cell.dataset["offset"]) === offset;
      cell.tabIndex = isSelected ? 0 : -1;
      cell.setAttribute("aria-selected", String(isSelected));
      if (isSelected && withFocus) cell.focus();
    }
    this.#onSelect(offset);
  }

  #head(): HTMLTableSectionElement {
    const head = make("thead");
    const row = make("tr");
    row.append(make("th", strings.offset));
    for (let i = 0; i < rowBytes; i++) row.append(make("th", i.toString(16).toUpperCase()));
    row.append(make("th", strings.text, "text"));
    for (const cell of row.children) cell.setAttribute("scope", "col");
    head.append(row);
    return head;
  }

  #row(page: MemoryPageView, start: number): HTMLTableRowElement {
    const row = make("tr");
    const name = make("th", addressOf(page.reference, start));
    name.scope = "row";
    row.append(name);
    let text = "";
    for (let offset = start; offset < start + rowBytes; offset++) {
      const byte = page.bytes[offset];
      text += byte === undefined ? " " : byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : "·";
      row.append(this.#cell(page, offset, byte));
    }
    row.append(make("td", text, "text"));
    return row;
  }

  #cell(page: MemoryPageView, offset: number, byte: number | undefined): HTMLTableCellElement {
    const cell = make("td", byte === undefined ? "··" : hex2(byte));
    cell.dataset["offset"] = String(offset);
    cell.tabIndex = -1;
    const run = runAt(page.runs, offset);
    if (run !== undefined) cell.classList.add(run.state);
    const before = page.baseline?.bytes[offset];
    if (before !== undefined && byte !== undefined && before !== byte) {
      cell.classList.add("changed");
      cell.title = filled(strings.was, hex2(before));
    }
    const member = memberAt(page.overlay?.members ?? [], offset);
    if (member !== undefined) {
      cell.classList.add("member");
      if (member.offset === offset) cell.classList.add("first");
    }
    this.#cells.push(cell);
    return cell;
  }

  #key(event: KeyboardEvent): void {
    const { key, ctrlKey, altKey, metaKey } = event;
    if (ctrlKey || altKey || metaKey) return;
    const step: Readonly<Record<string, number>> = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -rowBytes, ArrowDown: rowBytes };
    const moves = step[key];
    if (moves !== undefined) this.select(this.#selected + moves, true);
    else if (key === "Home") this.select(this.#selected - (this.#selected % rowBytes), true);
    else if (key === "End") this.select(this.#selected - (this.#selected % rowBytes) + rowBytes - 1, true);
    else if (key === "PageUp" || key === "PageDown") ask({ type: "move", bytes: (key === "PageUp" ? -1 : 1) * (this.#page?.length ?? 0) });
    else if (key === "Enter") ask({ type: "follow", offset: this.#selected, size: 4 });
    else if (/^[0-9a-f]$/i.test(key)) this.#type(key);
    else return;
    event.preventDefault();
  }

  /** A byte changes with its second digit; a running target's do not. */
  #type(digit: string): void {
    const page = this.#page;
    const cell = this.#cells[this.#selected];
    if (page?.position === undefined || cell === undefined || this.#selected >= page.bytes.length) return;
    if (this.#digit === "") {
      this.#digit = digit;
      cell.textContent = `${digit.toUpperCase()}_`;
      return;
    }
    const data = `${this.#digit}${digit}`;
    this.#digit = "";
    ask({ type: "write", offset: this.#selected, data });
  }
}

export const hex2 = (byte: number): string => byte.toString(16).toUpperCase().padStart(2, "0");

/** The reference `offset` bytes further. */
export function addressOf(reference: string, offset: number): string {
  const [, space = "", digits = "0x0"] = /^(\w+:)?(0x[0-9a-f]+)$/i.exec(reference) ?? [];
  return `${space}0x${(BigInt(digits) + BigInt(offset)).toString(16).toUpperCase().padStart(8, "0")}`;
}

export const runAt = (runs: readonly MemoryRunView[], offset: number): MemoryRunView | undefined =>
  runs.find((run) => offset >= run.offset && offset < run.offset + run.length);

/** The innermost member at a byte. */
export function memberAt(members: readonly MemoryMember[], offset: number): MemoryMember | undefined {
  const around = members.filter((member) => offset >= member.offset && offset < member.offset + member.length);
  return around.sort((a, b) => a.length - b.length)[0];
}
