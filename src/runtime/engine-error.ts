// SPDX-License-Identifier: MIT
/** Errors that the WebAssembly engine raises. Those of a stack of its own come from another realm, whose classes are not ours. */

const classes: Readonly<Record<string, new (message: string) => Error>> = {
  RuntimeError: WebAssembly.RuntimeError,
  RangeError,
  TypeError,
};

/** The error as one of our classes when it is a trap, stack overflow or failed conversion of an argument; undefined for anything else. */
export function engineError(error: unknown): Error | undefined {
  if (error instanceof WebAssembly.RuntimeError || error instanceof RangeError || error instanceof TypeError) return error;
  if (typeof error !== "object" || error === null || error instanceof Error || !("name" in error) || !("message" in error)) return undefined;
  const known = classes[String(error.name)];
  if (known === undefined) return undefined;
  const ours = new known(String(error.message));
  if ("stack" in error) ours.stack = String(error.stack);
  return ours;
}
