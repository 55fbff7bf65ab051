// SPDX-License-Identifier: MIT
/** Tools for language models: looking at a session changes nothing; what makes the driver run asks the user first. */
import { isDebugging } from "./views.ts";

interface Tool {
  readonly name: string;
  readonly reference: string;
  readonly displayName: string;
  readonly description: string;
  /** For the model. */
  readonly model: string;
  readonly icon: string;
  readonly properties?: object;
  readonly required?: readonly string[];
}

const integer = (description: string): object => ({ type: "integer", minimum: 0, description });

const table: readonly Tool[] = [
  {
    name: "kmdf-dma_getState",
    reference: "kmdfState",
    displayName: "State of the KMDF driver",
    description: "Whether the driver runs, and where it has stopped",
    model:
      "State of the debugged KMDF driver: running, idle or stopped; when stopped, virtual time in ns, IRQL, statement number, call stack (innermost first, with file and line; framework and interrupt transitions are label frames), what led there, and the local variables of the innermost C frame.",
    icon: "$(debug-alt)",
  },
  {
    name: "kmdf-dma_listObjects",
    reference: "kmdfObjects",
    displayName: "Framework objects of the KMDF driver",
    description: "Objects of the framework with their fields",
    model:
      "Framework objects (WDFDEVICE, WDFQUEUE, WDFREQUEST, WDFDMAENABLER, WDFDMATRANSACTION, WDFINTERRUPT, ...) of the debugged driver as a tree, with id, handle, label and all fields, such as state, transferred bytes and scatter/gather elements of a transaction.",
    icon: "$(symbol-object)",
    properties: { type: { type: "string", description: "Only objects of this type, for example WDFDMATRANSACTION." } },
  },
  {
    name: "kmdf-dma_getRegisters",
    reference: "kmdfRegisters",
    displayName: "Device registers of the KMDF driver",
    description: "Registers of the emulated device with their fields, without side effects",
    model:
      "Registers of the emulated PCI device with offset, access, value, reset value and decoded fields. They are peeked: reading them here changes nothing.",
    icon: "$(circuit-board)",
  },
  {
    name: "kmdf-dma_queryTimeline",
    reference: "kmdfTimeline",
    displayName: "Timeline of the KMDF driver",
    description: "Events of the run: callbacks, framework calls, interrupts, DMA, registers",
    model:
      "Events of the recorded run in order of virtual time: calls of driver callbacks and framework functions, IRQL changes, interrupts, DPCs, bus-master accesses, register accesses, states of requests and transactions, messages. Each with event id, time in ns, statement number, kind, IRQL and text. Narrow it down by kind, text and time; at most 200 events are returned.",
    icon: "$(pulse)",
    properties: {
      text: { type: "string", description: "Only events whose text contains this, in any case." },
      kind: { type: "string", description: "Only events of this kind, for example callback, api, interrupt, dma, register." },
      fromTime: integer("Only events from this virtual time on, ns."),
      toTime: integer("Only events up to this virtual time, ns."),
      limit: integer("Most events to return; 50 if left out, 200 at most."),
    },
  },
  {
    name: "kmdf-dma_listViolations",
    reference: "kmdfViolations",
    displayName: "Rule violations of the KMDF driver",
    description: "Rules that the driver has broken so far",
    model:
      "Rules of Windows and KMDF that the driver has broken in this run: rule id, message, explanation, bug check, file, line, call stack, statement number and virtual time.",
    icon: "$(warning)",
  },
  {
    name: "kmdf-dma_control",
    reference: "kmdfControl",
    displayName: "Run control of the KMDF driver",
    description: "Lets the driver run, steps it, or takes it back in time; asks first",
    model:
      "Controls the debugged driver: continue, pause, stepOver, stepIn, stepOut, stepBack, reverseContinue, or goto a statement number (time travel, to earlier statements too). Returns the state after the target has stopped. The user is asked first.",
    icon: "$(debug-continue)",
    properties: {
      action: {
        type: "string",
        enum: ["continue", "pause", "stepOver", "stepIn", "stepOut", "stepBack", "reverseContinue", "goto"],
        description: "What to do.",
      },
      statement: integer("Statement number, for goto."),
    },
    required: ["action"],
  },
];

export const languageModelTools = table.map(({ name, reference, displayName, description, model, icon, properties = {}, required }) => ({
  name,
  toolReferenceName: reference,
  displayName,
  userDescription: description,
  modelDescription: model,
  canBeReferencedInPrompt: true,
  icon,
  tags: ["kmdf", "driver", "debug"],
  when: isDebugging,
  inputSchema: { type: "object", properties, ...(required === undefined ? {} : { required }) },
}));
