// SPDX-License-Identifier: MIT
/** Commands, and where they are offered: none where it cannot work. */
import { timelineContributions, timelinePalette } from "./timeline-commands.ts";
import { isDebugging, isOwnView } from "./views.ts";

interface Command {
  readonly command: string;
  readonly title: string;
  readonly icon?: string;
  /** `node` acts on a node of a tree, so that the palette cannot offer it. */
  readonly for: "anytime" | "session" | "node";
}

const table: readonly Command[] = [
  { command: "kmdfDma.trySample", title: "Try a Driver Sample…", icon: "beaker", for: "anytime" },
  { command: "kmdfDma.newFromProject", title: "Set Up My Driver Project…", icon: "new-folder", for: "anytime" },
  { command: "kmdfDma.openTimeline", title: "Open Timeline", icon: "pulse", for: "session" },
  { command: "kmdfDma.showMemory", title: "Inspect Memory…", icon: "file-binary", for: "session" },
  { command: "kmdfDma.sendRequest", title: "Send Request…", icon: "send", for: "session" },
  { command: "kmdfDma.sendRead", title: "Send Read Request…", for: "session" },
  { command: "kmdfDma.sendWrite", title: "Send Write Request…", for: "session" },
  { command: "kmdfDma.sendIoControl", title: "Send I/O Control Request…", for: "session" },
  { command: "kmdfDma.setPowerState", title: "Set Power State…", for: "session" },
  { command: "kmdfDma.surpriseRemove", title: "Surprise-Remove Device", for: "session" },
  { command: "kmdfDma.exportTrace", title: "Export Trace…", for: "session" },
  { command: "kmdfDma.refreshViews", title: "Refresh Views", icon: "refresh", for: "session" },
  { command: "kmdfDma.copyValue", title: "Copy Value", icon: "copy", for: "node" },
  { command: "kmdfDma.openMemory", title: "Open Memory", icon: "file-binary", for: "node" },
  { command: "kmdfDma.writeRegister", title: "Write Register…", icon: "edit", for: "node" },
  { command: "kmdfDma.pinNode", title: "Pin", icon: "pin", for: "node" },
  { command: "kmdfDma.unpinNode", title: "Unpin", icon: "pinned", for: "node" },
  { command: "kmdfDma.goToCreation", title: "Go to Line That Created It", icon: "go-to-file", for: "node" },
  { command: "kmdfDma.breakOnNode", title: "Break When It Changes", icon: "debug-breakpoint-conditional", for: "node" },
  { command: "kmdfDma.removeNodeBreakpoint", title: "Do Not Break When It Changes", icon: "debug-breakpoint-unverified", for: "node" },
  { command: "kmdfDma.showInTimeline", title: "Show in Timeline", icon: "pulse", for: "node" },
];

export const commands = [
  ...table.map(({ command, title, icon, for: where }) => ({
    command,
    title,
    category: "KMDF DMA",
    ...(where === "anytime" ? {} : { enablement: isDebugging }),
    ...(icon === undefined ? {} : { icon: `$(${icon})` }),
  })),
  ...timelineContributions,
];

/** A node that has the word `capability` in its context value. */
const node = (command: string, capability: string, group: string): object => ({
  command: `kmdfDma.${command}`,
  when: `${isOwnView} && viewItem =~ /\\b${capability}\\b/`,
  group,
});

export const menus = {
  "debug/toolBar": [{ command: "kmdfDma.openTimeline", when: isDebugging, group: "navigation@90" }],
  "view/title": [
    { command: "kmdfDma.openTimeline", when: "view == kmdfDma.dma", group: "navigation@1" },
    { command: "kmdfDma.showMemory", when: "view == kmdfDma.dma", group: "navigation@2" },
    { command: "kmdfDma.sendRequest", when: "view == kmdfDma.requests", group: "navigation@1" },
    { command: "kmdfDma.refreshViews", when: isOwnView, group: "navigation@9" },
  ],
  "view/item/context": [
    node("writeRegister", "register", "inline@1"),
    node("openMemory", "memory", "inline@2"),
    node("pinNode", "pinnable", "inline@3"),
    node("unpinNode", "pinned", "inline@3"),
    node("openMemory", "memory", "navigation@1"),
    node("goToCreation", "created", "navigation@2"),
    node("showInTimeline", "traced", "navigation@3"),
    node("breakOnNode", "breakable", "2_debug@1"),
    node("removeNodeBreakpoint", "watched", "2_debug@1"),
    node("writeRegister", "register", "3_modification@1"),
    node("copyValue", "value", "5_cutcopypaste@1"),
  ],
  commandPalette: [
    ...table.filter(({ for: where }) => where !== "anytime").map(({ command, for: where }) => ({ command, when: where === "node" ? "false" : isDebugging })),
    ...timelinePalette,
  ],
};
