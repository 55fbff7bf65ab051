// SPDX-License-Identifier: MIT
/** Memory of the target through the debug adapter: bytes, owners, structures, writers, pointers. Knows no editor. */
import type { DebugProtocol } from "@vscode/debugprotocol";
import type { CustomRequests, MemoryMember, MemoryRunView, WriterDescription } from "../../protocol/index.ts";
import { type Reference, parseReference, referenceText } from "./memory-reference.ts";

/** Sends a request of the protocol and gives the body of its answer. */
export type Ask = (command: string, args: object) => Promise<unknown>;

/** Members shown of a structure, and how deep structures in it are opened. */
const mostMembers = 200;
const deepest = 3;

export class MemorySource {
  readonly #ask: Ask;

  constructor(ask: Ask) {
    this.#ask = ask;
  }

  /** What an address or an expression stands for; undefined when it has no memory. Rejects with the debugger's words. */
  async resolve(text: string): Promise<Reference | undefined> {
    const direct = parseReference(text);
    if (direct !== undefined) return direct;
    const answer = (await this.#ask("evaluate", { expression: text, context: "watch", ...(await this.#frame()) })) as DebugProtocol.EvaluateResponse["body"];
    return answer.memoryReference === undefined ? parseReference(/0x[0-9a-f]+/i.exec(answer.result)?.[0] ?? "") : parseReference(answer.memoryReference);
  }

  async read(reference: Reference, count: number): Promise<Uint8Array> {
    const { data = "" } = (await this.#ask("readMemory", { memoryReference: referenceText(reference), count })) as NonNullable<
      DebugProtocol.ReadMemoryResponse["body"]
    >;
    return Uint8Array.from(Buffer.from(data, "base64"));
  }

  async write(reference: Reference, bytes: Uint8Array): Promise<void> {
    await this.#ask("writeMemory", { memoryReference: referenceText(reference), data: Buffer.from(bytes).toString("base64") });
  }

  /** Owners and states of `count` bytes. */
  async runs(reference: Reference, count: number): Promise<MemoryRunView[]> {
    const { runs } = await this.#describe({ memoryReference: referenceText(reference), count });
    let offset = 0;
    return runs.map(({ length, state, owner, text }) => {
      const run = { offset, length, state, owner: owner.kind, text };
      offset += length;
      return run;
    });
  }

  async writer(reference: Reference): Promise<WriterDescription | undefined> {
    const { runs } = await this.#describe({ memoryReference: referenceText(reference), count: 1, writers: true });
    return runs[0]?.writers?.[0];
  }

  /** The virtual address behind a reference; undefined when there is none. */
  async virtual(reference: Reference): Promise<bigint | undefined> {
    if (reference.space === "") return reference.address;
    const { runs } = await this.#describe({ memoryReference: referenceText(reference), count: 1 });
    const text = runs[0]?.virtual;
    return text === undefined ? undefined : BigInt(text);
  }

  /** Where the `size` bytes of a pointer lead: a logical address when the device has something mapped there, else a virtual or physical one. */
  async target(bytes: Uint8Array, offset: number, size: 4 | 8): Promise<Reference | undefined> {
    if (offset + size > bytes.length) return undefined;
    const view = new DataView(bytes.buffer, bytes.byteOffset);
    const address = size === 4 ? BigInt(view.getUint32(offset, true)) : view.getBigUint64(offset, true);
    for (const space of size === 4 ? ["", "logical:", "physical:"] : ["logical:", "", "physical:"]) {
      const candidate: Reference = { space, address };
      if ((await this.read(candidate, 1).catch(() => new Uint8Array())).length > 0) return candidate;
    }
    return undefined;
  }

  /** Members of the structure `type` at a reference, structures within it opened. Rejects with the debugger's words. */
  async members(type: string, reference: Reference): Promise<MemoryMember[]> {
    const virtual = await this.virtual(reference);
    if (virtual === undefined) return [];
    const address = `0x${virtual.toString(16)}`;
    const plain = type.trim();
    const answer = (await this.#ask("evaluate", {
      expression: `*(${plain} *)${address}`,
      context: "watch",
      ...(await this.#frame()),
    })) as DebugProtocol.EvaluateResponse["body"];
    const list: MemoryMember[] = [];
    await this.#collect(answer.variablesReference, { prefix: "", path: `((${plain} *)${address})->`, base: virtual }, list, 0);
    if (/(?:^|\W)_?P?SCATTER_GATHER_LIST$/.test(plain)) await this.#elements(plain, address, virtual, list);
    return list;
  }

  async #collect(
    reference: number,
    at: { readonly prefix: string; readonly path: string; readonly base: bigint },
    list: MemoryMember[],
    depth: number,
  ): Promise<void> {
    if (reference === 0) return;
    const { variables } = (await this.#ask("variables", { variablesReference: reference })) as DebugProtocol.VariablesResponse["body"];
    for (const variable of variables) {
      if (list.length >= mostMembers) return;
      const isIndex = variable.name.startsWith("[");
      const path = isIndex ? `${at.path.replace(/(?:->|\.)$/, "")}${variable.name}` : `${at.path}${variable.name}`;
      const name = isIndex ? `${at.prefix.replace(/\.$/, "")}${variable.name}` : `${at.prefix}${variable.name}`;
      const member = await this.#member(variable, name, path, at.base);
      if (member === undefined) continue;
      const isStructure = variable.variablesReference > 0 && !isPointer(variable.type);
      list.push(member);
      if (isStructure && depth < deepest)
        await this.#collect(variable.variablesReference, { prefix: `${name}.`, path: `${path}.`, base: at.base }, list, depth + 1);
    }
  }

  async #member(variable: DebugProtocol.Variable, name: string, path: string, base: bigint): Promise<MemoryMember | undefined> {
    const place = (await this.#ask("kmdf/locate", { expression: path, ...(await this.#frame()) }).catch(() => ({}))) as CustomRequests["kmdf/locate"]["body"];
    if (place.address === undefined || place.size === undefined) return undefined;
    const follow = isPointer(variable.type) ? variable.memoryReference : await this.#addressBehind(variable.type, path);
    return {
      name,
      type: variable.type ?? place.type ?? "",
      offset: Number(BigInt(place.address) - base),
      length: place.size,
      value: variable.value,
      ...(follow === undefined || /^0x0+$/.test(follow) ? {} : { follow }),
    };
  }

  /** What a PHYSICAL_ADDRESS holds is a logical address wherever a device gets it. */
  async #addressBehind(type: string | undefined, path: string): Promise<string | undefined> {
    if (!/\b(?:PHYSICAL_ADDRESS|LARGE_INTEGER)\b/.test(type ?? "")) return undefined;
    const answer = (await this.#ask("evaluate", { expression: `${path}.QuadPart`, context: "watch" }).catch(() => undefined)) as
      | DebugProtocol.EvaluateResponse["body"]
      | undefined;
    const digits = /0x[0-9a-f]+|\d+/i.exec(answer?.result ?? "")?.[0];
    return digits === undefined ? undefined : referenceText({ space: "logical:", address: BigInt(digits) });
  }

  /** A scatter/gather list has as many elements as it says, whatever its type says. */
  async #elements(type: string, address: string, base: bigint, list: MemoryMember[]): Promise<void> {
    const count = Number(list.find(({ name }) => name === "NumberOfElements")?.value.match(/\d+/)?.[0] ?? 0);
    for (let i = 0; i < Math.min(count, mostMembers); i++) {
      if (list.some(({ name }) => name === `Elements[${i}].Address`)) continue;
      for (const name of ["Address", "Length"]) {
        const path = `((${type} *)${address})->Elements[${i}].${name}`;
        const answer = (await this.#ask("evaluate", { expression: path, context: "watch" }).catch(() => undefined)) as
          | DebugProtocol.EvaluateResponse["body"]
          | undefined;
        if (answer === undefined) return;
        const member = await this.#member({ name, value: answer.result, type: answer.type ?? "", variablesReference: 0 }, `Elements[${i}].${name}`, path, base);
        if (member !== undefined) list.push(member);
      }
    }
  }

  /** Names of locals need a frame; thread 0 is the one that has stopped. */
  async #frame(): Promise<{ frameId?: number }> {
    const answer = (await this.#ask("stackTrace", { threadId: 0, levels: 20 }).catch(() => undefined)) as DebugProtocol.StackTraceResponse["body"] | undefined;
    const frame = answer?.stackFrames.find(({ source }) => source !== undefined);
    return frame === undefined ? {} : { frameId: frame.id };
  }

  async #describe(args: CustomRequests["kmdf/describeAddress"]["arguments"]): Promise<CustomRequests["kmdf/describeAddress"]["body"]> {
    return (await this.#ask("kmdf/describeAddress", args)) as CustomRequests["kmdf/describeAddress"]["body"];
  }
}

const isPointer = (type = ""): boolean => /\*\s*$/.test(type) || /^(?:const )?P(?!HYSICAL)[A-Z_]{3,}$/.test(type);
