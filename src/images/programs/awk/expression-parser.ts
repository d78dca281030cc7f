import { compilePattern } from "../patterns.js";
import type { Token } from "./lexer.js";
import type { Expression, Target, Variable } from "./syntax.js";
import type { TokenCursor } from "./token-cursor.js";

const assignments = ["=", "+=", "-=", "*=", "/=", "%=", "^="];
const comparisons = ["<", "<=", "==", "!=", ">", ">="];

/** What an expression may not contain here, because the sign means something else. */
export interface Context {
  /** In print without parentheses, `>` redirects. */
  readonly noGreater: boolean;
  readonly noIn: boolean;
}

const anywhere: Context = { noGreater: false, noIn: false };

/** Parses expressions: a method for each level of what binds how tightly, the loosest first. */
export class ExpressionParser {
  readonly #tokens: TokenCursor;
  /** Calls of functions of the program, which may be defined later. */
  readonly calls: Token[] = [];
  /** Parameters of the function that is parsed. */
  parameters: readonly string[] = [];

  constructor(tokens: TokenCursor) {
    this.#tokens = tokens;
  }

  /** Expressions up to a closing sign. */
  list(close: string): Expression[] {
    const items: Expression[] = [];
    this.#tokens.skipNewlines();
    while (!this.#tokens.accept(close)) {
      items.push(this.expression());
      this.#tokens.skipNewlines();
      if (!this.#tokens.is(close)) {
        this.#tokens.expect(",");
        this.#tokens.skipNewlines();
      }
    }
    return items;
  }

  variable(token: Token): Variable {
    return { kind: "variable", name: token.text, slot: this.parameters.indexOf(token.text) };
  }

  expression(context: Context = anywhere): Expression {
    return this.#tokens.nested(() => this.#assignment(context));
  }

  #assignment(context: Context): Expression {
    const left = this.#ternary(context);
    const token = this.#tokens.peek();
    if (token.kind !== "operator" || !assignments.includes(token.text) || !isTarget(left)) return left;
    this.#tokens.next();
    this.#tokens.skipNewlines();
    return { kind: "assign", operator: token.text, target: left, value: this.expression(context) };
  }

  #ternary(context: Context): Expression {
    const test = this.#or(context);
    if (!this.#tokens.accept("?")) return test;
    this.#tokens.skipNewlines();
    const yes = this.expression(context);
    this.#tokens.skipNewlines();
    this.#tokens.expect(":");
    this.#tokens.skipNewlines();
    return { kind: "ternary", test, yes, no: this.expression(context) };
  }

  #or(context: Context): Expression {
    let left = this.#and(context);
    while (this.#tokens.accept("||")) {
      this.#tokens.skipNewlines();
      left = { kind: "logical", operator: "||", left, right: this.#and(context) };
    }
    return left;
  }

  #and(context: Context): Expression {
    let left = this.#membership(context);
    while (this.#tokens.accept("&&")) {
      this.#tokens.skipNewlines();
      left = { kind: "logical", operator: "&&", left, right: this.#membership(context) };
    }
    return left;
  }

  #membership(context: Context): Expression {
    let left = this.#matching(context);
    while (!context.noIn && this.#tokens.isKeyword("in")) {
      this.#tokens.next();
      const array = this.variable(this.#tokens.name());
      left = { kind: "in", subscripts: left.kind === "group" ? left.items : [left], array };
    }
    return left;
  }

  #matching(context: Context): Expression {
    let left = this.#comparison(context);
    while (this.#tokens.is("~") || this.#tokens.is("!~")) {
      const negated = this.#tokens.next().text === "!~";
      left = { kind: "match", negated, left, right: this.#comparison(context) };
    }
    return left;
  }

  #comparison(context: Context): Expression {
    const left = this.#piped(context);
    const token = this.#tokens.peek();
    if (token.kind !== "operator" || !comparisons.includes(token.text)) return left;
    if (context.noGreater && token.text === ">") return left;
    this.#tokens.next();
    return { kind: "binary", operator: token.text, left, right: this.#piped(context) };
  }

  /** `command | getline`. */
  #piped(context: Context): Expression {
    let left = this.concatenation(context);
    while (this.#tokens.is("|") && this.#tokens.isKeyword("getline", 1)) {
      this.#tokens.skip(2);
      left = { kind: "getline", from: "command", source: left, target: this.#optionalTarget() };
    }
    return left;
  }

  #optionalTarget(): Target | null {
    const { kind } = this.#tokens.peek();
    if (kind !== "name" && !this.#tokens.is("$")) return null;
    const target = this.#postfix();
    if (!isTarget(target)) throw this.#tokens.unexpected();
    return target;
  }

  concatenation(context: Context): Expression {
    let left = this.#additive();
    while (this.#beginsOperand(context)) left = { kind: "binary", operator: " ", left, right: this.#additive() };
    return left;
  }

  #beginsOperand(context: Context): boolean {
    const token = this.#tokens.peek();
    switch (token.kind) {
      case "number":
      case "string":
      case "regex":
      case "name":
      case "call":
      case "builtin":
        return true;
      case "keyword":
        return token.text === "getline" && !context.noGreater;
      case "operator":
        return ["$", "!", "(", "-", "+", "++", "--"].includes(token.text);
      default:
        return false;
    }
  }

  #additive(): Expression {
    let left = this.#multiplicative();
    while (this.#tokens.is("+") || this.#tokens.is("-")) {
      left = { kind: "binary", operator: this.#tokens.next().text, left, right: this.#multiplicative() };
    }
    return left;
  }

  #multiplicative(): Expression {
    let left = this.#unary();
    while (this.#tokens.is("*") || this.#tokens.is("/") || this.#tokens.is("%")) {
      left = { kind: "binary", operator: this.#tokens.next().text, left, right: this.#unary() };
    }
    return left;
  }

  #unary(): Expression {
    if (this.#beginsUnary()) {
      const operator = this.#tokens.next().text;
      return { kind: "unary", operator, operand: this.#tokens.nested(() => this.#unary()) };
    }
    return this.#power();
  }

  #beginsUnary(): boolean {
    return this.#tokens.is("!") || this.#tokens.is("-") || this.#tokens.is("+");
  }

  #power(): Expression {
    const left = this.#postfix();
    if (!this.#tokens.accept("^")) return left;
    return { kind: "binary", operator: "^", left, right: this.#beginsUnary() ? this.#unary() : this.#power() };
  }

  #postfix(): Expression {
    const operand = this.#primary();
    if (isTarget(operand)) {
      if (this.#tokens.accept("++")) return { kind: "step", by: 1, before: false, target: operand };
      if (this.#tokens.accept("--")) return { kind: "step", by: -1, before: false, target: operand };
    }
    return operand;
  }

  #primary(): Expression {
    const token = this.#tokens.next();
    switch (token.kind) {
      case "number":
        return { kind: "number", value: Number(token.text) };
      case "string":
        return { kind: "string", value: token.text };
      case "regex":
        // A bad one is an error before anything runs.
        compilePattern(token.text, { extended: true });
        return { kind: "regex", source: token.text };
      case "name":
        if (this.#tokens.accept("["))
          return { kind: "element", array: this.variable(token), subscripts: this.list("]") };
        return this.variable(token);
      case "call":
        this.calls.push(token);
        this.#tokens.expect("(");
        return { kind: "call", name: token.text, args: this.list(")"), line: token.line };
      case "builtin":
        return {
          kind: "builtin",
          name: token.text,
          args: this.#tokens.accept("(") ? this.list(")") : [],
          line: token.line,
        };
      case "keyword":
        if (token.text === "getline") return this.#getline();
        break;
      case "operator":
        return this.#operatorPrimary(token);
      default:
        break;
    }
    throw this.#tokens.unexpected(token);
  }

  #operatorPrimary(token: Token): Expression {
    switch (token.text) {
      case "$":
        return { kind: "field", index: this.#beginsUnary() ? this.#unary() : this.#primary() };
      case "++":
      case "--": {
        const target = this.#primary();
        if (!isTarget(target)) throw this.#tokens.unexpected();
        return { kind: "step", by: token.text === "++" ? 1 : -1, before: true, target };
      }
      case "(": {
        const items = this.list(")");
        const [first] = items;
        if (!first) throw this.#tokens.unexpected();
        return items.length === 1 ? first : { kind: "group", items };
      }
      default:
        throw this.#tokens.unexpected(token);
    }
  }

  #getline(): Expression {
    const target = this.#optionalTarget();
    if (!this.#tokens.accept("<")) return { kind: "getline", from: "main", source: null, target };
    return { kind: "getline", from: "file", source: this.#postfix(), target };
  }
}

function isTarget(expression: Expression): expression is Target {
  return expression.kind === "variable" || expression.kind === "field" || expression.kind === "element";
}
