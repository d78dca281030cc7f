/** Which ways to write a string are open. */
interface ScalarAnalysis {
  readonly plainAllowed: boolean;
  readonly singleQuotedAllowed: boolean;
  readonly blockAllowed: boolean;
}

/**
 * Looks at a string as YAML's emitter does before it chooses a style, for block context.
 * @see go-yaml v2 emitterc.go, yaml_emitter_analyze_scalar
 */
export function analyzeScalar(text: string): ScalarAnalysis {
  if (text === "") {
    return { plainAllowed: false, singleQuotedAllowed: true, blockAllowed: false };
  }
  const spaceBeforeBreak = / \n/.test(text);
  const isSpecial = hasUnprintable(text);
  const breakBeforeSpace = /\n /.test(text);
  const atEdges = /^[ \n]|[ \n]$/.test(text);
  const singleQuotedAllowed = !breakBeforeSpace && !spaceBeforeBreak && !isSpecial;
  return {
    plainAllowed: singleQuotedAllowed && !atEdges && !text.includes("\n") && !hasIndicators(text),
    singleQuotedAllowed,
    blockAllowed: !text.endsWith(" ") && !spaceBeforeBreak && !isSpecial,
  };
}

const startsWithIndicator = /^(---|\.\.\.)|^[#,[\]{}&*!|>'"%@`]|^[-?:]([ \t\n\r]|$)/;
const containsIndicator = /:([ \t\n\r]|$)|[ \t\n\r]#/;

/** Whether the text would be read as YAML's own punctuation. */
function hasIndicators(text: string): boolean {
  return startsWithIndicator.test(text) || containsIndicator.test(text);
}

const printable = /^[\n\x20-\x7e\u00a0-\ud7ff\ue000-\ufefe\uff00-\ufffd]$/u;

function hasUnprintable(text: string): boolean {
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    const isPlain = (code >= 0x20 && code <= 0x7e) || code === 0x0a;
    if (!isPlain && !printable.test(text[index] ?? "")) {
      return true;
    }
  }
  return false;
}

/** Where a text that may be folded starts, and where its further lines do. */
export interface Room {
  readonly column: number;
  readonly margin: number;
}

export function plain(text: string, room: Room | undefined): string {
  return room === undefined ? text : fold(text, room, { encode: (each) => each, atEdges: true, escapesSpaces: false });
}

export function singleQuoted(text: string, room: Room | undefined): string {
  const encode = (each: string) => (each === "'" ? "''" : each);
  return `'${fold(text, inQuotes(room), { encode, atEdges: false, escapesSpaces: false })}'`;
}

export function doubleQuoted(text: string, room: Room | undefined): string {
  return `"${fold(text, inQuotes(room), { encode: escapeCharacter, atEdges: false, escapesSpaces: true })}"`;
}

function inQuotes(room: Room | undefined): Room | undefined {
  return room === undefined ? undefined : { ...room, column: room.column + 1 };
}

/** Lines are folded at the first single space behind this column. */
const widthMax = 80;

interface FoldStyle {
  readonly encode: (character: string) => string;
  /** Whether the first and the last character may be where a line is folded. */
  readonly atEdges: boolean;
  /** Whether a line may be folded before several spaces: the next one is escaped then. */
  readonly escapesSpaces: boolean;
}

/** @see go-yaml v2 emitterc.go, yaml_emitter_write_plain_scalar and its siblings */
function fold(text: string, room: Room | undefined, { encode, atEdges, escapesSpaces }: FoldStyle): string {
  let output = "";
  let column = room?.column ?? 0;
  let afterSpace = false;
  const characters = [...text];
  for (const [index, each] of characters.entries()) {
    const nextIsSpace = characters[index + 1] === " ";
    const isEdge = index === 0 || index === characters.length - 1;
    const mayFold = each === " " && !afterSpace && (atEdges || !isEdge) && (escapesSpaces || !nextIsSpace);
    if (room !== undefined && mayFold && column > widthMax) {
      const start = " ".repeat(room.margin) + (nextIsSpace ? "\\" : "");
      output += `\n${start}`;
      column = start.length;
    } else {
      const encoded = encode(each);
      output += encoded;
      column += encoded.length > each.length ? encoded.length : 1;
    }
    afterSpace = each === " ";
  }
  return output;
}

const shortEscapes: Readonly<Record<string, string>> = {
  "\0": "\\0",
  "\x07": "\\a",
  "\b": "\\b",
  "\t": "\\t",
  "\n": "\\n",
  "\v": "\\v",
  "\f": "\\f",
  "\r": "\\r",
  "\x1b": "\\e",
  '"': '\\"',
  "\\": "\\\\",
  "\u0085": "\\N",
  "\u2028": "\\L",
  "\u2029": "\\P",
};

function escapeCharacter(character: string): string {
  return shortEscapes[character] ?? (printable.test(character) ? character : hexEscape(character));
}

function hexEscape(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  const hex = code.toString(16).toUpperCase();
  if (code <= 0xff) {
    return `\\x${hex.padStart(2, "0")}`;
  }
  return code <= 0xffff ? `\\u${hex.padStart(4, "0")}` : `\\U${hex.padStart(8, "0")}`;
}
