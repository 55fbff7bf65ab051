// SPDX-License-Identifier: MIT
/**
 * The machine's worker. Others reach it through the port in protocol/debug-port.ts; here is only what a composition root needs to start it.
 */
export { UserModules } from "./user-module.ts";
export { ConditionBuilder } from "./condition.ts";
