// SPDX-License-Identifier: MIT
/** The tests of a folder: a scenario of each launch configuration of ours, and scenario files that no configuration names. Knows no editor. */
import path from "node:path";
import { getNodeValue, parseTree, type Node } from "jsonc-parser";
import { debugType } from "../debug-type.ts";

/** Attributes of a launch configuration as written. */
export type Attributes = Readonly<Record<string, unknown>>;

export interface ScenarioTest {
  /** Unique in the folder, and the same as long as name and scenario are. */
  readonly id: string;
  readonly label: string;
  readonly description?: string;
  /** Where the scenario begins: absolute path and 1-based line. */
  readonly file: string;
  readonly line: number;
  /** Arguments of the launch request. */
  readonly attributes: Attributes;
}

export interface Folder {
  /** Absolute path. */
  readonly folder: string;
  readonly launchFile: string;
  /** Undefined when there is no launch.json. */
  readonly launchText: string | undefined;
  /** What is run when there is no configuration; undefined when nothing was recognised. */
  readonly discovered: Attributes | undefined;
  /** Files that may be scenarios, by absolute path. */
  readonly scenarioTexts: ReadonlyMap<string, string>;
}

interface Configuration {
  readonly attributes: Attributes;
  readonly name: string;
  /** 1-based line of the scenario in launch.json, or of the configuration. */
  readonly line: number;
}

/** Tests in the order of the launch configurations, then of the names of scenario files. */
export function scenarioTests(of: Folder): ScenarioTest[] {
  const configurations = of.launchText === undefined ? [] : configurationsIn(of.launchText);
  const named = configurations.flatMap((configuration) => configuredTest(of, configuration));
  const used = new Set(configurations.map(({ attributes }) => scenarioFile(of.folder, attributes)));
  const carrier = configurations[0]?.attributes ?? of.discovered;
  if (carrier === undefined) return named;
  const free = [...of.scenarioTexts].filter(([file, text]) => !used.has(file) && isScenario(file, text)).sort(([a], [b]) => (a < b ? -1 : 1));
  const name = typeof carrier["name"] === "string" ? carrier["name"] : path.basename(of.folder);
  return [
    ...named,
    ...free.map(([file, text]): ScenarioTest => {
      const relative = path.relative(of.folder, file).replaceAll("\\", "/");
      return {
        id: `file:${relative}`,
        label: relative,
        description: name,
        file,
        line: scenarioLine(file, text),
        attributes: { ...carrier, name, scenario: file },
      };
    }),
  ];
}

/** Launch configurations of ours; none when the text is no JSON. */
function configurationsIn(text: string): Configuration[] {
  const root = parseTree(text, [], { allowTrailingComma: true });
  const list = propertyOf(root, "configurations");
  return (list?.children ?? []).flatMap((node) => {
    const value: unknown = getNodeValue(node);
    if (typeof value !== "object" || value === null) return [];
    const attributes = value as Attributes;
    if (attributes["type"] !== debugType || typeof attributes["name"] !== "string") return [];
    return [{ attributes, name: attributes["name"], line: lineAt(text, (propertyOf(node, "scenario") ?? node).offset) }];
  });
}

const propertyOf = (node: Node | undefined, name: string): Node | undefined =>
  node?.children?.find(({ children }) => children?.[0]?.value === name)?.children?.[1];

function configuredTest(of: Folder, { attributes, name, line }: Configuration): ScenarioTest[] {
  const { scenario } = attributes;
  if (scenario === undefined) return [];
  const id = `configuration:${name}`;
  const file = scenarioFile(of.folder, attributes);
  if (file === undefined) return [{ id, label: name, file: of.launchFile, line, attributes }];
  const text = of.scenarioTexts.get(file);
  const place = text === undefined ? { file: of.launchFile, line } : { file, line: scenarioLine(file, text) };
  return [{ id, label: name, description: path.basename(file), ...place, attributes }];
}

/** Absolute path of a configuration's scenario module; undefined when its steps are written out. */
export function scenarioFile(folder: string, { scenario }: Attributes): string | undefined {
  if (typeof scenario !== "string") return undefined;
  return path.resolve(
    folder,
    scenario.replaceAll(/\$\{workspaceFolder(Basename)?\}/g, (_, base?: string) => (base === undefined ? folder : path.basename(folder))),
  );
}

const definition = /^\s*export\s+default\b/m;

/** Whether a file without a configuration is meant to be a scenario: it says so, not just by its name. */
function isScenario(file: string, text: string): boolean {
  if (file.endsWith(".json")) return /^\s*\[/.test(text) && /"(?:read|write|ioctl|power|sleep|parallel|surpriseRemove|remove|log)"\s*:/.test(text);
  return /^\s*export\s+default\s+scenario\s*\(/m.test(text);
}

function scenarioLine(file: string, text: string): number {
  if (file.endsWith(".json")) return 1;
  const found = definition.exec(text);
  return found === null ? 1 : lineAt(text, found.index + found[0].search(/\S/));
}

const lineAt = (text: string, offset: number): number => text.slice(0, offset).split("\n").length;
