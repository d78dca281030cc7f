import { explainYaml } from "./yaml-diagnosis.js";

/** Where in a text something is wrong; both count from 1, as an editor does. */
export interface TextPosition {
  readonly line: number;
  readonly column: number;
}

/** A text that is not YAML; `message` is go-yaml's: `yaml: line 7: mapping values are not allowed in this context`. */
export class YamlError extends Error {
  readonly position: TextPosition | undefined;

  constructor(problem: string, { line, position }: { line?: number; position?: TextPosition } = {}) {
    super(line === undefined ? `yaml: ${problem}` : `yaml: line ${line}: ${problem}`);
    this.name = "YamlError";
    this.position = position;
  }
}

/** What js-yaml throws; its mark counts from 0. */
interface ParserFailure {
  readonly reason: string;
  readonly mark?: { readonly line: number; readonly column: number };
}

/**
 * A parser's failure in go-yaml's words. The text is read again by go-yaml's own rules, because the two find fault at
 * different places and people search for go-yaml's words; where those rules find nothing wrong the parser's words stand.
 * @throws the error itself, when it is not one about the text
 */
export function yamlErrorOf(error: unknown, text: string): YamlError {
  if (error instanceof RangeError) return new YamlError("exceeded max depth");
  const failure = parserFailure(error);
  if (failure === undefined) throw error;
  const position = failure.mark && { line: failure.mark.line + 1, column: failure.mark.column + 1 };
  const found = explainYaml(text);
  if (found !== undefined)
    return new YamlError(found.problem, { line: found.line, position: position ?? found.position });
  if (failure.reason.startsWith("nesting exceeded")) return new YamlError("exceeded max depth", { position });
  return new YamlError(failure.reason, { line: position?.line, position });
}

function parserFailure(error: unknown): ParserFailure | undefined {
  if (!(error instanceof Error) || error.name !== "YAMLException") return undefined;
  const { reason, mark } = error as Error & Partial<ParserFailure>;
  return { reason: reason ?? error.message, ...(mark === undefined ? {} : { mark }) };
}
