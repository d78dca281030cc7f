import { isJsonObject, type JsonDraft, type JsonObject, jsonEqual, setKey, sharedWith } from "./json-value.js";
import { PatchError } from "./patch-error.js";

/**
 * The value after a JSON merge patch (RFC 7386): objects are merged, null deletes, anything else replaces. Unchanged parts
 * are shared with the original.
 */
export function jsonMerge(original: unknown, patch: unknown): unknown {
  if (!isJsonObject(patch)) return jsonEqual(original, patch) ? original : patch;
  const base: JsonObject = isJsonObject(original) ? original : {};
  const result: JsonDraft = { ...base };
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete result[key];
    else setKey(result, key, Object.hasOwn(result, key) ? jsonMerge(result[key], value) : jsonMerge(undefined, value));
  }
  return isJsonObject(original) ? sharedWith(original, result) : result;
}

/** The JSON merge patch that turns one object into another; lists that differ are replaced whole. */
export function jsonMergeDiff(original: JsonObject, modified: JsonObject): JsonObject {
  const patch: JsonDraft = {};
  for (const [key, value] of Object.entries(modified)) {
    const before = Object.hasOwn(original, key) ? original[key] : undefined;
    if (isJsonObject(value) && isJsonObject(before)) {
      const inner = jsonMergeDiff(before, value);
      if (Object.keys(inner).length > 0) setKey(patch, key, inner);
    } else if (!jsonEqual(before, value)) {
      setKey(patch, key, value);
    }
  }
  for (const key of Object.keys(original)) if (!Object.hasOwn(modified, key)) setKey(patch, key, null);
  return patch;
}

/**
 * The JSON merge patch with which `kubectl apply` updates an object of a kind it has no schema of.
 * @throws PatchError when the kind, the version or the name would change
 * @see k8s.io/apimachinery/pkg/util/jsonmergepatch/patch.go
 */
export function jsonMergeThreeWayDiff(objects: {
  readonly original: JsonObject;
  readonly modified: JsonObject;
  readonly current: JsonObject;
}): JsonObject {
  const delta = filterNulls(jsonMergeDiff(objects.current, objects.modified), "drop");
  const deletions = filterNulls(jsonMergeDiff(objects.original, objects.modified), "keep");
  const patch = joinMergePatches(deletions, delta);
  const metadata = patch.metadata;
  const renames = isJsonObject(metadata) && Object.hasOwn(metadata, "name");
  if (Object.hasOwn(patch, "apiVersion") || Object.hasOwn(patch, "kind") || renames) {
    throw new PatchError("At least one of apiVersion, kind and name was changed");
  }
  return patch;
}

/** A patch without its nulls, or with nothing but them. */
function filterNulls(patch: JsonObject, nulls: "keep" | "drop"): JsonObject {
  const result: JsonDraft = {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) {
      if (nulls === "keep") setKey(result, key, null);
    } else if (isJsonObject(value) && Object.keys(value).length > 0) {
      const inner = filterNulls(value, nulls);
      if (Object.keys(inner).length > 0) setKey(result, key, inner);
    } else if (nulls === "drop") {
      setKey(result, key, value);
    }
  }
  return result;
}

function joinMergePatches(first: JsonObject, second: JsonObject): JsonObject {
  const result: JsonDraft = { ...first };
  for (const [key, value] of Object.entries(second)) {
    const before = Object.hasOwn(result, key) ? result[key] : undefined;
    setKey(result, key, isJsonObject(before) && isJsonObject(value) ? joinMergePatches(before, value) : value);
  }
  return result;
}
