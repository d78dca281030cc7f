import { FieldNotFoundError, type PatchMeta, patchMetaOf } from "../../api/schema/patch-meta.js";
import {
  deletionsPrefix,
  directiveKey,
  elementKindOf,
  elementOrderPrefix,
  identityOf,
  type JsonList,
  placesIn,
  requireMergeKey,
  retainKeysKey,
  sortedByOrder,
} from "./element-order.js";
import { isJsonObject, type JsonDraft, type JsonObject, jsonEqual, setKey } from "./json-value.js";
import { patchErrors } from "./patch-error.js";
import { joinStrategicPatches } from "./strategic-merge.js";

/** Which differences a patch is to carry, and whether it says what becomes of the order of lists. */
interface DiffOptions {
  readonly changes: boolean;
  readonly deletions: boolean;
  readonly elementOrder: boolean;
  readonly retainKeys?: boolean;
}

/**
 * The strategic merge patch that turns one object into another: `{}` when nothing differs.
 * @throws PatchError, FieldNotFoundError
 * @see k8s.io/apimachinery/pkg/util/strategicpatch/patch.go, CreateTwoWayMergePatch
 */
export function strategicDiff(original: JsonObject, modified: JsonObject, typeName: string): JsonObject {
  return diffObjects(original, modified, typeName, { changes: true, deletions: true, elementOrder: true });
}

/**
 * The strategic merge patch with which `kubectl apply` brings the current object to the modified configuration: what differs
 * now, and what the configuration applied last had and the modified one has no more. What others have added stays.
 * @throws PatchError, FieldNotFoundError
 * @see k8s.io/apimachinery/pkg/util/strategicpatch/patch.go, CreateThreeWayMergePatch
 */
export function strategicThreeWayDiff(
  objects: { readonly original: JsonObject; readonly modified: JsonObject; readonly current: JsonObject },
  typeName: string,
): JsonObject {
  const { original, modified, current } = objects;
  const delta = diffObjects(current, modified, typeName, { changes: true, deletions: false, elementOrder: true });
  const deletions = diffObjects(original, modified, typeName, { changes: false, deletions: true, elementOrder: true });
  return joinStrategicPatches(deletions, delta, typeName);
}

function diffObjects(
  original: JsonObject,
  modified: JsonObject,
  typeName: string | undefined,
  options: DiffOptions,
): JsonObject {
  const patch: JsonDraft = {};
  for (const [key, value] of Object.entries(modified)) {
    const before = original[key];
    if (!Object.hasOwn(original, key)) {
      if (options.changes) setKey(patch, key, value);
    } else if (key === directiveKey) {
      if (value !== before) patch[key] = value;
    } else if (isJsonObject(value) && isJsonObject(before)) {
      diffObjectField(key, { before, after: value, patch, typeName, options });
    } else if (Array.isArray(value) && Array.isArray(before)) {
      diffListField(key, { before, after: value, patch, typeName, options });
    } else if (options.changes && value !== before) {
      setKey(patch, key, value);
    }
  }
  if (options.deletions) {
    for (const key of Object.keys(original)) if (!Object.hasOwn(modified, key)) setKey(patch, key, null);
  }
  if (options.retainKeys) addRetainKeys(patch, original, modified);
  return patch;
}

/** A patch of a union says which of its fields stay, so that the server clears the others. */
function addRetainKeys(patch: JsonDraft, original: JsonObject, modified: JsonObject): void {
  const retained = Object.keys(modified).filter((key) => modified[key] !== null);
  const clears = Object.keys(original).some((key) => original[key] !== null && !Object.hasOwn(modified, key));
  if (retained.length > 0 && (Object.keys(patch).length > 0 || clears)) patch[retainKeysKey] = retained.sort();
}

interface FieldDiff<T> {
  readonly before: T;
  readonly after: T;
  readonly patch: JsonDraft;
  readonly typeName: string | undefined;
  readonly options: DiffOptions;
}

/** Nothing need be known of a field that does not differ. */
function metaUnlessEqual(typeName: string | undefined, key: string, before: unknown, after: unknown): PatchMeta | null {
  try {
    return patchMetaOf(typeName, key);
  } catch (error) {
    if (error instanceof FieldNotFoundError && jsonEqual(before, after)) return null;
    throw error;
  }
}

function diffObjectField(key: string, { before, after, patch, typeName, options }: FieldDiff<JsonObject>): void {
  const meta = metaUnlessEqual(typeName, key, before, after);
  if (meta === null) return;
  if (meta.strategy === "replace") {
    if (options.changes) setKey(patch, key, after);
    return;
  }
  const inner = diffObjects(before, after, meta.typeName, { ...options, retainKeys: meta.retainsKeys });
  if (Object.keys(inner).length > 0) setKey(patch, key, inner);
}

function diffListField(key: string, { before, after, patch, typeName, options }: FieldDiff<JsonList>): void {
  const meta = metaUnlessEqual(typeName, key, before, after);
  if (meta === null) return;
  if (meta.strategy !== "merge") {
    if (options.changes && !jsonEqual(before, after)) setKey(patch, key, after);
    return;
  }
  const diff = diffLists(before, after, meta, { ...options, retainKeys: meta.retainsKeys });
  if (diff.elements.length > 0) setKey(patch, key, diff.elements);
  if (diff.deletions.length > 0) patch[`${deletionsPrefix}/${key}`] = diff.deletions;
  if (diff.order.length > 0) patch[`${elementOrderPrefix}/${key}`] = diff.order;
}

interface ListDiff {
  /** Elements to add or to change; for objects also those that say `$patch: delete`. */
  readonly elements: JsonList;
  /** Scalars to delete. */
  readonly deletions: JsonList;
  /** Empty when the order needs no word. */
  readonly order: JsonList;
}

const noDiff: ListDiff = { elements: [], deletions: [], order: [] };

function diffLists(before: JsonList, after: JsonList, meta: PatchMeta, options: DiffOptions): ListDiff {
  if (before.length === 0) return options.changes ? { ...noDiff, elements: after } : noDiff;
  switch (elementKindOf(before, after)) {
    case "objects":
      return diffObjectLists(before, after, meta, options);
    case "scalars":
      return diffScalarLists(before, after, options);
    default:
      return noDiff;
  }
}

function diffScalarLists(before: JsonList, after: JsonList, options: DiffOptions): ListDiff {
  const was = new Set(before);
  const is = new Set(after);
  const elements = options.changes ? after.filter((element) => !was.has(element)) : [];
  const deletions = options.deletions ? sortedAsText([...was].filter((element) => !is.has(element))) : [];
  const saysOrder = deletions.length > 0 || (options.changes && !jsonEqual(before, after));
  return { elements, deletions, order: options.elementOrder && saysOrder ? after : [] };
}

/** Go's order of scalars of any type: that of their texts. */
function sortedAsText(list: unknown[]): unknown[] {
  return list.sort((left, right) => (String(left) < String(right) ? -1 : String(left) > String(right) ? 1 : 0));
}

function diffObjectLists(before: JsonList, after: JsonList, meta: PatchMeta, options: DiffOptions): ListDiff {
  const { mergeKey } = meta;
  const was = placesIn(
    before.map((element) => requireMergeKey(element, mergeKey)),
    mergeKey,
  );
  const is = placesIn(
    after.map((element) => requireMergeKey(element, mergeKey)),
    mergeKey,
  );
  const changed: unknown[] = [];
  for (const element of after as readonly JsonObject[]) {
    const place = was.get(element[mergeKey]);
    if (place === undefined) {
      if (options.changes) changed.push(element);
      continue;
    }
    const inner = diffObjects(before[place] as JsonObject, element, meta.typeName, options);
    if (Object.keys(inner).length > 0) changed.push({ ...inner, [mergeKey]: element[mergeKey] });
  }
  const gone = options.deletions ? sortedAsText([...was.keys()].filter((identity) => !is.has(identity))) : [];
  const deletions = gone.map((identity) => ({ [mergeKey]: identity, [directiveKey]: "delete" }));
  const elements = [...sortedByOrder(changed, after, mergeKey), ...deletions];
  const saysOrder =
    (options.changes && (elements.length > 0 || !isOrderSame(before, after, mergeKey))) ||
    (options.deletions && elements.length > 0);
  const order = options.elementOrder && saysOrder ? after.map((element) => onlyMergeKey(element, mergeKey)) : [];
  return { elements, deletions: [], order };
}

function isOrderSame(before: JsonList, after: JsonList, mergeKey: string): boolean {
  return (
    before.length === after.length &&
    before.every((element, at) => identityOf(element, mergeKey) === identityOf(after[at], mergeKey))
  );
}

function onlyMergeKey(element: unknown, mergeKey: string): JsonObject {
  if (!isJsonObject(element)) throw patchErrors.badArgument("map[string]interface {}", element);
  return { [mergeKey]: element[mergeKey] };
}
