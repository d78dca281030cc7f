/** A JSON object that is read and never changed. */
export interface JsonObject {
  readonly [key: string]: unknown;
}

/** A JSON object that is being built. */
export interface JsonDraft {
  [key: string]: unknown;
}

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Whether two JSON values are the same; the order of keys does not matter. */
export function jsonEqual(left: unknown, right: unknown): boolean {
  if (left === right) return true;
  if (Array.isArray(left)) {
    return Array.isArray(right) && left.length === right.length && left.every((item, at) => jsonEqual(item, right[at]));
  }
  if (!isJsonObject(left) || !isJsonObject(right)) return false;
  const keys = Object.keys(left);
  if (keys.length !== Object.keys(right).length) return false;
  return keys.every((key) => Object.hasOwn(right, key) && jsonEqual(left[key], right[key]));
}

/** Sets a key whatever its name: `__proto__` is but a word in a JSON object. */
export function setKey(draft: JsonDraft, key: string, value: unknown): void {
  if (key !== "__proto__") draft[key] = value;
  else Object.defineProperty(draft, key, { value, enumerable: true, configurable: true, writable: true });
}

/** The draft, or the original when nothing in it has changed, so that unchanged parts stay shared. */
export function sharedWith(original: JsonObject, draft: JsonObject): JsonObject {
  const keys = Object.keys(draft);
  if (keys.length !== Object.keys(original).length) return draft;
  return keys.every((key) => Object.hasOwn(original, key) && original[key] === draft[key]) ? original : draft;
}
