import { isJsonObject, type JsonObject, jsonEqual, setKey } from "./json-value.js";
import { PatchError } from "./patch-error.js";

/** One operation of a JSON patch as it was sent. */
export interface JsonPatchOperation {
  readonly op?: unknown;
  readonly path?: unknown;
  readonly from?: unknown;
  readonly value?: unknown;
}

/**
 * The document after a JSON patch (RFC 6902), all operations or none. The document is not changed; what the patch does not
 * reach is shared. As in the library that Kubernetes uses, `replace` may name a key that is not there, and an index may count
 * from the end (-1).
 * @throws PatchError in that library's words
 * @see github.com/evanphx/json-patch v4 patch.go
 */
export function jsonPatch(document: unknown, operations: readonly JsonPatchOperation[]): unknown {
  return operations.reduce<unknown>(applyOperation, document);
}

function applyOperation(document: unknown, operation: JsonPatchOperation): unknown {
  const { op } = operation;
  switch (op) {
    case "add":
      return change(document, pointerOf(operation.path, "add"), addTo(operand(operation)));
    case "remove":
      return change(document, pointerOf(operation.path, "remove"), removeFrom);
    case "replace":
      return change(document, pointerOf(operation.path, "replace"), replaceIn(operand(operation)));
    case "move":
      return move(document, operation);
    case "copy":
      return copy(document, operation);
    case "test":
      test(document, operation);
      return document;
    default:
      throw new PatchError(`Unexpected kind: ${typeof op === "string" ? op : "unknown"}`, "content");
  }
}

/** A JSON pointer in its parts, with the operation it belongs to, for messages. */
interface Pointer {
  readonly text: string;
  readonly parts: readonly string[];
  readonly operation: string;
}

function pointerOf(text: unknown, operation: string): Pointer {
  if (typeof text !== "string") throw content(`${operation} operation failed to decode path: missing value`);
  const parts = text.split("/").map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"));
  if (parts.length < 2) throw missingPath({ text, parts: [], operation });
  return { text, parts: parts.slice(1), operation };
}

function content(message: string): PatchError {
  return new PatchError(message, "content");
}

function missingPath({ operation, text }: Pointer): PatchError {
  return content(`${operation} operation does not apply: doc is missing path: "${text}": missing value`);
}

function operand(operation: JsonPatchOperation): unknown {
  return operation.value ?? null;
}

type Change = (container: JsonObject | readonly unknown[], key: string, pointer: Pointer) => unknown;

/** The document with its innermost container changed, and the way there copied. */
function change(document: unknown, pointer: Pointer, how: Change, depth = 0): unknown {
  if (!isContainer(document)) throw missingPath(pointer);
  // A pointer has at least one part, and depth stays below their number.
  const part = pointer.parts[depth] as string;
  if (depth === pointer.parts.length - 1) return how(document, part, pointer);
  const inner = change(childOf(document, part, pointer), pointer, how, depth + 1);
  if (Array.isArray(document))
    return document.with(indexOf(part, document.length - 1, document.length, pointer), inner);
  const copied = { ...document };
  setKey(copied, part, inner);
  return copied;
}

function isContainer(value: unknown): value is JsonObject | readonly unknown[] {
  return typeof value === "object" && value !== null;
}

function childOf(container: JsonObject | readonly unknown[], part: string, pointer: Pointer): unknown {
  if (Array.isArray(container)) return container[indexOf(part, container.length - 1, container.length, pointer)];
  return isJsonObject(container) && Object.hasOwn(container, part) ? container[part] : undefined;
}

/** @throws PatchError for what is no index, or one that is out of range */
function indexOf(part: string, max: number, length: number, pointer: Pointer): number {
  if (!/^[-+]?\d+$/.test(part)) throw missingPath(pointer);
  const index = Number(part);
  const at = index < 0 ? index + length : index;
  if (at < 0 || at > max) throw content(`Unable to access invalid index: ${index}: invalid index referenced`);
  return at;
}

const addTo =
  (value: unknown): Change =>
  (container, key, pointer) => {
    if (!Array.isArray(container)) return withKey(container as JsonObject, key, value);
    if (key === "-") return [...container, value];
    return container.toSpliced(indexOf(key, container.length, container.length + 1, pointer), 0, value);
  };

const replaceIn =
  (value: unknown): Change =>
  (container, key, pointer) => {
    if (!Array.isArray(container)) return withKey(container as JsonObject, key, value);
    return container.with(indexOf(key, container.length - 1, container.length, pointer), value);
  };

const removeFrom: Change = (container, key, pointer) => {
  if (Array.isArray(container)) {
    return container.toSpliced(indexOf(key, container.length - 1, container.length, pointer), 1);
  }
  if (!Object.hasOwn(container, key)) {
    throw content(
      `error in remove for path: '${pointer.text}': Unable to remove nonexistent key: ${key}: missing value`,
    );
  }
  const { [key]: _, ...rest } = container as JsonObject;
  return rest;
};

function withKey(container: JsonObject, key: string, value: unknown): JsonObject {
  const copied = { ...container };
  setKey(copied, key, value);
  return copied;
}

function valueAt(document: unknown, pointer: Pointer): unknown {
  let value = document;
  for (const part of pointer.parts) {
    if (!isContainer(value)) throw missingPath(pointer);
    value = childOf(value, part, pointer);
  }
  return value;
}

function move(document: unknown, operation: JsonPatchOperation): unknown {
  const from = pointerOf(operation.from, "move");
  const value = valueAt(document, from);
  const without = change(document, from, removeFrom);
  return change(without, pointerOf(operation.path, "move"), addTo(value ?? null));
}

function copy(document: unknown, operation: JsonPatchOperation): unknown {
  const value = valueAt(document, pointerOf(operation.from, "copy"));
  return change(document, pointerOf(operation.path, "copy"), addTo(value ?? null));
}

function test(document: unknown, operation: JsonPatchOperation): void {
  const pointer = pointerOf(operation.path, "test");
  if (!jsonEqual(valueAt(document, pointer) ?? null, operand(operation))) {
    throw content(`testing value ${pointer.text} failed: test failed`);
  }
}
