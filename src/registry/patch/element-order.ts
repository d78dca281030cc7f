import { isJsonObject, type JsonObject } from "./json-value.js";
import { PatchError, patchErrors } from "./patch-error.js";

export type JsonList = readonly unknown[];

export const directiveKey = "$patch";
export const retainKeysKey = "$retainKeys";
export const elementOrderPrefix = "$setElementOrder";
export const deletionsPrefix = "$deleteFromPrimitiveList";

/** What lists hold: all of them elements of one type, and no lists. `none` when they are empty. */
type ElementKind = "objects" | "scalars" | "none";

/** @throws PatchError when elements are lists, or differ in type */
export function elementKindOf(...lists: readonly JsonList[]): ElementKind {
  let first: string | undefined;
  for (const list of lists) {
    for (const element of list) {
      if (Array.isArray(element)) throw patchErrors.noListOfLists();
      const type = isJsonObject(element) ? "object" : element === null ? "null" : typeof element;
      first ??= type;
      if (type !== first) throw new PatchError("list element types are not identical");
    }
  }
  if (first === undefined) return "none";
  return first === "object" ? "objects" : "scalars";
}

/** What identifies an element: the value of its merge key, or a scalar itself. */
export function identityOf(element: unknown, mergeKey: string): unknown {
  return isJsonObject(element) && mergeKey !== "" ? element[mergeKey] : element;
}

/** @throws PatchError for an element that has no merge key, or is no object */
export function requireMergeKey(element: unknown, mergeKey: string): JsonObject {
  if (!isJsonObject(element)) throw patchErrors.badArgument("map[string]interface {}", element);
  if (!Object.hasOwn(element, mergeKey)) throw patchErrors.noMergeKey(element, mergeKey);
  return element;
}

/** The place of each identity in a list; of equal ones the first. */
export function placesIn(list: JsonList, mergeKey: string): Map<unknown, number> {
  const places = new Map<unknown, number>();
  list.forEach((element, at) => {
    const identity = identityOf(element, mergeKey);
    if (!places.has(identity)) places.set(identity, at);
  });
  return places;
}

function isDeletion(element: unknown): boolean {
  return isJsonObject(element) && element[directiveKey] === "delete";
}

/** Sorts by the places of `order`; elements that delete something go to the end. */
export function sortedByOrder(list: JsonList, order: JsonList, mergeKey: string): unknown[] {
  if (mergeKey !== "") for (const element of [...list, ...order]) requireMergeKey(element, mergeKey);
  const places = placesIn(order, mergeKey);
  const placeOf = (element: unknown) => places.get(identityOf(element, mergeKey)) ?? -1;
  const kept = mergeKey === "" ? [...list] : list.filter((element) => !isDeletion(element));
  const deletions = mergeKey === "" ? [] : list.filter(isDeletion);
  return [...kept.sort((left, right) => placeOf(left) - placeOf(right)), ...deletions];
}

/**
 * A merged list in its final order: elements the patch names in the patch's order, those only the server has in the
 * server's, and the two woven together so that both stay in order.
 * @see k8s.io/apimachinery/pkg/util/strategicpatch/patch.go, normalizeElementOrder, mergeSortedSlice
 */
export function inElementOrder(
  merged: JsonList,
  { patchOrder, serverOrder, mergeKey }: { patchOrder: JsonList; serverOrder: JsonList; mergeKey: string },
): readonly unknown[] {
  const inPatch = placesIn(patchOrder, mergeKey);
  const isPatched = (element: unknown) =>
    inPatch.has(identityOf(mergeKey === "" ? element : requireMergeKey(element, mergeKey), mergeKey));
  const patched = sortedByOrder(merged.filter(isPatched), patchOrder, mergeKey);
  const serverOnly = sortedByOrder(
    merged.filter((element) => !isPatched(element)),
    serverOrder,
    mergeKey,
  );
  const places = placesIn(serverOrder, mergeKey);
  const result: unknown[] = [];
  let left = 0;
  let right = 0;
  while (left < serverOnly.length || right < patched.length) {
    const leftPlace = left < serverOnly.length ? places.get(identityOf(serverOnly[left], mergeKey)) : undefined;
    const rightPlace = right < patched.length ? places.get(identityOf(patched[right], mergeKey)) : undefined;
    const takesLeft =
      right >= patched.length ||
      (left < serverOnly.length && leftPlace !== undefined && rightPlace !== undefined && leftPlace < rightPlace);
    if (takesLeft) result.push(serverOnly[left++]);
    else result.push(patched[right++]);
  }
  return result;
}
