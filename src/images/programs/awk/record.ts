/** The current record and its fields, and how text is split. */

import type { Regex } from "../../regex/regex.js";
import { compilePattern } from "../patterns.js";
import { inputValue, type Value } from "./values.js";

const fieldsMax = 100_000;

/** Compiled patterns of one awk run, by their source. */
export class Patterns {
  readonly #compiled = new Map<string, Regex>();
  ignoreCase = false;

  get(source: string): Regex {
    const key = this.ignoreCase ? `i${source}` : `c${source}`;
    const known = this.#compiled.get(key);
    if (known) return known;
    if (this.#compiled.size > 500) this.#compiled.clear();
    const regex = compilePattern(source, { extended: true, ignoreCase: this.ignoreCase });
    this.#compiled.set(key, regex);
    return regex;
  }
}

/** Splits text by a separator: " " is runs of blanks, one other character is itself, more is a regular expression. */
export function splitText(text: string, separator: string | Regex, patterns: Patterns): string[] {
  if (text === "") return [];
  if (separator === " ") {
    const trimmed = text.replace(/^[ \t\n]+|[ \t\n]+$/g, "");
    return trimmed === "" ? [] : trimmed.split(/[ \t\n]+/);
  }
  if (separator === "") return [...text];
  if (typeof separator === "string" && separator.length === 1 && separator !== "\\") return text.split(separator);
  const regex = typeof separator === "string" ? patterns.get(separator) : separator;
  const parts: string[] = [];
  let copied = 0;
  for (let from = 0; from <= text.length; ) {
    const found = regex.exec(text, from);
    if (!found) break;
    const [start = 0, end = 0] = found;
    if (end === start) {
      from = end + 1;
      continue;
    }
    parts.push(text.slice(copied, start));
    copied = end;
    from = end;
  }
  parts.push(text.slice(copied));
  return parts;
}

/** $0, $1, … and NF: each made of the others only when asked for. */
export class AwkRecord {
  readonly #separator: () => string;
  readonly #joiner: () => string;
  readonly #patterns: Patterns;
  readonly #paragraphs: () => boolean;
  #text = "";
  #fields: Value[] | null = null;
  #textStale = false;
  #splitBy = " ";

  constructor(options: {
    readonly separator: () => string;
    readonly joiner: () => string;
    readonly patterns: Patterns;
    /** Whether a newline separates fields too, because records are paragraphs. */
    readonly paragraphs: () => boolean;
  }) {
    this.#separator = options.separator;
    this.#joiner = options.joiner;
    this.#patterns = options.patterns;
    this.#paragraphs = options.paragraphs;
  }

  get text(): string {
    if (this.#textStale) {
      this.#text = (this.#fields ?? []).map((field) => fieldText(field)).join(this.#joiner());
      this.#textStale = false;
    }
    return this.#text;
  }

  setText(text: string): void {
    this.#text = text;
    this.#fields = null;
    this.#textStale = false;
    // The separator that counts is the one in force when the record came.
    this.#splitBy = this.#separator();
  }

  get count(): number {
    return this.#split().length;
  }

  setCount(count: number): void {
    const fields = this.#split();
    const wanted = Math.max(0, Math.min(count, fieldsMax));
    while (fields.length < wanted) fields.push(undefined);
    fields.length = wanted;
    this.#textStale = true;
  }

  get(index: number): Value {
    if (index === 0) return inputValue(this.text);
    return this.#split()[index - 1];
  }

  set(index: number, text: string): void {
    if (index === 0) {
      this.setText(text);
      return;
    }
    const fields = this.#split();
    while (fields.length < Math.min(index, fieldsMax)) fields.push(undefined);
    fields[index - 1] = inputValue(text);
    this.#textStale = true;
  }

  #split(): Value[] {
    if (this.#fields) return this.#fields;
    let separator = this.#splitBy;
    if (this.#paragraphs() && separator !== " ") separator = `${escapeSingle(separator)}|\n`;
    this.#fields = splitText(this.#text, separator, this.#patterns).map(inputValue);
    return this.#fields;
  }
}

function escapeSingle(separator: string): string {
  return separator.length === 1 ? separator.replace(/[\\^$.|?*+()[\]{}]/, "\\$&") : separator;
}

function fieldText(field: Value): string {
  if (typeof field === "string") return field;
  return field === undefined ? "" : typeof field === "number" ? String(field) : field.text;
}
