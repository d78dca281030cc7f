import { goElementType } from "./go-types.js";
import { decodeScalar } from "./scalars.js";
import { type FieldSchema, isObjectType, schemaOf } from "./schemas.js";

/**
 * Why a patched object does not fit its type, in the words of the converter that strategic merge patches go through; they
 * differ from encoding/json's: `unrecognized type: int32`, `cannot convert int64 to string`. Undefined when it fits.
 * @see k8s.io/apimachinery/pkg/runtime/converter.go, fromUnstructured
 */
export function conversionError(typeName: string, value: unknown): string | undefined {
  if (value === null || value === undefined) return undefined;
  if (typeof value !== "object" || Array.isArray(value)) return `cannot restore struct from: ${goKind(value)}`;
  const source = value as { readonly [key: string]: unknown };
  for (const [name, field] of Object.entries(schemaOf(typeName).fields)) {
    if (!Object.hasOwn(source, name)) continue;
    const error = fieldError({ owner: typeName, name }, field, source[name]);
    if (error !== undefined) return error;
  }
  return undefined;
}

interface FieldPlace {
  readonly owner: string;
  readonly name: string;
}

function fieldError(place: FieldPlace, field: FieldSchema, value: unknown): string | undefined {
  if (value === null) return undefined;
  if (!field.list && !field.map) return elementError(place, field, value);
  const kind = goKind(value);
  if (kind !== (field.list ? "slice" : "map")) return `cannot restore ${field.list ? "slice" : "map"} from ${kind}`;
  for (const item of Object.values(value as object)) {
    const error = field.nested ? fieldError(place, field.nested, item) : elementError(place, field, item);
    if (error !== undefined) return error;
  }
  return undefined;
}

function elementError({ owner, name }: FieldPlace, field: FieldSchema, value: unknown): string | undefined {
  if (value === null) return undefined;
  if (isObjectType(field.type)) return conversionError(field.type, value);
  const goType = goElementType(owner, name, field);
  const result = decodeScalar(value, field, goType);
  if ("value" in result) return undefined;
  if (result.fault.kind === "own") {
    return field.type === "bytes" ? `error decoding from json: ${result.fault.message}` : result.fault.message;
  }
  const kind = goKind(value);
  switch (field.type) {
    case "string":
      return kind === "int64" ? `cannot convert int64 to ${goType}` : "unrecognized type: string";
    case "integer":
      if (kind === "int64") return undefined;
      return kind === "float64" ? `cannot convert float64 to ${goType}` : `unrecognized type: ${goType}`;
    case "boolean":
      return "unrecognized type: bool";
    case "bytes":
      return `cannot restore slice from ${kind}`;
    default:
      return `json: cannot unmarshal ${result.fault.got} into Go value of type ${result.fault.goType}`;
  }
}

/** `string`, `int64`, `slice`: a JSON value's kind as Go's reflection names it. */
function goKind(value: unknown): string {
  if (Array.isArray(value)) return "slice";
  switch (typeof value) {
    case "number":
      return Number.isInteger(value) ? "int64" : "float64";
    case "boolean":
      return "bool";
    case "object":
      return "map";
    default:
      return "string";
  }
}
