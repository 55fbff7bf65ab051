// SPDX-License-Identifier: MIT
/** Settings: few, because what is right for everybody needs none. */

export const configuration = {
  title: "KMDF DMA Debug",
  properties: {
    "kmdfDma.codeLens": {
      type: "boolean",
      default: true,
      markdownDescription: "Show role, calls and time spent above the callbacks of a driver.",
    },
    "kmdfDma.hovers": {
      type: "boolean",
      default: true,
      markdownDescription: "Explain NTSTATUS values and functions of the framework when the mouse rests on them.",
    },
    "kmdfDma.inlineValues": {
      type: "boolean",
      default: true,
      markdownDescription: "Show values of variables at the ends of lines while a driver is stopped.",
    },
    "kmdfDma.liveViews": {
      type: "integer",
      default: 500,
      minimum: 0,
      maximum: 60000,
      markdownDescription: "Milliseconds between updates of the views while a driver runs; `0` updates them only when it stops.",
    },
  },
};
