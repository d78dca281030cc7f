import type { Json } from "../../container/journal.js";

export class FormatError extends Error {}

type Row = { [field: string]: Json };

/** The documents of a file of JSON, one after another. @throws FormatError */
export function parseJsonDocuments(text: string): Row[] {
  const found: Row[] = [];
  let at = 0;
  const skip = () => {
    while (/\s/.test(text[at] ?? "") || text.charCodeAt(at) === 0xfeff) at++;
  };
  for (skip(); at < text.length; skip()) {
    const end = endOfValue(text, at);
    found.push(documentOf(text.slice(at, end)));
    at = end;
  }
  return found;
}

export function parseJsonArray(text: string): Row[] {
  if (text.trim() === "") return [];
  const value = parseJson(text);
  if (!Array.isArray(value))
    throw new FormatError(
      "error reading separator after document #0: bad JSON array format - found no opening bracket '[' in input source",
    );
  return value as Row[];
}

function parseJson(text: string): Json {
  try {
    return JSON.parse(text);
  } catch {
    const bad = /[^\s{}[\]":,\w.+-]|^[^\s{["\d-]/.exec(text)?.[0] ?? text.trim().slice(-1);
    throw new FormatError(`error processing document #1: invalid character '${bad}' looking for beginning of value`);
  }
}

function documentOf(text: string): Row {
  const value = parseJson(text);
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new FormatError(
      Array.isArray(value)
        ? "cannot decode array into a Document"
        : "invalid JSON input: a document must begin with '{'",
    );
  }
  return value as Row;
}

/** Where the value that begins at `from` ends, by its brackets. */
function endOfValue(text: string, from: number): number {
  let depth = 0;
  let inString = false;
  for (let at = from; at < text.length; at++) {
    const letter = text[at];
    if (inString) {
      if (letter === "\\") at++;
      else if (letter === '"') inString = false;
    } else if (letter === '"') inString = true;
    else if (letter === "{" || letter === "[") depth++;
    else if (letter === "}" || letter === "]") {
      depth--;
      if (depth <= 0) return at + 1;
    } else if (depth === 0 && letter === "\n") return at;
  }
  if (depth > 0) throw new FormatError("unexpected end of JSON input");
  return text.length;
}

/** Rows of separated values, with quotes as in CSV. */
export function parseTable(text: string, separator: "," | "\t"): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let cell = "";
  let isQuoted = false;
  const endRow = () => {
    row.push(cell);
    cell = "";
    if (row.length > 1 || row[0] !== "") rows.push(row);
    row = [];
  };
  for (let at = 0; at < text.length; at++) {
    const letter = text[at] ?? "";
    if (isQuoted) {
      if (letter !== '"') cell += letter;
      else if (text[at + 1] === '"') {
        cell += '"';
        at++;
      } else isQuoted = false;
    } else if (letter === '"' && cell === "" && separator === ",") isQuoted = true;
    else if (letter === separator) {
      row.push(cell);
      cell = "";
    } else if (letter === "\n") endRow();
    else if (letter !== "\r") cell += letter;
  }
  endRow();
  return rows;
}

/** Documents from rows; numbers become numbers, and dots in names make documents in documents. */
export function tableDocuments(
  rows: readonly (readonly string[])[],
  fields: readonly string[],
  ignoreBlanks: boolean,
): Row[] {
  return rows.map((row) => {
    const document: Row = {};
    for (const [index, text] of row.entries()) {
      if (ignoreBlanks && text === "") continue;
      const path = (fields[index] ?? `field${index}`).split(".");
      const last = path.pop() ?? "";
      let holder = document;
      for (const part of path) {
        const child = Object.hasOwn(holder, part) ? holder[part] : undefined;
        const next = typeof child === "object" && child !== null && !Array.isArray(child) ? (child as Row) : {};
        holder[part] = next;
        holder = next;
      }
      holder[last] = /^-?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(text) ? Number(text) : text;
    }
    return document;
  });
}
