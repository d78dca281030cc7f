import type { Json } from "../../container/journal.js";

/**
 * The values of documents. Over the network and in rows they are extended JSON; inside the server they are these, which
 * the query engine knows how to compare.
 */
export type Value = unknown;

export interface Document {
  [field: string]: Value;
}

/** Twelve bytes as hexadecimal digits. */
export class ObjectId {
  readonly hex: string;
  constructor(hex: string) {
    this.hex = hex;
  }
  toString(): string {
    return this.hex;
  }
  toJSON(): Json {
    return { $oid: this.hex };
  }
}

/** A type of BSON that is kept and given back as it came: decimals, binaries, timestamps. */
class Opaque {
  readonly json: { readonly [key: string]: Json };
  constructor(json: { readonly [key: string]: Json }) {
    this.json = json;
  }
  toString(): string {
    return JSON.stringify(this.json);
  }
  toJSON(): Json {
    return this.json;
  }
}

const opaqueKeys = new Set([
  "$numberDecimal",
  "$binary",
  "$uuid",
  "$timestamp",
  "$minKey",
  "$maxKey",
  "$code",
  "$symbol",
]);

/** A refused command, as the server answers it. */
export class CommandError extends Error {
  readonly code: number;
  readonly codeName: string;
  readonly extra: { readonly [key: string]: Json };
  constructor(code: number, codeName: string, message: string, extra: { readonly [key: string]: Json } = {}) {
    super(message);
    this.code = code;
    this.codeName = codeName;
    this.extra = extra;
  }
}

export const badValue = (message: string): CommandError => new CommandError(2, "BadValue", message);

/** Extended JSON as values. @throws CommandError for names of fields that cannot be kept */
export function decode(json: Json | undefined): Value {
  if (json === null || json === undefined) return null;
  if (typeof json !== "object") return json;
  if (Array.isArray(json)) return json.map((item: Json) => decode(item));
  const object = json as { readonly [key: string]: Json };
  const keys = Object.keys(object);
  const [first = ""] = keys;
  if (first.startsWith("$") && keys.length <= 2) {
    const special = decodeSpecial(first, object);
    if (special !== undefined) return special;
  }
  const document: Document = {};
  for (const key of keys) {
    if (key === "__proto__") throw badValue("a field of the name __proto__ is not supported");
    document[key] = decode(object[key]);
  }
  return document;
}

function decodeSpecial(key: string, object: { readonly [key: string]: Json }): Value | undefined {
  const value = object[key];
  switch (key) {
    case "$oid":
      return typeof value === "string" && /^[0-9a-f]{24}$/i.test(value) ? new ObjectId(value.toLowerCase()) : undefined;
    case "$date":
      return decodeDate(value);
    case "$numberInt":
    case "$numberLong":
    case "$numberDouble":
      return Number(value);
    case "$regularExpression": {
      const { pattern = "", options = "" } = value as { pattern?: string; options?: string };
      return regularExpression(pattern, options);
    }
    case "$undefined":
      return null;
    default:
      return opaqueKeys.has(key) ? new Opaque(object) : undefined;
  }
}

function decodeDate(value: Json | undefined): Date | undefined {
  if (typeof value === "number" || typeof value === "string") return new Date(value);
  const long = (value as { $numberLong?: string } | null | undefined)?.$numberLong;
  return long === undefined ? undefined : new Date(Number(long));
}

function regularExpression(pattern: string, options: string): RegExp {
  try {
    return new RegExp(pattern, [...options].filter((letter) => "ims".includes(letter)).join(""));
  } catch {
    throw new CommandError(51091, "Location51091", `Regular expression is invalid: ${pattern}`);
  }
}

/** Values as extended JSON. */
export function encode(value: Value): Json {
  if (value === null || value === undefined) return null;
  switch (typeof value) {
    case "number":
      return Number.isFinite(value) ? value : { $numberDouble: String(value) };
    case "string":
    case "boolean":
      return value;
    case "bigint":
      return Number(value);
    case "object":
      return encodeObject(value);
    default:
      return null;
  }
}

function encodeObject(value: object): Json {
  if (Array.isArray(value)) return value.map(encode);
  if (value instanceof Date) return { $date: value.getTime() };
  if (value instanceof ObjectId || value instanceof Opaque) return value.toJSON();
  if (value instanceof RegExp) return { $regularExpression: { pattern: value.source, options: value.flags } };
  const json: { [key: string]: Json } = {};
  for (const [key, item] of Object.entries(value)) if (item !== undefined) json[key] = encode(item);
  return json;
}

export function isDocument(value: Value): value is Document {
  return typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}

/** A copy that shares nothing that can change. */
export function copyOf<T extends Value>(value: T): T {
  if (Array.isArray(value)) return value.map(copyOf) as T;
  if (!isDocument(value)) return value;
  const copy: Document = {};
  for (const key of Object.keys(value)) copy[key] = copyOf(value[key]);
  return copy as T;
}

/** The same text for equal values: what a unique index looks up. */
export function keyText(value: Value): string {
  return typeof value === "string" ? `s${value}` : `j${JSON.stringify(encode(value))}`;
}

/** A value as the server's messages show it: `{ _id: "2022-01" }`. */
export function shown(value: Value): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (value instanceof ObjectId) return `ObjectId('${value.hex}')`;
  if (value instanceof Date) return `new Date(${value.getTime()})`;
  if (Array.isArray(value)) return `[ ${value.map(shown).join(", ")} ]`;
  if (isDocument(value)) {
    const fields = Object.entries(value).map(([key, item]) => `${key}: ${shown(item)}`);
    return fields.length === 0 ? "{}" : `{ ${fields.join(", ")} }`;
  }
  return JSON.stringify(encode(value));
}
