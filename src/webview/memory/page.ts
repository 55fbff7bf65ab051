// SPDX-License-Identifier: MIT
/** Elements of the memory page, and what all of its parts share. */
import type { MemoryRequest, MemoryStrings } from "../../protocol/index.ts";

declare function acquireVsCodeApi(): { postMessage(message: MemoryRequest): void };

const host = acquireVsCodeApi();

export const ask = (request: MemoryRequest): void => host.postMessage(request);

/** Element `id`, which the extension's page has. */
export function element<T extends HTMLElement>(id: string, kind: new () => T): T {
  const found = document.getElementById(id);
  if (!(found instanceof kind)) throw new Error(`the page has no ${kind.name} '${id}'`);
  return found;
}

export const strings = JSON.parse(document.body.dataset["strings"] ?? "{}") as MemoryStrings;

/** `{0}`, `{1}` … replaced. */
export const filled = (text: string, ...values: readonly (string | number)[]): string =>
  text.replaceAll(/\{(\d)\}/g, (_, i: string) => String(values[Number(i)] ?? ""));

export function make<K extends keyof HTMLElementTagNameMap>(tag: K, text = "", className = ""): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  made.textContent = text;
  if (className !== "") made.className = className;
  return made;
}

export function button(text: string, action: () => void): HTMLButtonElement {
  const made = make("button", text);
  made.type = "button";
  made.addEventListener("click", action);
  return made;
}
