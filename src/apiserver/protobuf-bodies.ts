import numbersByType from "../api/generated/wire-numbers.json" with { type: "json" };
import { badRequest } from "../api/meta/status.js";
import { type FieldSchema, schemaOf, typeOfKind } from "../api/schema/schemas.js";
import { type WireField, wireFields } from "./wire-format.js";

/** The names of a type's fields by their numbers; a list stands for a part whose fields are the type's own in JSON. */
type FieldNames = readonly (string | null | FieldNames)[];

const numbers = numbersByType as unknown as Readonly<Record<string, FieldNames>>;

export const protobufType = "application/vnd.kubernetes.protobuf";

const magic = [0x6b, 0x38, 0x73, 0x00];
/** Objects within objects; what is deeper is nothing that anybody wrote. */
const depthMax = 64;

type Values = Record<string, unknown>;

/**
 * A body in protocol buffers as the JSON value that it stands for: an object, its kind in an envelope around it.
 * @throws StatusError BadRequest
 * @see k8s.io/apimachinery/pkg/runtime/generated.proto, Unknown
 */
export function parseProtobuf(bytes: Uint8Array): unknown {
  if (!magic.every((byte, at) => bytes[at] === byte)) {
    throw badRequest("provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]");
  }
  let [apiVersion, kind] = ["", ""];
  let raw = new Uint8Array();
  for (const field of wireFields(bytes.subarray(magic.length))) {
    if (field.number === 1) {
      for (const part of wireFields(field.bytes)) {
        if (part.number === 1) apiVersion = textOf(part);
        if (part.number === 2) kind = textOf(part);
      }
    }
    if (field.number === 2) raw = new Uint8Array(field.bytes);
  }
  const typeName = kind === "DeleteOptions" ? kind : typeOfKind(apiVersion, kind);
  if (typeName === undefined || !Object.hasOwn(numbers, typeName)) {
    throw badRequest(`no kind ${JSON.stringify(kind)} is registered for version ${JSON.stringify(apiVersion)}`);
  }
  return { apiVersion, kind, ...messageOf(typeName, raw, 0) };
}

function messageOf(typeName: string, bytes: Uint8Array, depth: number): Values {
  if (depth > depthMax) throw badRequest("the object is nested too deep");
  const values: Values = {};
  fill(values, { typeName, names: numbers[typeName] ?? [], depth }, bytes);
  return values;
}

function fill(
  values: Values,
  type: { readonly typeName: string; readonly names: FieldNames; readonly depth: number },
  bytes: Uint8Array,
): void {
  const { fields } = schemaOf(type.typeName);
  for (const field of wireFields(bytes)) {
    const name = type.names[field.number] ?? null;
    if (name === null) continue;
    if (typeof name !== "string") {
      fill(values, { ...type, names: name }, field.bytes);
      continue;
    }
    const schema = fields[name];
    if (schema !== undefined) add(values, { name, schema, depth: type.depth }, field);
  }
}

function add(
  values: Values,
  { name, schema, depth }: { readonly name: string; readonly schema: FieldSchema; readonly depth: number },
  field: WireField,
): void {
  if (schema.map === true) {
    values[name] ??= {};
    const entries = values[name] as Values;
    const [key, value] = entryOf(field, schema, depth);
    // A key such as __proto__ is a key like others.
    Object.defineProperty(entries, key, { value, enumerable: true, configurable: true, writable: true });
  } else if (schema.list === true) {
    values[name] ??= [];
    (values[name] as unknown[]).push(jsonOf(schema.nested ?? schema, field, depth));
  } else {
    const value = jsonOf(schema, field, depth);
    if (value !== undefined) values[name] = value;
  }
}

function entryOf(entry: WireField, schema: FieldSchema, depth: number): readonly [string, unknown] {
  let key = "";
  let value: unknown = schema.nested?.list === true ? [] : "";
  for (const part of wireFields(entry.bytes)) {
    if (part.number === 1) key = textOf(part);
    if (part.number !== 2) continue;
    // A list in a map is a message of its own: its items are its first field.
    value =
      schema.nested?.list === true
        ? [...wireFields(part.bytes)].map((item) => jsonOf(schema, item, depth))
        : jsonOf(schema, part, depth);
  }
  return [key, value];
}

function jsonOf({ type }: FieldSchema, field: WireField, depth: number): unknown {
  switch (type) {
    case "string":
      return textOf(field);
    case "integer":
      return Number(BigInt.asIntN(64, field.number64));
    case "boolean":
      return field.number64 !== 0n;
    case "bytes":
      return Buffer.from(field.bytes).toString("base64");
    case "quantity":
      return partOf(field, 1, textOf) ?? "";
    case "intOrString": {
      const isText = partOf(field, 1, ({ number64 }) => number64 === 1n) === true;
      return isText
        ? (partOf(field, 3, textOf) ?? "")
        : (partOf(field, 2, ({ number64 }) => Number(BigInt.asIntN(64, number64))) ?? 0);
    }
    case "time":
    case "microTime":
      return timeOf(field, type);
    case "any":
      return rawJson(partOf(field, 1, ({ bytes }) => bytes));
    default:
      return messageOf(type, field.bytes, depth + 1);
  }
}

function partOf<T>(field: WireField, number: number, read: (part: WireField) => T): T | undefined {
  let found: T | undefined;
  for (const part of wireFields(field.bytes)) if (part.number === number) found = read(part);
  return found;
}

/** A time that was never set has no seconds: it is left out. */
function timeOf(field: WireField, type: "time" | "microTime"): string | undefined {
  const seconds = partOf(field, 1, ({ number64 }) => Number(BigInt.asIntN(64, number64)));
  if (seconds === undefined) return undefined;
  const at = new Date(seconds * 1000);
  if (Number.isNaN(at.getTime())) throw badRequest("a time is out of range");
  const whole = at.toISOString().slice(0, 19);
  if (type === "time") return `${whole}Z`;
  const nanos = partOf(field, 2, ({ number64 }) => Number(number64)) ?? 0;
  return `${whole}.${String(Math.floor(nanos / 1000)).padStart(6, "0")}Z`;
}

function rawJson(bytes: Uint8Array | undefined): unknown {
  if (bytes === undefined || bytes.length === 0) return undefined;
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    throw badRequest("a part of the object is not JSON");
  }
}

function textOf({ bytes }: WireField): string {
  return new TextDecoder().decode(bytes);
}
