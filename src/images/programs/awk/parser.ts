import { type Context, ExpressionParser } from "./expression-parser.js";
import { readTokens, syntaxError } from "./lexer.js";
import type { AwkFunction, AwkProgram, Expression, Rule, Statement } from "./syntax.js";
import { TokenCursor } from "./token-cursor.js";

/** Parses an awk program. Throws Failure in busybox's words. */
export function parseAwk(source: string): AwkProgram {
  return new AwkParser(new TokenCursor(readTokens(source))).parse();
}

/** Parses rules, functions and statements. */
class AwkParser {
  readonly #tokens: TokenCursor;
  readonly #expressions: ExpressionParser;

  constructor(tokens: TokenCursor) {
    this.#tokens = tokens;
    this.#expressions = new ExpressionParser(tokens);
  }

  parse(): AwkProgram {
    const begin: Statement[] = [];
    const end: Statement[] = [];
    const rules: Rule[] = [];
    const functions = new Map<string, AwkFunction>();
    for (;;) {
      this.#tokens.skipTerminators();
      if (this.#tokens.peek().kind === "end") break;
      if (this.#tokens.isKeyword("function") || this.#tokens.isKeyword("func")) {
        const parsed = this.#function();
        functions.set(parsed.name, parsed);
      } else if (this.#tokens.isKeyword("BEGIN") || this.#tokens.isKeyword("END")) {
        const list = this.#tokens.next().text === "BEGIN" ? begin : end;
        this.#tokens.skipNewlines();
        list.push(this.#block());
      } else rules.push(this.#rule());
    }
    for (const call of this.#expressions.calls) {
      if (!functions.has(call.text)) throw syntaxError(call.line, "Call to undefined function");
    }
    return { begin, rules, end, functions };
  }

  #function(): AwkFunction {
    this.#tokens.next();
    const name = this.#tokens.next();
    if (name.kind !== "call" && name.kind !== "name") throw this.#tokens.unexpected(name);
    this.#tokens.expect("(");
    const parameters: string[] = [];
    while (!this.#tokens.accept(")")) {
      parameters.push(this.#tokens.name().text);
      if (!this.#tokens.is(")")) this.#tokens.expect(",");
      this.#tokens.skipNewlines();
    }
    this.#expressions.parameters = parameters;
    this.#tokens.skipNewlines();
    const body = this.#block();
    this.#expressions.parameters = [];
    return { name: name.text, parameters, body };
  }

  #rule(): Rule {
    if (this.#tokens.is("{")) return { pattern: null, until: null, action: this.#block() };
    const pattern = this.#expressions.expression();
    let until: Expression | null = null;
    if (this.#tokens.accept(",")) {
      this.#tokens.skipNewlines();
      until = this.#expressions.expression();
    }
    return { pattern, until, action: this.#tokens.is("{") ? this.#block() : null };
  }

  #block(): Statement {
    this.#tokens.expect("{");
    const body: Statement[] = [];
    for (;;) {
      this.#tokens.skipTerminators();
      if (this.#tokens.accept("}")) return { kind: "block", body };
      if (this.#tokens.peek().kind === "end") throw this.#tokens.unexpected();
      body.push(this.#statement());
    }
  }

  /** A statement that stands alone ends at a newline, a semicolon or before a brace. */
  #terminated(statement: Statement): Statement {
    if (this.#tokens.accept(";") || this.#tokens.is("}")) return statement;
    const { kind } = this.#tokens.peek();
    if (kind === "newline") this.#tokens.skip(1);
    else if (kind !== "end") throw this.#tokens.unexpected();
    return statement;
  }

  #body(): Statement {
    this.#tokens.skipNewlines();
    if (this.#tokens.accept(";")) return { kind: "block", body: [] };
    return this.#statement();
  }

  #statement(): Statement {
    return this.#tokens.nested(() => this.#anyStatement());
  }

  #anyStatement(): Statement {
    if (this.#tokens.is("{")) return this.#block();
    const token = this.#tokens.peek();
    if (token.kind !== "keyword") return this.#terminated(this.#simple());
    switch (token.text) {
      case "if":
        return this.#if();
      case "while": {
        this.#tokens.next();
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
    this.#tokens.expect("(");
    const test = this.#expressions.expression();
    this.#tokens.expect(")");
    return test;
  }

  #if(): Statement {
    this.#tokens.next();
    const test = this.#condition();
    const yes = this.#body();
    const before = this.#tokens.position;
    this.#tokens.skipTerminators();
    if (!this.#tokens.isKeyword("else")) {
      this.#tokens.returnTo(before);
      return { kind: "if", test, yes, no: null };
    }
    this.#tokens.next();
    return { kind: "if", test, yes, no: this.#body() };
  }

  #do(): Statement {
    this.#tokens.next();
    const body = this.#body();
    this.#tokens.skipTerminators();
    if (!this.#tokens.isKeyword("while")) throw this.#tokens.unexpected();
    this.#tokens.next();
    const test = this.#condition();
    return this.#terminated({ kind: "do", body, test });
  }

  #for(): Statement {
    this.#tokens.next();
    this.#tokens.expect("(");
    const [name, array, close] = [this.#tokens.peek(), this.#tokens.peek(2), this.#tokens.peek(3)];
    if (name.kind === "name" && this.#tokens.isKeyword("in", 1) && array.kind === "name" && close.text === ")") {
      this.#tokens.skip(4);
      const [variable, from] = [this.#expressions.variable(name), this.#expressions.variable(array)];
      return { kind: "forIn", variable, array: from, body: this.#body() };
    }
    const first = this.#tokens.is(";") ? null : this.#simple();
    this.#tokens.expect(";");
    this.#tokens.skipNewlines();
    const test = this.#tokens.is(";") ? null : this.#expressions.expression();
    this.#tokens.expect(";");
    this.#tokens.skipNewlines();
    const step = this.#tokens.is(")") ? null : this.#simple();
    this.#tokens.expect(")");
    return { kind: "for", first, test, step, body: this.#body() };
  }

  #simple(): Statement {
    const token = this.#tokens.peek();
    if (token.kind !== "keyword" || token.text === "getline") {
      return { kind: "expression", expression: this.#expressions.expression() };
    }
    this.#tokens.next();
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
        return { kind: "exit", status: this.#endsHere() ? null : this.#expressions.expression() };
      case "return":
        return { kind: "return", value: this.#endsHere() ? null : this.#expressions.expression() };
      case "delete":
        return this.#delete();
      default:
        throw this.#tokens.unexpected(token);
    }
  }

  #endsHere(): boolean {
    const { kind } = this.#tokens.peek();
    return kind === "newline" || kind === "end" || this.#tokens.is(";") || this.#tokens.is("}");
  }

  #delete(): Statement {
    const array = this.#expressions.variable(this.#tokens.name());
    return { kind: "delete", array, subscripts: this.#tokens.accept("[") ? this.#expressions.list("]") : null };
  }

  #print(formatted: boolean): Statement {
    let args: readonly Expression[] = [];
    const context: Context = { noGreater: true, noIn: false };
    if (!this.#endsHere() && !this.#tokens.is(">") && !this.#tokens.is(">>") && !this.#tokens.is("|")) {
      const first = this.#expressions.expression(context);
      if (first.kind === "group") args = first.items;
      else {
        const list: Expression[] = [first];
        while (this.#tokens.accept(",")) {
          this.#tokens.skipNewlines();
          list.push(this.#expressions.expression(context));
        }
        args = list;
      }
    }
    if (formatted && args.length === 0) throw this.#tokens.unexpected();
    for (const operator of [">", ">>", "|"] as const) {
      if (!this.#tokens.accept(operator)) continue;
      const target = this.#expressions.concatenation({ noGreater: true, noIn: true });
      return { kind: "print", formatted, args, redirect: { operator, target } };
    }
    return { kind: "print", formatted, args, redirect: null };
  }
}
