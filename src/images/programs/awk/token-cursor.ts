import { syntaxError, type Token } from "./lexer.js";

const depthMax = 400;

/** The tokens of a program, looked at one after the other. */
export class TokenCursor {
  readonly #tokens: readonly Token[];
  #at = 0;
  #depth = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  peek(ahead = 0): Token {
    const token = this.#tokens[Math.min(this.#at + ahead, this.#tokens.length - 1)];
    if (!token) throw new Error("an awk program has an end token");
    return token;
  }

  next(): Token {
    const token = this.peek();
    this.#at += 1;
    return token;
  }

  /** The next token, which must be a name. */
  name(): Token {
    const token = this.next();
    if (token.kind !== "name") throw this.unexpected(token);
    return token;
  }

  skip(count: number): void {
    this.#at += count;
  }

  /** Where the next token stands, to come back to. */
  get position(): number {
    return this.#at;
  }

  returnTo(position: number): void {
    this.#at = position;
  }

  /** The error of a token that stands in the wrong place. */
  unexpected(token = this.peek()): Error {
    return syntaxError(token.line, "Unexpected token");
  }

  is(operator: string): boolean {
    const token = this.peek();
    return token.kind === "operator" && token.text === operator;
  }

  isKeyword(word: string, ahead = 0): boolean {
    const token = this.peek(ahead);
    return token.kind === "keyword" && token.text === word;
  }

  accept(operator: string): boolean {
    if (!this.is(operator)) return false;
    this.#at += 1;
    return true;
  }

  expect(operator: string): void {
    if (!this.accept(operator)) throw this.unexpected();
  }

  skipNewlines(): void {
    while (this.peek().kind === "newline") this.#at += 1;
  }

  skipTerminators(): void {
    while (this.peek().kind === "newline" || this.is(";")) this.#at += 1;
  }

  /** Parses what stands inside of something else; programs may be nested only so deep. */
  nested<T>(parse: () => T): T {
    this.#depth += 1;
    if (this.#depth > depthMax) throw this.unexpected();
    const parsed = parse();
    this.#depth -= 1;
    return parsed;
  }
}
