/** What ash says of a script that it cannot parse. */
export interface SyntaxFault {
  /** `unexpected "fi"`, to stand after `syntax error: `. */
  readonly message: string;
  readonly line: number;
  /** Where the line begins whose commands ash would not have run any more. */
  readonly from: number;
  /** Whether more text could make it whole. */
  readonly isIncomplete: boolean;
}

/** How deep commands and expansions may be nested in one text. */
const depthMax = 120;

/** What is said of a script that is nested deeper than the parser follows. */
export const tooDeep = "nested too deep";

class Fault {
  constructor(
    readonly message: string,
    readonly isIncomplete: boolean,
  ) {}
}

type TokenKind = "word" | "operator" | "newline" | "end" | "redirection";

interface Token {
  readonly kind: TokenKind;
  readonly text: string;
  /** Position after it. */
  readonly end: number;
  /** For words: whether it is made of plain letters alone, so that it may be a reserved word. */
  readonly isPlain: boolean;
}

const reservedWords = new Set("! { } case do done elif else esac fi for function if in then until while [[".split(" "));
/** Words and operators at which a list of commands ends. */
const listEnds = new Set(["}", "do", "done", "elif", "else", "esac", "fi", "then", ";;", ")"]);
const operators = ["&&", "||", ";;", ";", "&", "|", "(", ")"];
const redirections = ["<<<", "<<-", "&>>", "<<", ">>", "<&", ">&", "<>", ">|", "&>", "<", ">"];
const wordEnds = new Set(" \t\n;&|()<>");

/**
 * Follows ash's grammar through a script and says where ash would stop, in its words; null for a good script. The
 * syntax tree itself comes from the parser library, which accepts all that bash does and names faults in its own way.
 */
export function findSyntaxFault(source: string): SyntaxFault | null {
  const check = new Check(source);
  return check.run();
}

class Check {
  readonly #source: string;
  #position = 0;
  #peeked: Token | null = null;
  #depth = 0;
  #pendingHere: { readonly delimiter: string; readonly stripsTabs: boolean }[] = [];

  constructor(source: string) {
    this.#source = source;
  }

  run(): SyntaxFault | null {
    let from = 0;
    try {
      for (;;) {
        from = this.#position;
        const token = this.#peek();
        if (token.kind === "end") return null;
        if (token.kind === "newline") this.#next();
        else this.#list(false);
      }
    } catch (fault) {
      if (!(fault instanceof Fault)) throw fault;
      const line = lineAt(this.#source, Math.min(this.#position, this.#source.length));
      return { message: fault.message, line, from, isIncomplete: fault.isIncomplete };
    }
  }

  /** Commands up to a word that ends a list; at the top (`isInner` false) up to the end of the line. */
  #list(isInner: boolean): void {
    for (;;) {
      if (isInner) this.#skipNewlines();
      const token = this.#peek();
      if (token.kind === "end" || (isInner && this.#endsList(token))) return;
      this.#andOr();
      const after = this.#peek();
      if (after.kind === "newline") {
        this.#next();
        if (!isInner) return;
      } else if (after.text === ";" || after.text === "&") {
        this.#next();
        if (!isInner && this.#peek().kind === "newline") {
          this.#next();
          return;
        }
      } else if (after.kind === "end") return;
      else if (isInner && this.#endsList(after)) return;
      else this.#unexpected(after);
    }
  }

  #endsList(token: Token): boolean {
    return listEnds.has(token.text) && (token.kind === "operator" || (token.kind === "word" && token.isPlain));
  }

  #andOr(): void {
    this.#pipeline();
    while (this.#isOperator("&&") || this.#isOperator("||")) {
      this.#next();
      this.#skipNewlines();
      this.#pipeline();
    }
  }

  #pipeline(): void {
    while (this.#isReserved(this.#peek(), "!")) this.#next();
    this.#command();
    while (this.#isOperator("|")) {
      this.#next();
      this.#skipNewlines();
      this.#command();
    }
  }

  #command(): void {
    if (++this.#depth > depthMax) throw new Fault(tooDeep, false);
    this.#commandAt(this.#peek());
    this.#depth--;
  }

  #commandAt(token: Token): void {
    if (token.kind === "operator" && token.text === "(") {
      this.#next();
      this.#list(true);
      this.#expect(")");
      this.#redirects();
      return;
    }
    if (token.kind === "redirection") {
      this.#simple();
      return;
    }
    if (token.kind !== "word") this.#unexpected(token);
    if (!token.isPlain || !reservedWords.has(token.text)) this.#simple();
    else this.#compound(token);
  }

  #compound(token: Token): void {
    switch (token.text) {
      case "if":
        this.#if();
        break;
      case "while":
      case "until":
        this.#next();
        this.#body();
        this.#expect("do");
        this.#body();
        this.#expect("done");
        break;
      case "for":
        this.#for();
        break;
      case "case":
        this.#case();
        break;
      case "{":
        this.#next();
        this.#body();
        this.#expect("}");
        break;
      case "function":
        this.#function();
        return;
      case "[[":
        this.#test();
        break;
      case "in":
        this.#simple();
        return;
      default:
        this.#unexpected(token);
    }
    this.#redirects();
  }

  /** A list that must not be empty. */
  #body(): void {
    this.#skipNewlines();
    const token = this.#peek();
    if (token.kind === "end" || this.#endsList(token)) this.#unexpected(token);
    this.#list(true);
  }

  #if(): void {
    this.#next();
    this.#body();
    this.#expect("then");
    this.#body();
    while (this.#isReserved(this.#peek(), "elif")) {
      this.#next();
      this.#body();
      this.#expect("then");
      this.#body();
    }
    if (this.#isReserved(this.#peek(), "else")) {
      this.#next();
      this.#body();
    }
    this.#expect("fi");
  }

  #for(): void {
    this.#next();
    const name = this.#peek();
    if (name.kind !== "word" || !/^[A-Za-z_]\w*$/.test(name.text)) throw new Fault("bad for loop variable", false);
    this.#next();
    this.#skipNewlines();
    if (this.#isReserved(this.#peek(), "in")) {
      this.#next();
      while (this.#peek().kind === "word") this.#next();
      const end = this.#peek();
      if (end.text !== ";" && end.kind !== "newline") this.#unexpected(end);
      this.#next();
    } else if (this.#isOperator(";")) this.#next();
    this.#skipNewlines();
    this.#expect("do");
    this.#body();
    this.#expect("done");
  }

  #case(): void {
    this.#next();
    if (this.#peek().kind !== "word") this.#unexpected(this.#peek(), "word");
    this.#next();
    this.#skipNewlines();
    this.#expect("in");
    for (;;) {
      this.#skipNewlines();
      if (this.#isReserved(this.#peek(), "esac")) break;
      if (this.#isOperator("(")) this.#next();
      for (;;) {
        if (this.#peek().kind !== "word") this.#unexpected(this.#peek(), ")");
        this.#next();
        if (!this.#isOperator("|")) break;
        this.#next();
      }
      this.#expect(")");
      this.#list(true);
      this.#skipNewlines();
      if (this.#isReserved(this.#peek(), "esac")) break;
      this.#expect(";;");
    }
    this.#next();
  }

  #function(): void {
    this.#next();
    if (this.#peek().kind !== "word") this.#unexpected(this.#peek());
    this.#next();
    if (this.#isOperator("(")) {
      this.#next();
      this.#expect(")");
    }
    this.#skipNewlines();
    this.#command();
  }

  /** `[[ … ]]`, whose words may hold operators. */
  #test(): void {
    this.#next();
    for (;;) {
      const token = this.#peek();
      if (token.kind === "word" && token.text === "]]") break;
      if (token.kind === "end" || token.kind === "newline" || token.text === ";") this.#unexpected(token);
      this.#next();
    }
    this.#next();
  }

  #simple(): void {
    let words = 0;
    for (;;) {
      const token = this.#peek();
      if (token.kind === "redirection") this.#redirect();
      else if (token.kind === "word") {
        if (words > 0 || !/^[A-Za-z_]\w*=/.test(token.text)) words++;
        this.#next();
      } else if (token.text === "(" && token.kind === "operator") {
        if (words !== 1) this.#unexpected(token);
        this.#next();
        this.#expect(")");
        this.#skipNewlines();
        this.#command();
        return;
      } else return;
    }
  }

  #redirects(): void {
    while (this.#peek().kind === "redirection") this.#redirect();
    const token = this.#peek();
    if (token.kind === "word" && !this.#endsList(token)) this.#unexpected(token);
  }

  #redirect(): void {
    const operator = this.#next().text.replace(/^\d+/, "");
    if (operator === "<<<") this.#unexpected({ kind: "redirection", text: "", end: 0, isPlain: false });
    const target = this.#peek();
    if (target.kind !== "word") this.#unexpected(target);
    if (operator.startsWith("<<")) {
      this.#pendingHere.push({ delimiter: unquoted(target.text), stripsTabs: operator === "<<-" });
    }
    this.#next();
  }

  #isReserved(token: Token, word: string): boolean {
    return token.kind === "word" && token.isPlain && token.text === word;
  }

  #isOperator(text: string): boolean {
    const token = this.#peek();
    return token.kind === "operator" && token.text === text;
  }

  #expect(text: string): void {
    const token = this.#peek();
    const isOperator = operators.includes(text);
    const isThere = isOperator ? this.#isOperator(text) : this.#isReserved(token, text);
    if (!isThere) this.#unexpected(token, text);
    this.#next();
  }

  #unexpected(token: Token, expecting?: string): never {
    const shown =
      token.kind === "end"
        ? "end of file"
        : token.kind === "newline"
          ? "newline"
          : token.kind === "redirection"
            ? "redirection"
            : token.kind === "word" && !(token.isPlain && reservedWords.has(token.text))
              ? "word"
              : `"${token.text}"`;
    const wanted = expecting === undefined ? "" : ` (expecting ${expecting === "word" ? "word" : `"${expecting}"`})`;
    throw new Fault(`unexpected ${shown}${wanted}`, token.kind === "end");
  }

  #skipNewlines(): void {
    while (this.#peek().kind === "newline") this.#next();
  }

  #next(): Token {
    const token = this.#peek();
    this.#position = token.end;
    this.#peeked = null;
    if (token.kind === "newline" && this.#pendingHere.length > 0) this.#readHereDocuments();
    return token;
  }

  #peek(): Token {
    this.#peeked ??= this.#scan();
    return this.#peeked;
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
    const end = this.#wordEnd(at);
    const text = source.slice(at, end);
    return { kind: "word", text, end, isPlain: !/["'\\$`]/.test(text) };
  }

  #wordEnd(from: number): number {
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
    if (end < 0) this.#fault("unterminated quoted string");
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
    return this.#fault("unterminated quoted string");
  }

  #backquoted(from: number): number {
    const source = this.#source;
    for (let at = from; at < source.length; at++) {
      if (source[at] === "\\") at++;
      else if (source[at] === "`") return at + 1;
    }
    return this.#fault("EOF in backquote substitution");
  }

  /** What begins with `$` at `from`: gives the position after it. */
  #dollar(from: number, isQuoted: boolean): number {
    if (++this.#depth > depthMax) throw new Fault(tooDeep, false);
    const end = this.#expansionEnd(from, isQuoted);
    this.#depth--;
    return end;
  }

  #expansionEnd(from: number, isQuoted: boolean): number {
    const source = this.#source;
    if (source.startsWith("$((", from)) {
      const end = this.#arithmeticEnd(from + 3);
      if (end !== null) return end;
    }
    if (source[from + 1] === "(") return this.#substitution(from + 2);
    if (source[from + 1] === "{") return this.#parameter(from + 2, isQuoted);
    if (source[from + 1] === "'" && !isQuoted) return this.#ansiQuoted(from + 2);
    return from + 1;
  }

  #ansiQuoted(from: number): number {
    const source = this.#source;
    for (let at = from; at < source.length; at++) {
      if (source[at] === "\\") at++;
      else if (source[at] === "'") return at + 1;
    }
    return this.#fault("unterminated quoted string");
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
    return this.#fault("missing '))'");
  }

  #substitution(from: number): number {
    const outer = { position: this.#position, peeked: this.#peeked, here: this.#pendingHere };
    this.#position = from;
    this.#peeked = null;
    this.#pendingHere = [];
    this.#list(true);
    const token = this.#peek();
    if (!this.#isOperator(")")) this.#unexpected(token, ")");
    this.#position = outer.position;
    this.#peeked = outer.peeked;
    this.#pendingHere = outer.here;
    return token.end;
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
    return this.#fault("missing '}'");
  }

  #fault(message: string): never {
    this.#position = this.#source.length;
    throw new Fault(message, true);
  }

  #readHereDocuments(): void {
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

function unquoted(word: string): string {
  return word.replace(/\\(.)|["']/g, "$1");
}

function lineAt(source: string, position: number): number {
  let line = 1;
  for (let at = source.indexOf("\n"); at >= 0 && at < position; at = source.indexOf("\n", at + 1)) line++;
  return line;
}

/** Whether a here-document in a script has not met its end: a reader of commands has to read on. */
export function lacksHereDocumentEnd(source: string): boolean {
  for (const match of source.matchAll(/<<(-?)[ \t]*(\\?[\w.]+|'[^'\n]+'|"[^"\n]+")/g)) {
    const delimiter = unquoted(match[2] ?? "");
    const lines = source.slice(match.index).split("\n").slice(1);
    if (!lines.some((line) => (match[1] ? line.replace(/^\t+/, "") : line) === delimiter)) return true;
  }
  return false;
}
