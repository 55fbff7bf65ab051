// SPDX-License-Identifier: MIT
/** Requests about what the driver consists of: sources and modules. */

import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import type { DebugProtocol } from "@vscode/debugprotocol";
import type { AdapterState } from "../adapter-state.ts";
import type { Coordinates } from "../client.ts";
import type { RequestHandlers } from "../protocol-server.ts";
import { RequestError } from "../request-error.ts";
import type { RequestArguments } from "../request-arguments.ts";

export function sourceHandlers(state: AdapterState): RequestHandlers {
  return {
    loadedSources: () => ({ sources: state.session.program.sources.files.map(({ path }) => sourceOf(path, state.coordinates)) }),
    modules: (request) => modules(state, request),
    source: (request) => source(state, request),
  };
}

export function sourceOf(path: string, coordinates: Coordinates): DebugProtocol.Source {
  return { name: basename(path), path: coordinates.pathToClient(path) };
}

/** The id stack frames give as their module. */
export const driverModuleId = 1;

function modules(state: AdapterState, request: RequestArguments): object {
  const { configuration } = state.session.program;
  const origin = configuration.project ?? configuration.sources[0] ?? configuration.name;
  const name = `${basename(origin).replace(/\.[^.]*$/, "")}.sys`;
  const all: readonly DebugProtocol.Module[] = [
    { id: driverModuleId, name, path: origin, isUserCode: true, isOptimized: false, symbolStatus: "Symbols loaded" },
    { id: 2, name: "Wdf01000.sys", isUserCode: false, symbolStatus: "Emulated framework" },
    { id: 3, name: "ntoskrnl.exe", isUserCode: false, symbolStatus: "Emulated kernel" },
  ];
  const start = request.optionalNumber("startModule") ?? 0;
  const count = request.optionalNumber("moduleCount") ?? 0;
  return { modules: all.slice(start, count === 0 ? undefined : start + count), totalModules: all.length };
}

/** Only sources of the driver are read: the client gets no other files through us. */
async function source(state: AdapterState, request: RequestArguments): Promise<object> {
  const path = request.object("source").optionalText("path");
  if (path === undefined) throw new RequestError("Sources of this adapter have paths; give 'source.path'");
  const file = state.session.program.sources.find(state.coordinates.pathFromClient(path));
  if (file === undefined) throw new RequestError(`'${path}' is not a source file of this driver`);
  try {
    return { content: await readFile(file.path, "utf8"), mimeType: "text/x-c" };
  } catch (error) {
    throw new RequestError(`Cannot read '${file.path}': ${error instanceof Error ? error.message : String(error)}`);
  }
}
