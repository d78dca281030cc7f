import { Fault, Nesting, type SyntaxFault, UnendedFault } from "./syntax-fault.js";
import { type Token, TokenReader } from "./token-reader.js";

const reservedWords = new Set("! { } case do done elif else esac fi for function if in then until while [[".split(" "));
/** Words and operators at which a list of commands ends. */
const listEnds = new Set(["}", "do", "done", "elif", "else", "esac", "fi", "then", ";;", ")"]);

/**
 * Follows ash's grammar through a script and says where ash would stop, in its words; null for a good script. The
 * syntax tree itself comes from the parser library, which accepts all that bash does and names faults in its own way.
 */
export function findSyntaxFault(source: string): SyntaxFault | null {
  return new Grammar(source).firstFault();
}

class Grammar {
  readonly #source: string;
  readonly #nesting = new Nesting();
  readonly #tokens: TokenReader;

  constructor(source: string) {
    this.#source = source;
    this.#tokens = new TokenReader(source, this.#nesting, () => this.#substitution());
  }

  firstFault(): SyntaxFault | null {
    let from = 0;
    try {
      for (;;) {
        from = this.#tokens.position;
        const token = this.#tokens.peek();
        if (token.kind === "end") return null;
        if (token.kind === "newline") this.#tokens.next();
        else this.#list(false);
      }
    } catch (fault) {
      if (!(fault instanceof Fault)) throw fault;
      const { length } = this.#source;
      const line = lineAt(
        this.#source,
        fault instanceof UnendedFault ? length : Math.min(this.#tokens.position, length),
      );
      return { message: fault.message, line, from, isIncomplete: fault.isIncomplete };
    }
  }

  /** Commands up to a word that ends a list; at the top (`isInner` false) up to the end of the line. */
  #list(isInner: boolean): void {
    for (;;) {
      if (isInner) this.#tokens.skipNewlines();
      const token = this.#tokens.peek();
      if (token.kind === "end" || (isInner && this.#endsList(token))) return;
      this.#andOr();
      const after = this.#tokens.peek();
      if (after.kind === "newline") {
        this.#tokens.next();
        if (!isInner) return;
      } else if (after.text === ";" || after.text === "&") {
        this.#tokens.next();
        if (!isInner && this.#tokens.peek().kind === "newline") {
          this.#tokens.next();
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
    while (this.#tokens.isOperator("&&") || this.#tokens.isOperator("||")) {
      this.#tokens.next();
      this.#tokens.skipNewlines();
      this.#pipeline();
    }
  }

  #pipeline(): void {
    while (this.#tokens.isReserved("!")) this.#tokens.next();
    this.#command();
    while (this.#tokens.isOperator("|")) {
      this.#tokens.next();
      this.#tokens.skipNewlines();
      this.#command();
    }
  }

  #command(): void {
    this.#nesting.enter();
    this.#commandAt(this.#tokens.peek());
    this.#nesting.leave();
  }

  #commandAt(token: Token): void {
    if (token.kind === "operator" && token.text === "(") {
      this.#tokens.next();
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
        this.#tokens.next();
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
        this.#tokens.next();
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
    this.#tokens.skipNewlines();
    const token = this.#tokens.peek();
    if (token.kind === "end" || this.#endsList(token)) this.#unexpected(token);
    this.#list(true);
  }

  #if(): void {
    this.#tokens.next();
    this.#body();
    this.#expect("then");
    this.#body();
    while (this.#tokens.isReserved("elif")) {
      this.#tokens.next();
      this.#body();
      this.#expect("then");
      this.#body();
    }
    if (this.#tokens.isReserved("else")) {
      this.#tokens.next();
      this.#body();
    }
    this.#expect("fi");
  }

  #for(): void {
    this.#tokens.next();
    const name = this.#tokens.peek();
    if (name.kind !== "word" || !/^[A-Za-z_]\w*$/.test(name.text)) throw new Fault("bad for loop variable", false);
    this.#tokens.next();
    this.#tokens.skipNewlines();
    if (this.#tokens.isReserved("in")) {
      this.#tokens.next();
      while (this.#tokens.peek().kind === "word") this.#tokens.next();
      const end = this.#tokens.peek();
      if (end.text !== ";" && end.kind !== "newline") this.#unexpected(end);
      this.#tokens.next();
    } else if (this.#tokens.isOperator(";")) this.#tokens.next();
    this.#tokens.skipNewlines();
    this.#expect("do");
    this.#body();
    this.#expect("done");
  }

  #case(): void {
    this.#tokens.next();
    if (this.#tokens.peek().kind !== "word") this.#unexpected(this.#tokens.peek(), "word");
    this.#tokens.next();
    this.#tokens.skipNewlines();
    this.#expect("in");
    for (;;) {
      this.#tokens.skipNewlines();
      if (this.#tokens.isReserved("esac")) break;
      if (this.#tokens.isOperator("(")) this.#tokens.next();
      for (;;) {
        if (this.#tokens.peek().kind !== "word") this.#unexpected(this.#tokens.peek(), ")");
        this.#tokens.next();
        if (!this.#tokens.isOperator("|")) break;
        this.#tokens.next();
      }
      this.#expect(")");
      this.#list(true);
      this.#tokens.skipNewlines();
      if (this.#tokens.isReserved("esac")) break;
      this.#expect(";;");
    }
    this.#tokens.next();
  }

  #function(): void {
    this.#tokens.next();
    if (this.#tokens.peek().kind !== "word") this.#unexpected(this.#tokens.peek());
    this.#tokens.next();
    if (this.#tokens.isOperator("(")) {
      this.#tokens.next();
      this.#expect(")");
    }
    this.#tokens.skipNewlines();
    this.#command();
  }

  /** `[[ … ]]`, whose words may hold operators. */
  #test(): void {
    this.#tokens.next();
    for (;;) {
      const token = this.#tokens.peek();
      if (token.kind === "word" && token.text === "]]") break;
      if (token.kind === "end" || token.kind === "newline" || token.text === ";") this.#unexpected(token);
      this.#tokens.next();
    }
    this.#tokens.next();
  }

  #simple(): void {
    let words = 0;
    for (;;) {
      const token = this.#tokens.peek();
      if (token.kind === "redirection") this.#redirect();
      else if (token.kind === "word") {
        if (words > 0 || !/^[A-Za-z_]\w*=/.test(token.text)) words++;
        this.#tokens.next();
      } else if (token.text === "(" && token.kind === "operator") {
        if (words !== 1) this.#unexpected(token);
        this.#tokens.next();
        this.#expect(")");
        this.#tokens.skipNewlines();
        this.#command();
        return;
      } else return;
    }
  }

  #redirects(): void {
    while (this.#tokens.peek().kind === "redirection") this.#redirect();
    const token = this.#tokens.peek();
    if (token.kind === "word" && !this.#endsList(token)) this.#unexpected(token);
  }

  #redirect(): void {
    const operator = this.#tokens.next().text.replace(/^\d+/, "");
    if (operator === "<<<") this.#unexpected({ kind: "redirection", text: "", end: 0, isPlain: false });
    const target = this.#tokens.peek();
    if (target.kind !== "word") this.#unexpected(target);
    if (operator.startsWith("<<")) this.#tokens.addHereDocument(target.text, operator === "<<-");
    this.#tokens.next();
  }

  #expect(text: string): void {
    const token = this.#tokens.peek();
    if (!this.#tokens.isThere(text)) this.#unexpected(token, text);
    this.#tokens.next();
  }

  /** The commands of a `$(`, up to its parenthesis, which is next. */
  #substitution(): void {
    this.#list(true);
    if (!this.#tokens.isOperator(")")) this.#unexpected(this.#tokens.peek(), ")");
  }

  #unexpected(token: Token, expecting?: string): never {
    const wanted = expecting === undefined ? "" : ` (expecting ${expecting === "word" ? "word" : `"${expecting}"`})`;
    throw new Fault(`unexpected ${shownAs(token)}${wanted}`, token.kind === "end");
  }
}

/** A token in ash's words: what it is, or its text where that means something. */
function shownAs(token: Token): string {
  switch (token.kind) {
    case "end":
      return "end of file";
    case "newline":
    case "redirection":
      return token.kind;
    case "word":
      return token.isPlain && reservedWords.has(token.text) ? `"${token.text}"` : "word";
    case "operator":
      return `"${token.text}"`;
  }
}

function lineAt(source: string, position: number): number {
  let line = 1;
  for (let at = source.indexOf("\n"); at >= 0 && at < position; at = source.indexOf("\n", at + 1)) line++;
  return line;
}
