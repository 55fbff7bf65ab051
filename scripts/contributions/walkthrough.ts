// SPDX-License-Identifier: MIT
/** The walkthrough: five steps from nothing to a driver of one's own. The pictures come from the end-to-end tests (scripts/pictures.ts). */

interface Step {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly picture: string;
  readonly altText: string;
  readonly completionEvents: readonly string[];
}

const steps: readonly Step[] = [
  {
    id: "sample",
    title: "Open a driver",
    description:
      "Take a copy of a sample: a complete KMDF driver in C, a model of its device and a scenario that reads and writes.\n[Try a Driver Sample](command:kmdfDma.trySample)",
    picture: "sample.png",
    altText: "VS Code with the C source of a DMA driver and a breakpoint",
    completionEvents: ["onCommand:kmdfDma.trySample", "onContext:debugType == 'kmdf-dma'"],
  },
  {
    id: "debug",
    title: "Press F5",
    description:
      "Set a breakpoint in EvtProgramDma and press F5. Nothing is installed, nothing is signed, and no second machine is needed. Step back works too.\n[Start Debugging](command:workbench.action.debug.start)",
    picture: "stopped.png",
    altText: "The debugger has stopped in EvtProgramDma; the call stack shows what the framework did in between",
    completionEvents: ["onContext:debugType == 'kmdf-dma'"],
  },
  {
    id: "views",
    title: "See the hardware side",
    description:
      "Transactions with their scatter/gather elements, requests in queues, interrupts, device registers and memory: all in the Run and Debug view, exact at every stop.\n[Open Run and Debug](command:workbench.view.debug)",
    picture: "views.png",
    altText: "Tree of a DMA transaction with its elements and its common buffer",
    completionEvents: ["onView:kmdfDma.dma"],
  },
  {
    id: "timeline",
    title: "See when it happened",
    description:
      "The timeline follows a request through transaction, device, interrupt and DPC. Double-click a slice for its source; Shift+Enter takes the debugger there.",
    picture: "timeline.png",
    altText: "The timeline with lanes for IRQL, callbacks, device and interrupts",
    completionEvents: ["onCommand:kmdfDma.openTimeline"],
  },
  {
    id: "yours",
    title: "Your own driver",
    description:
      "Writes a launch configuration, a device model and a scenario next to your sources, guessed from them; nothing of yours is changed.\n[Set Up My Driver Project](command:kmdfDma.newFromProject)",
    picture: "test.png",
    altText: "A scenario in the Test Explorer, with coverage of the C source",
    completionEvents: ["onCommand:kmdfDma.newFromProject"],
  },
];

export const walkthroughs = [
  {
    id: "firstSteps",
    title: "Debug a KMDF DMA driver",
    description: "From a sample to your own driver, without Windows and without hardware.",
    steps: steps.map(({ id, title, description, picture, altText, completionEvents }) => ({
      id,
      title,
      description,
      media: { image: `media/walkthrough/${picture}`, altText },
      completionEvents,
    })),
  },
];
