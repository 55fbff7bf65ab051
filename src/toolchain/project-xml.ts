// SPDX-License-Identifier: MIT
/** XML of MSBuild projects as a tree that knows its lines. */
import { SaxesParser } from "saxes";
import { ExitStatus, UserError } from "../base/index.ts";

export interface XmlElement {
  /** Without namespace prefix. */
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly XmlElement[];
  /** Text directly inside, entities resolved. */
  readonly text: string;
  /** 1-based line of the start tag. */
  readonly line: number;
}

interface OpenElement {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: XmlElement[];
  text: string;
  readonly line: number;
}

/** The text of a project file in UTF-8 or UTF-16, with or without byte order mark. */
export function decodeProject(bytes: Uint8Array): string {
  const encoding = bytes[0] === 0xff && bytes[1] === 0xfe ? "utf-16le" : bytes[0] === 0xfe && bytes[1] === 0xff ? "utf-16be" : "utf-8";
  return new TextDecoder(encoding).decode(bytes);
}

/** The root element. Throws UserError `project-bad-xml` with file, line and column. */
export function parseXml(text: string, file: string): XmlElement {
  const parser = new SaxesParser({ xmlns: false, position: true });
  const open: OpenElement[] = [];
  let root: XmlElement | undefined;
  parser.on("error", (error) => {
    const message = `Not well-formed XML: ${error.message.replace(/^\d+:\d+: /, "")}`;
    const location = { file, line: parser.line, column: parser.column + 1 };
    throw new UserError({ code: "project-bad-xml", message, location, exitStatus: ExitStatus.badConfiguration });
  });
  let startLine = 1;
  parser.on("opentagstart", () => {
    startLine = parser.line;
  });
  parser.on("opentag", ({ name, attributes }) => {
    open.push({ name: local(name), attributes: new Map(Object.entries(attributes)), children: [], text: "", line: startLine });
  });
  const append = (part: string): void => {
    const element = open.at(-1);
    if (element) element.text += part;
  };
  parser.on("text", append);
  parser.on("cdata", append);
  parser.on("closetag", () => {
    const element = open.pop();
    const parent = open.at(-1);
    if (element && parent) parent.children.push(element);
    else root = element;
  });
  parser.write(text.replace(/^\uFEFF/, "")).close();
  if (root !== undefined) return root;
  throw new UserError({ code: "project-bad-xml", message: "The project has no root element", location: { file }, exitStatus: ExitStatus.badConfiguration });
}

const local = (name: string): string => name.slice(name.indexOf(":") + 1);
