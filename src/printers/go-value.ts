import { goValue, quote, sortedKeys } from "../api/meta/go-text.js";

/** A JSON value as Go's `%#v` prints it. */
export function formatGoSyntax(value: unknown): string {
  if (value === null || value === undefined) {
    return "interface {}(nil)";
  }
  if (Array.isArray(value)) {
    return `[]interface {}{${value.map(formatGoSyntax).join(", ")}}`;
  }
  if (typeof value === "object") {
    return `map[string]interface {}{${sortedKeys(value)
      .map((key) => `${quote(key)}:${formatGoSyntax((value as Record<string, unknown>)[key])}`)
      .join(", ")}}`;
  }
  return typeof value === "string" ? quote(value) : goValue(value);
}

export type Comparison = "==" | "!=" | "<" | "<=" | ">" | ">=";

/**
 * Compares two basic values as Go templates do. Throws an Error in their words where the types do not go together.
 * @see client-go third_party/forked/golang/template/funcs.go
 */
export function compareGoValues(left: unknown, right: unknown, operator: Comparison): boolean {
  const kind = basicKind(left);
  if (kind !== basicKind(right)) {
    throw new Error("incompatible types for comparison");
  }
  if (operator === "==" || operator === "!=") {
    return (left === right) === (operator === "==");
  }
  if (kind === "bool") {
    throw new Error("invalid type for comparison");
  }
  // Both are numbers or both are texts, as their kind says.
  const isLess = (left as number) < (right as number);
  const isEqual = left === right;
  switch (operator) {
    case "<":
      return isLess;
    case "<=":
      return isLess || isEqual;
    case ">":
      return !isLess && !isEqual;
    case ">=":
      return !isLess;
  }
}

function basicKind(value: unknown): string {
  switch (typeof value) {
    case "boolean":
      return "bool";
    case "string":
      return "string";
    case "number":
      return Number.isInteger(value) ? "int" : "float";
    default:
      throw new Error("invalid type for comparison");
  }
}
