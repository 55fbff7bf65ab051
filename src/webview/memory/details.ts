// SPDX-License-Identifier: MIT
/** Beside the bytes: whose the selected one is, who wrote it last, where it points, and the members of the structure that lies over them. */
import type { MemoryMember, MemoryPageView, MemoryWriterView } from "../../protocol/index.ts";
import { addressOf, hex2, memberAt, runAt } from "./grid.ts";
import { ask, button, element, filled, make, strings } from "./page.ts";

export class Details {
  readonly #section = element("details", HTMLElement);
  readonly #onSelect: (offset: number) => void;
  #page: MemoryPageView | undefined;
  #writer: MemoryWriterView | undefined;
  #selected = 0;

  /** `onSelect` brings a member's first byte into sight. */
  constructor(onSelect: (offset: number) => void) {
    this.#onSelect = onSelect;
  }

  show(page: MemoryPageView): void {
    this.#page = page;
    this.#writer = undefined;
    this.#render();
  }

  select(offset: number): void {
    if (this.#writer?.offset !== offset) this.#writer = undefined;
    this.#selected = offset;
    this.#render();
  }

  showWriter(writer: MemoryWriterView): void {
    this.#writer = writer;
    this.#render();
  }

  #render(): void {
    const page = this.#page;
    if (page === undefined) {
      this.#section.replaceChildren(make("p", strings.noSelection, "hint"));
      return;
    }
    this.#section.replaceChildren(...this.#byte(page), ...this.#structure(page));
  }

  #byte(page: MemoryPageView): Node[] {
    const offset = this.#selected;
    const byte = page.bytes[offset];
    const run = runAt(page.runs, offset);
    const member = memberAt(page.overlay?.members ?? [], offset);
    const title = make("h2", `${addressOf(page.reference, offset)}${byte === undefined ? "" : ` = ${hex2(byte)} (${byte})`}`);
    if (byte === undefined) return [title, make("p", strings.unreadable)];
    const nodes: Node[] = [title];
    if (member !== undefined) nodes.push(make("p", `${page.overlay?.type ?? ""}.${member.name}`));
    if (run !== undefined) nodes.push(make("p", run.text), make("p", strings.states[run.state], `state ${run.state}`));
    const before = page.baseline?.bytes[offset];
    if (before !== undefined && before !== byte) nodes.push(make("p", filled(strings.was, hex2(before))));
    const buttons = make("div", "", "buttons");
    buttons.append(
      button(strings.follow4, () => ask({ type: "follow", offset, size: 4 })),
      button(strings.follow8, () => ask({ type: "follow", offset, size: 8 })),
      button(strings.lastWriter, () => ask({ type: "writer", offset })),
    );
    nodes.push(buttons, ...this.#writerNodes());
    return nodes;
  }

  #writerNodes(): Node[] {
    const writer = this.#writer;
    if (writer === undefined) return [];
    const buttons = make("div", "", "buttons");
    if (writer.canTravel) buttons.append(button(strings.travel, () => ask({ type: "travel" })));
    if (writer.hasSource) buttons.append(button(strings.source, () => ask({ type: "source" })));
    return [make("p", writer.text, "writer"), buttons];
  }

  #structure({ overlay }: MemoryPageView): Node[] {
    if (overlay === undefined) return [];
    const table = make("table", "", "members");
    table.append(make("caption", overlay.type));
    const head = make("tr");
    for (const text of [strings.offset, strings.member, strings.type, strings.value, strings.follow]) head.append(make("th", text));
    const body = make("tbody");
    const [first] = overlay.members;
    for (const member of overlay.members) body.append(this.#member(member, first?.offset ?? 0));
    const section = make("thead");
    section.append(head);
    table.append(section, body);
    return [table];
  }

  #member(member: MemoryMember, base: number): HTMLTableRowElement {
    const row = make("tr");
    const name = make("td");
    name.append(button(member.name, () => this.#onSelect(member.offset)));
    const follow = make("td");
    const { follow: target } = member;
    if (target !== undefined) follow.append(button(target, () => ask({ type: "show", address: target })));
    row.append(make("td", `+${(member.offset - base).toString(16).toUpperCase()}`), name, make("td", member.type), make("td", member.value), follow);
    return row;
  }
}
