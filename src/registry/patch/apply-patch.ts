import { goValue } from "../../api/meta/go-text.js";
import type { KubeObject } from "../../api/meta/object.js";
import { badRequest, invalid, StatusError } from "../../api/meta/status.js";
import { conversionError } from "../../api/schema/convert.js";
import { decodeAs } from "../../api/schema/decode.js";
import { type FieldValidation, strictDecodingError } from "../../api/schema/decode-request.js";
import { GoJsonError, parseGoJson } from "../../api/schema/go-json.js";
import { FieldNotFoundError } from "../../api/schema/patch-meta.js";
import { typeOfKind } from "../../api/schema/schemas.js";
import { jsonMerge } from "./json-merge.js";
import { type JsonPatchOperation, jsonPatch } from "./json-patch.js";
import { isJsonObject, type JsonObject, jsonEqual } from "./json-value.js";
import { goJsonText } from "./last-applied.js";
import { PatchError, UnexplainedError } from "./patch-error.js";
import { strategicMerge } from "./strategic-merge.js";

/** The kinds of patch, and the content types that announce them. */
export const patchContentTypes = {
  json: "application/json-patch+json",
  merge: "application/merge-patch+json",
  strategic: "application/strategic-merge-patch+json",
} as const;

export type PatchType = keyof typeof patchContentTypes;

interface PatchRequest {
  readonly type: PatchType;
  /** The body as it was sent: JSON. */
  readonly body: string;
  readonly fieldValidation: FieldValidation;
}

interface Patched<T> {
  /** In canonical form; the very object that was patched when nothing has changed. */
  readonly object: T;
  /** For the Warning headers of the answer: `unknown field "spec.speed"`. */
  readonly warnings: readonly string[];
}

/** Operations that one JSON patch may have. */
const jsonPatchOperationsMax = 10_000;

/**
 * An object after a PATCH request, before defaulting and validation. `object` carries its apiVersion and kind.
 * @throws StatusError as the API server answers
 * @see k8s.io/apiserver/pkg/endpoints/handlers/patch.go
 */
export function applyPatch<T extends KubeObject>(object: T, request: PatchRequest): Patched<T> {
  const typeName = typeOfKind(object.apiVersion ?? "", object.kind ?? "");
  if (typeName === undefined) throw new Error(`no schema to patch a ${object.apiVersion} ${object.kind} by`);
  // What a KubeObject is in JSON.
  const original = object as unknown as JsonObject;
  return request.type === "strategic"
    ? applyStrategic<T>(original, request, typeName)
    : applyJson<T>(original, request, typeName);
}

function applyStrategic<T>(original: JsonObject, request: PatchRequest, typeName: string): Patched<T> {
  const patch = parsePatch(request.body, "");
  if (!isJsonObject(patch)) throw badRequest(notAnObject(patch));
  const patched = answering(() => strategicMerge(original, patch, typeName));
  if (patched === original) return { object: original as T, warnings: [] };
  const decoded = decodeAs(typeName, patched);
  const fault = decoded.error === undefined ? undefined : (conversionError(typeName, patched) ?? decoded.error);
  return finish<T>(
    original,
    { ...decoded, error: fault },
    { request, shown: () => goValue(patch), unknownInPatch: [] },
  );
}

function applyJson<T>(original: JsonObject, request: PatchRequest, typeName: string): Patched<T> {
  const patch = parsePatch(request.body, "error decoding patch: ");
  const unknownInPatch = request.type === "json" ? operationFaults(patch) : [];
  const patched = answering(() =>
    request.type === "json" ? jsonPatch(original, operationsOf(patch)) : merged(original, patch),
  );
  if (patched === original && unknownInPatch.length === 0) return { object: original as T, warnings: [] };
  const decoded = decodeAs(typeName, patched);
  return finish<T>(original, decoded, { request, shown: () => goJsonText(patched), unknownInPatch });
}

function merged(original: JsonObject, patch: unknown): unknown {
  if (!isJsonObject(patch)) throw badRequest(`error decoding patch: ${notAnObject(patch)}`);
  return jsonMerge(original, patch);
}

function finish<T>(
  original: JsonObject,
  decoded: ReturnType<typeof decodeAs>,
  how: { readonly request: PatchRequest; readonly shown: () => string; readonly unknownInPatch: readonly string[] },
): Patched<T> {
  if (decoded.error !== undefined) throw invalidPatch(how.shown(), decoded.error);
  const faults = [
    ...how.unknownInPatch,
    ...decoded.unknownFields.map((path) => `unknown field ${JSON.stringify(path)}`),
  ];
  const { fieldValidation } = how.request;
  if (fieldValidation === "Strict" && faults.length > 0) throw invalidPatch(how.shown(), strictDecodingError(faults));
  const object = jsonEqual(decoded.object, original) ? original : decoded.object;
  return { object: object as T, warnings: fieldValidation === "Warn" ? faults : [] };
}

function parsePatch(body: string, prefix: string): unknown {
  try {
    return parseGoJson(body);
  } catch (error) {
    if (error instanceof GoJsonError) throw badRequest(`${prefix}${error.message}`);
    throw error;
  }
}

function notAnObject(patch: unknown): string {
  return `json: cannot unmarshal ${jsonKindText(patch)} into Go value of type map[string]interface {}`;
}

function jsonKindText(value: unknown): string {
  if (Array.isArray(value)) return "array";
  return typeof value === "boolean" ? "bool" : value === null ? "null" : typeof value;
}

function operationsOf(patch: unknown): readonly JsonPatchOperation[] {
  const operations = patch as readonly JsonPatchOperation[];
  if (operations.length > jsonPatchOperationsMax) {
    const counts = `${jsonPatchOperationsMax}, got ${operations.length}`;
    throw new StatusError(
      "RequestEntityTooLarge",
      `Request entity is too large: The allowed maximum operations in a JSON patch is ${counts}`,
    );
  }
  return operations;
}

const operationFields = ["op", "path", "from", "value"];

/** Unknown fields of operations. @throws StatusError BadRequest for what is no list of operations */
function operationFaults(patch: unknown): string[] {
  const refuse = (got: string, into: string) =>
    badRequest(`error decoding patch: json: cannot unmarshal ${got} into Go ${into}`);
  if (!Array.isArray(patch)) throw refuse(jsonKindText(patch), "value of type []handlers.jsonPatchOp");
  return patch.flatMap((operation: unknown, index) => {
    if (!isJsonObject(operation)) throw refuse(jsonKindText(operation), "value of type handlers.jsonPatchOp");
    for (const field of ["op", "path", "from"]) {
      const value = operation[field];
      if (value !== undefined && value !== null && typeof value !== "string") {
        throw refuse(jsonKindText(value), `struct field jsonPatchOp.${field} of type string`);
      }
    }
    return Object.keys(operation)
      .filter((key) => !operationFields.includes(key))
      .sort()
      .map((key) => `json patch unknown field "[${index}].${key}"`);
  });
}

/** `The request is invalid: patch: Invalid value: "…": …` */
function invalidPatch(shown: string, why: string): StatusError {
  const message = `Invalid value: ${JSON.stringify(shown)}: ${why}`;
  return invalid({ group: "", kind: "" }, "", [{ type: "FieldValueInvalid", field: "patch", message }]);
}

/** Runs what may refuse a patch, and answers as the server does. @see interpretStrategicMergePatchError */
function answering<T>(run: () => T): T {
  try {
    return run();
  } catch (error) {
    if (error instanceof FieldNotFoundError) throw new UnexplainedError(error.message);
    if (!(error instanceof PatchError)) throw error;
    if (error.blames === "format") throw badRequest(error.message);
    if (error.blames === "other") throw new UnexplainedError(error.message);
    throw new StatusError("Invalid", "the server rejected our request due to an error in our request", {});
  }
}
