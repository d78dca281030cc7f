import type { Step } from "../../container/program.js";
import { applet, Failure } from "../applet.js";
import { Regex } from "../regex/regex.js";
import { RegexError } from "../regex/syntax.js";

export const expr = applet("expr EXPRESSION", function* (self) {
  const words = self.args[0] === "--" ? self.args.slice(1) : self.args;
  if (words.length === 0) throw new Failure("too few arguments", 2);
  const value = evaluateExpr(words);
  yield* printValue(value);
  return value === "" || /^-?0+$/.test(value) ? 1 : 0;

  function* printValue(text: string): Step<void> {
    yield* self.print(`${text}\n`);
  }
});

/** The value of an expression. Throws Failure with status 2. */
function evaluateExpr(words: readonly string[]): string {
  const parser = new ExprParser(words);
  return parser.parse();
}

const levels: readonly (readonly string[])[] = [
  ["|"],
  ["&"],
  ["<", "<=", "=", "==", "!=", ">=", ">"],
  ["+", "-"],
  ["*", "/", "%"],
  [":"],
];

class ExprParser {
  readonly #words: readonly string[];
  #at = 0;

  constructor(words: readonly string[]) {
    this.#words = words;
  }

  parse(): string {
    const value = this.#level(0);
    if (this.#at < this.#words.length) throw new Failure("syntax error", 2);
    return value;
  }

  #level(depth: number): string {
    const operators = levels[depth];
    if (!operators) return this.#primary();
    let left = this.#level(depth + 1);
    for (;;) {
      const operator = this.#words[this.#at];
      if (operator === undefined || !operators.includes(operator)) return left;
      this.#at += 1;
      left = apply(operator, left, this.#level(depth + 1));
    }
  }

  #next(): string {
    const word = this.#words[this.#at];
    if (word === undefined) throw new Failure("syntax error", 2);
    this.#at += 1;
    return word;
  }

  #primary(): string {
    const word = this.#next();
    if (word === ")") throw new Failure("syntax error", 2);
    if (word === "(") {
      const value = this.#level(0);
      if (this.#next() !== ")") throw new Failure("syntax error", 2);
      return value;
    }
    // A function's name is one only in front of what it is applied to.
    if (this.#words[this.#at] === undefined) return word;
    switch (word) {
      case "quote":
        return this.#next();
      case "length":
        return String(this.#level(levels.length).length);
      case "match":
        return match(this.#level(levels.length), this.#level(levels.length));
      case "index": {
        const text = this.#level(levels.length);
        const set = this.#level(levels.length);
        return String([...text].findIndex((char) => set.includes(char)) + 1);
      }
      case "substr": {
        const text = this.#level(levels.length);
        const from = Number(this.#level(levels.length));
        const count = Number(this.#level(levels.length));
        return from >= 1 && count >= 1 ? text.slice(from - 1, from - 1 + count) : "";
      }
      default:
        return word;
    }
  }
}

function isFalse(value: string): boolean {
  return value === "" || /^-?0+$/.test(value);
}

function isNumber(value: string): boolean {
  return /^-?\d+$/.test(value);
}

function apply(operator: string, left: string, right: string): string {
  switch (operator) {
    case "|":
      return isFalse(left) ? (isFalse(right) ? (right === "" ? "0" : right) : right) : left;
    case "&":
      return isFalse(left) || isFalse(right) ? "0" : left;
    case ":":
      return match(left, right);
    case "+":
    case "-":
    case "*":
    case "/":
    case "%":
      return arithmetic(operator, left, right);
    default:
      return compare(operator, left, right) ? "1" : "0";
  }
}

function arithmetic(operator: string, left: string, right: string): string {
  if (!isNumber(left) || !isNumber(right)) throw new Failure("non-numeric argument", 2);
  const [a, b] = [BigInt(left), BigInt(right)];
  if ((operator === "/" || operator === "%") && b === 0n) throw new Failure("division by zero", 2);
  let value: bigint;
  if (operator === "+") value = a + b;
  else if (operator === "-") value = a - b;
  else if (operator === "*") value = a * b;
  else value = operator === "/" ? a / b : a % b;
  return String(BigInt.asIntN(64, value));
}

function compare(operator: string, left: string, right: string): boolean {
  const [a, b] = isNumber(left) && isNumber(right) ? [BigInt(left), BigInt(right)] : [left, right];
  switch (operator) {
    case "<":
      return a < b;
    case "<=":
      return a <= b;
    case "!=":
      return a !== b;
    case ">=":
      return a >= b;
    case ">":
      return a > b;
    default:
      return a === b;
  }
}

/** Anchored at the start: the first group, or how many bytes matched. */
function match(text: string, pattern: string): string {
  let regex: Regex;
  try {
    regex = new Regex(pattern);
  } catch (error) {
    if (error instanceof RegexError) throw new Failure(`bad regex '${pattern}': ${error.message}`, 2);
    throw error;
  }
  const found = regex.exec(text);
  const anchored = found !== null && found[0] === 0 ? found : null;
  if (regex.groups > 0 && !anchored) return "";
  if (anchored && (anchored[2] ?? -1) >= 0) return text.slice(anchored[2], anchored[3]);
  return anchored ? String(anchored[1]) : "0";
}
