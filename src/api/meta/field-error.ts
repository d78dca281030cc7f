import type { FieldPath } from "./field-path.js";
import { goJson, quote } from "./go-text.js";

/** The kinds of validation error, with the words that stand in front of the detail. */
const fieldErrorTexts = {
  FieldValueNotFound: "Not found",
  FieldValueRequired: "Required value",
  FieldValueDuplicate: "Duplicate value",
  FieldValueInvalid: "Invalid value",
  FieldValueNotSupported: "Unsupported value",
  FieldValueForbidden: "Forbidden",
  FieldValueTooLong: "Too long",
  FieldValueTooMany: "Too many",
  InternalError: "Internal error",
  FieldValueTypeInvalid: "Invalid value",
} as const;

type FieldErrorType = keyof typeof fieldErrorTexts;

/**
 * One thing wrong with one field. `message` is the whole text behind the path: `Invalid value: 3: must be …`.
 * @see k8s.io/apimachinery/pkg/util/validation/field/errors.go
 */
export interface FieldError {
  readonly type: FieldErrorType;
  /** Dotted path: `spec.template.spec.containers[0].name`. */
  readonly field: string;
  readonly message: string;
}

/** The errors found so far: a validator adds to the list that it is given, in the order in which upstream looks. */
export type FieldErrors = FieldError[];

/** Stands for a value that the message leaves out. */
export const omitted: unique symbol = Symbol("omitted value");

/** A value whose text is known already: of types that upstream prints in their internal form. */
export class RawValue {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** Objects of one of Go's types, as JSON with the fields in that type's order. */
export function inOrder(value: unknown, fields: readonly string[]): RawValue {
  return new RawValue(orderedJson(value, fields));
}

function orderedJson(value: unknown, fields: readonly string[]): string {
  if (Array.isArray(value)) return `[${value.map((item) => orderedJson(item, fields)).join(",")}]`;
  if (typeof value !== "object" || value === null) return goJson(value);
  const object = value as { readonly [name: string]: unknown };
  const shown = fields.filter((name) => object[name] !== undefined);
  return `{${shown.map((name) => `${goJson(name)}:${goJson(object[name])}`).join(",")}}`;
}

/** A value as a message shows it: strings in quotes, numbers bare, all else as JSON. */
function valueText(value: unknown): string {
  if (value instanceof RawValue) return value.text;
  if (typeof value === "string") return quote(value);
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  return goJson(value);
}

function fieldError(type: FieldErrorType, path: FieldPath, value: unknown, detail: string): FieldError {
  let message: string = fieldErrorTexts[type];
  if (value !== omitted) message += `: ${valueText(value)}`;
  if (detail !== "") message += `: ${detail}`;
  return { type, field: path.toString(), message };
}

/** `Required value: must be …` */
export function required(path: FieldPath, detail = ""): FieldError {
  return fieldError("FieldValueRequired", path, omitted, detail);
}

/** `Invalid value: "Drum": a lowercase RFC 1123 label must …`; `omitted` as value leaves the value out. */
export function invalidValue(path: FieldPath, value: unknown, detail: string): FieldError {
  return fieldError("FieldValueInvalid", path, value, detail);
}

/** `Unsupported value: "x": supported values: "a", "b"`; the list is printed in the order given. */
export function notSupported(path: FieldPath, value: unknown, supported: readonly string[]): FieldError {
  const detail = supported.length === 0 ? "" : `supported values: ${supported.map(quote).join(", ")}`;
  return fieldError("FieldValueNotSupported", path, value, detail);
}

/** `Forbidden: may not be …` */
export function forbidden(path: FieldPath, detail: string): FieldError {
  return fieldError("FieldValueForbidden", path, omitted, detail);
}

/** `Duplicate value: "a"` */
export function duplicate(path: FieldPath, value: unknown, detail = ""): FieldError {
  return fieldError("FieldValueDuplicate", path, value, detail);
}

/** `Not found: "shelf"` */
export function valueNotFound(path: FieldPath, value: unknown, detail = ""): FieldError {
  return fieldError("FieldValueNotFound", path, value, detail);
}

/** `Too long: may not be more than 262144 bytes` */
export function tooLong(path: FieldPath, bytesMax: number): FieldError {
  const unit = bytesMax === 1 ? "byte" : "bytes";
  return fieldError("FieldValueTooLong", path, omitted, `may not be more than ${bytesMax} ${unit}`);
}

/** `Too many: 21: must have at most 20 items` */
export function tooMany(path: FieldPath, count: number, countMax: number): FieldError {
  return fieldError(
    "FieldValueTooMany",
    path,
    count,
    `must have at most ${countMax} ${countMax === 1 ? "item" : "items"}`,
  );
}

/** One `Invalid value` for each message. */
export function addInvalid(errors: FieldErrors, path: FieldPath, value: unknown, messages: readonly string[]): void {
  for (const message of messages) errors.push(invalidValue(path, value, message));
}

export const mustNotBeNegative = "must be greater than or equal to 0";
export const isImmutable = "field is immutable";

/** Adds an error where `value` is set and below zero; the path of the field is made only then. */
export function checkNonnegative(errors: FieldErrors, value: number | undefined, path: FieldPath, name: string): void {
  if (value !== undefined && value < 0) errors.push(invalidValue(path.child(name), value, mustNotBeNegative));
}

/** Adds an error where `value` is set and none of `supported`. */
export function checkSupported(
  errors: FieldErrors,
  value: string | undefined,
  supported: readonly string[],
  path: FieldPath,
  name: string,
): void {
  if (value !== undefined && !supported.includes(value)) errors.push(notSupported(path.child(name), value, supported));
}
