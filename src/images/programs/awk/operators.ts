import { Failure } from "../../applet.js";
import { syntaxError } from "./lexer.js";
import { compareValues, toNumber, toText, type Value } from "./values.js";
import type { Variables } from "./variables.js";

const textMax = 16 * 1024 * 1024;

/** The value of `left operator right`; the operator " " puts texts together. */
export function combine(operator: string, left: Value, right: Value, variables: Variables): Value {
  switch (operator) {
    case " ": {
      const format = variables.text("CONVFMT");
      const text = toText(left, format) + toText(right, format);
      if (text.length > textMax) throw new Failure("out of memory");
      return text;
    }
    case "<":
    case "<=":
    case "==":
    case "!=":
    case ">":
    case ">=":
      return holds(operator, compareValues(left, right, variables.text("CONVFMT"))) ? 1 : 0;
    default:
      return calculate(operator, toNumber(left), toNumber(right));
  }
}

/** Whether a comparison holds of two values, by the sign of their order. */
function holds(operator: "<" | "<=" | "==" | "!=" | ">" | ">=", order: number): boolean {
  switch (operator) {
    case "<":
      return order < 0;
    case "<=":
      return order <= 0;
    case "==":
      return order === 0;
    case "!=":
      return order !== 0;
    case ">":
      return order > 0;
    case ">=":
      return order >= 0;
  }
}

export function calculate(operator: string, left: number, right: number): number {
  switch (operator) {
    case "+":
      return left + right;
    case "-":
      return left - right;
    case "*":
      return left * right;
    case "^":
      return left ** right;
    default:
      if (right === 0) throw syntaxError(1, "Division by zero");
      return operator === "/" ? left / right : left % right;
  }
}
