// SPDX-License-Identifier: MIT
/**
 * Source text as clang takes it: UTF-8. Visual C++ reads UTF-16 with a byte order mark and, without one, text in a code page, whose narrow literals keep
 * their bytes. So UTF-16 is converted as a whole; in other text that is no UTF-8, wide literals are converted from Windows-1252 and everything else stays.
 */
const backslash = 0x5c;
const newline = 0x0a;
const quote = { double: 0x22, single: 0x27 } as const;
const slash = 0x2f;
const star = 0x2a;
/** Instead of a backslash that is the second half of a character of two bytes: it must not continue a comment on the next line. */
const harmless = 0x3f;

/** `bytes` of a source or header, ready for the compiler; the same array when nothing needs to change. Line breaks stay where they are. */
export function compilerText(bytes: Uint8Array): Uint8Array {
  const utf16 = utf16Label(bytes);
  if (utf16 !== undefined) return new TextEncoder().encode(new TextDecoder(utf16).decode(bytes));
  return isUtf8(bytes) ? bytes : new LegacyText(bytes).convert();
}

function utf16Label(bytes: Uint8Array): "utf-16le" | "utf-16be" | undefined {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return "utf-16le";
  return bytes[0] === 0xfe && bytes[1] === 0xff ? "utf-16be" : undefined;
}

function isUtf8(bytes: Uint8Array): boolean {
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}

type Place = "code" | "line comment" | "block comment" | "narrow" | "wide";

/** Text in a code page. */
class LegacyText {
  readonly #bytes: Uint8Array;
  readonly #out: number[] = [];
  readonly #decoder = new TextDecoder("windows-1252");
  #place: Place = "code";
  /** What ends the literal. */
  #end = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  convert(): Uint8Array {
    for (let i = 0; i < this.#bytes.length; i++) {
      const byte = this.#at(i);
      if (this.#place === "code") this.#inCode(byte, i);
      else if (this.#place === "narrow" || this.#place === "wide") i = this.#inLiteral(byte, i);
      else this.#inComment(byte, i);
    }
    return Uint8Array.from(this.#out);
  }

  #at(index: number): number {
    return this.#bytes[index] ?? 0;
  }

  #inCode(byte: number, i: number): void {
    if (byte === quote.double || byte === quote.single) {
      this.#place = this.#isWide(i) ? "wide" : "narrow";
      this.#end = byte;
    } else if (byte === slash && this.#at(i + 1) === slash) this.#place = "line comment";
    else if (byte === slash && this.#at(i + 1) === star) this.#place = "block comment";
    this.#out.push(byte);
  }

  /** L, u or U right before the quote, and no identifier that ends in it. */
  #isWide(i: number): boolean {
    const prefix = String.fromCharCode(this.#at(i - 1));
    return /[LuU]/.test(prefix) && !/\w/.test(String.fromCharCode(this.#at(i - 2)));
  }

  #inLiteral(byte: number, i: number): number {
    if (byte === backslash) {
      this.#out.push(byte, this.#at(i + 1));
      return i + 1;
    }
    if (byte === this.#end || byte === newline) this.#place = "code";
    if (byte < 0x80 || this.#place !== "wide") this.#out.push(byte);
    else this.#out.push(...new TextEncoder().encode(this.#decoder.decode(Uint8Array.of(byte))));
    return i;
  }

  #inComment(byte: number, i: number): void {
    const isHalf = byte === backslash && this.#at(i - 1) >= 0x80;
    this.#out.push(isHalf ? harmless : byte);
    if (this.#place === "line comment") {
      if (byte === newline && !this.#isContinued(i)) this.#place = "code";
    } else if (byte === slash && this.#at(i - 1) === star && this.#at(i - 2) !== slash) this.#place = "code";
  }

  #isContinued(newlineAt: number): boolean {
    const last = this.#at(newlineAt - 1) === 0x0d ? newlineAt - 2 : newlineAt - 1;
    return this.#at(last) === backslash && this.#at(last - 1) < 0x80;
  }
}
