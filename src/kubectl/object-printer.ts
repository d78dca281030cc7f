import type { KubeObject } from "../api/meta/object.js";
import { UsageError } from "./errors.js";
import type { Output } from "./output-format.js";
import { readTextFile } from "./read-file.js";
import type { VerbContext } from "./verb.js";

/** An object, or a `v1` List of objects. */
export type Printable = KubeObject | { readonly kind: string; readonly items: readonly KubeObject[] };

/** Gives the text of an object in one format. */
export type ObjectPrinter = (printable: Printable) => string;

export interface PrinterOptions {
  readonly showManagedFields?: boolean;
  readonly allowMissingTemplateKeys?: boolean;
  readonly noHeaders?: boolean;
  /** Objects that kubectl made itself keep the order of their fields in JSON; what a server sent is sorted. */
  readonly keepsOrder?: boolean;
}

/**
 * The printer of a format that is not a table; loads only what it prints with. Throws a UsageError for templates and
 * paths that do not parse.
 */
export async function loadObjectPrinter(
  { format, argument }: Output,
  context: VerbContext,
  options: PrinterOptions = {},
): Promise<ObjectPrinter> {
  const visible = options.showManagedFields === true ? (value: Printable) => value : withoutManagedFields;
  switch (format) {
    case "json": {
      const [{ printJson }, { sortKeys }] = await Promise.all([
        import("../printers/json.js"),
        import("../printers/key-order.js"),
      ]);
      const ordered = options.keepsOrder === true ? (value: unknown) => value : sortKeys;
      return (value) => printJson(ordered(visible(value)));
    }
    case "yaml": {
      const { printYaml } = await import("../printers/yaml.js");
      let isFirst = true;
      return (value) => {
        const separator = isFirst ? "" : "---\n";
        isFirst = false;
        return separator + printYaml(visible(value));
      };
    }
    case "kyaml": {
      const [{ printKyaml }, { sortKeys }] = await Promise.all([
        import("../printers/kyaml.js"),
        import("../printers/key-order.js"),
      ]);
      return (value) => printKyaml(sortKeys(visible(value)));
    }
    case "name": {
      const { printName } = await import("../printers/name.js");
      return (value) =>
        objectsOf(value)
          .map((object) => printName(object))
          .join("");
    }
    case "jsonpath":
    case "jsonpath-as-json":
    case "jsonpath-file":
      return loadJsonPathPrinter(format, argument, context, options);
    case "go-template":
    case "go-template-file":
    case "template":
    case "templatefile":
      return loadTemplatePrinter(format, argument, context, options);
    case "custom-columns":
    case "custom-columns-file":
      return loadCustomColumnsPrinter(format, argument, context, options);
    case "wide":
    case "":
      throw new UsageError(`unable to match a printer suitable for the output format ${JSON.stringify(format)}`);
  }
}

async function loadJsonPathPrinter(
  format: "jsonpath" | "jsonpath-as-json" | "jsonpath-file",
  argument: string,
  context: VerbContext,
  options: PrinterOptions,
): Promise<ObjectPrinter> {
  const { jsonPathPrinter } = await import("../printers/jsonpath/jsonpath-printer.js");
  const template = format === "jsonpath-file" ? readTemplate(argument, context) : argument;
  return jsonPathPrinter(template, {
    asJson: format === "jsonpath-as-json",
    allowMissingKeys: options.allowMissingTemplateKeys ?? true,
  });
}

async function loadTemplatePrinter(
  format: "go-template" | "go-template-file" | "template" | "templatefile",
  argument: string,
  context: VerbContext,
  options: PrinterOptions,
): Promise<ObjectPrinter> {
  const { goTemplatePrinter } = await import("../printers/go-template/go-template-printer.js");
  const isFile = format === "go-template-file" || format === "templatefile";
  const template = isFile ? readTemplate(argument, context) : argument;
  return goTemplatePrinter(template, { allowMissingKeys: options.allowMissingTemplateKeys ?? true });
}

async function loadCustomColumnsPrinter(
  format: "custom-columns" | "custom-columns-file",
  argument: string,
  context: VerbContext,
  options: PrinterOptions,
): Promise<ObjectPrinter> {
  const { customColumnsPrinter } = await import("../printers/custom-columns.js");
  const { files } = context.edge;
  const isFile = format === "custom-columns-file";
  const spec = isFile ? readTextFile(argument, files, `error reading template ${argument}, `) : argument;
  return customColumnsPrinter(spec, { noHeaders: options.noHeaders ?? false, isTemplate: isFile });
}

function readTemplate(path: string, { edge }: VerbContext): string {
  return readTextFile(path, edge.files, `error reading --template ${path}, `);
}

/** The objects of a List, or the object itself. */
export function objectsOf(printable: Printable): readonly KubeObject[] {
  return "items" in printable && Array.isArray(printable.items) ? printable.items : [printable as KubeObject];
}

/** Which manager owns which field is left out unless asked for. @see cli-runtime pkg/printers/managedfields.go */
function withoutManagedFields(printable: Printable): Printable {
  if ("items" in printable && Array.isArray(printable.items)) {
    return { ...printable, items: printable.items.map(omitManagedFields) };
  }
  return omitManagedFields(printable as KubeObject);
}

function omitManagedFields(object: KubeObject): KubeObject {
  if (object.metadata?.managedFields === undefined) return object;
  const { managedFields: _, ...metadata } = object.metadata;
  return { ...object, metadata };
}
