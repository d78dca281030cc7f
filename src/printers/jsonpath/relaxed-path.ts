import { PrinterError } from "../printer-error.js";

/**
 * A path as flags take it, `metadata.name`, `.metadata.name` or either in braces, as a template.
 * @see kubectl pkg/cmd/get/customcolumn.go, RelaxedJSONPathExpression
 */
export function relaxedPath(text: string): string {
  if (text === "") {
    return text;
  }
  const match = /^\{\.?([^{}]+)\}$|^\.?([^{}]+)$/.exec(text);
  if (match === null) {
    const forms = "'name1.name2' or '.name1.name2' or '{name1.name2}' or '{.name1.name2}'";
    throw new PrinterError(`unexpected path string, expected a ${forms}`);
  }
  return `{.${match[1] ?? match[2]}}`;
}
