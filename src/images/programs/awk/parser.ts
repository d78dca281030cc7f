import { compilePattern } from "../patterns.js";
import { readTokens, syntaxError, type Token } from "./lexer.js";
import type { AwkFunction, AwkProgram, Expression, Rule, Statement, Target, Variable } from "./syntax.js";

/** Parses an awk program. Throws Failure in busybox's words. */
export function parseAwk(source: string): AwkProgram {
  return new AwkParser(readTokens(source)).parse();
}

const assignments = ["=", "+=", "-=", "*=", "/=", "%=", "^="];
const comparisons = ["<", "<=", "==", "!=", ">", ">="];
const depthMax = 400;

/** What an expression may not contain here, because the sign means something else. */
interface Context {
  /** In print without parentheses, `>` redirects. */
  readonly noGreater: boolean;
  readonly noIn: boolean;
}

const anywhere: Context = { noGreater: false, noIn: false };

class AwkParser {
  readonly #tokens: readonly Token[];
  #at = 0;
  #depth = 0;
  #parameters: readonly string[] = [];
  readonly #calls: Token[] = [];

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  parse(): AwkProgram {
    const begin: Statement[] = [];
    const end: Statement[] = [];
    const rules: Rule[] = [];
    const functions = new Map<string, AwkFunction>();
    for (;;) {
      this.#skipTerminators();
      if (this.#peek().kind === "end") break;
      if (this.#isKeyword("function") || this.#isKeyword("func")) {
        const parsed = this.#function();
        functions.set(parsed.name, parsed);
      } else if (this.#isKeyword("BEGIN") || this.#isKeyword("END")) {
        const list = this.#next().text === "BEGIN" ? begin : end;
        this.#skipNewlines();
        list.push(this.#block());
      } else rules.push(this.#rule());
    }
    for (const call of this.#calls) {
      if (!functions.has(call.text)) throw syntaxError(call.line, "Call to undefined function");
    }
    return { begin, rules, end, functions };
  }

  #peek(ahead = 0): Token {
    const token = this.#tokens[Math.min(this.#at + ahead, this.#tokens.length - 1)];
    if (!token) throw new Error("an awk program has an end token");
    return token;
  }

  #next(): Token {
    const token = this.#peek();
    this.#at += 1;
    return token;
  }

  #fail(): Error {
    const token = this.#peek();
    return syntaxError(token.line, "Unexpected token");
  }

  #is(operator: string): boolean {
    const token = this.#peek();
    return token.kind === "operator" && token.text === operator;
  }

  #isKeyword(word: string): boolean {
    const token = this.#peek();
    return token.kind === "keyword" && token.text === word;
  }

  #accept(operator: string): boolean {
    if (!this.#is(operator)) return false;
    this.#at += 1;
    return true;
  }

  #expect(operator: string): void {
    if (!this.#accept(operator)) throw this.#fail();
  }

  #skipNewlines(): void {
    while (this.#peek().kind === "newline") this.#at += 1;
  }

  #skipTerminators(): void {
    while (this.#peek().kind === "newline" || this.#is(";")) this.#at += 1;
  }

  #function(): AwkFunction {
    this.#next();
    const name = this.#next();
    if (name.kind !== "call" && name.kind !== "name") throw syntaxError(name.line, "Unexpected token");
    this.#expect("(");
    const parameters: string[] = [];
    while (!this.#accept(")")) {
      const parameter = this.#next();
      if (parameter.kind !== "name") throw syntaxError(parameter.line, "Unexpected token");
      parameters.push(parameter.text);
      if (!this.#is(")")) this.#expect(",");
      this.#skipNewlines();
    }
    this.#parameters = parameters;
    this.#skipNewlines();
    const body = this.#block();
    this.#parameters = [];
    return { name: name.text, parameters, body };
  }

  #rule(): Rule {
    if (this.#is("{")) return { pattern: null, until: null, action: this.#block() };
    const pattern = this.#expression();
    let until: Expression | null = null;
    if (this.#accept(",")) {
      this.#skipNewlines();
      until = this.#expression();
    }
    return { pattern, until, action: this.#is("{") ? this.#block() : null };
  }

  #block(): Statement {
    this.#expect("{");
    const body: Statement[] = [];
    for (;;) {
      this.#skipTerminators();
      if (this.#accept("}")) return { kind: "block", body };
      if (this.#peek().kind === "end") throw this.#fail();
      body.push(this.#statement());
    }
  }

  /** A statement that stands alone ends at a newline, a semicolon or before a brace. */
  #terminated(statement: Statement): Statement {
    if (this.#accept(";") || this.#is("}")) return statement;
    const { kind } = this.#peek();
    if (kind === "newline") this.#at += 1;
    else if (kind !== "end") throw this.#fail();
    return statement;
  }

  #body(): Statement {
    this.#skipNewlines();
    if (this.#accept(";")) return { kind: "block", body: [] };
    return this.#statement();
  }

  #statement(): Statement {
    this.#depth += 1;
    if (this.#depth > depthMax) throw this.#fail();
    const statement = this.#anyStatement();
    this.#depth -= 1;
    return statement;
  }

  #anyStatement(): Statement {
    if (this.#is("{")) return this.#block();
    const token = this.#peek();
    if (token.kind !== "keyword") return this.#terminated(this.#simple());
    switch (token.text) {
      case "if":
        return this.#if();
      case "while": {
        this.#next();
        const test = this.#condition();
        return { kind: "while", test, body: this.#body() };
      }
      case "do":
        return this.#do();
      case "for":
        return this.#for();
      default:
        return this.#terminated(this.#simple());
    }
  }

  #condition(): Expression {
    this.#expect("(");
    const test = this.#expression();
    this.#expect(")");
    return test;
  }

  #if(): Statement {
    this.#next();
    const test = this.#condition();
    const yes = this.#body();
    const before = this.#at;
    this.#skipTerminators();
    if (!this.#isKeyword("else")) {
      this.#at = before;
      return { kind: "if", test, yes, no: null };
    }
    this.#next();
    return { kind: "if", test, yes, no: this.#body() };
  }

  #do(): Statement {
    this.#next();
    const body = this.#body();
    this.#skipTerminators();
    if (!this.#isKeyword("while")) throw this.#fail();
    this.#next();
    const test = this.#condition();
    return this.#terminated({ kind: "do", body, test });
  }

  #for(): Statement {
    this.#next();
    this.#expect("(");
    const [name, word, array, close] = [this.#peek(), this.#peek(1), this.#peek(2), this.#peek(3)];
    if (
      name.kind === "name" &&
      word.text === "in" &&
      word.kind === "keyword" &&
      array.kind === "name" &&
      close.text === ")"
    ) {
      this.#at += 4;
      return { kind: "forIn", variable: this.#variable(name), array: this.#variable(array), body: this.#body() };
    }
    const first = this.#is(";") ? null : this.#simple();
    this.#expect(";");
    this.#skipNewlines();
    const test = this.#is(";") ? null : this.#expression();
    this.#expect(";");
    this.#skipNewlines();
    const step = this.#is(")") ? null : this.#simple();
    this.#expect(")");
    return { kind: "for", first, test, step, body: this.#body() };
  }

  #simple(): Statement {
    const token = this.#peek();
    if (token.kind !== "keyword" || token.text === "getline") {
      return { kind: "expression", expression: this.#expression() };
    }
    this.#next();
    switch (token.text) {
      case "print":
      case "printf":
        return this.#print(token.text === "printf");
      case "break":
      case "continue":
      case "next":
      case "nextfile":
        return { kind: "jump", to: token.text };
      case "exit":
        return { kind: "exit", status: this.#endsHere() ? null : this.#expression() };
      case "return":
        return { kind: "return", value: this.#endsHere() ? null : this.#expression() };
      case "delete":
        return this.#delete();
      default:
        this.#at -= 1;
        throw this.#fail();
    }
  }

  #endsHere(): boolean {
    const { kind } = this.#peek();
    return kind === "newline" || kind === "end" || this.#is(";") || this.#is("}");
  }

  #delete(): Statement {
    const name = this.#next();
    if (name.kind !== "name") throw syntaxError(name.line, "Unexpected token");
    const subscripts = this.#accept("[") ? this.#list("]") : null;
    return { kind: "delete", array: this.#variable(name), subscripts };
  }

  #print(formatted: boolean): Statement {
    let args: readonly Expression[] = [];
    const context: Context = { noGreater: true, noIn: false };
    if (!this.#endsHere() && !this.#is(">") && !this.#is(">>") && !this.#is("|")) {
      const first = this.#expression(context);
      if (first.kind === "group") args = first.items;
      else {
        const list: Expression[] = [first];
        while (this.#accept(",")) {
          this.#skipNewlines();
          list.push(this.#expression(context));
        }
        args = list;
      }
    }
    if (formatted && args.length === 0) throw this.#fail();
    for (const operator of [">", ">>", "|"] as const) {
      if (!this.#accept(operator)) continue;
      const target = this.#concatenation({ noGreater: true, noIn: true });
      return { kind: "print", formatted, args, redirect: { operator, target } };
    }
    return { kind: "print", formatted, args, redirect: null };
  }

  /** Expressions up to a closing sign. */
  #list(close: string): Expression[] {
    const items: Expression[] = [];
    this.#skipNewlines();
    while (!this.#accept(close)) {
      items.push(this.#expression());
      this.#skipNewlines();
      if (!this.#is(close)) {
        this.#expect(",");
        this.#skipNewlines();
      }
    }
    return items;
  }

  #variable(token: Token): Variable {
    return { kind: "variable", name: token.text, slot: this.#parameters.indexOf(token.text) };
  }

  #expression(context: Context = anywhere): Expression {
    this.#depth += 1;
    if (this.#depth > depthMax) throw this.#fail();
    const expression = this.#assignment(context);
    this.#depth -= 1;
    return expression;
  }

  #assignment(context: Context): Expression {
    const left = this.#ternary(context);
    const token = this.#peek();
    if (token.kind !== "operator" || !assignments.includes(token.text) || !isTarget(left)) return left;
    this.#next();
    this.#skipNewlines();
    return { kind: "assign", operator: token.text, target: left, value: this.#expression(context) };
  }

  #ternary(context: Context): Expression {
    const test = this.#or(context);
    if (!this.#accept("?")) return test;
    this.#skipNewlines();
    const yes = this.#expression(context);
    this.#skipNewlines();
    this.#expect(":");
    this.#skipNewlines();
    return { kind: "ternary", test, yes, no: this.#expression(context) };
  }

  #or(context: Context): Expression {
    let left = this.#and(context);
    while (this.#accept("||")) {
      this.#skipNewlines();
      left = { kind: "logical", operator: "||", left, right: this.#and(context) };
    }
    return left;
  }

  #and(context: Context): Expression {
    let left = this.#membership(context);
    while (this.#accept("&&")) {
      this.#skipNewlines();
      left = { kind: "logical", operator: "&&", left, right: this.#membership(context) };
    }
    return left;
  }

  #membership(context: Context): Expression {
    let left = this.#matching(context);
    while (!context.noIn && this.#isKeyword("in")) {
      this.#next();
      const name = this.#next();
      if (name.kind !== "name") throw syntaxError(name.line, "Unexpected token");
      left = { kind: "in", subscripts: left.kind === "group" ? left.items : [left], array: this.#variable(name) };
    }
    return left;
  }

  #matching(context: Context): Expression {
    let left = this.#comparison(context);
    while (this.#is("~") || this.#is("!~")) {
      const negated = this.#next().text === "!~";
      left = { kind: "match", negated, left, right: this.#comparison(context) };
    }
    return left;
  }

  #comparison(context: Context): Expression {
    const left = this.#piped(context);
    const token = this.#peek();
    if (token.kind !== "operator" || !comparisons.includes(token.text)) return left;
    if (context.noGreater && token.text === ">") return left;
    this.#next();
    return { kind: "binary", operator: token.text, left, right: this.#piped(context) };
  }

  /** `command | getline`. */
  #piped(context: Context): Expression {
    let left = this.#concatenation(context);
    while (this.#is("|") && this.#peek(1).kind === "keyword" && this.#peek(1).text === "getline") {
      this.#at += 2;
      left = { kind: "getline", from: "command", source: left, target: this.#optionalTarget() };
    }
    return left;
  }

  #optionalTarget(): Target | null {
    const { kind } = this.#peek();
    if (kind !== "name" && !this.#is("$")) return null;
    const target = this.#postfix();
    if (!isTarget(target)) throw this.#fail();
    return target;
  }

  #concatenation(context: Context): Expression {
    let left = this.#additive();
    while (this.#beginsOperand(context)) left = { kind: "binary", operator: " ", left, right: this.#additive() };
    return left;
  }

  #beginsOperand(context: Context): boolean {
    const token = this.#peek();
    switch (token.kind) {
      case "number":
      case "string":
      case "regex":
      case "name":
      case "call":
      case "builtin":
        return true;
      case "keyword":
        return token.text === "in" ? false : token.text === "getline" && !context.noGreater;
      case "operator":
        return ["$", "!", "(", "-", "+", "++", "--"].includes(token.text);
      default:
        return false;
    }
  }

  #additive(): Expression {
    let left = this.#multiplicative();
    while (this.#is("+") || this.#is("-")) {
      left = { kind: "binary", operator: this.#next().text, left, right: this.#multiplicative() };
    }
    return left;
  }

  #multiplicative(): Expression {
    let left = this.#unary();
    while (this.#is("*") || this.#is("/") || this.#is("%")) {
      left = { kind: "binary", operator: this.#next().text, left, right: this.#unary() };
    }
    return left;
  }

  #unary(): Expression {
    if (this.#is("!") || this.#is("-") || this.#is("+")) {
      const operator = this.#next().text;
      this.#depth += 1;
      if (this.#depth > depthMax) throw this.#fail();
      const operand = this.#unary();
      this.#depth -= 1;
      return { kind: "unary", operator, operand };
    }
    return this.#power();
  }

  #power(): Expression {
    const left = this.#postfix();
    if (!this.#accept("^")) return left;
    const right: Expression = this.#is("-") || this.#is("+") || this.#is("!") ? this.#unary() : this.#power();
    return { kind: "binary", operator: "^", left, right };
  }

  #postfix(): Expression {
    const operand = this.#primary();
    if (isTarget(operand)) {
      if (this.#accept("++")) return { kind: "step", by: 1, before: false, target: operand };
      if (this.#accept("--")) return { kind: "step", by: -1, before: false, target: operand };
    }
    return operand;
  }

  #primary(): Expression {
    const token = this.#next();
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
        if (this.#accept("[")) return { kind: "element", array: this.#variable(token), subscripts: this.#list("]") };
        return this.#variable(token);
      case "call":
        this.#calls.push(token);
        this.#expect("(");
        return { kind: "call", name: token.text, args: this.#list(")"), line: token.line };
      case "builtin":
        return { kind: "builtin", name: token.text, args: this.#accept("(") ? this.#list(")") : [], line: token.line };
      case "keyword":
        if (token.text === "getline") return this.#getline();
        break;
      case "operator":
        return this.#operatorPrimary(token);
      default:
        break;
    }
    this.#at -= 1;
    throw this.#fail();
  }

  #operatorPrimary(token: Token): Expression {
    switch (token.text) {
      case "$": {
        if (this.#is("++") || this.#is("--")) return { kind: "field", index: this.#primary() };
        if (this.#is("-") || this.#is("+") || this.#is("!")) return { kind: "field", index: this.#unary() };
        return { kind: "field", index: this.#primary() };
      }
      case "++":
      case "--": {
        const target = this.#primary();
        if (!isTarget(target)) throw this.#fail();
        return { kind: "step", by: token.text === "++" ? 1 : -1, before: true, target };
      }
      case "(": {
        const items = this.#list(")");
        const [first] = items;
        if (!first) throw this.#fail();
        // Parentheses keep a bare assignment target from being one: `(a)++` is none.
        return items.length === 1 ? first : { kind: "group", items };
      }
      default:
        this.#at -= 1;
        throw this.#fail();
    }
  }

  #getline(): Expression {
    const target = this.#optionalTarget();
    if (!this.#accept("<")) return { kind: "getline", from: "main", source: null, target };
    return { kind: "getline", from: "file", source: this.#postfix(), target };
  }
}

function isTarget(expression: Expression): expression is Target {
  return expression.kind === "variable" || expression.kind === "field" || expression.kind === "element";
}
