import { formatNumber } from "./yaml.js";

/** A JSON value as Go's `%v` prints it: `map[a:1 b:[x y]]`, `<nil>`. */
export function formatGoValue(value: unknown): string {
  if (value === null || value === undefined) {
    return "<nil>";
  }
  if (Array.isArray(value)) {
    return `[${value.map(formatGoValue).join(" ")}]`;
  }
  if (typeof value === "object") {
    return `map[${sortedKeys(value)
      .map((key) => `${key}:${formatGoValue((value as Record<string, unknown>)[key])}`)
      .join(" ")}]`;
  }
  return typeof value === "number" ? formatNumber(value) : String(value);
}

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
      .map((key) => `${goQuote(key)}:${formatGoSyntax((value as Record<string, unknown>)[key])}`)
      .join(", ")}}`;
  }
  return typeof value === "string" ? goQuote(value) : formatGoValue(value);
}

/** A text as Go's `%q` prints it. */
export function goQuote(text: string): string {
  return JSON.stringify(text)
    .replaceAll("\\u0007", "\\a")
    .replaceAll("\\u000b", "\\v")
    .replace(/\\u00([01][0-9a-f])/g, "\\x$1")
    .replaceAll("\x7f", "\\x7f");
}

/** The type of a JSON value in Go's words. */
export function goTypeName(value: unknown): string {
  if (value === null || value === undefined) {
    return "<nil>";
  }
  if (Array.isArray(value)) {
    return "[]interface {}";
  }
  switch (typeof value) {
    case "object":
      return "map[string]interface {}";
    case "number":
      return Number.isInteger(value) ? "int64" : "float64";
    case "boolean":
      return "bool";
    default:
      return "string";
  }
}

/** The keys of an object that have a value, in the order in which Go prints maps. */
export function sortedKeys(value: object): string[] {
  return Object.keys(value)
    .filter((key) => (value as Record<string, unknown>)[key] !== undefined)
    .sort();
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
