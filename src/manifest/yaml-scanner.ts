/** A place in a YAML text; all count from 0. */
interface Mark {
  readonly index: number;
  readonly line: number;
  readonly column: number;
}

export type TokenType =
  | "stream-end"
  | "directive"
  | "document-start"
  | "document-end"
  | "block-sequence-start"
  | "block-mapping-start"
  | "block-end"
  | "["
  | "]"
  | "{"
  | "}"
  | ","
  | "-"
  | "key"
  | "value"
  | "alias"
  | "anchor"
  | "tag"
  | "scalar";

export interface Token {
  readonly type: TokenType;
  readonly mark: Mark;
  /** The name of an anchor or alias, the text of a tag. */
  readonly text?: string;
}

/** What libyaml finds wrong, and where; `by` says by whose way of counting its line is told. */
export class YamlFault extends Error {
  readonly by: "scanner" | "parser" | "composer";
  readonly mark: Mark;

  constructor(by: YamlFault["by"], problem: string, mark: Mark) {
    super(problem);
    this.by = by;
    this.mark = mark;
  }
}

/** A scalar or collection that turns out to be a key when `:` follows it on its line. */
interface SimpleKey {
  possible: boolean;
  readonly required: boolean;
  readonly tokenNumber: number;
  readonly mark: Mark;
}

/** Characters on one line that a key without `?` may have. */
const simpleKeyLengthMax = 1024;

const isBlank = (character: string) => character === " " || character === "\t";
const isBreak = (character: string) =>
  character === "\n" || character === "\r" || character === "\x85" || character === "\u2028" || character === "\u2029";
const isEnd = (character: string) => character === "";
const isBlankOrEnd = (character: string) => isBlank(character) || isBreak(character) || isEnd(character);

/**
 * libyaml's scanner as go-yaml has it, without the values: it says which token comes next or what is wrong. It exists for
 * its errors, which js-yaml words and places otherwise.
 * @see go.yaml.in/yaml/v2 scannerc.go
 */
export class YamlScanner {
  readonly #text: string;
  #index = 0;
  #line = 0;
  #column = 0;
  readonly #tokens: Token[] = [];
  #tokensTaken = 0;
  #indent = -1;
  readonly #indents: number[] = [];
  #flowLevel = 0;
  #simpleKeyAllowed = true;
  readonly #simpleKeys: (SimpleKey | undefined)[] = [undefined];
  #hasEnded = false;

  constructor(text: string) {
    this.#text = text;
  }

  /** The next token, which stays the next one. @throws YamlFault */
  peek(): Token {
    while (!this.#hasEnded && this.#needsMore()) this.#fetch();
    const token = this.#tokens[0];
    return token ?? { type: "stream-end", mark: this.#mark() };
  }

  /** Takes the next token away. */
  skip(): void {
    if (this.#tokens.shift() !== undefined) this.#tokensTaken += 1;
  }

  /** A token is only sure when no key can begin at it any more, for a key's tokens come in front of it. */
  #needsMore(): boolean {
    if (this.#tokens.length === 0) return true;
    const head = this.#simpleKeys.find((key) => key?.possible && key.tokenNumber === this.#tokensTaken);
    return head !== undefined && this.#isValidKey(head);
  }

  #mark(): Mark {
    return { index: this.#index, line: this.#line, column: this.#column };
  }

  #at(offset = 0): string {
    return this.#text.charAt(this.#index + offset);
  }

  #skip(count = 1): void {
    this.#index += count;
    this.#column += count;
  }

  #skipLine(): void {
    this.#index += this.#at() === "\r" && this.#at(1) === "\n" ? 2 : 1;
    this.#line += 1;
    this.#column = 0;
  }

  #fail(problem: string): never {
    throw new YamlFault("scanner", problem, this.#mark());
  }

  #push(type: TokenType, mark: Mark, text?: string): void {
    this.#tokens.push({ type, mark, ...(text === undefined ? {} : { text }) });
  }

  #indicator(type: TokenType, length = 1): void {
    const mark = this.#mark();
    this.#skip(length);
    this.#push(type, mark);
  }

  #fetch(): void {
    this.#toNextToken();
    this.#unrollIndent(this.#column);
    const character = this.#at();
    const next = this.#at(1);
    if (isEnd(character)) this.#fetchStreamEnd();
    else if (this.#column === 0 && character === "%") this.#fetchDirective();
    else if (this.#isDocumentIndicator()) this.#fetchDocumentIndicator();
    else if (character === "[" || character === "{") this.#fetchFlowStart(character);
    else if (character === "]" || character === "}") this.#fetchFlowEnd(character);
    else if (character === ",") this.#fetchFlowEntry();
    else if (character === "-" && isBlankOrEnd(next)) this.#fetchBlockEntry();
    else if (character === "?" && (this.#flowLevel > 0 || isBlankOrEnd(next))) this.#fetchKey();
    else if (character === ":" && (this.#flowLevel > 0 || isBlankOrEnd(next))) this.#fetchValue();
    else if (character === "*" || character === "&") this.#fetchAnchor(character === "*" ? "alias" : "anchor");
    else if (character === "!") this.#fetchTag();
    else if ((character === "|" || character === ">") && this.#flowLevel === 0) this.#fetchBlockScalar();
    else if (character === "'" || character === '"') this.#fetchQuoted(character);
    else if (this.#startsPlain(character, next)) this.#fetchPlain();
    else this.#fail("found character that cannot start any token");
  }

  #startsPlain(character: string, next: string): boolean {
    if (character === "-") return !isBlank(next);
    if (character === "?" || character === ":") return this.#flowLevel === 0 && !isBlankOrEnd(next);
    return !isBlankOrEnd(character) && !",[]{}#&*!|>'\"%@`".includes(character);
  }

  #isDocumentIndicator(): boolean {
    if (this.#column !== 0) return false;
    const mark = this.#text.slice(this.#index, this.#index + 3);
    return (mark === "---" || mark === "...") && isBlankOrEnd(this.#at(3));
  }

  #toNextToken(): void {
    for (;;) {
      if (this.#index === 0 && this.#at() === "\ufeff") this.#skip();
      while (this.#at() === " " || (this.#at() === "\t" && (this.#flowLevel > 0 || !this.#simpleKeyAllowed)))
        this.#skip();
      if (this.#at() === "#") while (!isBreak(this.#at()) && !isEnd(this.#at())) this.#skip();
      if (!isBreak(this.#at())) return;
      this.#skipLine();
      if (this.#flowLevel === 0) this.#simpleKeyAllowed = true;
    }
  }

  #rollIndent(column: number, type: TokenType, mark: Mark, tokenNumber?: number): void {
    if (this.#flowLevel > 0 || this.#indent >= column) return;
    this.#indents.push(this.#indent);
    this.#indent = column;
    const at = tokenNumber === undefined ? this.#tokens.length : tokenNumber - this.#tokensTaken;
    this.#tokens.splice(at, 0, { type, mark });
  }

  #unrollIndent(column: number): void {
    if (this.#flowLevel > 0) return;
    while (this.#indent > column) {
      this.#push("block-end", this.#mark());
      this.#indent = this.#indents.pop() ?? -1;
    }
  }

  #isValidKey(key: SimpleKey | undefined): boolean {
    if (!key?.possible) return false;
    if (key.mark.line >= this.#line && key.mark.index + simpleKeyLengthMax >= this.#index) return true;
    if (key.required) this.#fail("could not find expected ':'");
    key.possible = false;
    return false;
  }

  #saveSimpleKey(): void {
    if (!this.#simpleKeyAllowed) return;
    const required = this.#flowLevel === 0 && this.#indent === this.#column;
    const tokenNumber = this.#tokensTaken + this.#tokens.length;
    this.#removeSimpleKey();
    this.#simpleKeys[this.#simpleKeys.length - 1] = { possible: true, required, tokenNumber, mark: this.#mark() };
  }

  #removeSimpleKey(): void {
    const key = this.#simpleKeys.at(-1);
    if (!key?.possible) return;
    if (key.required) this.#fail("could not find expected ':'");
    key.possible = false;
  }

  #fetchStreamEnd(): void {
    if (this.#column !== 0) {
      this.#column = 0;
      this.#line += 1;
    }
    this.#unrollIndent(-1);
    this.#removeSimpleKey();
    this.#simpleKeyAllowed = false;
    this.#push("stream-end", this.#mark());
    this.#hasEnded = true;
  }

  #fetchDirective(): void {
    this.#unrollIndent(-1);
    this.#removeSimpleKey();
    this.#simpleKeyAllowed = false;
    const mark = this.#mark();
    const name = /^%(\w*)/.exec(this.#text.slice(this.#index, this.#index + 80))?.[1] ?? "";
    this.#skip(1 + name.length);
    if (name === "") this.#fail("could not find expected directive name");
    if (name !== "YAML" && name !== "TAG") this.#fail("found unknown directive name");
    while (!isBreak(this.#at()) && !isEnd(this.#at())) this.#skip();
    this.#push("directive", mark);
  }

  #fetchDocumentIndicator(): void {
    this.#unrollIndent(-1);
    this.#removeSimpleKey();
    this.#simpleKeyAllowed = false;
    this.#indicator(this.#at() === "-" ? "document-start" : "document-end", 3);
  }

  #fetchFlowStart(type: "[" | "{"): void {
    this.#saveSimpleKey();
    this.#simpleKeys.push(undefined);
    this.#flowLevel += 1;
    this.#simpleKeyAllowed = true;
    this.#indicator(type);
  }

  #fetchFlowEnd(type: "]" | "}"): void {
    this.#removeSimpleKey();
    if (this.#flowLevel > 0) {
      this.#flowLevel -= 1;
      this.#simpleKeys.pop();
    }
    this.#simpleKeyAllowed = false;
    this.#indicator(type);
  }

  #fetchFlowEntry(): void {
    this.#removeSimpleKey();
    this.#simpleKeyAllowed = true;
    this.#indicator(",");
  }

  #fetchBlockEntry(): void {
    if (this.#flowLevel === 0) {
      if (!this.#simpleKeyAllowed) this.#fail("block sequence entries are not allowed in this context");
      this.#rollIndent(this.#column, "block-sequence-start", this.#mark());
    }
    this.#removeSimpleKey();
    this.#simpleKeyAllowed = true;
    this.#indicator("-");
  }

  #fetchKey(): void {
    if (this.#flowLevel === 0) {
      if (!this.#simpleKeyAllowed) this.#fail("mapping keys are not allowed in this context");
      this.#rollIndent(this.#column, "block-mapping-start", this.#mark());
    }
    this.#removeSimpleKey();
    this.#simpleKeyAllowed = this.#flowLevel === 0;
    this.#indicator("key");
  }

  #fetchValue(): void {
    const key = this.#simpleKeys.at(-1);
    if (key !== undefined && this.#isValidKey(key)) {
      this.#tokens.splice(key.tokenNumber - this.#tokensTaken, 0, { type: "key", mark: key.mark });
      this.#rollIndent(key.mark.column, "block-mapping-start", key.mark, key.tokenNumber);
      key.possible = false;
      this.#simpleKeyAllowed = false;
    } else {
      if (this.#flowLevel === 0) {
        if (!this.#simpleKeyAllowed) this.#fail("mapping values are not allowed in this context");
        this.#rollIndent(this.#column, "block-mapping-start", this.#mark());
      }
      this.#simpleKeyAllowed = this.#flowLevel === 0;
    }
    this.#indicator("value");
  }

  #fetchAnchor(type: "alias" | "anchor"): void {
    this.#saveSimpleKey();
    this.#simpleKeyAllowed = false;
    const mark = this.#mark();
    this.#skip();
    const start = this.#index;
    while (/[0-9A-Za-z_-]/.test(this.#at())) this.#skip();
    const name = this.#text.slice(start, this.#index);
    if (name === "" || !(isBlankOrEnd(this.#at()) || "?:,]}%@`".includes(this.#at()))) {
      this.#fail("did not find expected alphabetic or numeric character");
    }
    this.#push(type, mark, name);
  }

  #fetchTag(): void {
    this.#saveSimpleKey();
    this.#simpleKeyAllowed = false;
    const mark = this.#mark();
    const start = this.#index;
    if (this.#at(1) === "<") {
      while (this.#at() !== ">" && !isBlankOrEnd(this.#at())) this.#skip();
      if (this.#at() !== ">") this.#fail("did not find the expected '>'");
      this.#skip();
    } else {
      while (/[0-9A-Za-z_\-;/?:@&=+$.!~*'()%]/.test(this.#at())) this.#skip();
    }
    if (!isBlankOrEnd(this.#at())) this.#fail("did not find expected whitespace or line break");
    this.#push("tag", mark, this.#text.slice(start, this.#index));
  }

  #fetchBlockScalar(): void {
    this.#removeSimpleKey();
    this.#simpleKeyAllowed = true;
    const mark = this.#mark();
    this.#skip();
    const increment = this.#blockScalarHeader();
    let indent = increment === 0 ? 0 : Math.max(this.#indent, 0) + increment;
    indent = this.#blockScalarBreaks(indent);
    while (this.#column === indent && !isEnd(this.#at())) {
      while (!isBreak(this.#at()) && !isEnd(this.#at())) this.#skip();
      if (!isEnd(this.#at())) this.#skipLine();
      indent = this.#blockScalarBreaks(indent);
    }
    this.#push("scalar", mark);
  }

  /** The indentation that `|2-` asks for, 0 when it leaves it to the text. */
  #blockScalarHeader(): number {
    let increment = 0;
    for (let part = 0; part < 2; part += 1) {
      const character = this.#at();
      if (character === "+" || character === "-") this.#skip();
      else if (character >= "0" && character <= "9") {
        if (character === "0") this.#fail("found an indentation indicator equal to 0");
        increment = Number(character);
        this.#skip();
      }
    }
    while (isBlank(this.#at())) this.#skip();
    if (this.#at() === "#") while (!isBreak(this.#at()) && !isEnd(this.#at())) this.#skip();
    if (!isBreak(this.#at()) && !isEnd(this.#at())) this.#fail("did not find expected comment or line break");
    if (isBreak(this.#at())) this.#skipLine();
    return increment;
  }

  #blockScalarBreaks(wanted: number): number {
    let deepest = 0;
    for (;;) {
      while ((wanted === 0 || this.#column < wanted) && this.#at() === " ") this.#skip();
      deepest = Math.max(deepest, this.#column);
      if ((wanted === 0 || this.#column < wanted) && this.#at() === "\t") {
        this.#fail("found a tab character where an indentation space is expected");
      }
      if (!isBreak(this.#at())) break;
      this.#skipLine();
    }
    return wanted === 0 ? Math.max(deepest, this.#indent + 1, 1) : wanted;
  }

  #fetchQuoted(quote: string): void {
    this.#saveSimpleKey();
    this.#simpleKeyAllowed = false;
    const mark = this.#mark();
    this.#skip();
    for (;;) {
      if (this.#isDocumentIndicator()) this.#fail("found unexpected document indicator");
      const character = this.#at();
      if (isEnd(character)) this.#fail("found unexpected end of stream");
      if (isBreak(character)) this.#skipLine();
      else if (character === quote && quote === "'" && this.#at(1) === "'") this.#skip(2);
      else if (character === quote) break;
      else if (character === "\\" && quote === '"') this.#escape();
      else this.#skip();
    }
    this.#skip();
    this.#push("scalar", mark);
  }

  #escape(): void {
    const code = this.#at(1);
    if (isBreak(code)) {
      this.#skip();
      this.#skipLine();
      return;
    }
    const digits = { x: 2, u: 4, U: 8 }[code] ?? 0;
    if (code === "" || !"0abt\tnvfre \"'\\N_LPxuU/".includes(code)) this.#fail("found unknown escape character");
    this.#skip(2);
    const hex = this.#text.slice(this.#index, this.#index + digits);
    if (!/^[0-9a-fA-F]*$/.test(hex) || hex.length < digits) this.#fail("did not find expected hexdecimal number");
    const value = Number.parseInt(hex || "0", 16);
    if ((value >= 0xd800 && value <= 0xdfff) || value > 0x10ffff) {
      this.#fail("found invalid Unicode character escape code");
    }
    this.#skip(digits);
  }

  #fetchPlain(): void {
    this.#saveSimpleKey();
    this.#simpleKeyAllowed = false;
    const mark = this.#mark();
    const indent = this.#indent + 1;
    let isAfterBreak = false;
    while (!this.#isDocumentIndicator() && this.#at() !== "#") {
      while (!isBlankOrEnd(this.#at()) && !this.#endsPlain()) {
        this.#skip();
        isAfterBreak = false;
      }
      if (!isBlank(this.#at()) && !isBreak(this.#at())) break;
      while (isBlank(this.#at()) || isBreak(this.#at())) {
        if (isBreak(this.#at())) {
          this.#skipLine();
          isAfterBreak = true;
          continue;
        }
        if (isAfterBreak && this.#column < indent && this.#at() === "\t") {
          this.#fail("found a tab character that violates indentation");
        }
        this.#skip();
      }
      if (this.#flowLevel === 0 && this.#column < indent) break;
    }
    if (isAfterBreak) this.#simpleKeyAllowed = true;
    this.#push("scalar", mark);
  }

  #endsPlain(): boolean {
    const character = this.#at();
    if (character === ":" && isBlankOrEnd(this.#at(1))) return true;
    return this.#flowLevel > 0 && ",?[]{}".includes(character);
  }
}
