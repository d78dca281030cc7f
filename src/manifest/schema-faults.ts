import { fullNameOf } from "../api/schema/full-names.js";
import { type FieldSchema, isObjectType, schemaOf, typeOfKind } from "../api/schema/schemas.js";
import type { EmulatedVersion } from "../api/versions/emulated-version.js";
import { unknownFields } from "../api/versions/known-fields.js";

type Fields = { readonly [name: string]: unknown };

/** A place in a manifest (`Job.spec`), and what the schema calls it (`io.k8s.api.batch.v1.JobSpec`). */
interface Place {
  readonly path: string;
  readonly schemaPath: string;
}

interface Search {
  readonly unknown: ReadonlyMap<string, ReadonlySet<string>>;
  readonly faults: string[];
}

/**
 * What is wrong with a document's shape, in kubectl's words. kubectl looks itself where the API server does not check
 * fields yet: `ValidationError(Job.spec): unknown field "foo" in io.k8s.api.batch.v1.JobSpec`.
 * A document of a kind that the API does not have has no faults.
 * @see k8s.io/kube-openapi/pkg/util/proto/validation/types.go
 */
export function schemaFaults(document: unknown, version: EmulatedVersion): readonly string[] {
  const search: Search = { unknown: unknownFields(version), faults: [] };
  const { apiVersion, kind, items } = document as Fields;
  const objects = apiVersion === "v1" && kind === "List" && Array.isArray(items) ? items : [document];
  for (const object of objects) checkObject(object, search);
  return [...new Set(search.faults)];
}

function checkObject(object: unknown, search: Search): void {
  if (!isMap(object) || typeof object.apiVersion !== "string" || typeof object.kind !== "string") return;
  const typeName = typeOfKind(object.apiVersion, object.kind);
  if (typeName !== undefined) checkType(object, typeName, object.kind, search);
}

function checkType(value: unknown, typeName: string, path: string, search: Search): void {
  const name = fullNameOf(typeName);
  if (!isMap(value)) {
    reportType(value, "map", { path, schemaPath: name }, search);
    return;
  }
  const { fields, required = [] } = schemaOf(typeName);
  const unknown = search.unknown.get(typeName);
  for (const field of Object.keys(value).sort()) {
    const inner = value[field];
    if (inner === null) continue;
    const schema = Object.hasOwn(fields, field) && unknown?.has(field) !== true ? fields[field] : undefined;
    if (schema === undefined) {
      search.faults.push(`ValidationError(${path}): unknown field ${JSON.stringify(field)} in ${name}`);
      continue;
    }
    checkField(inner, schema, { path: `${path}.${field}`, schemaPath: `${name}.${field}` }, search);
  }
  for (const field of required) {
    if ((value[field] ?? null) === null) {
      search.faults.push(`ValidationError(${path}): missing required field ${JSON.stringify(field)} in ${name}`);
    }
  }
}

function checkField(value: unknown, schema: FieldSchema, place: Place, search: Search): void {
  if (schema.list === true) checkList(value, elementOf(schema), place, search);
  else if (schema.map === true) checkMap(value, elementOf(schema), place, search);
  else if (isObjectType(schema.type)) checkType(value, schema.type, place.path, search);
  else checkScalar(value, schema.type, place, search);
}

function elementOf({ list: _list, map: _map, nested, ...rest }: FieldSchema): FieldSchema {
  return nested ?? rest;
}

function checkList(value: unknown, element: FieldSchema, place: Place, search: Search): void {
  if (!Array.isArray(value)) {
    reportType(value, "array", place, search);
    return;
  }
  value.forEach((item, at) => {
    checkElement(item, element, { ...place, path: `${place.path}[${at}]` }, search);
  });
}

function checkMap(value: unknown, element: FieldSchema, place: Place, search: Search): void {
  if (!isMap(value)) {
    reportType(value, "map", place, search);
    return;
  }
  for (const key of Object.keys(value).sort()) {
    checkElement(value[key], element, { ...place, path: `${place.path}.${key}` }, search);
  }
}

function checkElement(value: unknown, element: FieldSchema, place: Place, search: Search): void {
  if (value === null) search.faults.push(`unknown object type "nil" in ${place.path}`);
  else checkField(value, element, place, search);
}

function checkScalar(value: unknown, type: string, place: Place, search: Search): void {
  const kind = kindOf(value);
  if (type === "any") return;
  const expected = type === "integer" || type === "number" || type === "boolean" ? type : "string";
  const isScalar = kind !== "map" && kind !== "array";
  // A string takes any scalar here; the server is stricter.
  if (isScalar && (expected === "string" || (expected === "boolean" ? kind === "boolean" : kind === "number"))) return;
  reportType(value, expected, place, search);
}

function reportType(value: unknown, expected: string, { path, schemaPath }: Place, search: Search): void {
  search.faults.push(
    `ValidationError(${path}): invalid type for ${schemaPath}: got "${kindOf(value)}", expected "${expected}"`,
  );
}

function kindOf(value: unknown): string {
  if (Array.isArray(value)) return "array";
  return isMap(value) ? "map" : typeof value;
}

function isMap(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
