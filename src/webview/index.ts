// SPDX-License-Identifier: MIT
/** Timeline of the trace: model, layout and picture. The page that draws it is `panel/main.ts`. */
export * from "./queries.ts";
export * from "./render.ts";
export * from "./timeline-model.ts";
