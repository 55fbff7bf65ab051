// SPDX-License-Identifier: MIT
/**
 * Message text files (.mc), from which the Windows message compiler writes a header with a macro for each message. Only the header is made here: an
 * emulated driver has no resources.
 */
export interface MessageHeader {
  readonly text: string;
  /** Lines that are no part of a message text file, from 1. */
  readonly problems: readonly { readonly line: number; readonly message: string }[];
}

interface NamedNumber {
  readonly value: number;
  /** The macro that the header defines for the number. */
  readonly macro?: string;
}

const severities: readonly (readonly [string, NamedNumber])[] = [
  ["success", { value: 0 }],
  ["informational", { value: 1 }],
  ["warning", { value: 2 }],
  ["error", { value: 3 }],
];
const facilities: readonly (readonly [string, NamedNumber])[] = [
  ["system", { value: 0xff }],
  ["application", { value: 0xfff }],
];
/** Statements that say something about the compiled messages and nothing about the header. */
const ignored = new Set(["languagenames", "outputbase"]);

export function messageHeader(source: string): MessageHeader {
  return new MessageReader(source.split(/\r?\n/)).read();
}

class MessageReader {
  readonly #lines: readonly string[];
  #line = 0;
  readonly #out: string[] = [];
  readonly #problems: { line: number; message: string }[] = [];
  readonly #severities = new Map(severities);
  readonly #facilities = new Map(facilities);
  #type = "";
  #severity: NamedNumber = { value: 0 };
  #facility: NamedNumber = { value: 0xfff };
  #facilityName = "application";
  /** The last number of a message, by facility. */
  readonly #last = new Map<string, number>();
  #id: number | undefined;
  #symbol: string | undefined;

  constructor(lines: readonly string[]) {
    this.#lines = lines;
  }

  read(): MessageHeader {
    while (this.#line < this.#lines.length) {
      const line = this.#lines[this.#line++] ?? "";
      if (line.startsWith(";")) this.#out.push(line.slice(1));
      else this.#statements(line);
    }
    return { text: [...this.#out, ""].join("\n"), problems: this.#problems };
  }

  #statements(line: string): void {
    const pattern = /^\s*([A-Za-z]+)\s*=\s*/;
    let rest = line;
    while (rest.trim() !== "") {
      const start = pattern.exec(rest);
      if (!start) {
        this.#problem(`'${rest.trim()}' is neither a statement 'Name=value' nor the text of a message`);
        return;
      }
      rest = rest.slice(start[0].length);
      let value: string;
      if (rest.startsWith("(")) {
        while (!rest.includes(")") && this.#line < this.#lines.length) rest += ` ${this.#lines[this.#line++]}`;
        const end = rest.includes(")") ? rest.indexOf(")") : rest.length;
        value = rest.slice(1, end);
        rest = rest.slice(end + 1);
      } else {
        // A value may be missing: `MessageId= Severity=Error`.
        value = /^[A-Za-z]+\s*=/.test(rest) ? "" : (/^\S*/.exec(rest)?.[0] ?? "");
        rest = rest.slice(value.length);
      }
      this.#statement((start[1] ?? "").toLowerCase(), value);
    }
  }

  #statement(name: string, value: string): void {
    switch (name) {
      case "messageidtypedef":
        this.#type = value;
        return;
      case "severitynames":
        this.#names(value, this.#severities);
        return;
      case "facilitynames":
        this.#names(value, this.#facilities);
        return;
      case "messageid":
        this.#id = value === "" ? undefined : value.startsWith("+") ? this.#previous() + Number(value.slice(1)) : Number(value);
        if (Number.isNaN(this.#id)) this.#problem(`'${value}' is no number of a message`);
        return;
      case "severity":
        this.#severity = this.#named(value, this.#severities, "severity") ?? this.#severity;
        return;
      case "facility":
        this.#facility = this.#named(value, this.#facilities, "facility") ?? this.#facility;
        this.#facilityName = value.toLowerCase();
        return;
      case "symbolicname":
        this.#symbol = value;
        return;
      case "language":
        this.#message();
        return;
      default:
        if (!ignored.has(name)) this.#problem(`a message text file has no statement '${name}'`);
    }
  }

  #previous(): number {
    return this.#last.get(this.#facilityName) ?? 0;
  }

  /** The text up to a line with a full stop, and the macro, unless it is the same message in another language. */
  #message(): void {
    const text: string[] = [];
    while (this.#line < this.#lines.length) {
      const line = this.#lines[this.#line++] ?? "";
      if (line.trim() === ".") break;
      text.push(line);
    }
    if (this.#symbol === undefined) return;
    const id = this.#id ?? this.#previous() + 1;
    this.#last.set(this.#facilityName, id);
    // Bits 31 and 30 are the severity, 27 to 16 the facility.
    const code = ((this.#severity.value << 30) | ((this.#facility.value & 0xfff) << 16) | (id & 0xffff)) >>> 0;
    const number = `0x${code.toString(16).toUpperCase().padStart(8, "0")}L`;
    this.#out.push(...text.map((line) => `// ${line.replace(/[\\\s]+$/, "")}`));
    this.#out.push(`#define ${this.#symbol} ${this.#type === "" ? number : `((${this.#type})${number})`}`);
    this.#id = undefined;
    this.#symbol = undefined;
  }

  #names(value: string, names: Map<string, NamedNumber>): void {
    for (const [, name = "", number = "", macro] of value.matchAll(/(\w+)\s*=\s*(\w+)(?:\s*:\s*(\w+))?/g)) {
      names.set(name.toLowerCase(), { value: Number(number), ...(macro === undefined ? {} : { macro }) });
      if (macro !== undefined) this.#out.push(`#define ${macro} 0x${Number(number).toString(16).toUpperCase()}`);
    }
  }

  #named(value: string, names: ReadonlyMap<string, NamedNumber>, kind: string): NamedNumber | undefined {
    const found = names.get(value.toLowerCase());
    if (!found) this.#problem(`no ${kind} is called '${value}'`);
    return found;
  }

  #problem(message: string): void {
    this.#problems.push({ line: this.#line, message });
  }
}
