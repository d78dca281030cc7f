import { goValue } from "../api/meta/go-text.js";
import { evaluateTemplate } from "./jsonpath/evaluate.js";
import { parseJsonPath } from "./jsonpath/jsonpath-printer.js";
import type { Path } from "./jsonpath/parse.js";
import { relaxedPath } from "./jsonpath/relaxed-path.js";
import { PrinterError } from "./printer-error.js";
import { TabWriter, tableLayout } from "./tab-writer.js";
import { escapeTerminal } from "./table-printer.js";

interface CustomColumnsOptions {
  readonly noHeaders?: boolean;
  /** Whether the specification is the text of a file: a line of headers and a line of paths. */
  readonly isTemplate?: boolean;
}

interface CustomColumn {
  readonly header: string;
  readonly paths: readonly Path[];
}

/**
 * The printer of `-o custom-columns=SPEC`: gives the rows of an object or a List; the header only the first time, and
 * later rows as wide as earlier ones. Throws a PrinterError where the specification is none.
 * @see kubectl pkg/cmd/get/customcolumn.go
 */
export function customColumnsPrinter(spec: string, options: CustomColumnsOptions = {}): (value: unknown) => string {
  const columns = options.isTemplate === true ? columnsOfFile(spec) : columnsOfFlag(spec);
  let output = "";
  const writer = new TabWriter((text) => {
    output += text;
  }, tableLayout);
  // A file has no way to leave its headers out.
  let needsHeader = options.noHeaders !== true || options.isTemplate === true;
  return (value) => {
    if (needsHeader) {
      writer.write(`${columns.map(({ header }) => header).join("\t")}\n`);
      needsHeader = false;
    }
    const take = () => {
      writer.flush();
      const text = output;
      output = "";
      return text;
    };
    try {
      for (const item of itemsOf(value)) {
        writer.write(`${columns.map(({ paths }) => cellOf(paths, item)).join("\t")}\n`);
      }
    } catch (error) {
      // The rows before the one that failed are printed.
      throw error instanceof PrinterError ? new PrinterError(error.message, take()) : error;
    }
    return take();
  };
}

function itemsOf(value: unknown): readonly unknown[] {
  const { items } = value as { readonly items?: unknown };
  return Array.isArray(items) ? items : [value];
}

function cellOf(paths: readonly Path[], item: unknown): string {
  const results = withPlainErrors(() => evaluateTemplate(paths, item, { allowMissingKeys: true }));
  const none = results[0] === undefined || results[0].length === 0 ? ["<none>"] : [];
  const texts = results.flat().map((found) => escapeTerminal(goValue(found)));
  return [...none, ...texts].join(",");
}

function withPlainErrors<Result>(run: () => Result): Result {
  try {
    return run();
  } catch (error) {
    throw new PrinterError(error instanceof Error ? error.message : String(error));
  }
}

function columnsOfFlag(spec: string): readonly CustomColumn[] {
  if (spec === "") {
    throw new PrinterError("custom-columns format specified but no custom columns given");
  }
  return spec.split(",").map((part) => {
    const colon = part.indexOf(":");
    if (colon === -1) {
      throw new PrinterError(`unexpected custom-columns spec: ${part}, expected <header>:<json-path-expr>`);
    }
    return columnOf(part.slice(0, colon), part.slice(colon + 1));
  });
}

function columnsOfFile(text: string): readonly CustomColumn[] {
  const [headerLine, specLine] = text.split(/\r?\n/);
  const expected = "Expected format is one line of space separated headers, one line of space separated column specs.";
  if (text === "" || headerLine === undefined) {
    throw new PrinterError(`invalid template, missing header line. ${expected}`);
  }
  if (specLine === undefined || text.indexOf("\n") === text.length - 1) {
    throw new PrinterError(`invalid template, missing spec line. ${expected}`);
  }
  const headers = words(headerLine);
  const specs = words(specLine);
  if (headers.length !== specs.length) {
    throw new PrinterError(
      `number of headers (${headers.length}) and field specifications (${specs.length}) don't match`,
    );
  }
  return headers.map((header, index) => columnOf(header, specs[index] ?? ""));
}

function words(line: string): string[] {
  return line.split(/\s+/).filter((word) => word !== "");
}

function columnOf(header: string, path: string): CustomColumn {
  return { header, paths: parseJsonPath(relaxedPath(path), "") };
}
