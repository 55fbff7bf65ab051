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

/** Tabs below the chart, by id. */
const tabs = ["events", "statistics", "requests", "chain", "notes"] as const;

export function timelinePage({ script, style, source, nonce, language, strings }: PageParts): string {
  const policy = `default-src 'none'; style-src ${source}; script-src 'nonce-${nonce}'`;
  const t = (key: Exclude<keyof TimelineStrings, "lanes">): string => escaped(strings[key]);
  return `<!DOCTYPE html>
<html lang="${escaped(language)}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${escaped(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="${escaped(style)}">
<title>${t("chart")}</title>
</head>
<body data-strings="${escaped(JSON.stringify(strings))}">
<main>
<h1 class="spoken">${t("chart")}</h1>
<div id="toolbar" role="toolbar" aria-label="${t("chart")}">
<input id="search" type="search" placeholder="${t("search")}" aria-label="${t("search")}" title="${t("searchHelp")}" spellcheck="false">
<span id="matches" role="status"></span>
<button id="fit" type="button" title="Home">${t("fit")}</button>
<button id="lanesButton" type="button" title="L">${t("lanesTitle")}</button>
<button id="budget" type="button" title="B" hidden></button>
<span id="ghostName" role="status"></span>
<span id="status" role="status"></span>
<button id="compare" type="button">${t("compare")}</button>
<select id="export" aria-label="${t("exportMenu")}">
<option value="">${t("exportMenu")}</option>
<option value="exportTrace">${t("exportTrace")}</option>
<option value="exportPng">${t("exportPng")}</option>
<option value="exportSvg">${t("exportSvg")}</option>
</select>
<button id="help" type="button" title="?">${t("help")}</button>
</div>
<canvas id="overview" role="img" aria-label="${t("overview")}"></canvas>
<div id="chart" role="application" tabindex="0" aria-roledescription="timeline" aria-label="${t("chart")}">
<div id="spacer"></div>
<canvas id="canvas"></canvas>
</div>
<div id="splitter" role="separator" tabindex="0" aria-orientation="horizontal" aria-label="${t("details")}" aria-valuemin="10" aria-valuemax="80" aria-valuenow="36"></div>
<div id="bottom">
<div id="left">
<div id="tabs" role="tablist" aria-label="${t("events")}">
${tabs.map((id, i) => `<button type="button" role="tab" id="tab-${id}" data-tab="${id}" aria-controls="panel-${id}" aria-selected="${i === 0}" tabindex="${i === 0 ? 0 : -1}">${t(id)}</button>`).join("\n")}
</div>
${tabs.map((id, i) => `<div class="panel" role="tabpanel" id="panel-${id}" aria-labelledby="tab-${id}" tabindex="0"${i === 0 ? "" : " hidden"}></div>`).join("\n")}
</div>
<section id="details" aria-label="${t("details")}" tabindex="0"></section>
</div>
</main>
<div id="tip" role="tooltip" hidden></div>
<div id="live" class="spoken" aria-live="polite"></div>
<dialog id="helpDialog" aria-labelledby="helpTitle"><h2 id="helpTitle">${t("help")}</h2><dl id="keys"></dl><button id="helpClose" type="button">${t("close")}</button></dialog>
<dialog id="lanesDialog" aria-labelledby="lanesTitle"><h2 id="lanesTitle">${t("lanesTitle")}</h2>
<input id="laneFilter" type="search" placeholder="${t("laneFilter")}" aria-label="${t("laneFilter")}">
<table><thead><tr id="laneHeader"></tr></thead><tbody id="laneRows"></tbody></table>
<label><input id="dragMeasures" type="checkbox"> ${t("dragMeasures")}</label>
<div class="buttons"><button id="lanesReset" type="button">${t("resetLanes")}</button><button id="lanesClose" type="button">${t("close")}</button></div>
</dialog>
<dialog id="noteDialog" aria-labelledby="noteLabel"><form method="dialog" id="noteForm">
<label id="noteLabel" for="noteText">${t("note")}</label>
<input id="noteText" type="text" maxlength="200" autocomplete="off">
<div class="buttons"><button id="noteSave" type="submit" value="save">${t("save")}</button><button type="submit" value="cancel">${t("close")}</button></div>
</form></dialog>
<script nonce="${nonce}" src="${escaped(script)}"></script>
</body>
</html>
`;
}
