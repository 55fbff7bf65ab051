// SPDX-License-Identifier: MIT
/** HTML of the memory panel. Its content security policy lets in our own script and style sheet and nothing else. */
import { escapeXml as escaped } from "../../base/index.ts";
import type { MemoryStrings } from "../../protocol/index.ts";

export interface MemoryPageParts {
  readonly script: string;
  readonly style: string;
  /** Where resources of the extension come from, for the policy. */
  readonly source: string;
  readonly nonce: string;
  readonly language: string;
  readonly strings: MemoryStrings;
}

export function memoryPage({ script, style, source, nonce, language, strings: s }: MemoryPageParts): string {
  const policy = `default-src 'none'; style-src ${source}; script-src 'nonce-${nonce}'`;
  const states = Object.entries(s.states).map(([state, text]) => `<li><span class="swatch ${state}" aria-hidden="true"></span> ${escaped(text)}</li>`);
  return `<!DOCTYPE html>
<html lang="${escaped(language)}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${escaped(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="${escaped(style)}">
<title>${escaped(s.title)}</title>
</head>
<body data-strings="${escaped(JSON.stringify(s))}">
<main>
<h1 class="spoken">${escaped(s.title)}</h1>
<form id="where" class="bar">
<button id="back" type="button" title="${escaped(s.back)}" aria-label="${escaped(s.back)}">←</button>
<button id="forward" type="button" title="${escaped(s.forward)}" aria-label="${escaped(s.forward)}">→</button>
<input id="address" type="text" spellcheck="false" aria-label="${escaped(s.address)}" placeholder="${escaped(s.addressHint)}">
<button type="submit">${escaped(s.go)}</button>
<span id="status" role="status"></span>
</form>
<div class="bar">
<form id="finder"><input id="pattern" type="text" spellcheck="false" aria-label="${escaped(s.search)}" placeholder="${escaped(s.search)}"><button type="submit">${escaped(s.next)}</button></form>
<form id="overlay"><input id="type" type="text" spellcheck="false" aria-label="${escaped(s.structure)}" placeholder="${escaped(s.structureHint)}"><button type="submit">${escaped(s.apply)}</button></form>
<label>${escaped(s.compare)} <select id="compare"></select></label>
<label>${escaped(s.exportAs)} <select id="export"><option value="">…</option><option value="bin">${escaped(s.exportBin)}</option><option value="hex">${escaped(s.exportHex)}</option><option value="c">${escaped(s.exportC)}</option></select></label>
</div>
<p id="message" role="alert" hidden></p>
<div id="columns">
<div id="bytes">
<button id="earlier" type="button">${escaped(s.earlier)}</button>
<table id="grid" role="grid" aria-label="${escaped(s.bytes)}"></table>
<button id="later" type="button">${escaped(s.later)}</button>
</div>
<section id="details" aria-live="polite"></section>
</div>
<ul id="legend" aria-label="${escaped(s.legend)}">${states.join("")}</ul>
<p class="hint">${escaped(s.help)}</p>
</main>
<script nonce="${nonce}" src="${escaped(script)}"></script>
</body>
</html>
`;
}
