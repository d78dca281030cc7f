import { patchMetaOf } from "../../api/schema/patch-meta.js";
import {
  deletionsPrefix,
  directiveKey,
  elementKindOf,
  elementOrderPrefix,
  identityOf,
  inElementOrder,
  type JsonList,
  placesIn,
  requireMergeKey,
  retainKeysKey,
} from "./element-order.js";
import { isJsonObject, type JsonDraft, type JsonObject, jsonEqual, setKey, sharedWith } from "./json-value.js";
import { PatchError, patchErrors } from "./patch-error.js";

/** Whether a patch is applied to an object, or joined to another patch, where directives and nulls must live on. */
type Mode = "apply" | "join";

/**
 * The object after a strategic merge patch. Neither argument is changed; parts that the patch does not touch are shared
 * with the original, and a patch that changes nothing gives the original itself.
 * @throws PatchError, FieldNotFoundError
 * @see k8s.io/apimachinery/pkg/util/strategicpatch/patch.go, StrategicMergeMapPatch
 */
export function strategicMerge(original: JsonObject, patch: JsonObject, typeName: string): JsonObject {
  return mergeObject(original, patch, typeName, "apply");
}

/** Two patches in one: what the second says wins, its nulls and directives stay. */
export function joinStrategicPatches(first: JsonObject, second: JsonObject, typeName: string): JsonObject {
  return mergeObject(first, second, typeName, "join");
}

function mergeObject(original: JsonObject, patch: JsonObject, typeName: string | undefined, mode: Mode): JsonObject {
  if (Object.hasOwn(patch, directiveKey)) return directed(patch);
  const result: JsonDraft = { ...original };
  const rest: JsonDraft = { ...patch };
  applyRetainKeys(result, rest, mode);
  for (const key of Object.keys(rest)) {
    if (key.startsWith(elementOrderPrefix)) mergeOrderedList(key, { result, rest, typeName, mode });
  }
  for (const [key, value] of Object.entries(rest)) mergeField(key, value, { result, rest, typeName, mode });
  return sharedWith(original, result);
}

/** `$patch: replace` puts the patch in the place of the object, `$patch: delete` leaves nothing of it. */
function directed(patch: JsonObject): JsonObject {
  const { [directiveKey]: directive, ...rest } = patch;
  if (directive === "replace") return rest;
  if (directive === "delete") return {};
  throw patchErrors.badDirective(directive, patch);
}

interface Merging {
  /** Begins as a copy of the original. */
  readonly result: JsonDraft;
  /** What is left of the patch. */
  readonly rest: JsonDraft;
  readonly typeName: string | undefined;
  readonly mode: Mode;
}

function applyRetainKeys(result: JsonDraft, rest: JsonDraft, mode: Mode): void {
  if (!Object.hasOwn(rest, retainKeysKey)) return;
  const retained = rest[retainKeysKey];
  delete rest[retainKeysKey];
  if (mode === "join") {
    if (Object.hasOwn(result, retainKeysKey) && !jsonEqual(result[retainKeysKey], retained)) {
      throw new PatchError(`${retainKeysKey} of two patches are not deep equal`);
    }
    result[retainKeysKey] = retained;
    return;
  }
  if (!Array.isArray(retained)) throw patchErrors.badRetainKeys();
  const kept = new Set<unknown>(retained);
  for (const [key, value] of Object.entries(rest)) {
    const isParallel = key.startsWith(deletionsPrefix) || key.startsWith(elementOrderPrefix);
    if (value !== null && !isParallel && !kept.has(key)) throw patchErrors.badRetainKeys();
  }
  for (const key of Object.keys(result)) if (!kept.has(key)) delete result[key];
}

/** The field that `$setElementOrder/ports` and `$deleteFromPrimitiveList/finalizers` speak of. */
function directedField(key: string, prefix: string): string {
  if (!key.startsWith(`${prefix}/`)) {
    throw prefix === deletionsPrefix ? patchErrors.badPrimitiveList() : patchErrors.badElementOrder();
  }
  return key.slice(prefix.length + 1);
}

function requireList(value: unknown): JsonList {
  if (!Array.isArray(value)) throw patchErrors.badArgument("[]interface {}", value);
  return value;
}

/** A list whose order the patch gives: merged here with its part of the patch, then put in that order. */
function mergeOrderedList(directive: string, { result, rest, typeName, mode }: Merging): void {
  const orderValue = rest[directive];
  delete rest[directive];
  if (mode === "join") {
    if (Object.hasOwn(result, directive) && !jsonEqual(result[directive], orderValue))
      throw patchErrors.badElementOrder();
    result[directive] = orderValue;
  }
  const order = requireList(orderValue);
  const field = directedField(directive, elementOrderPrefix);
  const hasOriginal = Object.hasOwn(result, field);
  const hasPatch = Object.hasOwn(rest, field);
  const original = hasOriginal ? requireList(result[field]) : [];
  const patch = hasPatch ? requireList(rest[field]) : [];
  const meta = patchMetaOf(typeName, field);
  requireOrderOf(patch, order, meta.mergeKey);
  if (!hasOriginal && !hasPatch) return;
  let merged: JsonList = original;
  if (hasPatch && !hasOriginal) merged = mode === "apply" ? (withoutDirectives(patch) as JsonList) : patch;
  else if (hasPatch) merged = meta.strategy === "merge" ? mergeList(original, patch, { ...meta, mode }) : patch;
  // An empty list has no elements to order; upstream refuses it.
  if (elementKindOf(original, patch) === "none") throw new PatchError("no elements in any of the given slices");
  result[field] = sharedList(
    original,
    inElementOrder(merged, { patchOrder: order, serverOrder: original, mergeKey: meta.mergeKey }),
  );
  delete rest[field];
}

/** The elements of a patch must stand in the order that it asks for. */
function requireOrderOf(patch: JsonList, order: JsonList, mergeKey: string): void {
  if (order.length === 0) return;
  let at = 0;
  for (const element of patch) {
    if (isJsonObject(element) && Object.hasOwn(element, directiveKey)) continue;
    const identity = identityOf(mergeKey === "" ? element : requireMergeKey(element, mergeKey), mergeKey);
    while (at < order.length && identityOf(order[at], mergeKey) !== identity) at += 1;
    if (at >= order.length) {
      throw new PatchError(
        `The order in patch list:\n${listText(patch)}\n doesn't match ${elementOrderPrefix} list:\n${listText(order)}\n`,
      );
    }
    at += 1;
  }
}

function listText(list: JsonList): string {
  return JSON.stringify(list);
}

function mergeField(patchKey: string, value: unknown, { result, typeName, mode }: Merging): void {
  const isDeletionList = patchKey.startsWith(deletionsPrefix);
  if (isDeletionList && mode === "join") {
    result[patchKey] = value;
    return;
  }
  const key = isDeletionList ? directedField(patchKey, deletionsPrefix) : patchKey;
  if (value === null) {
    delete result[key];
    if (mode === "apply") return;
  }
  const current = result[key];
  if (!Object.hasOwn(result, key) || jsonType(current) !== jsonType(value)) {
    if (!isDeletionList) setOrDrop(result, key, mode === "apply" ? withoutDirectives(withoutNulls(value)) : value);
    return;
  }
  if (isJsonObject(value) && isJsonObject(current)) {
    const meta = patchMetaOf(typeName, key);
    setKey(result, key, meta.strategy === "replace" ? value : mergeObject(current, value, meta.typeName, mode));
  } else if (Array.isArray(value) && Array.isArray(current)) {
    setKey(result, key, mergeListField(current, value, { key, isDeletionList, typeName, mode }));
  } else if (current !== value) {
    setKey(result, key, value);
  }
}

function mergeListField(
  current: JsonList,
  patch: JsonList,
  {
    key,
    isDeletionList,
    typeName,
    mode,
  }: { key: string; isDeletionList: boolean; typeName: string | undefined; mode: Mode },
): JsonList {
  const meta = patchMetaOf(typeName, key);
  if (isDeletionList) {
    const deleted = new Set(patch);
    return sharedList(
      current,
      current.filter((element) => !deleted.has(element)),
    );
  }
  if (meta.strategy !== "merge") return jsonEqual(current, patch) ? current : patch;
  return mergeList(current, patch, { ...meta, mode });
}

interface ListMeta {
  readonly typeName: string | undefined;
  readonly mergeKey: string;
  readonly mode: Mode;
}

function mergeList(original: JsonList, patch: JsonList, meta: ListMeta): JsonList {
  if (original.length === 0 && patch.length === 0) return original;
  const { mergeKey } = meta;
  if (elementKindOf(original, patch) === "scalars") {
    const merged = [...new Set([...original, ...patch])];
    return sharedList(original, inElementOrder(merged, { patchOrder: patch, serverOrder: original, mergeKey: "" }));
  }
  if (mergeKey === "") throw new PatchError(`cannot merge lists without merge key for ${meta.typeName ?? ""}`);
  const { kept, changes } = applyListDirectives(original, patch as readonly JsonObject[], mergeKey);
  const merged = mergeElements(kept, changes, meta);
  return sharedList(original, inElementOrder(merged, { patchOrder: changes, serverOrder: kept, mergeKey }));
}

/** Carries out the elements with a `$patch` directive; what is left of the patch are elements to merge. */
function applyListDirectives(
  original: JsonList,
  patch: readonly JsonObject[],
  mergeKey: string,
): { kept: JsonList; changes: readonly JsonObject[] } {
  const changes: JsonObject[] = [];
  const deleted = new Set<unknown>();
  let replaces = false;
  for (const element of patch) {
    if (!Object.hasOwn(element, directiveKey)) {
      changes.push(element);
      continue;
    }
    const directive = element[directiveKey];
    if (directive === "delete") deleted.add(requireMergeKey(element, mergeKey)[mergeKey]);
    else if (directive === "replace") replaces = true;
    else if (directive === "merge") throw new PatchError("merging lists cannot yet be specified in the patch");
    else throw patchErrors.badDirective(directive, element);
  }
  if (replaces) return { kept: changes, changes: [] };
  if (deleted.size === 0) return { kept: original, changes };
  return { kept: original.filter((element) => !deleted.has(identityOf(element, mergeKey))), changes };
}

function mergeElements(original: JsonList, changes: readonly JsonObject[], meta: ListMeta): JsonList {
  const merged = [...original];
  const places = placesIn(merged, meta.mergeKey);
  for (const change of changes) {
    const identity = requireMergeKey(change, meta.mergeKey)[meta.mergeKey];
    const place = places.get(identity);
    const current = place === undefined ? undefined : merged[place];
    if (place !== undefined && isJsonObject(current)) {
      merged[place] = mergeObject(current, change, meta.typeName, meta.mode);
    } else {
      places.set(identity, merged.length);
      // Upstream adds it as it is, and what its directives speak of comes to life; here they have nothing left to say.
      merged.push(meta.mode === "apply" ? withoutDirectives(withoutNulls(change)) : change);
    }
  }
  return merged;
}

/** Stands for a value that its directive takes away. */
const dropped = Symbol("dropped");

function setOrDrop(result: JsonDraft, key: string, value: unknown): void {
  if (value === dropped) delete result[key];
  else setKey(result, key, value);
}

/** A value that is new where the patch puts it, without the directives in it. */
function withoutDirectives(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutDirectives).filter((element) => element !== dropped);
  if (!isJsonObject(value)) return value;
  if (Object.hasOwn(value, directiveKey)) return dropped;
  const result: JsonDraft = {};
  for (const [key, inner] of Object.entries(value)) {
    if (!isParallelDirective(key)) setOrDrop(result, key, withoutDirectives(inner));
  }
  return result;
}

function isParallelDirective(key: string): boolean {
  return key === retainKeysKey || key.startsWith(`${elementOrderPrefix}/`) || key.startsWith(`${deletionsPrefix}/`);
}

function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (!isJsonObject(value)) return value;
  const result: JsonDraft = {};
  for (const [key, inner] of Object.entries(value)) if (inner !== null) setKey(result, key, withoutNulls(inner));
  return result;
}

function jsonType(value: unknown): string {
  return Array.isArray(value) ? "array" : value === null ? "null" : typeof value;
}

/** The new list, or the original where both hold the very same elements. */
function sharedList(original: JsonList, list: JsonList): JsonList {
  return list.length === original.length && list.every((element, at) => element === original[at]) ? original : list;
}
