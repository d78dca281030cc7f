import type { EpochMs, KubeObject } from "../api/meta/object.js";
import type { Resource } from "../api/resources.js";
import { type EmulatedVersion, isAtLeast } from "../api/versions/emulated-version.js";
import type { TablePrintOptions } from "../printers/table-printer.js";
import { UsageError } from "./errors.js";
import { qualifiedSingular } from "./find-resource.js";
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
  // A list is sorted by the table that it is; objects that were named keep the order in which they were.
  const sorted = result.areListed ? await sortEachType(items, printing.sortBy) : items;
  const groups = groupByType(sorted).map(({ resource, objects }) => ({
    table: printing.serverPrint
      ? tableFor(resource.kind, objects, { now, version, wide: isWide })
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
  const objects = (await sortFetched(result.items, printing.sortBy)).map(({ object }) => object);
  const [only] = objects;
  if (result.isSingle && objects.length === 1 && only !== undefined) {
    context.edge.out(printer(only));
    return;
  }
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

async function sortEachType(items: readonly Fetched[], sortBy: string): Promise<readonly Fetched[]> {
  if (sortBy === "") return items;
  const types = [...new Set(items.map(({ resource }) => resource))];
  const groups = types.map((type) =>
    sortFetched(
      items.filter(({ resource }) => resource === type),
      sortBy,
    ),
  );
  return (await Promise.all(groups)).flat();
}

async function sortFetched(items: readonly Fetched[], sortBy: string): Promise<readonly Fetched[]> {
  if (sortBy === "" || items.length === 0) return items;
  const { missingFieldMessage, sortByPath } = await import("../printers/sort-by.js");
  const sorted = sortByPath(items, sortBy, ({ object }) => object);
  if (sorted === null) throw new UsageError(missingFieldMessage(sortBy));
  return sorted;
}
