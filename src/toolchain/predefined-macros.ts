// SPDX-License-Identifier: MIT
/**
 * What the Microsoft compiler and the WDK's build files define for a debug build of a KMDF driver for 32-bit x86, which is what the
 * emulated machine looks like: the compiler's predefined macros (Microsoft C++ docs, "Predefined macros"), and those that
 * WindowsDriver.Default.props puts on the command line. Targets Windows 11 24H2 and KMDF 1.33.
 */

/** `[name, value]` for every language. */
export const predefinedMacros: readonly (readonly [name: string, value: string])[] = [
  ["_WIN32", "1"],
  ["_M_IX86", "600"],
  ["_X86_", "1"],
  ["i386", "1"],
  ["_MSC_VER", "1940"],
  ["_MSC_FULL_VER", "194033811"],
  ["_MSC_BUILD", "0"],
  ["_INTEGRAL_MAX_BITS", "64"],
  ["_MT", "1"],
  ["_KERNEL_MODE", "1"],
  ["STD_CALL", "1"],
  ["DBG", "1"],
  ["WIN32", "100"],
  ["WINNT", "1"],
  ["WINVER", "0x0A00"],
  ["_WIN32_WINNT", "0x0A00"],
  ["NTDDI_VERSION", "0x0A000010"],
  ["DEPRECATE_DDK_FUNCTIONS", "1"],
  ["KMDF_VERSION_MAJOR", "1"],
  ["KMDF_VERSION_MINOR", "33"],
  // A build must give the same driver on every day.
  ["__DATE__", '"Jan  1 2026"'],
  ["__TIME__", '"00:00:00"'],
  ["__TIMESTAMP__", '"Thu Jan  1 00:00:00 2026"'],
];

/** In addition, for C++. */
export const predefinedMacrosCpp: readonly (readonly [name: string, value: string])[] = [
  ["_MSVC_LANG", "201703L"],
  ["_WCHAR_T_DEFINED", "1"],
  ["_NATIVE_WCHAR_T_DEFINED", "1"],
];

/** Macros of other machines: never defined, whatever a project says, because pointers are 32 bits wide here. */
export const foreignMacros: ReadonlySet<string> = new Set([
  "_WIN64",
  "_AMD64_",
  "AMD64",
  "_M_AMD64",
  "_M_X64",
  "_ARM64_",
  "ARM64",
  "_M_ARM64",
  "_M_ARM64EC",
  "_ARM_",
  "ARM",
  "_M_ARM",
  "_IA64_",
  "_M_IA64",
]);
