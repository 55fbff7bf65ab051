// SPDX-License-Identifier: MIT
/** VS Code as its user sees and drives it, for the debugging of a driver: keys go in, rows of views come out. */
import type { FrameLocator, Locator, Page } from "playwright-core";

export interface Opening {
  readonly port: number;
  /** Absolute paths. */
  readonly folder: string;
  readonly file: string;
  /** Folder of the extension, when it is not installed. */
  readonly extension?: string;
}

/** A row of a tree, as shown. */
const rows = ".monaco-list-row";

export class Workbench {
  readonly #page: Page;

  constructor(page: Page) {
    this.#page = page;
    page.setDefaultTimeout(30_000);
  }

  async open({ port, folder, file, extension }: Opening): Promise<void> {
    const remote = (name: string): string => `vscode-remote://127.0.0.1:${port}${name}`;
    const payload = [["openFile", remote(file)], ...(extension === undefined ? [] : [["extensionDevelopmentPath", remote(extension)]])];
    await this.#page.goto(`http://127.0.0.1:${port}/?${new URLSearchParams({ folder, payload: JSON.stringify(payload) })}`);
    await this.#page.locator(".monaco-workbench").waitFor({ timeout: 60_000 });
    await this.#tab().waitFor();
    await this.#page.locator("#status\\.editor\\.mode", { hasText: /^C(\+\+)?$/ }).waitFor();
    await this.#debuggerIsKnown();
  }

  async screenshot(file: string): Promise<void> {
    // A mouse that rests somewhere makes VS Code explain the place.
    await this.#page.mouse.move(0, 0);
    await this.#page.locator(".monaco-hover:visible, .workbench-hover-container:visible").first().waitFor({ state: "hidden" });
    await this.#page.screenshot({ path: file });
  }

  /** Brings a line of the open file into sight. */
  async goToLine(line: number): Promise<void> {
    await this.#focusEditor();
    await this.#page.keyboard.press("Control+g");
    await this.#answerQuickInput(`:${line}`);
  }

  async setBreakpoint(line: number): Promise<void> {
    await this.goToLine(line);
    await this.#focusEditor();
    await this.#page.keyboard.press("F9");
    await this.#page.locator(".glyph-margin-widgets [class*=codicon-debug-breakpoint]").first().waitFor();
  }

  /** F5, until the debug toolbar is there. */
  async start(): Promise<void> {
    await this.#focusEditor();
    await this.#page.keyboard.press("F5");
    await this.#toolbar().waitFor();
  }

  /** Waits until the call stack shows a frame `name`. Throws what VS Code says instead, if it says something. */
  async stoppedIn(name: string, timeout: number): Promise<void> {
    const row = this.#frame(name);
    const failure = this.#page.locator(".monaco-dialog-box, .notification-toast");
    // With several threads, VS Code leaves also the one that has stopped collapsed. While the list is renewed, rows come and go.
    const thread = this.#page.locator(`.debug-call-stack ${rows}[aria-expanded="false"]`, { hasText: /paused on/i }).first();
    for (const limit = performance.now() + timeout; performance.now() < limit; ) {
      await row.or(failure).or(thread).first().waitFor({ timeout });
      if ((await row.count()) > 0 || (await failure.count()) > 0) break;
      await thread
        .locator(".monaco-tl-twistie")
        .click({ timeout: 2000 })
        .catch(() => undefined);
      await row.waitFor({ timeout: 2000 }).catch(() => undefined);
    }
    await row.or(failure).first().waitFor({ timeout });
    if ((await row.count()) === 0) throw new Error(`the target did not stop in ${name}: ${(await failure.allTextContents()).join("; ")}`);
  }

  /** Waits until the call stack shows a frame `name`; VS Code asks for the innermost frame first and for the others later. */
  async stackShows(name: string): Promise<void> {
    await this.#frame(name).waitFor();
  }

  /** Line of the stack frame `name` (VS Code shows `Dma.c 145:9`). */
  async lineOf(name: string): Promise<number> {
    const text = asLine(await this.#frame(name).textContent());
    const line = /(\d+):\d+\s*$/.exec(text)?.[1];
    if (line === undefined) throw new Error(`the stack frame '${text}' shows no line`);
    return Number(line);
  }

  /** Waits until the variable `name` is shown in `scope`; its row as shown. */
  async variable(scope: string, name: string): Promise<string> {
    const view = this.#page.locator(`.debug-variables ${rows}`);
    await expand(view.filter({ hasText: new RegExp(`^\\s*${scope}`) }).first());
    const row = view.filter({ hasText: new RegExp(`^\\s*${name}\\b`) }).first();
    await row.waitFor();
    return asLine(await row.textContent());
  }

  /** Expands these views of the debug sidebar and collapses all others. VS Code has just the rows in sight, so what one looks at needs room. */
  async showViews(...titles: readonly string[]): Promise<void> {
    const headers = this.#page.locator(".sidebar .pane-header");
    for (const title of titles) await headers.filter({ hasText: title }).waitFor();
    for (const header of await headers.all()) {
      const text = asLine(await header.textContent());
      const isWanted = titles.some((title) => text.includes(title));
      if ((await header.getAttribute("aria-expanded")) !== String(isWanted)) await header.click();
    }
  }

  /** Waits until the view called `title` has a row that begins with each of `expected`. */
  async treeShows(title: string, expected: readonly string[]): Promise<void> {
    const view = this.#pane(title).locator(rows);
    for (const text of expected)
      await view
        .filter({ hasText: new RegExp(`^\\s*${text}`) })
        .first()
        .waitFor();
  }

  /** F10, until the stack frame `name` is at another line; that line. */
  async stepOver(name: string): Promise<number> {
    const before = await this.lineOf(name);
    await this.#focusEditor();
    await this.#page.keyboard.press("F10");
    await this.#frame(name)
      .filter({ hasNotText: new RegExp(`(?<!\\d)${before}:\\d+\\s*$`) })
      .waitFor();
    return this.lineOf(name);
  }

  /** Lets the target run without breakpoints until it has ended. */
  async runToEnd(timeout: number): Promise<void> {
    await this.command("Remove All Breakpoints");
    await this.#focusEditor();
    await this.#page.keyboard.press("F5");
    await this.#toolbar().waitFor({ state: "hidden", timeout });
  }

  /** Waits until the debug console shows `text`. */
  async consoleShows(text: string | RegExp, timeout = 30_000): Promise<void> {
    await this.#page.locator(`.repl ${rows}`, { hasText: text }).first().waitFor({ timeout });
  }

  /** Runs a command of the palette that opens an input, and types into that. */
  async commandAsking(title: string, text: string): Promise<void> {
    await this.#page.keyboard.press("F1");
    const widget = this.#page.locator(".quick-input-widget");
    const input = widget.locator("input[type=text]").first();
    await input.waitFor();
    await input.fill(`>${title}`);
    await widget.locator(rows, { hasText: title }).first().click();
    // The palette goes; the input of the command has a title.
    await widget.locator(".quick-input-title", { hasText: /\S/ }).waitFor();
    await this.#answerQuickInput(text);
  }

  /** Runs a command that lets one choose something and then a folder, which opens in a window of its own; takes the folder that is offered. */
  async chooseWithFolder(title: string, choice: string): Promise<Workbench> {
    await this.#page.keyboard.press("F1");
    const widget = this.#page.locator(".quick-input-widget");
    const input = widget.locator("input[type=text]").first();
    await input.waitFor();
    await input.fill(`>${title}`);
    await widget.locator(rows, { hasText: title }).first().click();
    await widget.locator(".quick-input-title", { hasText: /\S/ }).waitFor();
    await widget.locator(rows, { hasText: choice }).first().click();
    const opened = this.#page.context().waitForEvent("page");
    await widget.locator(".monaco-button", { hasText: "Copy Here" }).first().click();
    return new Workbench(await opened);
  }

  /** Waits until a window that is opening shows the file `name` and knows of a debugger. */
  async windowShows(name: string, timeout: number): Promise<void> {
    await this.#page.locator(".tab.active", { hasText: name }).waitFor({ timeout });
    await this.#debuggerIsKnown();
  }

  /** Types into the input that something has opened. */
  async answer(text: string): Promise<void> {
    await this.#answerQuickInput(text);
  }

  /** Clicks the action `action` that the row of a view shows when the mouse is on it. */
  async nodeAction(view: string, row: string, action: string): Promise<void> {
    const node = this.#pane(view)
      .locator(rows)
      .filter({ hasText: new RegExp(`^\\s*${row}`) })
      .first();
    await node.hover();
    await node.locator(`.action-label[aria-label*="${action}"]`).first().click();
  }

  /** Waits until a line above a function of the open file says `text`. */
  async lensShows(text: string): Promise<void> {
    await this.#page.locator(".codelens-decoration", { hasText: text }).first().waitFor();
  }

  /** Waits until the Test Explorer has a test called `name`. */
  async testShows(name: string, timeout: number): Promise<void> {
    await this.#test(name).waitFor({ timeout });
  }

  /** Waits until the test has passed. Throws what the Test Explorer shows when it has failed. */
  async testPassed(name: string, timeout: number): Promise<void> {
    const passed = this.#test(name).locator("[class*=codicon-testing-passed]");
    const failed = this.#test(name).locator("[class*=codicon-testing-failed], [class*=codicon-testing-error]");
    await passed.or(failed).first().waitFor({ timeout });
    if ((await passed.count()) === 0)
      throw new Error(`the test ${name} has failed: ${(await this.#page.locator(".test-output-peek, .repl, .terminal").allInnerTexts()).join("; ")}`);
  }

  /** Waits until the open file is marked with what was covered and what was not. */
  async coverageShows(): Promise<void> {
    await this.#page.locator(".coverage-deco-gutter.coverage-deco-hit").first().waitFor();
    await this.#page.locator(".coverage-deco-gutter.coverage-deco-miss").first().waitFor();
  }

  #test(name: string): Locator {
    return this.#page.locator(`.test-explorer ${rows}`, { hasText: name }).first();
  }

  /** The page of the webview that has the element `selector`. */
  async webview(selector: string): Promise<FrameLocator> {
    const page = this.#page.frameLocator("iframe.webview.ready").frameLocator("iframe#active-frame");
    await page.locator(selector).waitFor();
    return page;
  }

  /** Waits until an editor shows a line with `text`. */
  async editorShows(text: string): Promise<void> {
    const line = this.#page.locator(".view-line", { hasText: text }).first();
    const failure = this.#page.locator(".monaco-dialog-box, .notification-toast");
    await line.or(failure).first().waitFor();
    if ((await line.count()) === 0) throw new Error(`the editor does not show '${text}': ${(await failure.allInnerTexts()).join("; ")}`);
  }

  /** Innermost stack frame called `name`. */
  #frame(name: string): Locator {
    return this.#page.locator(`.debug-call-stack ${rows}`, { hasText: name }).first();
  }

  /** View of the debug sidebar. */
  #pane(title: string): Locator {
    return this.#page.locator(".pane", { has: this.#page.locator(`.pane-header[aria-label*="${title}"]`) });
  }

  #tab(): Locator {
    return this.#page.locator(".tab.active").first();
  }

  #toolbar(): Locator {
    return this.#page.locator(".debug-toolbar");
  }

  /** Keys go to what has the focus, which may be any view; the text has it some time after the click, and keys pressed before are lost. */
  async #focusEditor(): Promise<void> {
    await this.#tab().click();
    await this.#page.locator(".editor-instance .monaco-editor.focused").first().waitFor();
  }

  /** Runs a command of the palette. */
  async command(title: string): Promise<void> {
    await this.#page.keyboard.press("F1");
    await this.#answerQuickInput(`>${title}`, title);
  }

  async #answerQuickInput(text: string, choice?: string): Promise<void> {
    const widget = this.#page.locator(".quick-input-widget");
    const input = widget.locator("input[type=text]").first();
    await input.waitFor();
    await input.fill(text);
    if (choice === undefined) await this.#page.keyboard.press("Enter");
    else await widget.locator(rows, { hasText: choice }).first().click();
    await widget.waitFor({ state: "hidden" });
  }

  /**
   * Waits until VS Code knows of a debugger for the language of the open file. Before that it drops F9 and F5 without a word, and pressing F9 again
   * would take a late breakpoint away; but its palette has the command only from then on, and looking changes nothing.
   */
  async #debuggerIsKnown(): Promise<void> {
    const widget = this.#page.locator(".quick-input-widget");
    const command = "Toggle Breakpoint";
    for (const limit = performance.now() + 60_000; ; ) {
      await this.#focusEditor();
      await this.#page.keyboard.press("F1");
      const input = widget.locator("input[type=text]").first();
      await input.waitFor();
      await input.fill(`>Debug: ${command}`);
      const isThere = await widget
        .locator(rows, { hasText: command })
        .first()
        .waitFor({ timeout: 1000 })
        .then(
          () => true,
          () => false,
        );
      await this.#page.keyboard.press("Escape");
      await widget.waitFor({ state: "hidden" });
      if (isThere) return;
      if (performance.now() > limit) throw new Error("VS Code does not learn of a debugger for the open file");
    }
  }
}

async function expand(row: Locator): Promise<void> {
  await row.waitFor();
  if ((await row.getAttribute("aria-expanded")) === "false") await row.locator(".monaco-tl-twistie").click();
}

const asLine = (text: string | null): string => (text ?? "").replaceAll(/\s+/g, " ").trim();
