/** Words of an awk program. */
import { Failure } from "../../applet.js";

export interface Token {
  readonly kind:
    | "number"
    | "string"
    | "regex"
    | "name"
    | "call"
    | "builtin"
    | "keyword"
    | "operator"
    | "newline"
    | "end";
  readonly text: string;
  readonly line: number;
  /** Whether a blank stands before it. */
  readonly spaced: boolean;
}

const keywords = new Set(
  "BEGIN END function func if else while for do break continue next nextfile exit return delete in getline print printf".split(
    " ",
  ),
);

const builtins = new Set(
  "length substr index split sub gsub gensub match sprintf tolower toupper sin cos atan2 exp log sqrt int rand srand system close fflush systime strftime mktime and or xor compl lshift rshift".split(
    " ",
  ),
);

const operators = [
  "**=",
  "&&",
  "||",
  "==",
  "<=",
  ">=",
  "!=",
  "!~",
  "++",
  "--",
  "+=",
  "-=",
  "*=",
  "/=",
  "%=",
  "^=",
  "**",
  ">>",
  "{",
  "}",
  "(",
  ")",
  "[",
  "]",
  ";",
  ",",
  "+",
  "-",
  "*",
  "/",
  "%",
  "^",
  "!",
  ">",
  "<",
  "|",
  "?",
  ":",
  "~",
  "$",
  "=",
];

export function syntaxError(line: number, text: string): Failure {
  return new Failure(`cmd. line:${line}: ${text}`);
}

const escapes: Readonly<Record<string, string>> = {
  n: "\n",
  t: "\t",
  r: "\r",
  f: "\f",
  v: "\v",
  a: "\x07",
  b: "\b",
  "\\": "\\",
  '"': '"',
  "/": "/",
};

/** Replaces the escapes of a string constant or a `-v` value. */
export function awkEscapes(text: string): string {
  return text.replace(/\\([0-7]{1,3}|[\s\S])/g, (whole, body: string) => {
    if (/^[0-7]/.test(body)) return String.fromCharCode(Number.parseInt(body, 8) & 255);
    return escapes[body] ?? (body === "\n" ? "" : whole);
  });
}

export function readTokens(source: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  let line = 1;
  let spaced = false;
  const add = (kind: Token["kind"], text: string, length: number): void => {
    tokens.push({ kind, text, line, spaced });
    spaced = false;
    at += length;
  };
  while (at < source.length) {
    const char = source.charAt(at);
    const rest = source.slice(at, at + 256);
    const skipped = /^(?:[ \t\r]+|\\\r?\n|#[^\n]*)/.exec(char === "#" ? source.slice(at) : rest)?.[0];
    if (skipped) {
      if (skipped.endsWith("\n")) line += 1;
      at += skipped.length;
      spaced = true;
      continue;
    }
    if (char === "\n") {
      add("newline", "\n", 1);
      line += 1;
      continue;
    }
    const number = /^(?:0[xX][0-9a-fA-F]+|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)/.exec(rest)?.[0];
    if (number) {
      add("number", number, number.length);
      continue;
    }
    const name = /^[A-Za-z_][A-Za-z0-9_]*/.exec(rest)?.[0];
    if (name) {
      const called = source[at + name.length] === "(";
      const kind = keywords.has(name) ? "keyword" : builtins.has(name) ? "builtin" : called ? "call" : "name";
      add(kind, name, name.length);
      continue;
    }
    if (char === '"') {
      const end = endOf(source, at, '"', line);
      add("string", awkEscapes(source.slice(at + 1, end)), end + 1 - at);
      continue;
    }
    if (char === "/" && regexMayBegin(tokens.at(-1))) {
      const end = endOf(source, at, "/", line);
      add("regex", regexSource(source.slice(at + 1, end)), end + 1 - at);
      continue;
    }
    const operator = operators.find((word) => source.startsWith(word, at));
    if (!operator) throw syntaxError(line, "Unexpected token");
    add("operator", operator === "**" ? "^" : operator === "**=" ? "^=" : operator, operator.length);
  }
  tokens.push({ kind: "end", text: "", line, spaced });
  return tokens;
}

/** Where the constant that begins at `at` ends: at its next unescaped delimiter. */
function endOf(source: string, at: number, delimiter: string, line: number): number {
  for (let end = at + 1; end < source.length && source[end] !== "\n"; end += 1) {
    if (source[end] === "\\") end += 1;
    else if (source[end] === delimiter) return end;
  }
  throw syntaxError(line, delimiter === '"' ? "Unterminated string" : "Unterminated regexp");
}

/** A slash divides after a value; elsewhere it begins a regular expression. */
function regexMayBegin(before: Token | undefined): boolean {
  if (!before) return true;
  if (before.kind === "number" || before.kind === "string" || before.kind === "name") return false;
  if (before.kind === "builtin") return false;
  if (before.kind === "operator") return !([")", "]", "$", "++", "--"] as string[]).includes(before.text);
  return true;
}

/** The escapes that a regular expression does not know itself. */
function regexSource(text: string): string {
  return text.replace(/\\([\s\S])/g, (whole, char: string) => {
    if (char === "/" || char === '"') return char;
    return "ntrfva".includes(char) ? (escapes[char] ?? whole) : whole;
  });
}
