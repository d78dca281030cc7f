import { canonicalQuantity, QuantityError } from "./quantity.js";
import type { FieldSchema } from "./schemas.js";

/** Why a value does not fit: encoding/json's kind of value, or a message of the type's own decoder. */
export type ScalarFault =
  | { readonly kind: "type"; readonly got: string; readonly goType: string }
  | { readonly kind: "own"; readonly message: string; readonly stops: boolean };

type ScalarResult = { readonly value: unknown } | { readonly fault: ScalarFault };

/** `string`, `number`, `bool`, `array`, `object`: a JSON value as encoding/json calls it. */
export function jsonKind(value: unknown): string {
  if (Array.isArray(value)) return "array";
  switch (typeof value) {
    case "string":
    case "number":
    case "object":
      return typeof value;
    default:
      return "bool";
  }
}

const int32Max = 2 ** 31 - 1;

/** The value a scalar field takes, in the form the API returns it, or what is wrong with it. `value` is not null. */
export function decodeScalar(value: unknown, field: FieldSchema, goType: string): ScalarResult {
  switch (field.type) {
    case "string":
      return typeof value === "string" ? { value } : mismatch(value, goType);
    case "boolean":
      return typeof value === "boolean" ? { value } : mismatch(value, goType);
    case "integer":
      return decodeInteger(value, goType);
    case "number":
      return typeof value === "number" ? { value } : mismatch(value, goType);
    case "intOrString":
      return typeof value === "string" ? { value } : decodeInteger(value, "int32");
    case "quantity":
      return decodeQuantity(value);
    case "time":
    case "microTime":
      return decodeTime(value, field.type);
    case "bytes":
      return decodeBytes(value);
    default:
      return { value };
  }
}

function mismatch(value: unknown, goType: string): ScalarResult {
  return { fault: { kind: "type", got: jsonKind(value), goType } };
}

function decodeInteger(value: unknown, goType: string): ScalarResult {
  if (typeof value !== "number") return mismatch(value, goType);
  const limit = goType === "int32" ? int32Max : 2 ** 63;
  const fits = Number.isInteger(value) && value <= limit && value >= -limit - (goType === "int32" ? 1 : 0);
  return fits ? { value } : { fault: { kind: "type", got: `number ${value}`, goType } };
}

function decodeQuantity(value: unknown): ScalarResult {
  try {
    return { value: canonicalQuantity(typeof value === "string" ? value.trim() : JSON.stringify(value)) };
  } catch (error) {
    if (!(error instanceof QuantityError)) throw error;
    return { fault: { kind: "own", message: error.message, stops: true } };
  }
}

const timeLayouts = {
  time: "2006-01-02T15:04:05Z07:00",
  microTime: "2006-01-02T15:04:05.000000Z07:00",
};

const rfc3339 = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})(\.\d+)?(Z|[+-]\d{2}:\d{2})$/;

function decodeTime(value: unknown, type: "time" | "microTime"): ScalarResult {
  if (typeof value !== "string") return mismatch(value, "string");
  const match = rfc3339.exec(value);
  const at = match === null ? Number.NaN : Date.parse(value);
  if (match === null || Number.isNaN(at)) {
    return { fault: { kind: "own", message: timeMessage(value, timeLayouts[type]), stops: true } };
  }
  if (type === "time") return { value: `${new Date(at).toISOString().slice(0, 19)}Z` };
  const micros = `${(match[7] ?? ".").slice(1)}000000`.slice(0, 6);
  return { value: `${new Date(at).toISOString().slice(0, 19)}.${micros}Z` };
}

/** The steps of the layout, and how much text each one takes. */
const timeSteps: readonly (readonly [string, RegExp])[] = [
  ["2006", /^\d{4}/],
  ["-", /^-/],
  ["01", /^\d{2}/],
  ["-", /^-/],
  ["02", /^\d{2}/],
  ["T", /^T/],
  ["15", /^\d{2}/],
  [":", /^:/],
  ["04", /^\d{2}/],
  [":", /^:/],
  ["05", /^\d{2}(\.\d+)?/],
  ["Z07:00", /^(Z|[+-]\d{2}:\d{2})/],
];

/** Go's words: `parsing time "soon" as "2006-01-02T15:04:05Z07:00": cannot parse "soon" as "2006"`. */
function timeMessage(text: string, layout: string): string {
  const quoted = JSON.stringify(text);
  let rest = text;
  for (const [step, pattern] of timeSteps) {
    const match = pattern.exec(rest);
    if (match === null) {
      return `parsing time ${quoted} as ${JSON.stringify(layout)}: cannot parse ${JSON.stringify(rest)} as ${JSON.stringify(step)}`;
    }
    rest = rest.slice(match[0].length);
  }
  if (rest !== "") return `parsing time ${quoted}: extra text: ${JSON.stringify(rest)}`;
  return `parsing time ${quoted}: ${outOfRange(text)} out of range`;
}

function outOfRange(text: string): string {
  const [, , month, , hour, minute, second] = rfc3339.exec(text)?.map(Number) ?? [];
  if (month !== undefined && (month < 1 || month > 12)) return "month";
  if (hour !== undefined && hour > 23) return "hour";
  if (minute !== undefined && minute > 59) return "minute";
  if (second !== undefined && second > 59) return "second";
  return "day";
}

const base64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

function decodeBytes(value: unknown): ScalarResult {
  if (typeof value !== "string") return mismatch(value, "[]uint8");
  const compact = value.replace(/[\r\n]/g, "");
  if (base64.test(compact)) return { value: compact };
  return { fault: { kind: "own", message: `illegal base64 data at input byte ${faultyByte(value)}`, stops: false } };
}

/** The offset Go names: of the first character that does not belong, or of the last group when that is incomplete. */
function faultyByte(text: string): number {
  let inGroup = 0;
  for (let at = 0; at < text.length; at += 1) {
    const character = text.charAt(at);
    if (character === "\r" || character === "\n") continue;
    if (/[A-Za-z0-9+/]/.test(character)) {
      inGroup = (inGroup + 1) % 4;
      continue;
    }
    if (character !== "=" || inGroup < 2) return at;
    const rest = text.slice(at + 1).replace(/[\r\n]/g, "");
    if (inGroup === 3) return at + 1;
    return rest === "" ? text.length : rest.startsWith("=") ? at + 2 : at + 1;
  }
  return text.length - inGroup;
}
