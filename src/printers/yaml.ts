import { goNumber } from "../api/meta/go-text.js";
import { analyzeScalar, doubleQuoted, plain, type Room, singleQuoted } from "./yaml-quoting.js";
import { isPlainText } from "./yaml-scalar.js";

/**
 * YAML as kubectl prints it, byte for byte: keys sorted, sequences not indented under their key, long texts folded
 * behind column 80 as its library does. Undefined members are left out.
 * @see sigs.k8s.io/yaml, Marshal, which writes through go-yaml v2
 */
export function printYaml(value: unknown): string {
  const output: string[] = [];
  writeNode({ output, value, indent: 0, column: 0, inMapping: false });
  return output.join("");
}

interface Place {
  readonly output: string[];
  readonly value: unknown;
  /** Where the keys of a mapping start, or the dashes of a sequence; lines of a text go on two behind it. */
  readonly indent: number;
  /** How much of the line is already written. */
  readonly column: number;
  /** Whether the value stands behind a key: a block then starts on a line of its own. */
  readonly inMapping: boolean;
}

/** Writes a value up to and including its last line break. What came before it on the line is already written. */
function writeNode(place: Place): void {
  const { output, value, inMapping } = place;
  if (Array.isArray(value)) {
    writeSequence(place, value);
  } else if (typeof value === "object" && value !== null) {
    writeMapping(place, value as Record<string, unknown>);
  } else {
    const column = place.column + (inMapping ? 1 : 0);
    const text = scalarText(value, { column, margin: place.indent + 2 });
    // A literal block brings its own last line break.
    output.push(inMapping ? " " : "", text, text.endsWith("\n") ? "" : "\n");
  }
}

function writeSequence({ output, indent, inMapping }: Place, items: readonly unknown[]): void {
  if (items.length === 0) {
    output.push(inMapping ? " []\n" : "[]\n");
    return;
  }
  if (inMapping) {
    output.push("\n");
  }
  for (const [index, item] of items.entries()) {
    // The first item of a sequence inside a sequence stands on the line of its parent's dash.
    output.push(index > 0 || inMapping ? " ".repeat(indent) : "", "- ");
    const itemIndent = isCollection(item) ? indent + 2 : indent;
    writeNode({ output, value: item, indent: itemIndent, column: indent + 2, inMapping: false });
  }
}

/** Keys longer than this do not go before a colon on one line. */
const simpleKeyLengthMax = 128;

function writeMapping({ output, indent, inMapping }: Place, mapping: Record<string, unknown>): void {
  const keys = Object.keys(mapping).filter((key) => mapping[key] !== undefined);
  if (keys.length === 0) {
    output.push(inMapping ? " {}\n" : "{}\n");
    return;
  }
  if (inMapping) {
    output.push("\n");
  }
  keys.sort(compareKeys);
  for (const [index, key] of keys.entries()) {
    output.push(index > 0 || inMapping ? " ".repeat(indent) : "");
    const value = mapping[key];
    const column = writeKey(output, key, indent);
    // A sequence behind a key has its dashes under the key; a mapping is indented.
    const isMapping = isCollection(value) && !Array.isArray(value);
    writeNode({ output, value, indent: isMapping ? indent + 2 : indent, column, inMapping: true });
  }
}

/** Writes a key and its colon; returns the column behind. */
function writeKey(output: string[], key: string, indent: number): number {
  if (Buffer.byteLength(key) > simpleKeyLengthMax || key.includes("\n")) {
    const text = stringText(key, { column: indent + 2, margin: indent + 2 });
    output.push("? ", text, text.endsWith("\n") ? "" : "\n", " ".repeat(indent), ":");
    return indent + 1;
  }
  const text = stringText(key, undefined);
  output.push(text, ":");
  return indent + text.length + 1;
}

function isCollection(value: unknown): boolean {
  return typeof value === "object" && value !== null;
}

function scalarText(value: unknown, room: Room): string {
  if (typeof value === "string") {
    return stringText(value, room);
  }
  if (typeof value === "number") {
    return goNumber(value);
  }
  return value === true ? "true" : value === false ? "false" : "null";
}

/** A string, quoted if it must be. A key has no room to fold in, and no literal block. */
function stringText(text: string, room: Room | undefined): string {
  const analysis = analyzeScalar(text);
  if (text.includes("\n")) {
    return analysis.blockAllowed && room !== undefined ? literalBlock(text, room.margin) : doubleQuoted(text, room);
  }
  if (!isPlainText(text)) {
    return doubleQuoted(text, room);
  }
  if (analysis.plainAllowed) {
    return plain(text, room);
  }
  return analysis.singleQuotedAllowed ? singleQuoted(text, room) : doubleQuoted(text, room);
}

function literalBlock(text: string, margin: number): string {
  const indentHint = /^[ \n]/.test(text) ? "2" : "";
  const chompHint = !text.endsWith("\n") ? "-" : text === "\n" || text.endsWith("\n\n") ? "+" : "";
  const lines = text.replace(/^(?=[^\n])/gm, " ".repeat(margin));
  return `|${indentHint}${chompHint}\n${lines}${text.endsWith("\n") ? "" : "\n"}`;
}

/**
 * The order of keys: letters after everything else, runs of digits by their value.
 * @see go-yaml v2 sorter.go, keyList
 */
function compareKeys(a: string, b: string): number {
  const left = [...a];
  const right = [...b];
  const shared = Math.min(left.length, right.length);
  for (let index = 0; index < shared; index += 1) {
    const one = left[index] ?? "";
    const other = right[index] ?? "";
    if (one !== other) {
      return compareFrom(left, right, index);
    }
  }
  return left.length - right.length;
}

const letter = /\p{L}/u;
const digit = /\p{Nd}/u;

/** Compares two keys whose first difference is at `index`. */
function compareFrom(left: readonly string[], right: readonly string[], index: number): number {
  const one = left[index] ?? "";
  const other = right[index] ?? "";
  const byCode = (one.codePointAt(0) ?? 0) - (other.codePointAt(0) ?? 0);
  const oneIsLetter = letter.test(one);
  const otherIsLetter = letter.test(other);
  if (oneIsLetter && otherIsLetter) {
    return byCode;
  }
  if (oneIsLetter || otherIsLetter) {
    return otherIsLetter ? -1 : 1;
  }
  const leading = (one === "0" || other === "0") && hasNonZeroDigitsBefore(left, index) ? 1 : 0;
  const a = numberAt(left, index, leading);
  const b = numberAt(right, index, leading);
  return a.value - b.value || a.end - b.end || byCode;
}

function hasNonZeroDigitsBefore(text: readonly string[], index: number): boolean {
  for (let at = index - 1; at >= 0 && digit.test(text[at] ?? ""); at -= 1) {
    if (text[at] !== "0") {
      return true;
    }
  }
  return false;
}

function numberAt(text: readonly string[], index: number, leading: number): { value: number; end: number } {
  let value = leading;
  let end = index;
  while (end < text.length && digit.test(text[end] ?? "")) {
    value = value * 10 + Number(text[end]);
    end += 1;
  }
  return { value, end };
}
