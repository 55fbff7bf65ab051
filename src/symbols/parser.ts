// SPDX-License-Identifier: MIT
/**
 * Recursive-descent parser for C expressions with the C++ additions a driver developer types (`::`, `this`, named casts) and the
 * display suffixes of Visual Studio (`,x`, `,[16]`). It knows no symbols: `isTypeName` is its only question to them.
 */

import type { AssignmentOperator, BinaryOperator, CallArgument, Expression, ParsedExpression, UnaryOperator } from "./ast.ts";
import { EvaluationError } from "./evaluation-error.ts";
import { TokenStream } from "./token-stream.ts";
import { parseTypeName, qualifiedNameAt, startsType } from "./type-parser.ts";
import type { IsTypeName } from "./type-parser.ts";
import type { FormatSuffix } from "./value.ts";

const binaryPrecedence: Readonly<Record<BinaryOperator, number>> = {
  "*": 10,
  "/": 10,
  "%": 10,
  "+": 9,
  "-": 9,
  "<<": 8,
  ">>": 8,
  "<": 7,
  ">": 7,
  "<=": 7,
  ">=": 7,
  "==": 6,
  "!=": 6,
  "&": 5,
  "^": 4,
  "|": 3,
  "&&": 2,
  "||": 1,
};
const assignmentOperators: readonly AssignmentOperator[] = ["=", "*=", "/=", "%=", "+=", "-=", "<<=", ">>=", "&=", "^=", "|="];
const unaryOperators: readonly UnaryOperator[] = ["+", "-", "!", "~", "*", "&"];
const formats: readonly FormatSuffix[] = ["x", "d", "b", "o", "c", "s", "su", "h"];
const namedCasts = new Set(["static_cast", "reinterpret_cast", "const_cast"]);
const alignWords = new Set(["_Alignof", "alignof", "__alignof"]);
/** Nesting beyond this is a mistake and would exhaust our own stack. */
const maxDepth = 200;

/**
 * Parses `text`. `isTypeName` tells names of types from names of values, which the grammar of casts needs; without it only
 * keywords and unambiguous casts are known. @throws EvaluationError with the column
 */
export function parseExpression(text: string, isTypeName: IsTypeName = () => false): ParsedExpression {
  return new Parser(text, isTypeName).parse();
}

class Parser {
  readonly #text: string;
  readonly #tokens: TokenStream;
  readonly #isTypeName: IsTypeName;
  #depth = 0;

  constructor(text: string, isTypeName: IsTypeName) {
    this.#text = text;
    this.#tokens = new TokenStream(text);
    this.#isTypeName = isTypeName;
  }

  parse(): ParsedExpression {
    if (this.#tokens.peek().kind === "end") throw new EvaluationError("Expression is empty", 1);
    let expression = this.#assignment();
    while (this.#tokens.isPunctuator(",")) {
      const { column: comma } = this.#tokens.peek();
      const suffixes = this.#suffixes();
      if (suffixes) return { text: this.#text.slice(0, comma - 1).trim(), expression, ...suffixes };
      const { column } = this.#tokens.next();
      expression = { kind: "comma", column, first: expression, second: this.#assignment() };
    }
    if (this.#tokens.peek().kind !== "end") this.#tokens.fail("Expected an operator or the end");
    return { text: this.#text.trim(), expression, format: undefined, elementCount: undefined };
  }

  /** Display suffixes up to the end; undefined, with nothing consumed, when the comma is an operator. */
  #suffixes(): Pick<ParsedExpression, "format" | "elementCount"> | undefined {
    const start = this.#tokens.position;
    let format: FormatSuffix | undefined;
    let elementCount: Expression | undefined;
    while (this.#tokens.accept(",")) {
      const token = this.#tokens.peek();
      const known = formats.find((candidate) => token.kind === "identifier" && candidate === token.text);
      if (this.#tokens.accept("[")) {
        elementCount = this.#expression();
        this.#tokens.expect("]");
      } else if (token.kind === "integer" && !/[xX]/.test(token.text)) {
        this.#tokens.next();
        elementCount = { kind: "integer", column: token.column, value: token.value, type: token.type };
      } else if (known !== undefined) {
        this.#tokens.next();
        format = known;
      } else {
        break;
      }
    }
    if (this.#tokens.peek().kind === "end" && (format ?? elementCount) !== undefined) return { format, elementCount };
    this.#tokens.rewind(start);
    return undefined;
  }

  #expression(): Expression {
    let expression = this.#assignment();
    while (this.#tokens.isPunctuator(",")) {
      const { column } = this.#tokens.next();
      expression = { kind: "comma", column, first: expression, second: this.#assignment() };
    }
    return expression;
  }

  #assignment(): Expression {
    if (++this.#depth > maxDepth) throw new EvaluationError("Expression is nested too deeply", this.#tokens.peek().column);
    const target = this.#conditional();
    const token = this.#tokens.peek();
    const operator = assignmentOperators.find((candidate) => this.#tokens.isPunctuator(candidate));
    let result = target;
    if (operator !== undefined) {
      this.#tokens.next();
      result = { kind: "assign", column: token.column, operator, target, value: this.#assignment() };
    }
    this.#depth--;
    return result;
  }

  #conditional(): Expression {
    const condition = this.#binary(1);
    if (!this.#tokens.isPunctuator("?")) return condition;
    const { column } = this.#tokens.next();
    const whenTrue = this.#expression();
    this.#tokens.expect(":");
    return { kind: "conditional", column, condition, whenTrue, otherwise: this.#assignment() };
  }

  #binaryOperator(): BinaryOperator | undefined {
    const token = this.#tokens.peek();
    if (token.kind !== "punctuator" || !Object.hasOwn(binaryPrecedence, token.text)) return undefined;
    return binaryOperators.find((operator) => operator === token.text);
  }

  #binary(minimum: number): Expression {
    let left = this.#unary();
    for (;;) {
      const operator = this.#binaryOperator();
      if (operator === undefined || binaryPrecedence[operator] < minimum) return left;
      const { column } = this.#tokens.next();
      left = { kind: "binary", column, operator, left, right: this.#binary(binaryPrecedence[operator] + 1) };
    }
  }

  #unary(): Expression {
    if (++this.#depth > maxDepth) throw new EvaluationError("Expression is nested too deeply", this.#tokens.peek().column);
    const result = this.#prefixed();
    this.#depth--;
    return result;
  }

  #prefixed(): Expression {
    const token = this.#tokens.peek();
    if (token.kind === "punctuator") {
      const operator = unaryOperators.find((candidate) => candidate === token.text);
      if (operator !== undefined) {
        this.#tokens.next();
        return { kind: "unary", column: token.column, operator, operand: this.#unary() };
      }
      if (token.text === "++" || token.text === "--") {
        this.#tokens.next();
        return { kind: "step", column: token.column, operator: token.text, isPrefix: true, operand: this.#unary() };
      }
      if (token.text === "(" && this.#isCast()) return this.#cast(token.column);
    }
    if (this.#tokens.isKeyword("sizeof")) return this.#sizeof(token.column);
    return this.#postfix(this.#primary());
  }

  /** Whether the parenthesis opens a cast: a known type, or a name that nothing but a cast could be. */
  #isCast(): boolean {
    const tokens = this.#tokens;
    if (startsType(tokens, this.#isTypeName, 1)) return true;
    if (tokens.peek(1).kind !== "identifier") return false;
    let after = 1 + qualifiedNameAt(tokens, 1).length;
    const stars = after;
    while (tokens.isPunctuator("*", after) || tokens.isKeyword("const", after) || tokens.isKeyword("volatile", after)) after++;
    if (!tokens.isPunctuator(")", after)) return false;
    if (after > stars) return true;
    const following = tokens.peek(after + 1);
    if (following.kind === "punctuator") return following.text === "~" || following.text === "!";
    return following.kind !== "end";
  }

  #cast(column: number): Expression {
    this.#tokens.expect("(");
    const type = parseTypeName(this.#tokens, this.#isTypeName, true);
    this.#tokens.expect(")");
    if (this.#tokens.isPunctuator("{")) this.#tokens.fail("Compound literals are not supported; expected an operand");
    return { kind: "cast", column, type, operand: this.#unary() };
  }

  #sizeof(column: number): Expression {
    this.#tokens.next();
    if (this.#tokens.isPunctuator("(") && startsType(this.#tokens, this.#isTypeName, 1)) {
      this.#tokens.next();
      const type = parseTypeName(this.#tokens, this.#isTypeName);
      this.#tokens.expect(")");
      return { kind: "sizeofType", column, type };
    }
    return { kind: "sizeof", column, operand: this.#unary() };
  }

  #postfix(start: Expression): Expression {
    let object = start;
    for (;;) {
      const token = this.#tokens.peek();
      if (token.kind !== "punctuator") return object;
      const { column, text } = token;
      if (text === "[") {
        this.#tokens.next();
        const index = this.#expression();
        this.#tokens.expect("]");
        object = { kind: "index", column, object, index };
      } else if (text === "(") {
        object = { kind: "call", column, callee: object, arguments: this.#callArguments() };
      } else if (text === "." || text === "->") {
        this.#tokens.next();
        object = { kind: "member", column, object, name: this.#memberName(), isArrow: text === "->" };
      } else if (text === "++" || text === "--") {
        this.#tokens.next();
        object = { kind: "step", column, operator: text, isPrefix: false, operand: object };
      } else if (text === "::") {
        object = this.#fileQualified(object);
      } else {
        return object;
      }
    }
  }

  #memberName(): string {
    if (this.#tokens.peek().kind !== "identifier") this.#tokens.fail("Expected the name of a member");
    const { name, length } = qualifiedNameAt(this.#tokens);
    // In `file.c::name` the `::` belongs to the file, not to the member.
    this.#tokens.next();
    if (length > 1 && !/^[ch](c|h|pp|xx)?(::|$)/i.test(name)) {
      for (let i = 1; i < length; i++) this.#tokens.next();
      return name;
    }
    return name.split("::")[0] ?? name;
  }

  /** `ring.c::Count`, which reads as member access up to the `::`. */
  #fileQualified(file: Expression): Expression {
    const { column } = this.#tokens.next();
    const qualifier = dottedName(file);
    if (qualifier === undefined) throw new EvaluationError(`Expected a file or scope name before "::" at column ${column}`, column);
    const name = this.#tokens.peek();
    if (name.kind !== "identifier") this.#tokens.fail('Expected a name after "::"');
    this.#tokens.next();
    return { kind: "name", column: file.column, qualifier, name: name.text };
  }

  #callArguments(): CallArgument[] {
    this.#tokens.expect("(");
    const list: CallArgument[] = [];
    while (!this.#tokens.isPunctuator(")")) {
      if (startsType(this.#tokens, this.#isTypeName)) list.push({ kind: "type", type: parseTypeName(this.#tokens, this.#isTypeName) });
      else list.push({ kind: "expression", expression: this.#assignment() });
      if (!this.#tokens.accept(",")) break;
    }
    this.#tokens.expect(")");
    return list;
  }

  #primary(): Expression {
    const token = this.#tokens.peek();
    const { column } = token;
    switch (token.kind) {
      case "integer":
      case "character":
      case "float":
        this.#tokens.next();
        return token;
      case "string":
        return this.#string(column);
      case "pseudo":
        this.#tokens.next();
        return { kind: "pseudo", column, name: token.text.slice(1) };
      case "identifier":
        return this.#name(column);
      default:
        break;
    }
    if (this.#tokens.accept("(")) {
      const inner = this.#expression();
      this.#tokens.expect(")");
      return inner;
    }
    if (this.#tokens.isPunctuator("::") && this.#tokens.peek(1).kind === "identifier") {
      this.#tokens.next();
      return this.#qualified(column, true);
    }
    return this.#tokens.fail("Expected an expression");
  }

  #name(column: number): Expression {
    const { text } = this.#tokens.peek();
    if (namedCasts.has(text) && this.#tokens.isPunctuator("<", 1)) {
      this.#tokens.next();
      this.#tokens.expect("<");
      const type = parseTypeName(this.#tokens, this.#isTypeName, true);
      this.#tokens.expect(">");
      this.#tokens.expect("(");
      const operand = this.#expression();
      this.#tokens.expect(")");
      return { kind: "cast", column, type, operand };
    }
    if (alignWords.has(text)) throw new EvaluationError(`"${text}" is not supported`, column);
    if (startsType(this.#tokens, this.#isTypeName)) throw new EvaluationError(`"${text}" at column ${column} is a type; expected a value`, column);
    return this.#qualified(column, false);
  }

  #qualified(column: number, isGlobal: boolean): Expression {
    const { name, length } = qualifiedNameAt(this.#tokens);
    for (let i = 0; i < length; i++) this.#tokens.next();
    const cut = name.lastIndexOf("::");
    const qualifier = cut >= 0 ? name.slice(0, cut) : isGlobal ? "" : undefined;
    return { kind: "name", column, qualifier, name: cut >= 0 ? name.slice(cut + 2) : name };
  }

  /** Adjacent literals join; `"my-ring.c"::name` is a name qualified by a file. */
  #string(column: number): Expression {
    let value = "";
    let isWide = false;
    for (let token = this.#tokens.peek(); token.kind === "string"; token = this.#tokens.peek()) {
      value += token.value;
      isWide ||= token.isWide;
      this.#tokens.next();
    }
    const name = this.#tokens.peek(1);
    if (this.#tokens.isPunctuator("::") && name.kind === "identifier") {
      this.#tokens.next();
      this.#tokens.next();
      return { kind: "name", column, qualifier: value, name: name.text };
    }
    return { kind: "string", column, value, isWide };
  }
}

const binaryOperators: readonly BinaryOperator[] = ["*", "/", "%", "+", "-", "<<", ">>", "<", ">", "<=", ">=", "==", "!=", "&", "^", "|", "&&", "||"];

function dottedName(expression: Expression): string | undefined {
  if (expression.kind === "name") return expression.qualifier === undefined ? expression.name : undefined;
  if (expression.kind !== "member" || expression.isArrow) return undefined;
  const object = dottedName(expression.object);
  return object === undefined ? undefined : `${object}.${expression.name}`;
}
