// SPDX-License-Identifier: MIT
/** Places in sources that values point to, by the references under which clients ask for them. */

import { basename } from "node:path";
import type { Coordinates } from "./client.ts";
import { RequestError } from "./request-error.ts";

interface SourcePlace {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** A place has one reference for the whole connection, so that their number is bounded by the functions of the driver. */
export class SourceLocations {
  readonly #places: SourcePlace[] = [];
  readonly #references = new Map<string, number>();

  reference(place: SourcePlace): number {
    const key = `${place.line}:${place.column}:${place.file}`;
    const reference = this.#references.get(key) ?? this.#places.push(place);
    this.#references.set(key, reference);
    return reference;
  }

  /** Body of the response to `locations`. @throws RequestError for a reference that was never given out */
  describe(reference: number, coordinates: Coordinates): object {
    const place = this.#places[reference - 1];
    if (place === undefined) throw new RequestError(`Unknown location reference ${reference}`);
    const { file, line, column } = place;
    return {
      source: { name: basename(file), path: coordinates.pathToClient(file) },
      line: coordinates.lineToClient(line),
      column: coordinates.columnToClient(column),
    };
  }
}
