// SPDX-License-Identifier: MIT
/** The driver's WebAssembly instructions, each with the source line it belongs to. */

import type { DebugProtocol } from "@vscode/debugprotocol";
import { bytesToHex, toHostPath } from "../../base/index.ts";
import type { DisassembledInstruction } from "../../toolchain/index.ts";
import type { AdapterState } from "../adapter-state.ts";
import { codeOffset, codeReference } from "../code-reference.ts";
import { DriverListing, indexAt } from "../driver-listing.ts";
import type { RequestHandlers } from "../protocol-server.ts";
import type { RequestArguments } from "../request-arguments.ts";
import { RequestError } from "../request-error.ts";
import { sourceOf } from "./source-handlers.ts";

const mostInstructions = 100_000;

export function disassemblyHandlers(state: AdapterState): RequestHandlers {
  const listing = new DriverListing();
  return {
    disassemble: (request) => {
      const { session } = state;
      const count = wholeOf(request, "instructionCount");
      if (count < 0 || count > mostInstructions) throw new RequestError(`'instructionCount' must be a whole number from 0 to ${mostInstructions}`);
      const offset = codeOffset(request.text("memoryReference")) + (request.optionalNumber("offset") ?? 0);
      const all = listing.of(state);
      const first = indexAt(all, offset) + (request.optionalNumber("instructionOffset") ?? 0);
      // Clients get as many as they ask for, whatever there is.
      const instructions = Array.from({ length: count }, (_, i) => {
        const instruction = all[first + i];
        return instruction === undefined
          ? outside(offset, first + i, all.length)
          : toClient(state, instruction, session.program.debugInfo.lineAt(instruction.offset));
      });
      return { instructions };
    },
  };
}

function toClient(
  { coordinates }: AdapterState,
  { offset, bytes, text, functionName }: DisassembledInstruction,
  position: { readonly file: string; readonly line: number } | undefined,
): DebugProtocol.DisassembledInstruction {
  return {
    address: codeReference(offset),
    instructionBytes: bytesToHex(bytes).replaceAll(/..(?=.)/g, "$& "),
    instruction: text,
    ...(functionName === undefined ? {} : { symbol: functionName }),
    ...(position === undefined ? {} : { location: sourceOf(toHostPath(position.file), coordinates), line: coordinates.lineToClient(position.line) }),
  };
}

/** Before the first or behind the last instruction. */
function outside(offset: number, index: number, count: number): DebugProtocol.DisassembledInstruction {
  const address = index < 0 ? Math.max(0, offset + index) : offset + index - count;
  return { address: codeReference(address), instruction: "no code", presentationHint: "invalid" };
}

function wholeOf(request: RequestArguments, name: string): number {
  const value = request.number(name);
  if (!Number.isInteger(value)) throw new RequestError(`'${name}' must be a whole number`);
  return value;
}
