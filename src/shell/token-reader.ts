import { delimiterOf } from "./here-document.js";
import type { Nesting } from "./syntax-fault.js";
import { WordScanner } from "./word-scanner.js";

type TokenKind = "word" | "operator" | "newline" | "end" | "redirection";

export interface Token {
  readonly kind: TokenKind;
  readonly text: string;
  /** Position after it. */
  readonly end: number;
  /** For words: whether it is made of plain letters alone, so that it may be a reserved word. */
  readonly isPlain: boolean;
}

const operators = ["&&", "||", ";;", ";", "&", "|", "(", ")"];
const redirections = ["<<<", "<<-", "&>>", "<<", ">>", "<&", ">&", "<>", ">|", "&>", "<", ">"];

/** The tokens of a script, one ahead; the texts of here-documents are passed over where they stand. */
export class TokenReader {
  readonly #source: string;
  readonly #words: WordScanner;
  #position = 0;
  #peeked: Token | null = null;
  #pendingHere: { readonly delimiter: string; readonly stripsTabs: boolean }[] = [];

  /** `substitution` reads the commands of a `$(` with this reader, up to its parenthesis. */
  constructor(source: string, nesting: Nesting, substitution: () => void) {
    this.#source = source;
    this.#words = new WordScanner(source, nesting, (from) => this.#within(from, substitution));
  }

  /** Where the next token is looked for. */
  get position(): number {
    return this.#position;
  }

  peek(): Token {
    this.#peeked ??= this.#scan();
    return this.#peeked;
  }

  next(): Token {
    const token = this.peek();
    this.#position = token.end;
    this.#peeked = null;
    if (token.kind === "newline" && this.#pendingHere.length > 0) this.#passHereDocuments();
    return token;
  }

  skipNewlines(): void {
    while (this.peek().kind === "newline") this.next();
  }

  isOperator(text: string): boolean {
    const token = this.peek();
    return token.kind === "operator" && token.text === text;
  }

  isReserved(word: string): boolean {
    const token = this.peek();
    return token.kind === "word" && token.isPlain && token.text === word;
  }

  /** Whether the next token is this operator or reserved word. */
  isThere(text: string): boolean {
    return operators.includes(text) ? this.isOperator(text) : this.isReserved(text);
  }

  /** A here-document begins on this line; `word` is its delimiter as written. */
  addHereDocument(word: string, stripsTabs: boolean): void {
    this.#pendingHere.push({ delimiter: delimiterOf(word), stripsTabs });
  }

  /** Reads tokens from another place for a while; gives the position after the one that is next when `read` is done. */
  #within(from: number, read: () => void): number {
    const outer = { position: this.#position, peeked: this.#peeked, here: this.#pendingHere };
    this.#position = from;
    this.#peeked = null;
    this.#pendingHere = [];
    read();
    const { end } = this.peek();
    this.#position = outer.position;
    this.#peeked = outer.peeked;
    this.#pendingHere = outer.here;
    return end;
  }

  #scan(): Token {
    const source = this.#source;
    let at = this.#position;
    for (;;) {
      const character = source[at];
      if (character === " " || character === "\t") at++;
      else if (character === "\\" && source[at + 1] === "\n") at += 2;
      else if (character === "#") while (at < source.length && source[at] !== "\n") at++;
      else break;
    }
    if (at >= source.length) return { kind: "end", text: "", end: at, isPlain: false };
    if (source[at] === "\n") return { kind: "newline", text: "\n", end: at + 1, isPlain: false };
    const number = /^\d+(?=[<>])/.exec(source.slice(at, at + 12))?.[0] ?? "";
    for (const text of redirections) {
      if (source.startsWith(text, at + number.length) && (number === "" || !text.startsWith("&"))) {
        return { kind: "redirection", text: number + text, end: at + number.length + text.length, isPlain: false };
      }
    }
    for (const text of operators) {
      if (source.startsWith(text, at)) return { kind: "operator", text, end: at + text.length, isPlain: false };
    }
    const end = this.#words.wordEnd(at);
    const text = source.slice(at, end);
    return { kind: "word", text, end, isPlain: !/["'\\$`]/.test(text) };
  }

  #passHereDocuments(): void {
    for (const { delimiter, stripsTabs } of this.#pendingHere.splice(0)) {
      for (;;) {
        if (this.#position >= this.#source.length) break;
        const end = this.#source.indexOf("\n", this.#position);
        const line = this.#source.slice(this.#position, end < 0 ? undefined : end);
        this.#position = end < 0 ? this.#source.length : end + 1;
        if ((stripsTabs ? line.replace(/^\t+/, "") : line) === delimiter) break;
      }
    }
  }
}
