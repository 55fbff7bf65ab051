// SPDX-License-Identifier: MIT
/**
 * The command line every driver source is compiled with: a Win32 x86 look-alike on wasm32, Microsoft's dialect, no optimisation,
 * DWARF. What Microsoft's compiler only warns about is downgraded to a warning; a call without a declaration stays an error, because
 * a guessed signature traps at run time.
 */
import { extname } from "node:path";
import { ExitStatus, UserError } from "../base/index.ts";
import { predefinedMacros, predefinedMacrosCpp } from "./predefined-macros.ts";
import type { UserArguments } from "./user-arguments.ts";

export type Language = "c" | "c++";

/** The version of the debug information; 4 is what clang itself chooses for WebAssembly. */
export const dwarfVersion = 4;

export const target = "wasm32-unknown-unknown";

/** Features that every supported engine has, named so that all compilers agree on them. */
export const targetArguments = [
  `--target=${target}`,
  "-mmutable-globals",
  "-mbulk-memory",
  "-msign-ext",
  "-mnontrapping-fptoint",
  // Leaf functions must move the stack pointer too, or an interrupt that runs nested on the same stack overwrites their frames.
  "-Xclang",
  "-disable-red-zone",
];

const dialect = [
  ...targetArguments,
  "-c",
  "-O0",
  `-gdwarf-${dwarfVersion}`,
  "-fms-extensions",
  "-fms-compatibility",
  "-fms-compatibility-version=19.40",
  "-fgnuc-version=0",
  "-fshort-wchar",
  "-ffreestanding",
  "-nostdlibinc",
  "-mms-bitfields",
  "-fno-strict-aliasing",
  "-fwrapv",
  // Leaf functions must move the stack pointer too, or an interrupt that nests in one overwrites its locals.
  "-Xclang",
  "-disable-red-zone",
];
const dialectC = ["-fgnu89-inline"];
const dialectCpp = ["-fno-exceptions", "-fno-rtti", "-fno-threadsafe-statics", "-fstandalone-debug", "-nostdinc++"];

const downgraded = ["incompatible-pointer-types", "incompatible-function-pointer-types", "int-conversion", "implicit-int", "return-type", "return-mismatch"];

/** Idioms of Windows drivers that mean nothing wrong. */
const silenced = [
  "microsoft",
  "nonportable-include-path",
  "nonportable-system-include-path",
  "unknown-pragmas",
  "ignored-pragmas",
  "pragma-pack",
  "multichar",
  "four-char-constants",
  "ignored-attributes",
  "extra-tokens",
  "builtin-macro-redefined",
  "invalid-source-encoding",
  "comment",
  "switch",
  "deprecated-non-prototype",
];

const diagnostics = [
  "-fdiagnostics-print-source-range-info",
  "-fdiagnostics-parseable-fixits",
  "-fno-color-diagnostics",
  "-ferror-limit=100",
  "-fmessage-length=0",
];

/** Language of a source by its extension; UserError `config-source-type` for any other. */
export function languageOf(source: string): Language {
  const extension = extname(source).toLowerCase();
  if (extension === ".c") return "c";
  if ([".cpp", ".cxx", ".cc", ".c++"].includes(extension)) return "c++";
  const message = `${source} is neither C nor C++: '${extension}' is not one of .c, .cpp, .cxx, .cc`;
  throw new UserError({ code: "config-source-type", message, exitStatus: ExitStatus.badConfiguration });
}

/** Arguments that do not name files or folders, in order. */
export function dialectArguments(language: Language, user: UserArguments): string[] {
  const standard = language === "c" ? (user.cStandard ?? "gnu17") : (user.cppStandard ?? "c++17");
  const macros = language === "c" ? predefinedMacros : [...predefinedMacros, ...predefinedMacrosCpp];
  return [
    ...dialect,
    ...(language === "c" ? dialectC : dialectCpp),
    `-std=${standard}`,
    // An older native clang does not know all of these.
    "-Wno-unknown-warning-option",
    ...silenced.map((name) => `-Wno-${name}`),
    ...(language === "c" ? downgraded : []).map((name) => `-Wno-error=${name}`),
    ...diagnostics,
    ...macros.map(([name, value]) => `-D${name}=${value}`),
    ...user.macros,
    ...user.others,
    ...(language === "c" ? ["-Werror=implicit-function-declaration"] : []),
  ];
}
