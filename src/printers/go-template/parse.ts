import { functionNames } from "./function-names.js";
import { lexTemplate, TemplateSyntaxError, type Token, type TokenType } from "./lex.js";
import type { Command, Operand, Pipeline, Template, TemplateNode } from "./nodes.js";

/** Reads a Go template; throws a TemplateSyntaxError in Go's words. @see Go's text/template/parse/parse.go */
export function parseTemplate(text: string): Template {
  return new TemplateParser(text).parse();
}

/** What ends a list of nodes. */
type ListEnd = { readonly word: "end" | "else" | "eof"; readonly elseWord?: "if" | "with" };

class TemplateParser {
  readonly #text: string;
  readonly #tokens: readonly Token[];
  readonly #definitions = new Map<string, readonly TemplateNode[]>();
  #index = 0;
  #variables: string[] = ["$"];
  #rangeDepth = 0;

  constructor(text: string) {
    this.#text = text;
    this.#tokens = lexTemplate(text);
  }

  parse(): Template {
    const { nodes, end } = this.#parseList();
    if (end.word !== "eof") {
      this.#fail(`unexpected {{${end.word}}}`);
    }
    return { text: this.#text, nodes, definitions: this.#definitions };
  }

  #parseList(): { nodes: TemplateNode[]; end: ListEnd } {
    const nodes: TemplateNode[] = [];
    for (;;) {
      const token = this.#next();
      if (token.type === "eof") {
        return { nodes, end: { word: "eof" } };
      }
      if (token.type === "text") {
        nodes.push({ type: "text", text: token.text });
        continue;
      }
      const end = this.#parseAction(nodes);
      if (end !== undefined) {
        return { nodes, end };
      }
    }
  }

  /** Reads what follows `{{`. Returns the end of the list where the action is one. */
  #parseAction(nodes: TemplateNode[]): ListEnd | undefined {
    const token = this.#peekNonSpace();
    const word = token.type === "word" ? token.text : "";
    switch (word) {
      case "end":
        this.#next();
        this.#expect("close", "end");
        return { word: "end" };
      case "else":
        this.#next();
        return this.#parseElse();
      case "if":
      case "with":
      case "range":
        this.#next();
        nodes.push(this.#parseControl(word));
        return undefined;
      case "break":
      case "continue":
        this.#next();
        if (this.#rangeDepth === 0) {
          this.#fail(`{{${word}}} outside {{range}}`);
        }
        this.#expect("close", `{{${word}}}`);
        nodes.push({ type: word });
        return undefined;
      case "define":
        this.#next();
        this.#parseDefinition("define clause");
        return undefined;
      case "block":
      case "template":
        this.#next();
        nodes.push(this.#parseTemplateCall(word));
        return undefined;
      default:
        nodes.push({ type: "action", pipeline: this.#parsePipeline("command", "close") });
        return undefined;
    }
  }

  #parseElse(): ListEnd {
    const token = this.#peekNonSpace();
    if (token.type === "word" && (token.text === "if" || token.text === "with")) {
      this.#next();
      return { word: "else", elseWord: token.text };
    }
    this.#expect("close", "else");
    return { word: "else" };
  }

  #parseControl(type: "if" | "with" | "range"): TemplateNode {
    const variableCount = this.#variables.length;
    const pipeline = this.#parsePipeline(type, "close");
    this.#rangeDepth += type === "range" ? 1 : 0;
    const { nodes: body, end } = this.#parseList();
    this.#rangeDepth -= type === "range" ? 1 : 0;
    let otherwise: readonly TemplateNode[] = [];
    if (end.word === "eof") {
      this.#fail("unexpected EOF");
    }
    if (end.word === "else") {
      if (end.elseWord !== undefined && end.elseWord === type) {
        otherwise = [this.#parseControl(end.elseWord)];
      } else {
        const rest = this.#parseList();
        if (rest.end.word !== "end") {
          this.#fail(rest.end.word === "eof" ? "unexpected EOF" : "expected end; found {{else}}");
        }
        otherwise = rest.nodes;
      }
    }
    this.#variables.length = variableCount;
    return { type, pipeline, body, otherwise };
  }

  #parseDefinition(context: string): void {
    const name = this.#parseName(context);
    this.#expect("close", context);
    this.#define(name, context);
  }

  #define(name: string, context: string): void {
    const outer = this.#variables;
    this.#variables = ["$"];
    const { nodes, end } = this.#parseList();
    this.#variables = outer;
    if (end.word !== "end") {
      this.#fail(end.word === "eof" ? "unexpected EOF" : `unexpected {{else}} in ${context}`);
    }
    this.#definitions.set(name, nodes);
  }

  #parseTemplateCall(word: "block" | "template"): TemplateNode {
    const context = word === "block" ? "block clause" : "template clause";
    const { position } = this.#peekNonSpace();
    const name = this.#parseName(context);
    const hasPipeline = this.#peekNonSpace().type !== "close";
    const pipeline = hasPipeline || word === "block" ? this.#parsePipeline(context, "close") : undefined;
    if (!hasPipeline && word === "template") {
      this.#expect("close", context);
    }
    if (word === "block") {
      this.#define(name, context);
    }
    return { type: "template", name, pipeline, position, source: `{{template ${JSON.stringify(name)}}}` };
  }

  #parseName(context: string): string {
    const token = this.#nextNonSpace();
    if (token.type !== "string") {
      this.#unexpected(token, context);
    }
    return unquoteString(token.text);
  }

  #parsePipeline(context: string, end: TokenType): Pipeline {
    const first = this.#peekNonSpace();
    const { variables, isAssignment } = this.#parseVariables(context);
    const commands: Command[] = [];
    for (;;) {
      const token = this.#peekNonSpace();
      if (token.type === end) {
        if (commands.length === 0) {
          this.#fail(`missing value for ${context}`);
        }
        this.#next();
        if (!isAssignment) {
          this.#variables.push(...variables);
        }
        const source = this.#text.slice(first.position, token.position).trim();
        return { variables, isAssignment, commands, position: first.position, source };
      }
      if (commands.length > 0) {
        this.#expect("pipe", context);
        if (this.#peekNonSpace().type === end) {
          this.#fail(`missing value for ${context}`);
        }
      }
      commands.push(this.#parseCommand(context));
    }
  }

  /** `$x :=`, `$x =`, or in a range `$i, $x :=`. */
  #parseVariables(context: string): { variables: string[]; isAssignment: boolean } {
    const start = this.#index;
    const variables: string[] = [];
    for (;;) {
      const token = this.#nextNonSpace();
      if (token.type !== "variable") {
        break;
      }
      variables.push(token.text);
      const after = this.#nextNonSpace();
      if (after.type === "declare" || after.type === "assign") {
        const isAssignment = after.type === "assign";
        const unknown = isAssignment ? variables.find((name) => !this.#variables.includes(name)) : undefined;
        if (unknown !== undefined) {
          this.#fail(`undefined variable ${JSON.stringify(unknown)}`);
        }
        return { variables, isAssignment };
      }
      if (after.type !== "comma" || context !== "range" || variables.length > 1) {
        break;
      }
    }
    this.#index = start;
    return { variables: [], isAssignment: false };
  }

  #parseCommand(context: string): Command {
    const first = this.#peekNonSpace();
    const operands: Operand[] = [];
    for (;;) {
      const operand = this.#parseOperand();
      if (operand === undefined) {
        if (operands.length === 0) {
          this.#unexpected(this.#nextNonSpace(), context);
        }
        break;
      }
      operands.push(operand);
      if (this.#tokens[this.#index]?.type !== "space") {
        break;
      }
      this.#peekNonSpace();
    }
    const after = this.#peekNonSpace();
    if (!["pipe", "close", "rightParen"].includes(after.type)) {
      this.#unexpected(this.#nextNonSpace(), "operand");
    }
    const source = this.#text.slice(first.position, after.position).trim();
    return { operands, position: first.position, source };
  }

  #parseOperand(): Operand | undefined {
    const token = this.#peekNonSpace();
    const term = this.#parseTerm(token);
    if (term === undefined) {
      return undefined;
    }
    const chain: string[] = [];
    const chainPosition = this.#tokens[this.#index]?.position ?? 0;
    while (this.#tokens[this.#index]?.type === "field") {
      chain.push(this.#next().text.slice(1));
    }
    const end = this.#tokens[this.#index]?.position ?? this.#text.length;
    const source = this.#text.slice(token.position, end);
    if (chain.length === 0) {
      return { ...term, source };
    }
    switch (term.type) {
      case "field":
      case "variable":
      case "pipe":
        return { ...term, names: [...term.names, ...chain], position: chainPosition, source };
      case "dot":
        return { type: "field", names: chain, position: chainPosition, source };
      default:
        return this.#fail(`unexpected . after term ${JSON.stringify(term.source)}`);
    }
  }

  #parseTerm(token: Token): Operand | undefined {
    const place = { position: token.position, source: token.text };
    switch (token.type) {
      case "field":
        this.#next();
        return { type: "field", names: [token.text.slice(1)], ...place };
      case "dot":
        this.#next();
        return { type: "dot", ...place };
      case "variable":
        this.#next();
        if (!this.#variables.includes(token.text)) {
          this.#fail(`undefined variable ${JSON.stringify(token.text)}`);
        }
        return { type: "variable", name: token.text, names: [], ...place };
      case "string":
        this.#next();
        return { type: "literal", value: unquoteString(token.text), ...place };
      case "character":
        this.#next();
        return { type: "literal", value: unquoteString(`"${token.text.slice(1, -1)}"`).codePointAt(0) ?? 0, ...place };
      case "number":
        this.#next();
        return { type: "literal", value: Number(token.text.replaceAll("_", "")), ...place };
      case "leftParen": {
        this.#next();
        const pipeline = this.#parsePipeline("parenthesized pipeline", "rightParen");
        return { type: "pipe", pipeline, names: [], ...place };
      }
      case "word":
        this.#next();
        return this.#parseWord(token);
      default:
        return undefined;
    }
  }

  #parseWord({ text, position }: Token): Operand {
    const place = { position, source: text };
    if (text === "true" || text === "false") {
      return { type: "literal", value: text === "true", ...place };
    }
    if (text === "nil") {
      return { type: "nil", ...place };
    }
    if (!functionNames.has(text)) {
      this.#fail(`function ${JSON.stringify(text)} not defined`);
    }
    return { type: "function", name: text, ...place };
  }

  #next(): Token {
    // The list ends in an eof token, which is never passed.
    const token = this.#tokens[this.#index] ?? { type: "eof", text: "", position: this.#text.length };
    this.#index = Math.min(this.#index + 1, this.#tokens.length);
    return token;
  }

  #peekNonSpace(): Token {
    while (this.#tokens[this.#index]?.type === "space") {
      this.#index += 1;
    }
    return this.#tokens[this.#index] ?? { type: "eof", text: "", position: this.#text.length };
  }

  #nextNonSpace(): Token {
    this.#peekNonSpace();
    return this.#next();
  }

  #expect(type: TokenType, context: string): void {
    const token = this.#nextNonSpace();
    if (token.type !== type) {
      this.#unexpected(token, context);
    }
  }

  #unexpected(token: Token, context: string): never {
    const what = token.type === "eof" ? "EOF" : `<${token.text}>`;
    const shown = token.type === "word" || token.type === "close" ? what : JSON.stringify(token.text);
    this.#fail(`unexpected ${token.type === "eof" ? "EOF" : shown} in ${context}`);
  }

  #fail(problem: string): never {
    const position = this.#tokens[Math.max(0, this.#index - 1)]?.position ?? 0;
    throw new TemplateSyntaxError(this.#text, position, problem);
  }
}

function unquoteString(quoted: string): string {
  if (quoted.startsWith("`")) {
    return quoted.slice(1, -1);
  }
  const json = quoted
    .replace(/\\x([0-9a-fA-F]{2})/g, "\\u00$1")
    .replace(/\\a/g, "\\u0007")
    .replace(/\\v/g, "\\u000b")
    .replace(/\\'/g, "'")
    .replace(/\t/g, "\\t");
  return JSON.parse(json) as string;
}
