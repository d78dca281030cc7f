import { type Nesting, UnendedFault } from "./syntax-fault.js";

const wordEnds = new Set(" \t\n;&|()<>");

/** Finds where words of a script end: past their quotes and expansions, however these are nested. */
export class WordScanner {
  readonly #source: string;
  readonly #nesting: Nesting;
  readonly #substitutionEnd: (from: number) => number;

  /** `substitutionEnd` gives the position after the commands of a `$(` and their parenthesis: that takes the grammar. */
  constructor(source: string, nesting: Nesting, substitutionEnd: (from: number) => number) {
    this.#source = source;
    this.#nesting = nesting;
    this.#substitutionEnd = substitutionEnd;
  }

  wordEnd(from: number): number {
    const source = this.#source;
    let at = from;
    while (at < source.length) {
      const character = source[at] ?? "";
      if (character === "\\") at += 2;
      else if (character === "'") at = this.#singleQuoted(at + 1);
      else if (character === '"') at = this.#doubleQuoted(at + 1);
      else if (character === "`") at = this.#backquoted(at + 1);
      else if (character === "$") at = this.#dollar(at, false);
      else if (wordEnds.has(character)) break;
      else at++;
    }
    return Math.min(at, source.length);
  }

  #singleQuoted(from: number): number {
    const end = this.#source.indexOf("'", from);
    if (end < 0) throw new UnendedFault("unterminated quoted string");
    return end + 1;
  }

  #doubleQuoted(from: number): number {
    const source = this.#source;
    let at = from;
    while (at < source.length) {
      const character = source[at];
      if (character === '"') return at + 1;
      if (character === "\\") at += 2;
      else if (character === "`") at = this.#backquoted(at + 1);
      else if (character === "$") at = this.#dollar(at, true);
      else at++;
    }
    throw new UnendedFault("unterminated quoted string");
  }

  #backquoted(from: number): number {
    return this.#escapedUntil("`", from, "EOF in backquote substitution");
  }

  /** What begins with `$` at `from`: gives the position after it. */
  #dollar(from: number, isQuoted: boolean): number {
    this.#nesting.enter();
    const end = this.#expansionEnd(from, isQuoted);
    this.#nesting.leave();
    return end;
  }

  #expansionEnd(from: number, isQuoted: boolean): number {
    const source = this.#source;
    if (source.startsWith("$((", from)) {
      const end = this.#arithmeticEnd(from + 3);
      if (end !== null) return end;
    }
    if (source[from + 1] === "(") return this.#substitutionEnd(from + 2);
    if (source[from + 1] === "{") return this.#parameter(from + 2, isQuoted);
    if (source[from + 1] === "'" && !isQuoted) return this.#ansiQuoted(from + 2);
    return from + 1;
  }

  #ansiQuoted(from: number): number {
    return this.#escapedUntil("'", from, "unterminated quoted string");
  }

  /** Past a quote in which nothing but a backslash means anything. */
  #escapedUntil(quote: string, from: number, message: string): number {
    const source = this.#source;
    for (let at = from; at < source.length; at++) {
      if (source[at] === "\\") at++;
      else if (source[at] === quote) return at + 1;
    }
    throw new UnendedFault(message);
  }

  /** null where the parentheses turn out to be a substitution that begins with a subshell. */
  #arithmeticEnd(from: number): number | null {
    const source = this.#source;
    let depth = 0;
    let at = from;
    while (at < source.length) {
      const character = source[at];
      if (character === "\\") at += 2;
      else if (character === "$") at = this.#dollar(at, true);
      else if (character === "`") at = this.#backquoted(at + 1);
      else if (character === "(") {
        depth++;
        at++;
      } else if (character === ")") {
        if (depth === 0) return source[at + 1] === ")" ? at + 2 : null;
        depth--;
        at++;
      } else at++;
    }
    throw new UnendedFault("missing '))'");
  }

  #parameter(from: number, isQuoted: boolean): number {
    const source = this.#source;
    let at = from;
    while (at < source.length) {
      const character = source[at];
      if (character === "}") return at + 1;
      if (character === "\\") at += 2;
      else if (character === "'" && !isQuoted) at = this.#singleQuoted(at + 1);
      else if (character === '"') at = this.#doubleQuoted(at + 1);
      else if (character === "`") at = this.#backquoted(at + 1);
      else if (character === "$") at = this.#dollar(at, isQuoted);
      else at++;
    }
    throw new UnendedFault("missing '}'");
  }
}
