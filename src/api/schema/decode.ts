import { goElementType, goFieldType, goStructName, isPointerScalar, valueStructFields } from "./go-types.js";
import { decodeScalar, jsonKind, type ScalarFault } from "./scalars.js";
import { type FieldSchema, isObjectType, schemaOf } from "./schemas.js";

/** What decoding a JSON value into a type of the API gives. */
interface Decoded {
  /** In the form the API returns it: no nulls, no unknown fields, no empty lists and maps, canonical quantities and times. */
  readonly object: unknown;
  /** Paths of fields the type does not have, in the order of their keys: `spec.template.spec.containers[0].cmd`. */
  readonly unknownFields: readonly string[];
  /** Why the value is no such object, in encoding/json's words; undefined when it is one. */
  readonly error: string | undefined;
}

/** Unknown fields that are listed at most. @see sigs.k8s.io/json/internal/golang/encoding/json/kubernetes_patch.go */
const unknownFieldsMax = 100;

/**
 * Decodes a JSON value as a Go API server does. An interpreter walks the schema: shape check, unknown fields and the
 * canonical form come out of one pass, and a message names Go's types, which compiled ajv validators could not tell.
 * The value is never changed. Only where something is wrong is it walked again, in the order of its keys, since that is
 * the order in which kubectl sends them and the first fault is the one that is told.
 */
export function decodeAs(typeName: string, value: unknown): Decoded {
  const decoder = new Decoder({ inKeyOrder: false });
  const decoded = decoder.decode(typeName, value);
  if (decoded.error === undefined && decoded.unknownFields.length === 0) return decoded;
  return new Decoder({ inKeyOrder: true }).decode(typeName, value);
}

interface FieldPlan {
  readonly name: string;
  readonly schema: FieldSchema;
  /** The type whose field it is. */
  readonly owner: string;
  readonly isObject: boolean;
  /** `omitempty` of a field that is no pointer: a zero is as good as nothing. */
  readonly dropsZero: boolean;
}

interface TypePlan {
  readonly fields: ReadonlyMap<string, FieldPlan>;
  readonly fillsStructs: readonly FieldPlan[];
  readonly fillsZeros: readonly { readonly name: string; readonly zero: unknown }[];
}

/** The scalars whose zero `omitempty` knows; quantities and the like are structs to Go, and those it always prints. */
const plainScalars: ReadonlySet<string> = new Set(["string", "integer", "boolean", "bytes"]);

const plans = new Map<string, TypePlan>();

function planOf(typeName: string): TypePlan {
  const known = plans.get(typeName);
  if (known !== undefined) return known;
  const { fields, required = [] } = schemaOf(typeName);
  const planned = new Map<string, FieldPlan>();
  for (const [name, schema] of Object.entries(fields)) {
    const isObject = isObjectType(schema.type);
    const isCollection = schema.list === true || schema.map === true;
    const isPlain = plainScalars.has(schema.type) && !isPointerScalar(typeName, name);
    const dropsZero = !required.includes(name) && (isCollection || isPlain);
    planned.set(name, { name, schema, owner: typeName, isObject, dropsZero });
  }
  const plan: TypePlan = {
    fields: planned,
    fillsStructs: valueStructFields(typeName).flatMap((name) => planned.get(name) ?? []),
    fillsZeros: required.flatMap((name) => {
      const zero = fields[name]?.default;
      return zero === "" || zero === 0 || zero === false ? [{ name, zero }] : [];
    }),
  };
  plans.set(typeName, plan);
  return plan;
}

/** Ends the decoding: a type's own decoder refused its value, which Go tells of before any mismatch it has seen. */
class Stopped extends Error {}

class Decoder {
  readonly #inKeyOrder: boolean;
  readonly #unknownFields: string[] = [];
  /** The names on the way, as Go keeps them for its messages: no indexes, no keys of maps. */
  readonly #goPath: string[] = [];
  /** The same with indexes and keys. */
  readonly #path: (string | number)[] = [];
  #error: string | undefined;

  constructor({ inKeyOrder }: { inKeyOrder: boolean }) {
    this.#inKeyOrder = inKeyOrder;
  }

  decode(typeName: string, value: unknown): Decoded {
    let object: unknown;
    try {
      object = this.#struct(typeName, value, { struct: undefined, goType: `v1.${goStructName(typeName)}` });
    } catch (error) {
      if (!(error instanceof Stopped)) throw error;
      this.#error = error.message;
    }
    return { object, unknownFields: this.#unknownFields, error: this.#error };
  }

  #keys(object: object): string[] {
    const keys = Object.keys(object);
    return this.#inKeyOrder ? keys.sort() : keys;
  }

  #struct(typeName: string, value: unknown, at: Place): unknown {
    if (value === null) return undefined;
    if (typeof value !== "object" || Array.isArray(value)) return this.#mismatch(value, at);
    const plan = planOf(typeName);
    const source = value as { readonly [key: string]: unknown };
    const result: { [key: string]: unknown } = {};
    for (const key of this.#keys(source)) {
      const field = plan.fields.get(key);
      if (field === undefined) this.#unknown(key);
      else this.#field(field, source[key], result);
    }
    for (const field of plan.fillsStructs) {
      if (result[field.name] === undefined) result[field.name] = this.#struct(field.schema.type, {}, at);
    }
    for (const { name, zero } of plan.fillsZeros) if (result[name] === undefined) result[name] = zero;
    return result;
  }

  #field(field: FieldPlan, value: unknown, into: { [key: string]: unknown }): void {
    if (value === null || value === undefined) return;
    this.#path.push(field.name);
    this.#goPath.push(field.name);
    const decoded = this.#collection(field, field.schema, value);
    this.#goPath.pop();
    this.#path.pop();
    if (decoded !== undefined && !(field.dropsZero && isZero(decoded))) into[field.name] = decoded;
  }

  #collection(field: FieldPlan, schema: FieldSchema, value: unknown): unknown {
    if (schema.list) return this.#list(field, schema, value);
    if (schema.map) return this.#map(field, schema, value);
    return this.#element(field, schema, value);
  }

  #list(field: FieldPlan, schema: FieldSchema, value: unknown): unknown {
    if (!Array.isArray(value)) return this.#mismatch(value, fieldPlace(field, schema));
    const inner = schema.nested;
    return value.map((item: unknown, index) => {
      this.#path.push(index);
      const element = inner ? this.#collection(field, inner, item) : this.#element(field, schema, item);
      this.#path.pop();
      return element === undefined ? emptyOf(field, schema) : element;
    });
  }

  #map(field: FieldPlan, schema: FieldSchema, value: unknown): unknown {
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
      return this.#mismatch(value, fieldPlace(field, schema));
    }
    const inner = schema.nested;
    const source = value as { readonly [key: string]: unknown };
    const result: { [key: string]: unknown } = {};
    for (const key of this.#keys(source)) {
      this.#path.push(key);
      const item = source[key];
      const element = inner ? this.#collection(field, inner, item) : this.#element(field, schema, item);
      this.#path.pop();
      setOwn(result, key, element === undefined ? emptyOf(field, schema) : element);
    }
    return result;
  }

  #element(field: FieldPlan, schema: FieldSchema, value: unknown): unknown {
    if (value === null || value === undefined) return undefined;
    const goType = goElementType(field.owner, field.name, schema);
    if (field.isObject) return this.#struct(schema.type, value, { struct: field.owner, goType });
    const result = decodeScalar(value, schema, goType);
    if ("value" in result) return result.value;
    return this.#scalarFault(result.fault, field);
  }

  #scalarFault(fault: ScalarFault, field: FieldPlan): undefined {
    if (fault.kind === "own") {
      if (fault.stops) throw new Stopped(fault.message);
      this.#error ??= fault.message;
      return undefined;
    }
    this.#error ??= this.#mismatchText(fault.got, { struct: field.owner, goType: fault.goType });
    return undefined;
  }

  #mismatch(value: unknown, at: Place): undefined {
    this.#error ??= this.#mismatchText(jsonKind(value), at);
    return undefined;
  }

  #mismatchText(got: string, { struct, goType }: Place): string {
    const into =
      struct === undefined
        ? `value of type ${goType}`
        : `struct field ${goStructName(struct)}.${this.#goPath.join(".")} of type ${goType}`;
    return `json: cannot unmarshal ${got} into Go ${into}`;
  }

  #unknown(key: string): void {
    if (this.#unknownFields.length >= unknownFieldsMax) return;
    let path = "";
    for (const step of this.#path) path += typeof step === "number" ? `[${step}]` : path === "" ? step : `.${step}`;
    this.#unknownFields.push(path === "" ? key : `${path}.${key}`);
  }
}

/** Where a mismatch is: the struct whose field it is, and the Go type that was wanted. */
interface Place {
  readonly struct: string | undefined;
  readonly goType: string;
}

function fieldPlace(field: FieldPlan, schema: FieldSchema): Place {
  return { struct: field.owner, goType: goFieldType(field.owner, field.name, schema) };
}

/** What a null among the elements of a list or map is in Go: the zero of its type. */
function emptyOf(field: FieldPlan, schema: FieldSchema): unknown {
  if (field.isObject) return decodeAs(schema.type, {}).object;
  if (schema.type === "integer") return 0;
  if (schema.type === "boolean") return false;
  return schema.type === "quantity" ? "0" : schema.type === "any" ? null : "";
}

function isZero(value: unknown): boolean {
  if (typeof value !== "object") return value === "" || value === 0 || value === false;
  if (value === null) return true;
  if (Array.isArray(value)) return value.length === 0;
  for (const _ in value) return false;
  return true;
}

/** Sets a key whatever its name: `__proto__` too is but a word in a map. */
function setOwn(target: { [key: string]: unknown }, key: string, value: unknown): void {
  if (key === "__proto__")
    Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
  else target[key] = value;
}
