import { GoJsonError, jsonValueLength } from "../api/schema/go-json.js";
import { indentationHint } from "./indentation-hint.js";
import { manifestLimits } from "./limits.js";
import { parseYaml } from "./yaml.js";
import { type TextPosition, YamlError } from "./yaml-error.js";

/** One document of an input: its JSON value and the line of the input it begins at (from 1). */
export interface ManifestDocument {
  readonly value: unknown;
  readonly line: number;
}

/** An input that cannot be parsed; `message` is complete: `error parsing pi.yaml: error converting YAML to JSON: …`. */
export class ManifestSyntaxError extends Error {
  /** Where in the input, where that is known; an excerpt can be shown from it. */
  readonly position: TextPosition | undefined;

  /** What was probably meant, where that can be told. */
  readonly hint: string | undefined;

  constructor(source: string, problem: string, position?: TextPosition, hint?: string) {
    super(`error parsing ${source}: ${problem}`);
    this.name = "ManifestSyntaxError";
    this.position = position;
    this.hint = hint;
  }
}

/**
 * The documents of a text, one at a time: those before a broken one are there for the caller, as kubectl creates them.
 * A text that begins with `{` is JSON for as long as it parses as such, and YAML from then on; empty documents and `null`
 * are left out.
 * @throws ManifestSyntaxError
 * @see k8s.io/apimachinery/pkg/util/yaml/decoder.go, YAMLOrJSONDecoder
 */
export function* manifestDocuments(text: string, source: string): Generator<ManifestDocument, void, undefined> {
  let documents = 0;
  for (const document of /^\s*\{/.test(text) ? jsonThenYaml(text, source) : yamlDocuments(text, source, 0)) {
    if (document.value === null) continue;
    documents += 1;
    if (documents > manifestLimits.documentsMax) {
      throw new ManifestSyntaxError(source, `more than ${manifestLimits.documentsMax} documents; split the file`);
    }
    yield document;
  }
}

function* jsonThenYaml(text: string, source: string): Generator<ManifestDocument, void, undefined> {
  const lines = new LineCounter(text);
  let at = 0;
  for (let count = 0; ; count += 1) {
    const next = nextJson(text, at);
    if (next === "end") return;
    if (!(next instanceof GoJsonError)) {
      yield { value: next.value, line: lines.lineAt(at) };
      at = next.end;
      continue;
    }
    if (count > 1) throw new ManifestSyntaxError(source, next.message, positionOf(text, next.offset));
    yield* yamlAfterJson(text, at, source, next);
    return;
  }
}

/** What is no JSON may still be YAML (a comma too many, `---` between objects); if not, it is JSON's fault that is told. */
function* yamlAfterJson(text: string, at: number, source: string, fault: GoJsonError): Generator<ManifestDocument> {
  const start = at + (/^[^\S\n]*\n?/.exec(text.slice(at))?.[0].length ?? 0);
  const documents = yamlDocuments(text, source, start);
  let isFirst = true;
  for (;;) {
    let next: IteratorResult<ManifestDocument, void>;
    try {
      next = documents.next();
    } catch (error) {
      if (!isFirst || !(error instanceof ManifestSyntaxError)) throw error;
      throw new ManifestSyntaxError(source, jsonFault(fault), positionOf(text, fault.offset));
    }
    if (next.done) return;
    isFirst = false;
    yield next.value;
  }
}

/** A stream that ends too early is told of as Go's reader does, without an offset. */
function jsonFault(fault: GoJsonError): string {
  return fault.isUnexpectedEnd ? "unexpected EOF" : `json: offset ${fault.offset}: ${fault.message}`;
}

function nextJson(text: string, at: number): { value: unknown; end: number } | GoJsonError | "end" {
  try {
    const length = jsonValueLength(text, at);
    if (length === undefined) return "end";
    return { value: JSON.parse(text.slice(at, at + length)), end: at + length };
  } catch (error) {
    if (error instanceof GoJsonError) return error;
    throw error;
  }
}

/** Cuts at lines that begin with `---`, as kubectl does before any parser sees the text. */
function* yamlDocuments(text: string, source: string, from: number): Generator<ManifestDocument, void, undefined> {
  const lines = new LineCounter(text);
  let documentStart = from;
  let at = from;
  while (at < text.length) {
    const lineEnd = text.indexOf("\n", at);
    const next = lineEnd === -1 ? text.length : lineEnd + 1;
    if (text.startsWith("---", at)) {
      const rest = text.slice(at + 3, next).trim();
      if (rest !== "" && !rest.startsWith("#")) {
        throw new ManifestSyntaxError(source, `invalid Yaml document separator: ${rest}`, positionOf(text, at));
      }
      // The separator that opens a document belongs to it and counts as its first line, one that closes it does not.
      if (at > documentStart) {
        yield yamlDocument(text.slice(documentStart, at), lines.lineAt(documentStart), source);
        documentStart = next;
      }
    }
    at = next;
  }
  if (documentStart < text.length) yield yamlDocument(text.slice(documentStart), lines.lineAt(documentStart), source);
}

function yamlDocument(text: string, line: number, source: string): ManifestDocument {
  try {
    return { value: parseYaml(text), line };
  } catch (error) {
    if (!(error instanceof YamlError)) throw error;
    const position = error.position && { line: error.position.line + line - 1, column: error.position.column };
    const found = error.position === undefined ? null : indentationHint(text, error.position.line);
    const hint = found === null ? undefined : `line ${found.line + line - 1} ${found.hint}`;
    throw new ManifestSyntaxError(source, `error converting YAML to JSON: ${error.message}`, position, hint);
  }
}

/** Line numbers of places that are asked for in order, so that the text is read once. */
class LineCounter {
  readonly #text: string;
  #line = 1;
  #lineStart = 0;

  constructor(text: string) {
    this.#text = text;
  }

  lineAt(at: number): number {
    return this.positionAt(at).line;
  }

  positionAt(at: number): TextPosition {
    let end = this.#text.indexOf("\n", this.#lineStart);
    while (end !== -1 && end < at) {
      this.#line += 1;
      this.#lineStart = end + 1;
      end = this.#text.indexOf("\n", this.#lineStart);
    }
    return { line: this.#line, column: at - this.#lineStart + 1 };
  }
}

function positionOf(text: string, at: number): TextPosition {
  return new LineCounter(text).positionAt(at);
}
