// SPDX-License-Identifier: MIT
/** Commands of the timeline: everything that its keys do, offered while the panel is in front. */
import { type TimelineCommand, timelineCommands } from "../../src/protocol/index.ts";

const isInFront = "activeWebviewPanelId == 'kmdfDma.timeline'";
const names = Object.keys(timelineCommands) as TimelineCommand[];

export const timelineContributions = names.map((name) => ({
  command: `kmdfDma.timeline.${name}`,
  title: timelineCommands[name],
  category: "DMA Timeline",
  enablement: isInFront,
}));

export const timelinePalette = names.map((name) => ({ command: `kmdfDma.timeline.${name}`, when: isInFront }));
