import { compareQuantities, isQuantity } from "../api/meta/quantity.js";
import { goTypeName } from "./go-value.js";
import { evaluateTemplate } from "./jsonpath/evaluate.js";
import { parseJsonPath } from "./jsonpath/jsonpath-printer.js";
import { relaxedPath } from "./jsonpath/relaxed-path.js";
import { PrinterError } from "./printer-error.js";

/**
 * Items in the order of `--sort-by PATH`; those without the field come first. Numbers are ordered by value, texts
 * byte by byte unless both are quantities. Null where no item has the field: kubectl then refuses with
 * `couldn't find any field with path "{.x}" in the list of objects` ({@link missingFieldMessage}).
 * Throws a PrinterError for a path that does not parse, or a field that has no order.
 * @see kubectl pkg/cmd/get/sorter.go
 */
export function sortByPath<Item>(
  items: readonly Item[],
  path: string,
  objectOf: (item: Item) => unknown,
): readonly Item[] | null {
  const template = relaxedPath(path);
  const paths = parseJsonPath(template, "");
  const keyed = items.map((item) => ({
    item,
    found: evaluateTemplate(paths, objectOf(item), { allowMissingKeys: true })[0] ?? [],
  }));
  if (items.length > 0 && keyed.every(({ found }) => found.length === 0)) {
    return null;
  }
  const sorted = keyed.sort((a, b) => {
    if (a.found.length === 0 || b.found.length === 0) {
      return Number(a.found.length !== 0) - Number(b.found.length !== 0);
    }
    return compareFields(a.found[0], b.found[0], template);
  });
  return sorted.map(({ item }) => item);
}

/** What kubectl says where no object has the field. */
export function missingFieldMessage(path: string): string {
  return `couldn't find any field with path "${relaxedPath(path)}" in the list of objects`;
}

function compareFields(a: unknown, b: unknown, template: string): number {
  if (typeof a === "number" && typeof b === "number") {
    return a - b;
  }
  if (typeof a === "string" && typeof b === "string") {
    if (isQuantity(a) && isQuantity(b)) {
      return compareQuantities(a, b);
    }
    return a < b ? -1 : a > b ? 1 : 0;
  }
  throw new PrinterError(
    `Field ${template} in *unstructured.Unstructured is an unsortable type: interface, err: unsortable type: ${goTypeName(a)}`,
  );
}
