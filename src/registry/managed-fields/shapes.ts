import { valueStructFields } from "../../api/schema/go-types.js";
import { type FieldSchema, isObjectType, schemaOf } from "../../api/schema/schemas.js";
import { isJsonObject, type JsonDraft, type JsonObject } from "../patch/json-value.js";

/** How a value is owned: as a whole, or part by part. */
export type Shape =
  | { readonly kind: "leaf"; readonly expects: "scalar" | "list" | "map" | "any"; readonly scalar?: string }
  | { readonly kind: "struct"; readonly typeName: string }
  | { readonly kind: "map"; readonly element: Shape }
  | { readonly kind: "list"; readonly element: Shape; readonly keys: readonly ListKey[] | null };

/** A field that tells the elements of a list apart, and its value in elements that leave it out. */
interface ListKey {
  readonly name: string;
  readonly fallback: unknown;
}

/**
 * Types that have one owner for all of their fields: references and selectors.
 * @see the x-kubernetes-map-type of Kubernetes' OpenAPI schemas
 */
const atomicTypes: ReadonlySet<string> = new Set([
  "ConfigMapKeySelector",
  "DiscoveryEndpointPort",
  "EndpointAddress",
  "EndpointPort",
  "FileKeySelector",
  "LabelSelector",
  "LocalObjectReference",
  "NodeSelector",
  "NodeSelectorTerm",
  "ObjectFieldSelector",
  "ObjectReference",
  "OwnerReference",
  "ResourceFieldSelector",
  "SecretKeySelector",
  "SecretReference",
  "TypedLocalObjectReference",
]);

const shapes = new Map<string, Map<string, Shape | undefined>>();

/** The shape of a type's field; undefined where the type has no such field. */
export function fieldShape(typeName: string, field: string): Shape | undefined {
  let known = shapes.get(typeName);
  if (known === undefined) {
    known = new Map();
    shapes.set(typeName, known);
  }
  if (known.has(field)) return known.get(field);
  const { fields } = schemaOf(typeName);
  const schema = Object.hasOwn(fields, field) ? fields[field] : undefined;
  const shape = schema === undefined ? undefined : shapeOf(schema);
  known.set(field, shape);
  return shape;
}

function shapeOf(schema: FieldSchema): Shape {
  if (schema.list) {
    if (schema.listType === "map") return { kind: "list", element: elementShape(schema), keys: listKeys(schema) };
    if (schema.listType === "set") return { kind: "list", element: elementShape(schema), keys: null };
    return { kind: "leaf", expects: "list" };
  }
  if (!schema.map) return elementShape(schema);
  if (schema.mapType === "atomic") return { kind: "leaf", expects: "map" };
  return { kind: "map", element: schema.nested ? shapeOf(schema.nested) : elementShape(schema) };
}

function elementShape({ type, mapType }: FieldSchema): Shape {
  if (!isObjectType(type)) {
    return type === "any" ? { kind: "leaf", expects: "any" } : { kind: "leaf", expects: "scalar", scalar: type };
  }
  if (atomicTypes.has(type) && mapType !== "granular") return { kind: "leaf", expects: "map" };
  return { kind: "struct", typeName: type };
}

function listKeys({ type, keys = [] }: FieldSchema): readonly ListKey[] {
  const { fields } = schemaOf(type);
  return [...keys].sort().map((name) => ({ name, fallback: fields[name]?.default }));
}

/** The element of a path that stands for a field or a key of a map. */
export function fieldElement(name: string): string {
  return `f:${name}`;
}

/** The element of a path that stands for an item of a list; undefined where it has not what tells it apart. */
export function itemElement(keys: readonly ListKey[] | null, item: unknown): string | undefined {
  if (keys === null) return `v:${JSON.stringify(item)}`;
  if (!isJsonObject(item)) return undefined;
  const values: JsonDraft = {};
  for (const { name, fallback } of keys) {
    const value = item[name] ?? fallback;
    if (value === undefined || value === null) return undefined;
    values[name] = value;
  }
  return `k:${JSON.stringify(values)}`;
}

const zeros = new Map<string, JsonObject>();

/**
 * An object of a type before anything was set: the parts that Go holds by value are there, and what it always writes. New
 * objects are compared with it, so that these parts have no owner.
 */
export function zeroOf(typeName: string): JsonObject {
  const known = zeros.get(typeName);
  if (known !== undefined) return known;
  const { fields, required = [] } = schemaOf(typeName);
  const zero: JsonDraft = {};
  for (const name of valueStructFields(typeName)) {
    const type = fields[name]?.type;
    if (type !== undefined && isObjectType(type)) zero[name] = zeroOf(type);
  }
  for (const name of required) if (zero[name] === undefined) zero[name] = null;
  zeros.set(typeName, zero);
  return zero;
}
