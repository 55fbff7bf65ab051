// SPDX-License-Identifier: MIT
/**
 * C source that makes a linked module import the hooks the instrumentation calls. Indices of functions must not change, so the
 * imports have to be there already; the runtime object is compiled from this text, without `-g`, and linked with every driver.
 */

import { hookNames } from "../protocol/index.ts";
import { hookModule } from "./instrument-context.ts";

type Hook = keyof typeof hookNames;

/** C declarators of the hooks; see `hookNames` for what they mean. */
const signatures: Readonly<Record<Hook, readonly [result: string, parameters: string]>> = {
  hook: ["void", "int, int"],
  loadI32: ["int", "int, int"],
  loadI64: ["long long", "int, int"],
  loadF32: ["float", "int, int"],
  loadF64: ["double", "int, int"],
  storeI32: ["void", "int, int, int"],
  storeI64: ["void", "int, long long, int"],
  storeF32: ["void", "int, float, int"],
  storeF64: ["void", "int, double, int"],
  bulk: ["void", "int, int, int, int"],
  trap: ["void", "int, int"],
};

const symbol = (hook: Hook): string => `__dbg_${hookNames[hook]}`;

function declaration(hook: Hook): string {
  const [result, parameters] = signatures[hook];
  return `__attribute__((import_module("${hookModule}"), import_name("${hookNames[hook]}"))) extern ${result} ${symbol(hook)}(${parameters});`;
}

function call(hook: Hook): string {
  const [, parameters] = signatures[hook];
  return `    ${symbol(hook)}(${parameters
    .split(",")
    .map(() => "0")
    .join(", ")});`;
}

/** Declares the hooks, and in `__dbg_keep` refers to each, so that the linker keeps the imports. */
export function hookImportsSource(): string {
  const hooks = Object.keys(signatures) as Hook[];
  return [...hooks.map(declaration), '__attribute__((used, visibility("default"))) void __dbg_keep(void)', "{", ...hooks.map(call), "}", ""].join("\n");
}
