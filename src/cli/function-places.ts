// SPDX-License-Identifier: MIT
/** Where the functions of a built driver are written, for traces. */
import type { InstrumentedModule } from "../protocol/index.ts";
import type { TraceSources } from "../trace/index.ts";

/** Place of the first statement of each function, by name; of functions with the same name the first. */
export function functionPlaces({ functions, statements, files }: InstrumentedModule): TraceSources {
  const places: Record<string, { file: string; line: number }> = {};
  for (let id = 0; id < statements.count; id++) {
    const name = functions[statements.functionIndex[id] ?? -1]?.name;
    const file = files[statements.file[id] ?? -1];
    const line = statements.line[id] ?? 0;
    if (name === undefined || file === undefined || line === 0 || Object.hasOwn(places, name)) continue;
    places[name] = { file, line };
  }
  return places;
}
