// SPDX-License-Identifier: MIT
/** Commands that send requests to the driver as an application would; answers come as notification and in the debug console. */
import * as vscode from "vscode";
import { bytesToHex, hexToBytes } from "../base/index.ts";
import type { UserRequest } from "../protocol/index.ts";
import { hexDump } from "./hex-dump.ts";
import { dataProblem, ioctlProblem, lengthProblem, parseData, parseIoctl, parseLength, remember } from "./request-input.ts";
import type { CompletedRequest, SessionWatch } from "./session-watch.ts";

export type RequestForm = "read" | "write" | "ioctl" | "power" | "surpriseRemove";

/** More bytes of an answer would drown everything else in the console. */
const shownBytes = 256;

interface Choice extends vscode.QuickPickItem {
  readonly form?: RequestForm;
  readonly again?: { readonly form: RequestForm; readonly text: string };
}

export class RequestSender implements vscode.Disposable {
  readonly #watch: SessionWatch;
  readonly #memory: vscode.Memento;
  /** What was sent, by id of the request. */
  readonly #pending = new Map<number, string>();
  readonly #subscription: vscode.Disposable;
  /** Resolves when the id of the latest request is known. */
  #sending: Promise<void> = Promise.resolve();

  constructor(watch: SessionWatch, memory: vscode.Memento) {
    this.#watch = watch;
    this.#memory = memory;
    this.#subscription = watch.onDidCompleteRequest((completed) => void this.#show(completed));
  }

  /** Lets the user choose among all forms and the requests sent before. */
  async choose(): Promise<void> {
    const forms: Choice[] = [
      { label: vscode.l10n.t("$(arrow-down) Read…"), form: "read" },
      { label: vscode.l10n.t("$(arrow-up) Write…"), form: "write" },
      { label: vscode.l10n.t("$(settings-gear) I/O Control…"), form: "ioctl" },
      { label: vscode.l10n.t("$(plug) Set Power State…"), form: "power" },
      { label: vscode.l10n.t("$(debug-disconnect) Surprise Removal"), form: "surpriseRemove" },
    ];
    const again = (["read", "write", "ioctl"] as const).flatMap((form) =>
      this.#history(form).map((text): Choice => ({ label: vscode.l10n.t("$(history) {0} {1}", formTitle(form), text), again: { form, text } })),
    );
    const separator: Choice = { label: vscode.l10n.t("Sent before"), kind: vscode.QuickPickItemKind.Separator };
    const chosen = await vscode.window.showQuickPick([...forms, ...(again.length > 0 ? [separator, ...again] : [])], {
      title: vscode.l10n.t("Send Request"),
      placeHolder: vscode.l10n.t("What should an application do?"),
    });
    if (chosen?.form !== undefined) await this.send(chosen.form);
    else if (chosen?.again !== undefined) await this.#submit(chosen.again.form, chosen.again.text);
  }

  async send(form: RequestForm): Promise<void> {
    const text = await this.#ask(form);
    if (text !== undefined) await this.#submit(form, text);
  }

  dispose(): void {
    this.#subscription.dispose();
  }

  async #submit(form: RequestForm, text: string): Promise<void> {
    const request = requestOf(form, text);
    if (request === undefined) return;
    try {
      const { session } = this.#watch;
      if (session === undefined) throw new Error(vscode.l10n.t("no driver is being debugged"));
      // A request may be complete before its id is known.
      this.#sending = Promise.resolve(session.customRequest("kmdf/sendRequest", request)).then((answer: { id: number }) => {
        this.#pending.set(answer.id, `${formTitle(form)} ${text}`.trim());
      });
      await this.#sending;
      if (form === "read" || form === "write" || form === "ioctl") await this.#memory.update(`requests.${form}`, remember(this.#history(form), text));
    } catch (error) {
      await vscode.window.showErrorMessage(vscode.l10n.t("The request was not sent: {0}", error instanceof Error ? error.message : String(error)));
    }
  }

  #history(form: RequestForm): readonly string[] {
    return this.#memory.get<string[]>(`requests.${form}`, []);
  }

  async #ask(form: RequestForm): Promise<string | undefined> {
    const { l10n } = vscode;
    const ask = (prompt: string, first: string, validateInput: (text: string) => string | undefined): Thenable<string | undefined> =>
      vscode.window.showInputBox({ title: formTitle(form), prompt, value: this.#history(form)[0] ?? first, validateInput });
    switch (form) {
      case "read":
        return ask(l10n.t("Bytes to read"), "4096", (text) => lengthProblem(text, l10n));
      case "write":
        return ask(l10n.t("Bytes to write: hexadecimal, or a pattern and a length"), "increment 4096", (text) => dataProblem(text, l10n));
      case "ioctl":
        return ask(l10n.t("Control code, length of the output, input"), "", (text) => ioctlProblem(text, l10n));
      case "power":
        return vscode.window.showQuickPick(["D0", "D1", "D2", "D3"], { title: formTitle(form) });
      case "surpriseRemove":
        return "";
    }
  }

  async #show({ id, status, information, data }: CompletedRequest): Promise<void> {
    await this.#sending.catch(() => undefined);
    const bytes = hexToBytes(data) ?? new Uint8Array(0);
    const what = this.#pending.get(id) ?? vscode.l10n.t("Request {0}", id);
    this.#pending.delete(id);
    const text = vscode.l10n.t("{0}: {1}, {2} bytes", what, status, information);
    const { activeDebugConsole } = vscode.debug;
    activeDebugConsole.appendLine(text);
    if (bytes.length > 0) activeDebugConsole.appendLine(hexDump(0n, bytes.subarray(0, shownBytes)));
    if (bytes.length > shownBytes) activeDebugConsole.appendLine(vscode.l10n.t("… {0} more bytes", bytes.length - shownBytes));
    if (/SUCCESS/.test(status)) await vscode.window.showInformationMessage(text);
    else await vscode.window.showWarningMessage(text);
  }
}

function formTitle(form: RequestForm): string {
  switch (form) {
    case "read":
      return vscode.l10n.t("Read");
    case "write":
      return vscode.l10n.t("Write");
    case "ioctl":
      return vscode.l10n.t("I/O Control");
    case "power":
      return vscode.l10n.t("Power State");
    case "surpriseRemove":
      return vscode.l10n.t("Surprise Removal");
  }
}

function requestOf(form: RequestForm, text: string): UserRequest | undefined {
  switch (form) {
    case "read": {
      const length = parseLength(text);
      return length === undefined ? undefined : { kind: "read", length };
    }
    case "write": {
      const data = parseData(text);
      return data === undefined ? undefined : { kind: "write", length: data.length, data: bytesToHex(data) };
    }
    case "ioctl":
      return parseIoctl(text);
    case "power":
      return text === "D0" || text === "D1" || text === "D2" || text === "D3" ? { kind: "power", state: text } : undefined;
    case "surpriseRemove":
      return { kind: "surpriseRemove" };
  }
}
