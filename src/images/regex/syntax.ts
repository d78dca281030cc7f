/** Parsing of POSIX basic and extended regular expressions, with GNU's additions, over byte strings. */

/** A bad pattern; the message is the C library's. */
export class RegexError extends Error {}

export type Assertion = "begin" | "end" | "word" | "not-word" | "word-begin" | "word-end" | "text-begin" | "text-end";

export type RegexNode =
  | { readonly kind: "empty" }
  /** One byte out of a set: 256 flags. */
  | { readonly kind: "set"; readonly set: Uint8Array }
  | { readonly kind: "assert"; readonly what: Assertion }
  | { readonly kind: "group"; readonly index: number; readonly inner: RegexNode }
  | { readonly kind: "back"; readonly index: number }
  | { readonly kind: "repeat"; readonly inner: RegexNode; readonly min: number; readonly max: number }
  | { readonly kind: "sequence"; readonly parts: readonly RegexNode[] }
  | { readonly kind: "either"; readonly choices: readonly RegexNode[] };

export interface RegexOptions {
  readonly extended?: boolean;
  readonly ignoreCase?: boolean;
  /** `^` and `$` also match beside newlines. */
  readonly multiline?: boolean;
}

export interface ParsedRegex {
  readonly root: RegexNode;
  readonly groups: number;
  readonly hasBackReference: boolean;
}

const repeatMax = 32_767;

export function parseRegex(pattern: string, options: RegexOptions = {}): ParsedRegex {
  return new RegexParser(pattern, options).parse();
}

class RegexParser {
  readonly #text: string;
  readonly #extended: boolean;
  readonly #ignoreCase: boolean;
  #at = 0;
  #groups = 0;
  #depth = 0;
  #closed = new Set<number>();
  #hasBackReference = false;

  constructor(text: string, options: RegexOptions) {
    this.#text = text;
    this.#extended = options.extended === true;
    this.#ignoreCase = options.ignoreCase === true;
  }

  parse(): ParsedRegex {
    const root = this.#alternation();
    if (this.#at < this.#text.length) throw new RegexError("Unmatched ) or \\)");
    return { root, groups: this.#groups, hasBackReference: this.#hasBackReference };
  }

  /** Whether the operator `name` of extended syntax (`\name` in basic syntax) stands here. */
  #sees(name: string): boolean {
    if (this.#extended) return this.#text[this.#at] === name;
    return this.#text[this.#at] === "\\" && this.#text[this.#at + 1] === name;
  }

  #skip(): void {
    this.#at += this.#extended ? 1 : 2;
  }

  #alternation(): RegexNode {
    const choices = [this.#sequence()];
    while (this.#sees("|")) {
      this.#skip();
      choices.push(this.#sequence());
    }
    return choices.length === 1 && choices[0] ? choices[0] : { kind: "either", choices };
  }

  #sequence(): RegexNode {
    const parts: RegexNode[] = [];
    while (this.#at < this.#text.length && !this.#sees("|") && !this.#closes()) {
      const atom = this.#atom(parts.length === 0);
      if (atom) parts.push(atom.kind === "assert" && !this.#extended ? atom : this.#repeats(atom));
    }
    if (parts.length === 1 && parts[0]) return parts[0];
    return parts.length === 0 ? { kind: "empty" } : { kind: "sequence", parts };
  }

  /** Whether a group ends here. An extended `)` that nothing opened is an ordinary character. */
  #closes(): boolean {
    return this.#sees(")") && (this.#depth > 0 || !this.#extended);
  }

  #atom(first: boolean): RegexNode | null {
    const char = this.#text.charAt(this.#at);
    if (this.#sees("(")) return this.#group();
    if (char === "\\") return this.#escape();
    this.#at += 1;
    if (char === "[") return this.#bracket();
    if (char === ".") return { kind: "set", set: allBytes() };
    if (char === "^" && (this.#extended || first)) return { kind: "assert", what: "begin" };
    if (char === "$" && this.#endsHere()) return { kind: "assert", what: "end" };
    if (this.#extended && first && (char === "*" || char === "+" || char === "?")) return null;
    return this.#literal(char);
  }

  #endsHere(): boolean {
    return this.#extended || this.#at >= this.#text.length || this.#sees(")") || this.#sees("|");
  }

  #group(): RegexNode {
    this.#skip();
    this.#groups += 1;
    const index = this.#groups;
    this.#depth += 1;
    if (this.#depth > 250) throw new RegexError("Regular expression too big");
    const inner = this.#alternation();
    if (!this.#sees(")")) throw new RegexError("Unmatched ( or \\(");
    this.#skip();
    this.#depth -= 1;
    this.#closed.add(index);
    return { kind: "group", index, inner };
  }

  #escape(): RegexNode {
    const char = this.#text[this.#at + 1];
    if (char === undefined) throw new RegexError("Trailing backslash");
    this.#at += 2;
    const assertion = assertionOf(char);
    if (assertion) return { kind: "assert", what: assertion };
    if (char === "w" || char === "W") return { kind: "set", set: bytesWhere(isWordByte, char === "W") };
    if (char === "s" || char === "S") return { kind: "set", set: bytesWhere(isSpaceByte, char === "S") };
    if (char >= "1" && char <= "9") {
      const index = Number(char);
      if (!this.#closed.has(index)) throw new RegexError("Invalid back reference");
      this.#hasBackReference = true;
      return { kind: "back", index };
    }
    return this.#literal(char);
  }

  #literal(char: string): RegexNode {
    const set = new Uint8Array(256);
    set[char.charCodeAt(0) & 255] = 1;
    if (this.#ignoreCase) foldCase(set);
    return { kind: "set", set };
  }

  #repeats(atom: RegexNode): RegexNode {
    let node = atom;
    for (;;) {
      if (this.#text[this.#at] === "*") {
        this.#at += 1;
        node = repeat(node, 0, Number.POSITIVE_INFINITY);
      } else if (this.#sees("+")) {
        this.#skip();
        node = repeat(node, 1, Number.POSITIVE_INFINITY);
      } else if (this.#sees("?")) {
        this.#skip();
        node = repeat(node, 0, 1);
      } else if (this.#sees("{")) {
        const bounds = this.#interval();
        if (!bounds) return node;
        node = repeat(node, bounds.min, bounds.max);
      } else {
        return node;
      }
    }
  }

  /** `{2}`, `{2,}`, `{,3}`, `{2,3}`; null (nothing read) where an extended `{` begins none and is a character. */
  #interval(): { min: number; max: number } | null {
    const start = this.#at;
    this.#skip();
    const close = this.#extended ? "}" : "\\}";
    const end = this.#text.indexOf(close, this.#at);
    const body = end < 0 ? "" : this.#text.slice(this.#at, end);
    const found = /^(\d*)(,?)(\d*)$/.exec(body);
    if (end < 0 || !found || (found[1] === "" && found[2] === "")) {
      this.#at = start;
      if (this.#extended) return null;
      throw new RegexError(end < 0 ? "Unmatched \\{" : "Invalid content of \\{\\}");
    }
    this.#at = end + close.length;
    const min = found[1] === "" ? 0 : Number(found[1]);
    const max = found[2] === "" ? min : found[3] === "" ? Number.POSITIVE_INFINITY : Number(found[3]);
    if (min > max) throw new RegexError("Invalid content of \\{\\}");
    if (min > repeatMax || (max !== Number.POSITIVE_INFINITY && max > repeatMax)) {
      throw new RegexError("Regular expression too big");
    }
    return { min, max };
  }

  #bracket(): RegexNode {
    const set = new Uint8Array(256);
    let negated = false;
    if (this.#text[this.#at] === "^") {
      negated = true;
      this.#at += 1;
    }
    for (let first = true; ; first = false) {
      const char = this.#text[this.#at];
      if (char === undefined) throw new RegexError("Unmatched [, [^, [:, [., or [=");
      if (char === "]" && !first) break;
      if (char === "[" && this.#text[this.#at + 1] === ":") {
        this.#namedClass(set);
        continue;
      }
      const from = this.#bracketByte();
      if (this.#text[this.#at] === "-" && this.#text[this.#at + 1] !== "]" && this.#text[this.#at + 1] !== undefined) {
        this.#at += 1;
        const to = this.#bracketByte();
        if (to < from) throw new RegexError("Invalid range end");
        set.fill(1, from, to + 1);
      } else {
        set[from] = 1;
      }
    }
    this.#at += 1;
    if (this.#ignoreCase) foldCase(set);
    if (negated) for (let byte = 0; byte < 256; byte += 1) set[byte] = set[byte] ? 0 : 1;
    return { kind: "set", set };
  }

  /** One byte of a bracket expression: itself, `[.a.]` or `[=a=]`. */
  #bracketByte(): number {
    const special = this.#text[this.#at] === "[" ? this.#text[this.#at + 1] : undefined;
    if (special === "." || special === "=") {
      const end = this.#text.indexOf(`${special}]`, this.#at + 2);
      if (end !== this.#at + 3) throw new RegexError("Invalid collation character");
      const byte = this.#text.charCodeAt(this.#at + 2) & 255;
      this.#at = end + 2;
      return byte;
    }
    const byte = this.#text.charCodeAt(this.#at) & 255;
    this.#at += 1;
    return byte;
  }

  #namedClass(set: Uint8Array): void {
    const end = this.#text.indexOf(":]", this.#at + 2);
    if (end < 0) throw new RegexError("Unmatched [, [^, [:, [., or [=");
    const test = byteClass(this.#text.slice(this.#at + 2, end));
    if (!test) throw new RegexError("Invalid character class name");
    for (let byte = 0; byte < 256; byte += 1) if (test(byte)) set[byte] = 1;
    this.#at = end + 2;
  }
}

function repeat(inner: RegexNode, min: number, max: number): RegexNode {
  return { kind: "repeat", inner, min, max };
}

function assertionOf(char: string): Assertion | null {
  switch (char) {
    case "b":
      return "word";
    case "B":
      return "not-word";
    case "<":
      return "word-begin";
    case ">":
      return "word-end";
    case "`":
      return "text-begin";
    case "'":
      return "text-end";
    default:
      return null;
  }
}

function allBytes(): Uint8Array {
  return new Uint8Array(256).fill(1);
}

function bytesWhere(test: (byte: number) => boolean, negated: boolean): Uint8Array {
  const set = new Uint8Array(256);
  for (let byte = 0; byte < 256; byte += 1) set[byte] = test(byte) !== negated ? 1 : 0;
  return set;
}

function foldCase(set: Uint8Array): void {
  for (let upper = 65; upper <= 90; upper += 1) {
    if (set[upper] || set[upper + 32]) {
      set[upper] = 1;
      set[upper + 32] = 1;
    }
  }
}

const isUpper = (byte: number): boolean => byte >= 65 && byte <= 90;
const isLower = (byte: number): boolean => byte >= 97 && byte <= 122;
const isDigit = (byte: number): boolean => byte >= 48 && byte <= 57;
const isAlnum = (byte: number): boolean => isUpper(byte) || isLower(byte) || isDigit(byte);
const isGraph = (byte: number): boolean => byte > 32 && byte < 127;
const isSpaceByte = (byte: number): boolean => byte === 32 || (byte >= 9 && byte <= 13);

export function isWordByte(byte: number): boolean {
  return isAlnum(byte) || byte === 95;
}

/** The test of a named class such as `alpha` in the C locale, or null where there is none of that name. */
export function byteClass(name: string): ((byte: number) => boolean) | null {
  switch (name) {
    case "alpha":
      return (byte) => isUpper(byte) || isLower(byte);
    case "digit":
      return isDigit;
    case "alnum":
      return isAlnum;
    case "upper":
      return isUpper;
    case "lower":
      return isLower;
    case "space":
      return isSpaceByte;
    case "blank":
      return (byte) => byte === 32 || byte === 9;
    case "punct":
      return (byte) => isGraph(byte) && !isAlnum(byte);
    case "print":
      return (byte) => byte >= 32 && byte < 127;
    case "graph":
      return isGraph;
    case "cntrl":
      return (byte) => byte < 32 || byte === 127;
    case "xdigit":
      return (byte) => isDigit(byte) || (byte >= 65 && byte <= 70) || (byte >= 97 && byte <= 102);
    default:
      return null;
  }
}
