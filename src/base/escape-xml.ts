// SPDX-License-Identifier: MIT
/** Text in XML 1.0 documents: reports that other tools read. */

const escapes: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&apos;" };

/** `text` for content and for attributes in either quotes. XML 1.0 has no way to write most control characters: they become U+FFFD. */
export const escapeXml = (text: string): string =>
  text.replace(/[^\t\n\r -\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, "\uFFFD").replace(/[&<>"']/g, (c) => escapes[c] ?? c);
