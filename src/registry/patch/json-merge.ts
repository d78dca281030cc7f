import { isJsonObject, type JsonDraft, type JsonObject, jsonEqual, setKey, sharedWith } from "./json-value.js";

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
