import { goValue, quote } from "../../api/meta/go-text.js";
import { printCompactJson } from "../json.js";
import { sortKeys } from "../key-order.js";
import { PrinterError } from "../printer-error.js";
import { executeTemplate, TemplateExecutionError } from "./evaluate.js";
import { TemplateSyntaxError } from "./lex.js";
import { parseTemplate } from "./parse.js";

interface GoTemplateOptions {
  /** `--allow-missing-template-keys`, true unless said otherwise. */
  readonly allowMissingKeys?: boolean;
}

/**
 * The printer of `-o go-template=TEMPLATE`: gives the text of an object or a List. Throws a PrinterError, now or when it
 * prints; what was printed up to there, and details to debug the template, are then the error's `output`.
 */
export function goTemplatePrinter(text: string, options: GoTemplateOptions = {}): (value: unknown) => string {
  const { allowMissingKeys = true } = options;
  if (text === "") {
    throw new PrinterError("template format specified but no template given");
  }
  const template = parse(text);
  return (value) => {
    try {
      return executeTemplate(template, value, { allowMissingKeys });
    } catch (error) {
      if (!(error instanceof TemplateExecutionError)) {
        throw error;
      }
      throw new PrinterError(`error executing template ${quote(text)}: ${error.message}`, details(text, error, value));
    }
  };
}

function parse(text: string) {
  try {
    return parseTemplate(text);
  } catch (error) {
    if (!(error instanceof TemplateSyntaxError)) {
      throw error;
    }
    throw new PrinterError(`error parsing template ${text}, ${error.message}`);
  }
}

function details(text: string, error: TemplateExecutionError, value: unknown): string {
  return [
    `${error.output}Error executing template: ${error.message}. Printing more information for debugging the template:`,
    `\ttemplate was:\n\t\t${text}`,
    `\traw data was:\n\t\t${printCompactJson(sortKeys(value))}`,
    `\tobject given to template engine was:\n\t\t${goValue(value)}\n\n`,
  ].join("\n");
}
