import { isPlainText } from "./yaml-scalar.js";

/**
 * KYAML: YAML in flow style that is unmistakable, all strings in double quotes. Keys keep the object's order.
 * @see sigs.k8s.io/yaml kyaml/kyaml.go
 */
export function printKyaml(value: unknown): string {
  return `---\n${render(value, 0)}\n`;
}

function render(value: unknown, level: number): string {
  if (typeof value === "string") {
    return quoted(value, level + 1);
  }
  if (Array.isArray(value)) {
    return renderSequence(value, level);
  }
  if (typeof value === "object" && value !== null) {
    return renderMapping(value as Record<string, unknown>, level);
  }
  return String(value);
}

function renderSequence(items: readonly unknown[], level: number): string {
  if (items.length === 0) {
    return "[]";
  }
  // Collections stand in the line of their brackets, everything else in a line of its own.
  if (items.every((item) => typeof item === "object" && item !== null)) {
    return `[${items.map((item) => render(item, level)).join(", ")}]`;
  }
  const lines = items.map((item) => `${margin(level + 1)}${render(item, level + 1)},\n`);
  return `[\n${lines.join("")}${margin(level)}]`;
}

function renderMapping(mapping: Record<string, unknown>, level: number): string {
  const entries = Object.entries(mapping).filter(([, value]) => value !== undefined);
  if (entries.length === 0) {
    return "{}";
  }
  const lines = entries.map(([key, value]) => `${margin(level + 1)}${keyText(key)}: ${render(value, level + 1)},\n`);
  return `{\n${lines.join("")}${margin(level)}}`;
}

function margin(level: number): string {
  return "  ".repeat(level);
}

const unquotedKey = /^[\p{L}\p{N}_](?:[\p{L}\p{N}_\-./]*[\p{L}\p{N}_])?$/u;

function keyText(key: string): string {
  const isUnmistakable =
    unquotedKey.test(key) && isPlainText(key) && !/^(null|yes|no|on|off|true|false|[yn])$/i.test(key);
  return isUnmistakable ? key : `"${[...key].map((each) => escapeCharacter(each, "\\n")).join("")}"`;
}

/** Text of several lines becomes one line of output each, with the breaks escaped. */
function quoted(text: string, level: number): string {
  if (!text.includes("\n")) {
    return `"${[...text].map((each) => escapeCharacter(each, "")).join("")}"`;
  }
  let output = '"\\\n';
  for (const each of text) {
    if (output.endsWith("\n")) {
      // Leading white space is escaped, and everything else moved by one, so that the lines stay aligned.
      output += margin(level) + (/\s/.test(each) && each !== "\n" ? "\\" : " ");
    }
    output += escapeCharacter(each, "\\n\\\n");
  }
  return `${output}${output.endsWith("\n") ? "" : "\\\n"}${margin(level)}"`;
}

const shortEscapes: Readonly<Record<string, string>> = {
  '"': '\\"',
  "\\": "\\\\",
  "\t": "\t",
  "\x07": "\\a",
  "\b": "\\b",
  "\f": "\\f",
  "\r": "\\r",
  "\v": "\\v",
  "\0": "\\0",
  "\x1b": "\\e",
  "\u0085": "\\N",
  "\u00a0": "\\_",
  "\u2028": "\\L",
  "\u2029": "\\P",
};

function escapeCharacter(character: string, lineBreak: string): string {
  if (character === "\n") {
    return lineBreak;
  }
  const short = shortEscapes[character];
  if (short !== undefined || !/[\p{C}\p{Z}]/u.test(character) || character === " ") {
    return short ?? character;
  }
  const code = character.codePointAt(0) ?? 0;
  const hex = code.toString(16);
  if (code < 0x20 || code === 0x7f) {
    return `\\x${hex.padStart(2, "0")}`;
  }
  return code < 0x10000 ? `\\u${hex.padStart(4, "0")}` : `\\U${hex.padStart(8, "0")}`;
}
