import type { EpochMs, KubeObject } from "../api/meta/object.js";
import type { Resource } from "../api/resources.js";
import { type EmulatedVersion, isAtLeast } from "../api/versions/emulated-version.js";
import { PrinterError } from "../printers/printer-error.js";
import type { Sortable } from "../printers/sort-by.js";
import type { TablePrintOptions } from "../printers/table-printer.js";
import { ExitError, UsageError } from "./errors.js";
import { qualifiedSingular } from "./find-resource.js";
import { logLine } from "./log-line.js";
import { loadObjectPrinter, type ObjectPrinter } from "./object-printer.js";
import type { Fetched, FetchResult } from "./selection.js";
import type { VerbContext } from "./verb.js";
import type { GetPrinting } from "./verbs/get.js";

/** Prints what `get` has found; says so where that is nothing. Errors are the caller's to tell. */
export async function printFetched(result: FetchResult, printing: GetPrinting, context: VerbContext): Promise<void> {
  if (!printing.isTable) return printObjects(result, printing, context);
  const { tableFor, plainTableFor } = await import("../printers/table-for.js");
  const { printTables } = await import("../printers/table-printer.js");
  const { items, types } = result;
  const now = await currentTime(context);
  const version = await context.edge.version();
  const withKind = printing.withKind || new Set(types).size > 1;
  const isWide = printing.output.format === "wide";
  const sorted = printing.sortBy === "" ? items : await sortRows(result, printing, context);
  const groups = groupByType(sorted).map(({ resource, objects }) => ({
    table: printing.serverPrint
      ? tableFor(objects[0]?.kind ?? resource.kind, objects, { now, version, wide: isWide })
      : plainTableFor(objects, { now, version, wide: isWide }),
    options: tableOptions(resource, printing, withKind),
  }));
  const { loadPainter } = await import("./paint.js");
  const paint = await loadPainter(context.isColored);
  const hasPrinted = printTables(groups, (text) => context.edge.out(paint(text)));
  if (hasPrinted || printing.ignoreNotFound || result.errors.length > 0) return;
  const areNamespaced = !printing.withNamespace && types.every(({ namespaced }) => namespaced);
  context.edge.err(areNamespaced ? `No resources found in ${context.namespace} namespace.\n` : "No resources found\n");
}

/** How the table of one type is printed. */
export function tableOptions(resource: Resource, printing: GetPrinting, withKind: boolean): TablePrintOptions {
  return {
    wide: printing.output.format === "wide",
    noHeaders: printing.noHeaders,
    withNamespace: printing.withNamespace && resource.namespaced,
    showLabels: printing.showLabels,
    labelColumns: printing.labelColumns,
    ...(withKind ? { kindPrefix: qualifiedSingular(resource) } : {}),
  };
}

/** The printer of a format that is not a table, with the flags of `get`. */
export function loadPrinterOf(printing: GetPrinting, context: VerbContext): Promise<ObjectPrinter> {
  return loadObjectPrinter(printing.output, context, {
    showManagedFields: printing.showManagedFields,
    allowMissingTemplateKeys: printing.allowMissingTemplateKeys,
    noHeaders: printing.noHeaders,
  });
}

async function currentTime(context: VerbContext): Promise<EpochMs> {
  return (await context.client()).now();
}

/** From this version on kubectl prints no empty selfLink of a List. */
const selfLinkUntil: EmulatedVersion = "1.24";

/** One object that was named is printed as it is; everything else as a List. */
async function printObjects(result: FetchResult, printing: GetPrinting, context: VerbContext): Promise<void> {
  // A single object that is not there leaves nothing to print, and its error says all.
  if (result.isSingle && result.errors.length > 0) return;
  if (result.items.length === 0 && printing.ignoreNotFound) return;
  const printer = await loadPrinterOf(printing, context);
  const [only] = result.items;
  if (result.isSingle && result.items.length === 1 && only !== undefined) {
    context.edge.out(printer(only.object));
    return;
  }
  const objects = (await sortFetched(result.items, printing.sortBy, context)).map(({ object }) => object);
  const hasLink = !isAtLeast(await context.edge.version(), selfLinkUntil);
  const metadata = { resourceVersion: "", ...(hasLink ? { selfLink: "" } : {}) };
  const list = { apiVersion: "v1", items: objects, kind: "List", metadata };
  context.edge.out(printer(list));
}

interface TypeGroup {
  readonly resource: Resource;
  readonly objects: KubeObject[];
}

/** Neighbours of one type share a table. */
function groupByType(items: readonly Fetched[]): readonly TypeGroup[] {
  const groups: TypeGroup[] = [];
  for (const { resource, object } of items) {
    const last = groups.at(-1);
    if (last?.resource === resource) last.objects.push(object);
    else groups.push({ resource, objects: [object] });
  }
  return groups;
}

/**
 * The order of rows. A server sends a table a list, and one for each object that was named. A single table is sorted row by
 * row, and what is wrong with the path leaves nothing of it; several tables are looked at as objects, which have no fields
 * but those of tables. Without the server's tables there are objects, sorted all together.
 * @see kubernetes v1.36 staging/src/k8s.io/kubectl/pkg/cmd/get/get.go, RuntimeSorter and SortingPrinter
 */
async function sortRows(
  { items, areListed, types }: FetchResult,
  { sortBy, serverPrint }: GetPrinting,
  context: VerbContext,
): Promise<readonly Fetched[]> {
  if (!serverPrint) return items.length > 1 ? sortFetched(items, sortBy, context) : items;
  const tables = areListed ? types.length : items.length;
  if (tables > 1) {
    const { missingFieldMessage } = await import("../printers/sort-by.js");
    throw new UsageError(missingFieldMessage(sortBy));
  }
  try {
    return await sortFetched(items, sortBy, context, "rows");
  } catch (error) {
    if (error instanceof UsageError || error instanceof PrinterError) return [];
    throw error;
  }
}

/** @throws UsageError where no object has the field */
async function sortFetched(
  items: readonly Fetched[],
  sortBy: string,
  context: VerbContext,
  sortable?: Sortable,
): Promise<readonly Fetched[]> {
  if (sortBy === "" || items.length === 0) return items;
  const { missingFieldMessage, sortByPath, UnsortableFieldError } = await import("../printers/sort-by.js");
  try {
    const sorted = sortByPath(items, sortBy, ({ object }) => object, sortable);
    if (sorted === null) throw new UsageError(missingFieldMessage(sortBy));
    return sorted;
  } catch (error) {
    if (!(error instanceof UnsortableFieldError)) throw error;
    const line = sortable === "rows" ? 375 : 329;
    throw new ExitError(logLine("F", `sorter.go:${line}`, error.message, await currentTime(context)), 1);
  }
}
