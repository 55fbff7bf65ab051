// SPDX-License-Identifier: MIT
/** Trees of the debug sidebar and what they say when they are empty; what the empty workbench offers. */

export const isDebugging = "debugType == 'kmdf-dma'";
export const isOwnView = "view =~ /^kmdfDma\\./";

interface TreeView {
  readonly id: string;
  readonly name: string;
  readonly icon: string;
  /** What an empty view says: why, and the one thing to do. */
  readonly empty: string;
  readonly visibility?: "collapsed";
}

const sendRequest = "[Send a Request](command:kmdfDma.sendRequest)";
const refresh = "[Refresh](command:kmdfDma.refreshViews)";

export const treeViews: readonly TreeView[] = [
  {
    id: "kmdfDma.dma",
    name: "DMA",
    icon: "arrow-swap",
    empty: `The driver has created no DMA enabler yet. It appears here with its transactions once WdfDmaEnablerCreate has returned.\n${refresh}`,
  },
  {
    id: "kmdfDma.requests",
    name: "Requests and Queues",
    icon: "mail",
    empty: `The driver has created no queue yet, and there is no request.\n${sendRequest}`,
    visibility: "collapsed",
  },
  {
    id: "kmdfDma.interrupts",
    name: "Interrupts and DPCs",
    icon: "zap",
    empty: `The driver has created no interrupt, DPC, timer or work item yet.\n${refresh}`,
    visibility: "collapsed",
  },
  {
    id: "kmdfDma.registers",
    name: "Device Registers",
    icon: "circuit-board",
    empty: `The device model describes no registers. Its "registers" list says which there are.\n${refresh}`,
    visibility: "collapsed",
  },
  {
    id: "kmdfDma.objects",
    name: "Framework Objects",
    icon: "symbol-object",
    empty: `There are no framework objects yet. They appear here once WdfDriverCreate has returned.\n${refresh}`,
  },
];

export const views = {
  debug: treeViews.map(({ id, name, icon, visibility }) => ({
    id,
    name,
    icon: `$(${icon})`,
    when: isDebugging,
    ...(visibility === undefined ? {} : { visibility }),
  })),
};

export const viewsWelcome = [
  ...treeViews.map(({ id, empty }) => ({ view: id, contents: empty, when: isDebugging })),
  {
    view: "workbench.explorer.emptyView",
    contents: "See a KMDF DMA driver run without Windows and without hardware.\n[Try a Driver Sample](command:kmdfDma.trySample)",
    when: "!isWeb",
  },
  {
    view: "debug",
    contents:
      "Debug a KMDF driver on an emulated Windows kernel and PCI device.\n[Set Up My Driver Project](command:kmdfDma.newFromProject)\n[Try a Driver Sample](command:kmdfDma.trySample)",
    when: "debugStartLanguage == c || debugStartLanguage == cpp || workbenchState == empty",
  },
];
