import type { TextPosition } from "./yaml-error.js";
import { type Token, type TokenType, YamlFault, YamlScanner } from "./yaml-scanner.js";

interface YamlDiagnosis {
  readonly problem: string;
  /** The line go-yaml names, which is not always the line of the fault; absent on the first. */
  readonly line?: number;
  readonly position: TextPosition;
}

/** Nesting at which an explanation is given up; what is nested deeper is refused for that. */
const depthMax = 1_500;

/**
 * What go-yaml finds wrong with a YAML text; undefined when it finds nothing. Only the first document is looked at.
 * @see go.yaml.in/yaml/v2 parserc.go, and decode.go, parser.fail for the line
 */
export function explainYaml(text: string): YamlDiagnosis | undefined {
  try {
    new YamlGrammar(text).document();
  } catch (error) {
    if (error instanceof YamlFault) return diagnosisOf(error);
    if (error instanceof TooDeep) return undefined;
    throw error;
  }
  return undefined;
}

/** go-yaml prints the line of a parser's fault counted from 0, that of a scanner's from 1, and none for the first line. */
function diagnosisOf({ by, message, mark }: YamlFault): YamlDiagnosis {
  const position = { line: mark.line + 1, column: mark.column + 1 };
  if (mark.line === 0 || by === "composer") return { problem: message, position };
  return { problem: message, line: by === "scanner" ? mark.line + 1 : mark.line, position };
}

class TooDeep extends Error {}

/** libyaml's grammar, by recursive descent. */
class YamlGrammar {
  readonly #scanner: YamlScanner;
  readonly #anchors = new Set<string>();
  #depth = 0;

  constructor(text: string) {
    this.#scanner = new YamlScanner(text);
  }

  document(): void {
    while (this.#is("document-end")) this.#scanner.skip();
    if (this.#is("stream-end")) return;
    const isExplicit = this.#is("directive", "document-start");
    while (this.#is("directive")) this.#scanner.skip();
    if (isExplicit) {
      if (!this.#is("document-start")) this.#fail("did not find expected <document start>");
      this.#scanner.skip();
      if (this.#is("directive", "document-start", "document-end", "stream-end")) return;
    }
    this.#node({ block: true, indentless: false });
    this.#scanner.peek();
  }

  #is(...types: readonly TokenType[]): boolean {
    return types.includes(this.#scanner.peek().type);
  }

  #fail(problem: string): never {
    throw new YamlFault("parser", problem, this.#scanner.peek().mark);
  }

  #take(): Token {
    const token = this.#scanner.peek();
    this.#scanner.skip();
    return token;
  }

  #node(where: { readonly block: boolean; readonly indentless: boolean }): void {
    this.#depth += 1;
    if (this.#depth > depthMax) throw new TooDeep();
    this.#content(where);
    this.#depth -= 1;
  }

  #content({ block, indentless }: { readonly block: boolean; readonly indentless: boolean }): void {
    if (this.#is("alias")) {
      this.#alias(this.#take());
      return;
    }
    let hasProperties = false;
    while (this.#is("anchor", "tag")) {
      hasProperties = true;
      const property = this.#take();
      if (property.type === "anchor") this.#anchors.add(property.text ?? "");
    }
    if (indentless && this.#is("-")) this.#indentlessSequence();
    else if (this.#is("scalar")) this.#scanner.skip();
    else if (this.#is("[")) this.#flowSequence();
    else if (this.#is("{")) this.#flowMapping();
    else if (block && this.#is("block-sequence-start")) this.#blockSequence();
    else if (block && this.#is("block-mapping-start")) this.#blockMapping();
    else if (!hasProperties) this.#fail("did not find expected node content");
  }

  #alias(token: Token): void {
    const name = token.text ?? "";
    if (!this.#anchors.has(name)) throw new YamlFault("composer", `unknown anchor '${name}' referenced`, token.mark);
  }

  #blockSequence(): void {
    this.#scanner.skip();
    while (this.#is("-")) {
      this.#scanner.skip();
      if (!this.#is("-", "block-end")) this.#node({ block: true, indentless: false });
    }
    if (!this.#is("block-end")) this.#fail("did not find expected '-' indicator");
    this.#scanner.skip();
  }

  #indentlessSequence(): void {
    while (this.#is("-")) {
      this.#scanner.skip();
      if (!this.#is("-", "key", "value", "block-end")) this.#node({ block: true, indentless: false });
    }
  }

  #blockMapping(): void {
    this.#scanner.skip();
    while (this.#is("key")) {
      this.#scanner.skip();
      if (!this.#is("key", "value", "block-end")) this.#node({ block: true, indentless: true });
      if (!this.#is("value")) continue;
      this.#scanner.skip();
      if (!this.#is("key", "value", "block-end")) this.#node({ block: true, indentless: true });
    }
    if (!this.#is("block-end")) this.#fail("did not find expected key");
    this.#scanner.skip();
  }

  #flowSequence(): void {
    this.#flow("]", () => {
      if (this.#is("key")) this.#flowPair("]");
      else this.#node({ block: false, indentless: false });
    });
  }

  #flowMapping(): void {
    this.#flow("}", () => {
      if (this.#is("key")) this.#flowPair("}");
      else this.#node({ block: false, indentless: false });
    });
  }

  #flow(end: "]" | "}", entry: () => void): void {
    this.#scanner.skip();
    for (let isFirst = true; !this.#is(end); isFirst = false) {
      if (!isFirst) {
        if (!this.#is(",")) this.#fail(`did not find expected ',' or '${end}'`);
        this.#scanner.skip();
        if (this.#is(end)) break;
      }
      entry();
    }
    this.#scanner.skip();
  }

  #flowPair(end: "]" | "}"): void {
    this.#scanner.skip();
    if (!this.#is("value", ",", end)) this.#node({ block: false, indentless: false });
    if (!this.#is("value")) return;
    this.#scanner.skip();
    if (!this.#is(",", end)) this.#node({ block: false, indentless: false });
  }
}
