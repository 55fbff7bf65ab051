// SPDX-License-Identifier: MIT
/** `$` names that expressions can use at a stop. */

import type { StoppedEvent } from "../protocol/index.ts";
import type { DebugInfo, PseudoValue, Value } from "../symbols/index.ts";
import type { CauseCatalog } from "./cause-catalog.ts";
import type { ObjectCatalog } from "./object-catalog.ts";
import { watchVariables } from "./watch-text.ts";

/**
 * `$irql`, `$cpu`, `$time` (virtual ns), `$statement`, `$txn` and `$request` (handles of what the code that runs is about), and those of the
 * breakpoint the target stopped at. The handles are looked for only when an expression asks for them.
 */
export class PseudoVariables extends Map<string, PseudoValue> {
  readonly #handle: (name: "txn" | "request") => Value;

  constructor(event: StoppedEvent, debugInfo: DebugInfo, causes: CauseCatalog, objects: ObjectCatalog) {
    super([
      ["irql", event.irql],
      ["cpu", event.cpu],
      ["time", BigInt(Math.trunc(event.time))],
      ["statement", BigInt(event.position)],
      ["txn", 0],
      ["request", 0],
      ...watchVariables(event),
    ]);
    this.#handle = (name) => {
      const id = name === "txn" ? causes.transactionId : causes.requestId;
      const object = id === undefined ? undefined : objects.withId(id);
      return handleValue(name, object?.handle, debugInfo);
    };
  }

  override get(name: string): PseudoValue | undefined {
    return name === "txn" || name === "request" ? this.#handle(name) : super.get(name);
  }
}

function handleValue(name: "txn" | "request", handle: number | undefined, debugInfo: DebugInfo): Value {
  const [typeName, what] = name === "txn" ? ["WDFDMATRANSACTION", "DMA transaction"] : ["WDFREQUEST", "request"];
  const type = debugInfo.typeNamed(typeName) ?? { kind: "pointer", target: { kind: "void" }, size: 4 };
  if (handle === undefined) return { type, storage: { kind: "unavailable", reason: `the code that runs belongs to no ${what}` } };
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, handle, true);
  return { type, storage: { kind: "constant", bytes }, evaluateName: `$${name}` };
}
