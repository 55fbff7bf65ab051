// SPDX-License-Identifier: MIT
/** The way out for compiler messages that mean something special when a Windows driver is compiled for the emulated machine. */

const hints: readonly (readonly [pattern: RegExp, hint: string])[] = [
  [/^call to undeclared (?:library )?function '/, "no header declares it: include the header that does, or it is not part of the emulated WDK"],
  [/^'.*' file not found$/, "add the folder that holds it to `includePath`"],
  [/ byte order mark detected .* encoding is not supported/, "save the file as UTF-8"],
  [
    /^SEH '__\w+' is not supported on this target/,
    "the statements around it could not be followed: correct the other errors of the function first (see docs/seh.md)",
  ],
  [/inline assembly|__asm|naked/i, "x86 code cannot run on the emulated processor: use the intrinsic or the kernel function for it"],
];

/** Hint for a clang message (without its `[-W…]` suffix), if there is one. */
export function hintFor(message: string): string | undefined {
  return hints.find(([pattern]) => pattern.test(message))?.[1];
}
