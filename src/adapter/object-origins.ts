// SPDX-License-Identifier: MIT
/** Places in the driver's source that created framework objects, for clients: they know no offsets of the module. */
import { toHostPath } from "../base/index.ts";
import type { ObjectOrigin, ObjectView } from "../protocol/index.ts";
import type { AdapterState } from "./adapter-state.ts";

type Place = Pick<ObjectOrigin, "file" | "line" | "function">;

/** The tree `objects` with function, file and line of each creation by the driver. */
export function withOrigins(objects: readonly ObjectView[], { session, coordinates }: AdapterState): ObjectView[] {
  const { debugInfo } = session.program;
  // Many objects are created by few lines.
  const places = new Map<number, Place>();
  const placeOf = (offset: number): Place => {
    const known = places.get(offset);
    if (known !== undefined) return known;
    const position = debugInfo.lineAt(offset);
    const name = debugInfo.inlineFramesAt(offset)[0]?.name;
    const place: Place = {
      ...(position === undefined ? {} : { file: coordinates.pathToClient(toHostPath(position.file)), line: coordinates.lineToClient(position.line) }),
      ...(name === undefined ? {} : { function: name }),
    };
    places.set(offset, place);
    return place;
  };
  const located = (object: ObjectView): ObjectView => {
    const { created, children } = object;
    const origin = created?.offset === undefined ? created : { ...created, ...placeOf(created.offset) };
    return { ...object, ...(origin === undefined ? {} : { created: origin }), children: children.map(located) };
  };
  return objects.map(located);
}
