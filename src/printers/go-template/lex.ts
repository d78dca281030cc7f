export type TokenType =
  | "text"
  | "open"
  | "close"
  | "space"
  | "field"
  | "variable"
  | "word"
  | "string"
  | "character"
  | "number"
  | "dot"
  | "pipe"
  | "declare"
  | "assign"
  | "comma"
  | "leftParen"
  | "rightParen"
  | "eof";

export interface Token {
  readonly type: TokenType;
  readonly text: string;
  readonly position: number;
}

/** What is wrong with a template, and on which line. */
export class TemplateSyntaxError extends Error {
  constructor(text: string, position: number, problem: string) {
    super(`template: output:${text.slice(0, position).split("\n").length}: ${problem}`);
  }
}

const actionTokens: readonly (readonly [TokenType, RegExp])[] = [
  ["space", /[ \t\r\n]+/y],
  ["declare", /:=/y],
  ["assign", /=/y],
  ["pipe", /\|/y],
  ["comma", /,/y],
  ["leftParen", /\(/y],
  ["rightParen", /\)/y],
  ["string", /"(?:\\.|[^"\\\n])*"|`[^`]*`/y],
  ["character", /'(?:\\.|[^'\\\n])+'/y],
  ["number", /[-+]?(?:0[xXoObB][0-9a-fA-F_]+|\d[\d_]*(?:\.\d*)?(?:[eE][-+]?\d+)?|\.\d+(?:[eE][-+]?\d+)?)/y],
  ["field", /\.[\p{L}_][\p{L}\p{Nd}_]*/uy],
  ["dot", /\./y],
  ["variable", /\$[\p{L}\p{Nd}_]*/uy],
  ["word", /[\p{L}_][\p{L}\p{Nd}_]*/uy],
];

/** Splits a template into text and the tokens of its actions. @see Go's text/template/parse/lex.go */
export function lexTemplate(text: string): readonly Token[] {
  const tokens: Token[] = [];
  let position = 0;
  let trimsNext = false;
  for (;;) {
    const open = text.indexOf("{{", position);
    const end = open === -1 ? text.length : open;
    const trimsBefore = open !== -1 && /^-[ \t\r\n]/.test(text.slice(open + 2, open + 4));
    let plain = text.slice(position, end);
    plain = trimsNext ? plain.replace(/^[ \t\r\n]+/, "") : plain;
    plain = trimsBefore ? plain.replace(/[ \t\r\n]+$/, "") : plain;
    if (plain !== "") {
      tokens.push({ type: "text", text: plain, position });
    }
    if (open === -1) {
      tokens.push({ type: "eof", text: "", position: text.length });
      return tokens;
    }
    const start = open + (trimsBefore ? 3 : 2);
    const action = lexComment(text, start) ?? lexAction(text, open, start, tokens);
    position = action.end;
    trimsNext = action.trims;
  }
}

interface LexedAction {
  readonly end: number;
  readonly trims: boolean;
}

function lexComment(text: string, from: number): LexedAction | undefined {
  const start = /^[ \t\r\n]*\/\*/.exec(text.slice(from));
  if (start === null) {
    return undefined;
  }
  const end = text.indexOf("*/", from);
  if (end === -1) {
    throw new TemplateSyntaxError(text, from, "unclosed comment");
  }
  const close = /^([ \t\r\n]+-)?\}\}/.exec(text.slice(end + 2));
  if (close === null) {
    throw new TemplateSyntaxError(text, from, "comment ends before closing delimiter");
  }
  return { end: end + 2 + close[0].length, trims: close[1] !== undefined };
}

function lexAction(text: string, open: number, start: number, tokens: Token[]): LexedAction {
  tokens.push({ type: "open", text: "{{", position: open });
  let position = start;
  let depth = 0;
  for (;;) {
    const close = /^([ \t\r\n]+-)?\}\}/.exec(text.slice(position));
    if (close !== null) {
      if (depth > 0) {
        throw new TemplateSyntaxError(text, position, "unclosed left paren");
      }
      tokens.push({ type: "close", text: "}}", position });
      return { end: position + close[0].length, trims: close[1] !== undefined };
    }
    const token = nextToken(text, position);
    refuseBadEnd(text, token);
    tokens.push(token);
    depth += token.type === "leftParen" ? 1 : token.type === "rightParen" ? -1 : 0;
    if (depth < 0) {
      throw new TemplateSyntaxError(text, position, "unexpected right paren");
    }
    position += token.text.length;
  }
}

function nextToken(text: string, position: number): Token {
  if (position >= text.length) {
    throw new TemplateSyntaxError(text, position, "unclosed action");
  }
  for (const [type, pattern] of actionTokens) {
    pattern.lastIndex = position;
    const match = pattern.exec(text);
    if (match !== null) {
      return { type, text: match[0], position };
    }
  }
  const character = String.fromCodePoint(text.codePointAt(position) ?? 0);
  const problems: Readonly<Record<string, string>> = {
    '"': "unterminated quoted string",
    "`": "unterminated raw quoted string",
    "'": "unterminated character constant",
    ":": "expected :=",
  };
  const problem = problems[character] ?? `unrecognized character in action: ${characterName(character)}`;
  throw new TemplateSyntaxError(text, position, problem);
}

/** A name ends at a space, at punctuation, or where the action closes. @see Go's text/template/parse/lex.go, atTerminator */
function refuseBadEnd(text: string, { type, text: name, position }: Token): void {
  if (type !== "field" && type !== "variable" && type !== "word") return;
  const end = position + name.length;
  if (end >= text.length || text.startsWith("}}", end)) return;
  const next = String.fromCodePoint(text.codePointAt(end) ?? 0);
  if (!/[\s.,|:()]/.test(next)) throw new TemplateSyntaxError(text, end, `bad character ${characterName(next)}`);
}

/** `U+007D '}'` */
function characterName(character: string): string {
  return `${codePointName(character.codePointAt(0) ?? 0)} '${character}'`;
}

/** `U+007D` */
export function codePointName(codePoint: number): string {
  return `U+${codePoint.toString(16).toUpperCase().padStart(4, "0")}`;
}
