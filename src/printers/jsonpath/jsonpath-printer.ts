import { goValue, quote } from "../../api/meta/go-text.js";
import { formatGoSyntax } from "../go-value.js";
import { printCompactJson, printJson } from "../json.js";
import { sortKeys } from "../key-order.js";
import { PrinterError } from "../printer-error.js";
import { evaluateTemplate } from "./evaluate.js";
import { type Path, parseTemplate } from "./parse.js";

interface JsonPathOptions {
  /** `-o jsonpath-as-json`: each part's finds as an indented list. */
  readonly asJson?: boolean;
  /** `--allow-missing-template-keys`, true unless said otherwise. */
  readonly allowMissingKeys?: boolean;
}

/**
 * The printer of `-o jsonpath=TEMPLATE`: gives the text of an object or a List, without a final line break. Throws a
 * PrinterError, now or when it prints.
 */
export function jsonPathPrinter(template: string, options: JsonPathOptions = {}): (value: unknown) => string {
  const { asJson = false, allowMissingKeys = true } = options;
  if (template === "") {
    throw new PrinterError("template format specified but no template given");
  }
  const paths = parseJsonPath(template, `error parsing jsonpath ${template}, `);
  return (value) => {
    try {
      const results = evaluateTemplate(paths, value, { allowMissingKeys });
      return results.map((found) => (asJson ? printJson(sortKeys(found)) : found.map(formatFound).join(" "))).join("");
    } catch (error) {
      throw executionError(template, error, value);
    }
  };
}

/** Parses a template; what is wrong with it comes as a PrinterError with this start. */
export function parseJsonPath(template: string, start: string): readonly Path[] {
  try {
    return parseTemplate(template);
  } catch (error) {
    throw new PrinterError(`${start}${messageOf(error)}`);
  }
}

/** Collections as JSON, everything else as text. */
function formatFound(value: unknown): string {
  if (typeof value === "object" && value !== null) {
    return printCompactJson(sortKeys(value));
  }
  return value === null ? "null" : goValue(value);
}

function executionError(template: string, error: unknown, value: unknown): PrinterError {
  const details = [
    `Error executing template: ${messageOf(error)}. Printing more information for debugging the template:`,
    `\ttemplate was:\n\t\t${template}`,
    `\tobject given to jsonpath engine was:\n\t\t${formatGoSyntax(value)}\n\n\n`,
  ];
  return new PrinterError(`error executing jsonpath ${quote(template)}: ${details.join("\n")}`);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
