// SPDX-License-Identifier: MIT
/** Which functions of a driver are callbacks, by what its source says: role types, config structures, arguments. Knows no editor. */
import { closing, codeOnly } from "./c-text.ts";

/** Role types whose name does not spell the member that holds the callback. */
const specialTypes: Readonly<Record<string, string>> = {
  DRIVER_INITIALIZE: "DriverEntry",
  DRIVER_UNLOAD: "DriverUnload",
  EVT_WDF_DPC: "EvtDpcFunc",
  EVT_WDF_TIMER: "EvtTimerFunc",
  EVT_WDF_WORKITEM: "EvtWorkItem",
  EVT_WDF_OBJECT_CONTEXT_CLEANUP: "EvtCleanupCallback",
  EVT_WDF_OBJECT_CONTEXT_DESTROY: "EvtDestroyCallback",
  EVT_WDF_REQUEST_COMPLETION_ROUTINE: "CompletionRoutine",
  EVT_WDF_IO_IN_CALLER_CONTEXT: "EvtIoInCallerContext",
  EVT_WDF_IO_QUEUE_STATE: "EvtIoQueueState",
};

/** Initialisers that take callbacks: position of each argument (0 is the structure) and its role. */
const initialisers: Readonly<Record<string, Readonly<Record<number, string>>>> = {
  WDF_DRIVER_CONFIG_INIT: { 1: "EvtDriverDeviceAdd" },
  WDF_INTERRUPT_CONFIG_INIT: { 1: "EvtInterruptIsr", 2: "EvtInterruptDpc" },
  WDF_DPC_CONFIG_INIT: { 1: "EvtDpcFunc" },
  WDF_TIMER_CONFIG_INIT: { 1: "EvtTimerFunc" },
  WDF_TIMER_CONFIG_INIT_PERIODIC: { 1: "EvtTimerFunc" },
  WDF_WORKITEM_CONFIG_INIT: { 1: "EvtWorkItem" },
  WDF_FILEOBJECT_CONFIG_INIT: { 1: "EvtDeviceFileCreate", 2: "EvtFileClose", 3: "EvtFileCleanup" },
  WdfDmaTransactionInitialize: { 1: "EvtProgramDma" },
  WdfDmaTransactionInitializeUsingOffset: { 1: "EvtProgramDma" },
  WdfDmaTransactionInitializeUsingRequest: { 2: "EvtProgramDma" },
  WdfDmaTransactionAllocateResources: { 3: "EvtReserveDma" },
  WdfRequestMarkCancelable: { 1: "EvtRequestCancel" },
  WdfRequestMarkCancelableEx: { 1: "EvtRequestCancel" },
  WdfRequestSetCompletionRoutine: { 1: "CompletionRoutine" },
  WdfIoQueueReadyNotify: { 1: "EvtIoQueueState" },
  WdfInterruptSynchronize: { 1: "EvtInterruptSynchronize" },
  WdfDeviceInitSetIoInCallerContextCallback: { 1: "EvtIoInCallerContext" },
};

/** `EVT_WDF_IO_QUEUE_IO_READ` as `EvtIoRead`. */
export function roleOfType(type: string): string | undefined {
  const special = specialTypes[type];
  if (special !== undefined) return special;
  if (!/^EVT_WDF_\w+$/.test(type)) return undefined;
  const words = type.replace(/^EVT_WDF_(?:IO_QUEUE_(?=IO_))?/, "").split("_");
  return `Evt${words.map((word) => `${word.slice(0, 1)}${word.slice(1).toLowerCase()}`).join("")}`;
}

/** Roles by function name, as the texts (sources and headers of one driver) declare and use them. */
export function callbackRoles(texts: readonly string[]): Map<string, string> {
  const roles = new Map<string, string>([["DriverEntry", "DriverEntry"]]);
  for (const text of texts) {
    const code = codeOnly(text);
    for (const [, type = "", names = ""] of code.matchAll(/\b(EVT_WDF_\w+|DRIVER_INITIALIZE|DRIVER_UNLOAD)\s+([A-Za-z_]\w*(?:\s*,\s*[A-Za-z_]\w*)*)\s*;/g)) {
      const role = roleOfType(type);
      if (role !== undefined) for (const name of names.split(",")) roles.set(name.trim(), role);
    }
    for (const [, role = "", name = ""] of code.matchAll(/(?:\.|->)\s*(Evt[A-Z]\w+|DriverUnload)\s*=\s*&?\s*([A-Za-z_]\w*)\s*;/g)) setRole(roles, name, role);
    for (const match of code.matchAll(/\b(WDF_\w+_INIT\w*|Wdf\w+)\s*\(/g)) {
      const taken = initialisers[match[1] ?? ""];
      if (taken === undefined) continue;
      const list = argumentsAt(code, match.index + match[0].length - 1);
      for (const [position, role] of Object.entries(taken)) setRole(roles, list[Number(position)] ?? "", role);
    }
  }
  return roles;
}

function setRole(roles: Map<string, string>, name: string, role: string): void {
  const plain = name.replace(/^\s*&?\s*/, "").trim();
  if (/^[A-Za-z_]\w*$/.test(plain) && !/^(NULL|nullptr|WDF_NO_\w+)$/.test(plain) && !roles.has(plain)) roles.set(plain, role);
}

/** Arguments of the call whose parenthesis is at `open`. */
function argumentsAt(code: string, open: number): string[] {
  const inner = code.slice(open + 1, closing(code, open, "(", ")") - 1);
  const list: string[] = [];
  let depth = 0;
  let start = 0;
  for (let i = 0; i <= inner.length; i++) {
    const c = inner[i];
    if (c === "(" || c === "[" || c === "{") depth++;
    else if (c === ")" || c === "]" || c === "}") depth--;
    else if (c === undefined || (c === "," && depth === 0)) {
      list.push(inner.slice(start, i).trim());
      start = i + 1;
    }
  }
  return list;
}
