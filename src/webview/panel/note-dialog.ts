// SPDX-License-Identifier: MIT
/** Asks for the text of a note. */
import { element } from "./page.ts";

export class NoteDialog {
  readonly #dialog = element("noteDialog", HTMLDialogElement);
  readonly #text = element("noteText", HTMLInputElement);
  #answer: ((text: string) => void) | undefined;

  constructor() {
    this.#dialog.addEventListener("close", () => {
      const answer = this.#answer;
      this.#answer = undefined;
      if (this.#dialog.returnValue === "save") answer?.(this.#text.value.trim());
      element("chart", HTMLElement).focus();
    });
  }

  /** `answer` is called when the user saves. */
  ask(text: string, answer: (text: string) => void): void {
    this.#answer = answer;
    this.#text.value = text;
    this.#dialog.returnValue = "";
    this.#dialog.showModal();
    this.#text.select();
  }
}
