import { quote } from "./go-text.js";
import { labelKeyProblems } from "./identifiers.js";
import {
  type LabelOperator,
  type LabelRequirement,
  type LabelRequirements,
  LabelSelectorError,
  makeRequirement,
} from "./label-selector.js";

/**
 * Reads `app=web,tier in (a,b),!old,weight>5`.
 * @throws {LabelSelectorError} in upstream's words
 * @see k8s.io/apimachinery/pkg/labels/selector.go, Parse
 */
export function parseLabelSelector(text: string): LabelRequirements {
  const requirements = new Parser(text).parse();
  return requirements.toSorted((left, right) => (left.key < right.key ? -1 : left.key > right.key ? 1 : 0));
}

type TokenKind =
  | "end"
  | "identifier"
  | ","
  | "!"
  | "("
  | ")"
  | "="
  | "=="
  | "!="
  | ">"
  | "<"
  | "in"
  | "notin"
  | "error";

interface Token {
  readonly kind: TokenKind;
  readonly text: string;
}

const symbolTokens: ReadonlySet<string> = new Set(["=", "==", "!", "!=", ">", "<", "(", ")", ","]);
const operators: { readonly [kind in TokenKind]?: LabelOperator } = {
  in: "in",
  notin: "notin",
  "=": "=",
  "==": "==",
  "!=": "!=",
  ">": "gt",
  "<": "lt",
};
const operatorList = "in, notin, =, ==, !=, gt, lt";

function isSymbol(character: string): boolean {
  return "=!(),><".includes(character);
}

function isBlank(character: string): boolean {
  return " \t\r\n".includes(character);
}

function tokensOf(text: string): readonly Token[] {
  const tokens: Token[] = [];
  let position = 0;
  while (position < text.length) {
    const character = text.charAt(position);
    if (isBlank(character)) position++;
    else if (isSymbol(character)) {
      const token = symbolAt(text, position);
      tokens.push(token);
      position += token.text.length;
    } else {
      let end = position;
      while (end < text.length && !isSymbol(text.charAt(end)) && !isBlank(text.charAt(end))) end++;
      const word = text.slice(position, end);
      tokens.push({ kind: word === "in" || word === "notin" ? word : "identifier", text: word });
      position = end;
    }
  }
  tokens.push({ kind: "end", text: "" });
  return tokens;
}

/** The longest symbol that begins here. */
function symbolAt(text: string, position: number): Token {
  const two = text.slice(position, position + 2);
  const symbol = symbolTokens.has(two) ? two : text.charAt(position);
  return { kind: symbol as TokenKind, text: symbol };
}

class Parser {
  readonly #tokens: readonly Token[];
  #position = 0;

  constructor(text: string) {
    this.#tokens = tokensOf(text);
  }

  parse(): LabelRequirements {
    const requirements: LabelRequirement[] = [];
    for (;;) {
      const { kind, text } = this.#peek();
      if (kind === "end") return requirements;
      if (kind !== "identifier" && kind !== "!") throw expected(text, "!, identifier, or 'end of string'");
      requirements.push(this.#requirement());
      const next = this.#take();
      if (next.kind === "end") return requirements;
      if (next.kind !== ",") throw expected(next.text, "',' or 'end of string'");
      const after = this.#peek();
      if (after.kind !== "identifier" && after.kind !== "!") throw expected(after.text, "identifier after ','");
    }
  }

  #requirement(): LabelRequirement {
    try {
      const negated = this.#peek().kind === "!";
      if (negated) this.#take();
      const { kind, text: key } = this.#take();
      if (kind !== "identifier") throw expected(key, "identifier");
      const problems = labelKeyProblems(key);
      if (problems.length > 0) {
        // upstream has no path here, and prints that it has none
        throw new LabelSelectorError(`<nil>: Invalid value: ${quote(key)}: ${problems.join("; ")}`);
      }
      if (negated) return makeRequirement(key, "!", []);
      const next = this.#peek().kind;
      if (next === "end" || next === ",") return makeRequirement(key, "exists", []);
      const operator = this.#operator();
      const values = operator === "in" || operator === "notin" ? this.#valueList() : [this.#exactValue()];
      return makeRequirement(key, operator, values);
    } catch (error) {
      if (error instanceof LabelSelectorError) {
        throw new LabelSelectorError(`unable to parse requirement: ${error.message}`);
      }
      throw error;
    }
  }

  #operator(): LabelOperator {
    const token = this.#tokens[this.#position] ?? end;
    this.#position++;
    const operator = operators[token.kind];
    if (operator === undefined) throw expected(token.text, operatorList);
    return operator;
  }

  #exactValue(): string {
    const { kind } = this.#peek();
    if (kind === "end" || kind === ",") return "";
    const token = this.#take();
    if (token.kind !== "identifier") throw expected(token.text, "identifier");
    return token.text;
  }

  #valueList(): readonly string[] {
    const open = this.#take();
    if (open.kind !== "(") throw new LabelSelectorError(`found '${open.text}' expected: '('`);
    const first = this.#peek();
    if (first.kind === ")") {
      this.#take();
      return [""];
    }
    if (first.kind !== "identifier" && first.kind !== ",") throw expected(first.text, "',', ')' or identifier");
    const values = this.#identifiers();
    if (this.#take().kind !== ")") throw expected(first.text, "')'");
    return [...values].sort();
  }

  #identifiers(): ReadonlySet<string> {
    const values = new Set<string>();
    for (;;) {
      const { kind, text } = this.#take();
      const next = this.#peek();
      if (kind === "identifier") {
        values.add(text);
        if (next.kind === ")") return values;
        if (next.kind !== ",") throw expected(next.text, "',' or ')'");
      } else if (kind === ",") {
        if (values.size === 0) values.add("");
        if (next.kind === ")") return values.add("");
        if (next.kind === ",") values.add("");
      } else throw expected(text, "',', or identifier");
    }
  }

  /** `in` and `notin` are words like any other, except where an operator has to be. */
  #peek(): Token {
    const token = this.#tokens[this.#position] ?? end;
    return token.kind === "in" || token.kind === "notin" ? { kind: "identifier", text: token.text } : token;
  }

  #take(): Token {
    const token = this.#peek();
    this.#position++;
    return token;
  }
}

const end: Token = { kind: "end", text: "" };

function expected(found: string, what: string): LabelSelectorError {
  return new LabelSelectorError(`found '${found}', expected: ${what}`);
}
