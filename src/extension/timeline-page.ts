// SPDX-License-Identifier: MIT
/** HTML of the timeline panel. Its content security policy lets in our own script and style sheet and nothing else. */
import type { TimelineStrings } from "../protocol/index.ts";

export interface PageParts {
  readonly script: string;
  readonly style: string;
  /** Where resources of the extension come from, for the policy. */
  readonly source: string;
  readonly nonce: string;
  readonly language: string;
  readonly strings: TimelineStrings;
}

const escaped = (text: string): string => text.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

export function timelinePage({ script, style, source, nonce, language, strings }: PageParts): string {
  const policy = `default-src 'none'; style-src ${source}; script-src 'nonce-${nonce}'`;
  return `<!DOCTYPE html>
<html lang="${escaped(language)}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${escaped(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="${escaped(style)}">
<title>${escaped(strings.chart)}</title>
</head>
<body data-strings="${escaped(JSON.stringify(strings))}">
<div id="toolbar" role="toolbar" aria-label="${escaped(strings.chart)}">
<input id="search" type="search" placeholder="${escaped(strings.search)}" aria-label="${escaped(strings.search)}">
<span id="matches" role="status"></span>
<button id="fit" type="button">${escaped(strings.fit)}</button>
<label><input id="framework" type="checkbox"> ${escaped(strings.frameworkCalls)}</label>
<button id="budget" type="button" hidden></button>
<span id="status" role="status"></span>
<button id="help" type="button">${escaped(strings.help)}</button>
</div>
<div id="chart" role="application" tabindex="0" aria-roledescription="timeline" aria-label="${escaped(strings.chart)}">
<div id="spacer"></div>
<canvas id="canvas"></canvas>
</div>
<div id="tip" role="tooltip" hidden></div>
<div id="bottom">
<div id="events"><table><caption id="caption"></caption><thead><tr id="header"></tr></thead><tbody id="rows"></tbody></table></div>
<section id="details" aria-live="off"></section>
</div>
<div id="live" class="spoken" aria-live="polite"></div>
<dialog id="helpText">${escaped(strings.helpText)}</dialog>
<script nonce="${nonce}" src="${escaped(script)}"></script>
</body>
</html>
`;
}
