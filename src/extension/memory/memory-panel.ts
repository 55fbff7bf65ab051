// SPDX-License-Identifier: MIT
/** The memory panel: any address space, with owners, structures, last writers, another moment to compare with, and files to export to. */
import { randomUUID } from "node:crypto";
import * as vscode from "vscode";
import { hexToBytes } from "../../base/index.ts";
import { type MemoryMember, type MemoryPageView, type MemoryRequest, type MemoryUpdate, type WriterDescription, memoryRequest } from "../../protocol/index.ts";
import type { SessionWatch } from "../session-watch.ts";
import { settled } from "../settled.ts";
import { exportMemory } from "./memory-formats.ts";
import { MemoryMoments } from "./memory-moments.ts";
import { memoryPage } from "./memory-page.ts";
import { type Reference, moved, referenceText } from "./memory-reference.ts";
import { findPattern, parsePattern } from "./memory-search.ts";
import { MemorySource } from "./memory-source.ts";
import { memoryStrings } from "./memory-strings.ts";

/** Bytes of a page, and most that are searched for a pattern. */
const pageBytes = 512;
const searchedBytes = 8 << 20;
/** Longest time that a travel to another moment may take, ms. */
const travelLimit = 60_000;

interface Baseline {
  readonly label: string;
  readonly reference: string;
  readonly bytes: Uint8Array;
}

export class MemoryPanel implements vscode.Disposable {
  readonly #watch: SessionWatch;
  readonly #root: vscode.Uri;
  readonly #source: MemorySource;
  readonly #moments = new MemoryMoments();
  readonly #subscriptions: readonly vscode.Disposable[];
  #panel: vscode.WebviewPanel | undefined;
  #at: Reference | undefined;
  #back: Reference[] = [];
  #forward: Reference[] = [];
  #overlay: { readonly type: string; readonly members: readonly MemoryMember[]; readonly base: Reference } | undefined;
  #baseline: Baseline | undefined;
  #writer: WriterDescription | undefined;
  #bytes: Uint8Array = new Uint8Array();
  #isAway = false;
  /** Answers go one after the other. */
  #work: Promise<void> = Promise.resolve();

  constructor(watch: SessionWatch, root: vscode.Uri) {
    this.#watch = watch;
    this.#root = root;
    this.#source = new MemorySource(async (command, args) => {
      const { session } = this.#watch;
      if (session === undefined) throw new Error(vscode.l10n.t("no driver is being debugged"));
      return session.customRequest(command, args);
    });
    this.#subscriptions = [
      watch.onDidChange(() => {
        // On the way to another moment and back there is nothing to show.
        if (this.#isAway) return;
        if (this.#watch.session === undefined) this.#post({ type: "ended" });
        else this.#queue(() => this.#send());
      }),
      vscode.debug.onDidTerminateDebugSession(() => this.#moments.clear()),
    ];
  }

  /** Opens the panel at `address` (a reference or an expression); without one the user is asked. */
  async show(address?: string): Promise<void> {
    const wanted =
      address ??
      (await vscode.window.showInputBox({
        title: vscode.l10n.t("Inspect Memory"),
        prompt: vscode.l10n.t("An address or an expression: 0x30000, logical:0x2E0EE24000, physical:0x1000, bar0:0x10, context->Buffer"),
      }));
    if (wanted === undefined || wanted.trim() === "") return;
    if (this.#panel === undefined) this.#open();
    else this.#panel.reveal(undefined, true);
    this.#queue(() => this.#goTo(wanted));
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
    this.#panel?.dispose();
  }

  #open(): void {
    const options = { enableScripts: true, localResourceRoots: ["dist", "media"].map((name) => vscode.Uri.joinPath(this.#root, name)) };
    const panel = vscode.window.createWebviewPanel("kmdfDma.memory", vscode.l10n.t("DMA Memory"), vscode.ViewColumn.Beside, options);
    this.#panel = panel;
    panel.iconPath = vscode.Uri.joinPath(this.#root, "media/icon.svg");
    panel.onDidDispose(() => {
      this.#panel = undefined;
    });
    const { webview } = panel;
    const uri = (file: string): string => webview.asWebviewUri(vscode.Uri.joinPath(this.#root, file)).toString();
    webview.onDidReceiveMessage((message: unknown) => {
      const request = memoryRequest(message);
      if (request !== undefined) this.#queue(() => this.#answer(request));
    });
    webview.html = memoryPage({
      script: uri("dist/memory.js"),
      style: uri("media/memory.css"),
      source: webview.cspSource,
      nonce: randomUUID(),
      language: vscode.env.language,
      strings: memoryStrings(vscode.l10n),
    });
  }

  /** What goes wrong is told in the panel. */
  #queue(work: () => Promise<void>): void {
    this.#work = this.#work.then(work).catch((error: unknown) => this.#tell(error instanceof Error ? error.message : String(error), true));
  }

  async #answer(request: MemoryRequest): Promise<void> {
    switch (request.type) {
      case "ready":
        return this.#send();
      case "show":
        return this.#goTo(request.address);
      case "move":
        if (this.#at !== undefined) this.#at = moved(this.#at, request.bytes);
        return this.#send();
      case "back":
        return this.#step(this.#back, this.#forward);
      case "forward":
        return this.#step(this.#forward, this.#back);
      case "write":
        return this.#write(request.offset, request.data);
      case "search":
        return this.#search(request.pattern, request.from);
      case "writer":
        return this.#findWriter(request.offset);
      case "travel":
        return this.#travel();
      case "source":
        return this.#openSource();
      case "follow": {
        const target = await this.#source.target(this.#bytes, request.offset, request.size);
        if (target === undefined) return this.#tell(vscode.l10n.t("Nothing can be read where these bytes point."), true);
        return this.#visit(target);
      }
      case "overlay":
        return this.#layOver(request.name.trim());
      case "compare":
        return this.#compare(request.moment);
      case "export":
        return this.#export(request.format);
    }
  }

  async #goTo(text: string): Promise<void> {
    const reference = await this.#source.resolve(text);
    if (reference === undefined) return this.#tell(vscode.l10n.t("'{0}' has no address.", text), true);
    await this.#visit(reference);
  }

  async #visit(reference: Reference): Promise<void> {
    if (this.#at !== undefined) this.#back.push(this.#at);
    this.#forward = [];
    this.#at = reference;
    await this.#send(0);
  }

  async #step(from: Reference[], to: Reference[]): Promise<void> {
    const next = from.pop();
    if (next === undefined) return;
    if (this.#at !== undefined) to.push(this.#at);
    this.#at = next;
    await this.#send();
  }

  async #send(select?: number): Promise<void> {
    const at = this.#at;
    if (this.#panel === undefined || at === undefined || this.#watch.session === undefined) return;
    const [bytes, runs, position] = await Promise.all([
      this.#source.read(at, pageBytes),
      this.#source.runs(at, pageBytes).catch(() => []),
      this.#watch.request("kmdf/position"),
    ]);
    this.#bytes = bytes;
    const reference = referenceText(at);
    if (position !== undefined) this.#moments.see(reference, position.position, bytes);
    const overlay = await this.#overlayHere(at);
    const page: MemoryPageView = {
      reference,
      bytes,
      length: pageBytes,
      runs,
      moments: this.#moments.positions(reference, bytes.length, position?.position),
      hasBack: this.#back.length > 0,
      hasForward: this.#forward.length > 0,
      ...(position === undefined ? {} : { position: position.position }),
      ...(overlay === undefined ? {} : { overlay }),
      ...(this.#baseline?.reference === reference ? { baseline: { label: this.#baseline.label, bytes: this.#baseline.bytes } } : {}),
    };
    this.#post({ type: "page", page, ...(select === undefined ? {} : { select }) });
  }

  async #write(offset: number, data: string): Promise<void> {
    const bytes = hexToBytes(data);
    if (this.#at === undefined || bytes === undefined) return;
    await this.#source.write(moved(this.#at, offset), bytes);
    await this.#send(offset + bytes.length);
  }

  /** From the byte behind `from` on, through as much memory as there is. */
  async #search(text: string, from: number): Promise<void> {
    const pattern = parsePattern(text);
    if (pattern === undefined) return this.#tell(vscode.l10n.t('A pattern is hexadecimal such as 00 FF ??, or text in quotes such as "DMA".'), true);
    if (this.#at === undefined) return;
    const start = moved(this.#at, from);
    const found = findPattern(await this.#source.read(start, searchedBytes), pattern, 0);
    if (found === undefined) return this.#tell(vscode.l10n.t("Not found from here on."), false);
    await this.#visit(moved(start, found));
  }

  async #findWriter(offset: number): Promise<void> {
    if (this.#at === undefined) return;
    this.#writer = await this.#source.writer(moved(this.#at, offset));
    const text = this.#writer?.text ?? vscode.l10n.t("Nobody has written this byte in the history of the run.");
    this.#post({ type: "writer", writer: { offset, text, canTravel: this.#writer !== undefined, hasSource: this.#writer?.file !== undefined } });
  }

  async #travel(): Promise<void> {
    if (this.#writer === undefined) return;
    const { position, write } = this.#writer;
    await this.#watch.session?.customRequest("kmdf/goto", { position, write });
  }

  async #openSource(): Promise<void> {
    const { file, line = 1 } = this.#writer ?? {};
    if (file === undefined) return;
    const at = new vscode.Position(line - 1, 0);
    await vscode.window.showTextDocument(vscode.Uri.file(file), { selection: new vscode.Range(at, at), viewColumn: vscode.ViewColumn.One });
  }

  async #layOver(type: string): Promise<void> {
    if (type === "" || this.#at === undefined) this.#overlay = undefined;
    else {
      const members = await this.#source.members(type, this.#at);
      if (members.length === 0) return this.#tell(vscode.l10n.t("The driver has no structure {0}, or nothing of it lies here.", type), true);
      this.#overlay = { type, members, base: this.#at };
    }
    await this.#send();
  }

  /** The structure stays where it was laid; its values are those of now. */
  async #overlayHere(at: Reference): Promise<MemoryPageView["overlay"]> {
    if (this.#overlay === undefined) return undefined;
    const { type, base } = this.#overlay;
    if (base.space !== at.space) return undefined;
    const members = await this.#source.members(type, base).catch(() => []);
    const shift = Number(base.address - at.address);
    return { type, members: members.map((member) => ({ ...member, offset: member.offset + shift })) };
  }

  async #compare(moment: number | "now" | "none" | "other"): Promise<void> {
    if (this.#at === undefined) return;
    const reference = referenceText(this.#at);
    if (moment === "none") this.#baseline = undefined;
    else if (moment === "now") this.#baseline = { label: vscode.l10n.t("the bytes as they were"), reference, bytes: this.#bytes };
    else {
      const position = moment === "other" ? await askStatement() : moment;
      if (position === undefined) return this.#send();
      const bytes = this.#moments.bytesAt(reference, this.#bytes.length, position) ?? (await this.#bytesAt(position, this.#at));
      this.#baseline = { label: vscode.l10n.t("statement {0}", position), reference, bytes };
    }
    await this.#send();
  }

  /** Travels there, reads, and comes back. */
  async #bytesAt(position: number, reference: Reference): Promise<Uint8Array> {
    const here = await this.#watch.request("kmdf/position");
    if (here === undefined) throw new Error(vscode.l10n.t("The target is running; pause it first."));
    this.#isAway = true;
    try {
      await this.#goto(position);
      const bytes = await this.#source.read(reference, pageBytes);
      await this.#goto(here.position);
      return bytes;
    } finally {
      this.#isAway = false;
    }
  }

  async #goto(position: number): Promise<void> {
    const arrived = settled(this.#watch, travelLimit);
    await this.#watch.session?.customRequest("kmdf/goto", { position });
    if (!(await arrived)) throw new Error(vscode.l10n.t("The target did not arrive at statement {0}.", position));
  }

  async #export(format: "bin" | "hex" | "c"): Promise<void> {
    if (this.#at === undefined) return;
    const text = await vscode.window.showInputBox({
      title: vscode.l10n.t("Export Memory"),
      prompt: vscode.l10n.t("Number of bytes"),
      value: String(this.#bytes.length),
      validateInput: (input) => (/^[1-9]\d{0,8}$/.test(input) ? undefined : vscode.l10n.t("Enter a whole number")),
    });
    if (text === undefined) return;
    const bytes = await this.#source.read(this.#at, Number(text));
    const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
    const extension = format === "c" ? "h" : format;
    const target = await vscode.window.showSaveDialog({
      ...(folder === undefined ? {} : { defaultUri: vscode.Uri.joinPath(folder, `memory.${extension}`) }),
      filters: { [extension]: [extension] },
    });
    if (target === undefined) return;
    await vscode.workspace.fs.writeFile(target, exportMemory(format, { address: this.#at.address, bytes, name: referenceText(this.#at) }));
    this.#tell(vscode.l10n.t("{0} bytes written to {1}", bytes.length, target.fsPath), false);
  }

  #tell(text: string, isProblem: boolean): void {
    this.#post({ type: "message", text, isProblem });
  }

  #post(update: MemoryUpdate): void {
    void this.#panel?.webview.postMessage(update);
  }
}

async function askStatement(): Promise<number | undefined> {
  const text = await vscode.window.showInputBox({
    title: vscode.l10n.t("Compare with"),
    prompt: vscode.l10n.t("Statement number to travel to and back"),
    validateInput: (input) => (/^[1-9]\d*$/.test(input) ? undefined : vscode.l10n.t("Enter a whole number")),
  });
  return text === undefined ? undefined : Number(text);
}
