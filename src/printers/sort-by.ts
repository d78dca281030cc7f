import { goTypeName } from "../api/meta/go-text.js";
import { compareQuantities, isQuantity } from "../api/meta/quantity.js";
import { goSort } from "./go-sort.js";
import { evaluateTemplate } from "./jsonpath/evaluate.js";
import { parseJsonPath } from "./jsonpath/jsonpath-printer.js";
import { relaxedPath } from "./jsonpath/relaxed-path.js";

/** A field of a type that has no order. kubectl gives up at once, in the words of its log. */
export class UnsortableFieldError extends Error {
  override readonly name = "UnsortableFieldError";
}

/** What is sorted, in Go's words: rows of a table of the server, or objects. */
export type Sortable = "rows" | "objects";

const goTypes: Readonly<Record<Sortable, string>> = {
  rows: "[][][]reflect.Value",
  objects: "*unstructured.Unstructured",
};

/**
 * Items in the order of `--sort-by PATH`. An item without the field comes before whatever it is compared with. Numbers are
 * ordered by value, texts byte by byte unless both are quantities. Null where no item has the field: kubectl refuses that
 * with {@link missingFieldMessage}.
 * Throws a PrinterError for a path that does not parse, an UnsortableFieldError for a field that has no order.
 * @see kubectl pkg/cmd/get/sorter.go
 */
export function sortByPath<Item>(
  items: readonly Item[],
  path: string,
  objectOf: (item: Item) => unknown,
  sortable: Sortable = "objects",
): readonly Item[] | null {
  const template = relaxedPath(path);
  const paths = parseJsonPath(template, "");
  const keyed = items.map((item) => {
    const found = evaluateTemplate(paths, objectOf(item), { allowMissingKeys: true })[0] ?? [];
    return found.length === 0 ? { item } : { item, field: fieldOf(found[0]) };
  });
  if (items.length > 0 && keyed.every(({ field }) => field === undefined)) {
    return null;
  }
  const refuse = (problem: string): never => {
    throw new UnsortableFieldError(
      `Field ${template} in ${goTypes[sortable]} is an unsortable type: interface, err: ${problem}`,
    );
  };
  const sorted = goSort(keyed, (left, right) => {
    if (left.field === undefined) return true;
    return right.field !== undefined && isFieldLess(left.field, right.field, refuse);
  });
  return sorted.map(({ item }) => item);
}

/** What kubectl says where no object has the field. */
export function missingFieldMessage(path: string): string {
  return `couldn't find any field with path "${relaxedPath(path)}" in the list of objects`;
}

interface Field {
  readonly value: unknown;
  /** Found out once: a comparison would ask again and again. */
  readonly isQuantity: boolean;
}

function fieldOf(value: unknown): Field {
  return { value, isQuantity: typeof value === "string" && isQuantity(value) };
}

function isFieldLess(left: Field, right: Field, refuse: (problem: string) => never): boolean {
  const [a, b] = [left.value, right.value];
  if (a === null || b === null) return a === null && b !== null;
  if (typeof a !== "number" && typeof a !== "string") return refuse(`unsortable type: ${goTypeName(a)}`);
  if (typeof a === "number" && goTypeName(a) === goTypeName(b)) return a < (b as number);
  if (typeof a !== "string" || typeof b !== "string") return refuse("unsortable interface: interface");
  return left.isQuantity && right.isQuantity ? compareQuantities(a, b) < 0 : a < b;
}
