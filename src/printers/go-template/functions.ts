import { goTypeName, goValue } from "../../api/meta/go-text.js";
import { compareGoValues } from "../go-value.js";
import { sprint, sprintf } from "./format.js";

type TemplateFunction = (args: readonly unknown[]) => unknown;

/** Functions whose arguments are all evaluated before; `and` and `or` are the evaluator's, as they stop early. */
export const functions: Readonly<Record<string, TemplateFunction>> = {
  not: ([value]) => !isTrue(value),
  eq: ([first, ...rest]) => rest.some((other) => isEqual(first, other)),
  ne: ([first, other]) => !isEqual(first, other),
  lt: ([a, b]) => compareGoValues(a, b, "<"),
  le: ([a, b]) => compareGoValues(a, b, "<="),
  gt: ([a, b]) => compareGoValues(a, b, ">"),
  ge: ([a, b]) => compareGoValues(a, b, ">="),
  len: ([value]) => lengthOf(value),
  index: ([value, ...keys]) => keys.reduce(indexInto, value),
  slice: ([value, from, to]) => sliceOf(value, from, to),
  print: (args) => sprint(args),
  println: (args) => `${args.map(goValue).join(" ")}\n`,
  printf: ([format, ...args]) => sprintf(textOf(format), args),
  html: (args) => escapeHtml(sprint(args)),
  js: (args) => escapeJavaScript(sprint(args)),
  urlquery: (args) => encodeURIComponent(sprint(args)).replaceAll("%20", "+"),
  // Nothing in an object is a function; the evaluator, which knows how the value was written, says so.
  call: () => undefined,
  exists: ([value, ...keys]) => exists(value, keys),
  base64decode: ([value]) => decodeBase64(textOf(value)),
};

/** How many arguments a function takes: at least, at most. */
export const argumentCounts: Readonly<Record<string, readonly [number, number]>> = {
  and: [1, Number.POSITIVE_INFINITY],
  or: [1, Number.POSITIVE_INFINITY],
  not: [1, 1],
  eq: [1, Number.POSITIVE_INFINITY],
  ne: [2, 2],
  lt: [2, 2],
  le: [2, 2],
  gt: [2, 2],
  ge: [2, 2],
  len: [1, 1],
  base64decode: [1, 1],
  printf: [1, Number.POSITIVE_INFINITY],
  index: [1, Number.POSITIVE_INFINITY],
  slice: [1, 4],
  exists: [1, Number.POSITIVE_INFINITY],
};

/** What counts as true: everything but false, 0, nothing, and what is empty. */
export function isTrue(value: unknown): boolean {
  if (Array.isArray(value)) {
    return value.length > 0;
  }
  if (typeof value === "object" && value !== null) {
    return Object.keys(value).length > 0;
  }
  return Boolean(value);
}

function isEqual(a: unknown, b: unknown): boolean {
  const aIsNothing = a === undefined || a === null;
  const bIsNothing = b === undefined || b === null;
  if (aIsNothing || bIsNothing) {
    return aIsNothing && bIsNothing;
  }
  if (typeof a === "object" || typeof b === "object") {
    const collection = typeof a === "object" ? a : b;
    throw new Error(`non-comparable type ${goValue(collection)}: ${goTypeName(collection)}`);
  }
  return compareGoValues(a, b, "==");
}

function lengthOf(value: unknown): number {
  if (typeof value === "string") {
    return Buffer.byteLength(value);
  }
  if (Array.isArray(value)) {
    return value.length;
  }
  if (typeof value === "object" && value !== null) {
    return Object.keys(value).length;
  }
  // A key that is missing is no value at all, and Go has no type for that.
  const isMissing = value === undefined;
  if (isMissing) throw new Error("reflect: call of reflect.Value.Type on zero Value");
  throw new Error(value === null ? "len of nil pointer" : `len of type ${goTypeName(value)}`);
}

function indexInto(value: unknown, key: unknown): unknown {
  if (value === undefined || value === null) {
    throw new Error("index of untyped nil");
  }
  if (Array.isArray(value) || typeof value === "string") {
    const index = placeOf(key);
    const length = lengthOf(value);
    if (index < 0 || index >= length) {
      throw new Error(`index out of range: ${index}`);
    }
    return typeof value === "string" ? Buffer.from(value)[index] : value[index];
  }
  if (typeof value !== "object") {
    throw new Error(`can't index item of type ${goTypeName(value)}`);
  }
  if (typeof key !== "string") {
    throw new Error(`value has type ${goTypeName(key)}; should be string`);
  }
  return Object.hasOwn(value, key) ? (value as Record<string, unknown>)[key] : undefined;
}

function placeOf(key: unknown): number {
  if (key === undefined || key === null) {
    throw new Error("cannot index slice/array with nil");
  }
  if (!Number.isInteger(key)) {
    throw new Error(`cannot index slice/array with type ${goTypeName(key)}`);
  }
  return key as number;
}

function sliceOf(value: unknown, from: unknown = 0, to?: unknown): unknown {
  if (typeof value !== "string" && !Array.isArray(value)) {
    const isNothing = value === undefined || value === null;
    throw new Error(isNothing ? "slice of untyped nil" : `can't slice item of type ${goTypeName(value)}`);
  }
  const start = placeOf(from);
  const end = to === undefined ? lengthOf(value) : placeOf(to);
  for (const place of [start, end]) {
    if (place < 0 || place > lengthOf(value)) {
      throw new Error(`index out of range: ${place}`);
    }
  }
  if (start > end) {
    throw new Error(`invalid slice index: ${start} > ${end}`);
  }
  return typeof value === "string" ? Buffer.from(value).subarray(start, end).toString() : value.slice(start, end);
}

function exists(value: unknown, keys: readonly unknown[]): boolean {
  let current = value;
  for (const key of keys) {
    if (current === undefined || current === null) {
      return false;
    }
    const isList = Array.isArray(current) || typeof current === "string";
    const fits = isList ? Number.isInteger(key) : typeof current === "object" && typeof key === "string";
    if (!fits || (isList && ((key as number) < 0 || (key as number) >= lengthOf(current)))) {
      return false;
    }
    current = indexInto(current, key);
  }
  return current !== undefined && current !== null;
}

function decodeBase64(text: string): string {
  const isValid = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(text);
  if (!isValid) {
    const bad = text.search(/[^A-Za-z0-9+/]/);
    throw new Error(`base64 decode failed: illegal base64 data at input byte ${bad === -1 ? text.length : bad}`);
  }
  return Buffer.from(text, "base64").toString();
}

function textOf(value: unknown): string {
  if (typeof value !== "string") {
    const isNothing = value === undefined || value === null;
    throw new Error(
      isNothing ? "invalid value; expected string" : `wrong type for value; expected string; got ${goTypeName(value)}`,
    );
  }
  return value;
}

const htmlEscapes: Readonly<Record<string, string>> = {
  '"': "&#34;",
  "'": "&#39;",
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
};

function escapeHtml(text: string): string {
  return text.replace(/["'&<>]/g, (each) => htmlEscapes[each] ?? each);
}

function escapeJavaScript(text: string): string {
  return text.replace(/[\\'"<>&=\p{Cc}]/gu, (each) =>
    "\\'\"".includes(each) ? `\\${each}` : `\\u${each.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")}`,
  );
}
