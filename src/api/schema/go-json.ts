/** A text that is not JSON; `message` is encoding/json's, `offset` counts the characters read up to the fault. */
export class GoJsonError extends Error {
  readonly offset: number;

  constructor(message: string, offset: number) {
    super(message);
    this.name = "GoJsonError";
    this.offset = offset;
  }

  /** The text breaks off inside a value. */
  get isUnexpectedEnd(): boolean {
    return this.message === unexpectedEnd;
  }
}

const unexpectedEnd = "unexpected end of JSON input";

/**
 * A JSON text's value.
 * @throws GoJsonError in the words of Go's encoding/json: `invalid character 's' looking for beginning of object key string`
 */
export function parseGoJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw explainJson(text) ?? error;
  }
}

/** The length of the JSON value that a text begins with, white space before it included; undefined at the text's end. */
export function jsonValueLength(text: string, from: number): number | undefined {
  const scanner = new JsonScanner(text, from);
  scanner.space();
  if (scanner.at >= text.length) return undefined;
  scanner.value();
  return scanner.at - from;
}

function explainJson(text: string): GoJsonError | undefined {
  try {
    const scanner = new JsonScanner(text, 0);
    scanner.space();
    scanner.value();
    scanner.space();
    if (scanner.at < text.length) scanner.fail("after top-level value");
  } catch (error) {
    if (error instanceof GoJsonError) return error;
    throw error;
  }
  return undefined;
}

/**
 * Walks JSON by the grammar alone, to say where and how it is broken. Nesting is kept in a list, not in the call stack.
 * @see encoding/json scanner.go
 */
class JsonScanner {
  readonly text: string;
  at: number;

  constructor(text: string, at: number) {
    this.text = text;
    this.at = at;
  }

  fail(context: string): never {
    const character = this.text.codePointAt(this.at);
    if (character === undefined) throw new GoJsonError(unexpectedEnd, this.at);
    throw new GoJsonError(
      `invalid character ${quoteCharacter(String.fromCodePoint(character))} ${context}`,
      this.at + 1,
    );
  }

  space(): void {
    while (this.at < this.text.length && " \t\r\n".includes(this.text.charAt(this.at))) this.at += 1;
  }

  value(): void {
    const open: ("{" | "[")[] = [];
    for (;;) {
      this.space();
      const first = this.text.charAt(this.at);
      if (first === "{" || first === "[") {
        this.at += 1;
        this.space();
        if (this.text.charAt(this.at) === (first === "{" ? "}" : "]")) {
          this.at += 1;
        } else {
          open.push(first);
          if (first === "{") this.key("looking for beginning of object key string");
          continue;
        }
      } else {
        this.scalar(first);
      }
      if (!this.closeOrGoOn(open)) return;
    }
  }

  /** After a value: closes what ends here. False when the outermost value has ended. */
  private closeOrGoOn(open: ("{" | "[")[]): boolean {
    for (;;) {
      const inner = open.at(-1);
      if (inner === undefined) return false;
      this.space();
      const next = this.text.charAt(this.at);
      if (next === ",") {
        this.at += 1;
        this.space();
        if (inner === "{") this.key("looking for beginning of object key string");
        return true;
      }
      if (next !== (inner === "{" ? "}" : "]")) {
        this.fail(inner === "{" ? "after object key:value pair" : "after array element");
      }
      this.at += 1;
      open.pop();
    }
  }

  private key(context: string): void {
    if (this.text.charAt(this.at) !== '"') this.fail(context);
    this.string();
    this.space();
    if (this.text.charAt(this.at) !== ":") this.fail("after object key");
    this.at += 1;
  }

  private scalar(first: string): void {
    if (first === '"') this.string();
    else if (first === "-" || (first >= "0" && first <= "9")) this.number();
    else if (first === "t") this.literal("true");
    else if (first === "f") this.literal("false");
    else if (first === "n") this.literal("null");
    else this.fail("looking for beginning of value");
  }

  private literal(word: string): void {
    for (let index = 0; index < word.length; index += 1, this.at += 1) {
      const wanted = word.charAt(index);
      if (this.text.charAt(this.at) !== wanted) this.fail(`in literal ${word} (expecting ${quoteCharacter(wanted)})`);
    }
  }

  private string(): void {
    this.at += 1;
    for (;;) {
      const character = this.text.charAt(this.at);
      if (character === "" || character < " ") this.fail("in string literal");
      this.at += 1;
      if (character === '"') return;
      if (character === "\\") this.escape();
    }
  }

  private escape(): void {
    const character = this.text.charAt(this.at);
    if (character === "" || !'"\\/bfnrtu'.includes(character)) this.fail("in string escape code");
    this.at += 1;
    for (let digits = 0; character === "u" && digits < 4; digits += 1, this.at += 1) {
      if (!/[0-9a-fA-F]/.test(this.text.charAt(this.at))) this.fail("in \\u hexadecimal character escape");
    }
  }

  private number(): void {
    if (this.text.charAt(this.at) === "-") {
      this.at += 1;
      if (!this.isDigit()) this.fail("in numeric literal");
    }
    if (this.text.charAt(this.at) === "0") this.at += 1;
    else this.digits();
    if (this.text.charAt(this.at) === ".") {
      this.at += 1;
      if (!this.isDigit()) this.fail("after decimal point in numeric literal");
      this.digits();
    }
    if (/[eE]/.test(this.text.charAt(this.at))) {
      this.at += 1;
      if (/[-+]/.test(this.text.charAt(this.at))) this.at += 1;
      if (!this.isDigit()) this.fail("in exponent of numeric literal");
      this.digits();
    }
  }

  private isDigit(): boolean {
    return /[0-9]/.test(this.text.charAt(this.at));
  }

  private digits(): void {
    while (this.isDigit()) this.at += 1;
  }
}

/** A character the way encoding/json quotes it: `'s'`, `'\''`, `'"'`, `'\n'`. */
function quoteCharacter(character: string): string {
  if (character === "'") return "'\\''";
  if (character === '"') return "'\"'";
  const text = JSON.stringify(character).slice(1, -1);
  return `'${text.replace(/^\\u00/, "\\x")}'`;
}
