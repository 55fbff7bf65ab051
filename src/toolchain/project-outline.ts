// SPDX-License-Identifier: MIT
/** What can be told of a Visual C++ project without evaluating it: whether it builds a driver, and its configurations. For finding the one to debug. */
import { decodeProject, parseXml, type XmlElement } from "./project-xml.ts";
import { readProjectFile } from "./project-evaluate.ts";

export interface ProjectOutline {
  /** True when some configuration builds a driver. */
  readonly isDriver: boolean;
  readonly configurations: readonly { readonly configuration: string; readonly platform: string }[];
}

/** Throws UserError when the file cannot be read or is not XML. */
export function outlineProject(file: string): ProjectOutline {
  const elements = [...descendants(parseXml(decodeProject(readProjectFile(file)), file))];
  const configurations = elements.flatMap(({ name, attributes }) => {
    const [configuration, platform] = name === "ProjectConfiguration" ? (attributes.get("Include") ?? "").split("|") : [];
    return configuration === undefined || platform === undefined ? [] : [{ configuration, platform }];
  });
  const isDriver = elements.some(({ name, text }) => name === "ConfigurationType" && /^\s*Driver\s*$/i.test(text));
  return { isDriver, configurations };
}

function* descendants(element: XmlElement): Generator<XmlElement> {
  yield element;
  for (const child of element.children) yield* descendants(child);
}
