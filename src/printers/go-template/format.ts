import { goTypeName, goValue, quote } from "../../api/meta/go-text.js";
import { formatGoSyntax } from "../go-value.js";
import { codePointName } from "./lex.js";

/** Go's `fmt.Sprint`: a space between two operands where neither is a text. */
export function sprint(values: readonly unknown[]): string {
  let output = "";
  for (const [index, value] of values.entries()) {
    const needsSpace = index > 0 && typeof value !== "string" && typeof values[index - 1] !== "string";
    output += (needsSpace ? " " : "") + goValue(value);
  }
  return output;
}

/** Flags, width, precision, the place of the value in brackets, and the verb, which is any character. */
const verbPattern = /%([-+# 0]*)(\d+|\*)?(?:\.(\d+|\*)?)?(?:\[(\d+)\])?([\s\S])?/gu;

/** Go's `fmt.Sprintf` for the values of JSON. */
export function sprintf(format: string, values: readonly unknown[]): string {
  let used = 0;
  let isReordered = false;
  const output = format.replace(verbPattern, (spec, flags: string, width, precision, place, verb) => {
    if (verb === "%") {
      return "%";
    }
    if (verb === undefined) {
      return "%!(NOVERB)";
    }
    const takeSize = (size: string | undefined) => (size === "*" ? Number(values[used++]) : Number(size ?? 0));
    const widthMin = takeSize(width);
    const hasPrecision = spec.includes(".");
    const digits = hasPrecision ? takeSize(precision) : undefined;
    if (place !== undefined) {
      isReordered = true;
      used = Number(place) - 1;
      if (used < 0 || used >= values.length) return `%!${verb}(BADINDEX)`;
    }
    if (used >= values.length) {
      return `%!${verb}(MISSING)`;
    }
    const value = values[used++];
    return pad(formatVerb({ value, verb, flags, digits }), widthMin, flags);
  });
  const extra = values.slice(used).map((value) => `${goTypeName(value)}=${goValue(value)}`);
  return extra.length === 0 || isReordered ? output : `${output}%!(EXTRA ${extra.join(", ")})`;
}

interface VerbUse {
  readonly value: unknown;
  readonly verb: string;
  readonly flags: string;
  readonly digits: number | undefined;
}

function formatVerb(use: VerbUse): string {
  const { value, verb, flags, digits } = use;
  switch (verb) {
    case "v":
      return flags.includes("#") ? formatGoSyntax(value) : goValue(value);
    case "T":
      return goTypeName(value);
    case "t":
      return typeof value === "boolean" ? String(value) : misused(use);
    case "s":
      return typeof value === "string" ? value.slice(0, digits) : misused(use);
    case "q":
      return typeof value === "string" ? quote(value) : misused(use);
    case "x":
    case "X":
      return formatHex(use);
    case "d":
    case "b":
    case "o":
    case "c":
    case "U":
      return Number.isInteger(value) ? formatInteger(value as number, verb, flags) : misused(use);
    case "e":
    case "f":
    case "F":
    case "g":
      return typeof value === "number" && !Number.isInteger(value) ? formatFloat(value, verb, digits) : misused(use);
    default:
      return misused(use);
  }
}

function formatHex(use: VerbUse): string {
  const { value, verb } = use;
  if (typeof value === "string") {
    const hex = Buffer.from(value).toString("hex");
    return verb === "X" ? hex.toUpperCase() : hex;
  }
  if (!Number.isInteger(value)) {
    return misused(use);
  }
  const hex = (value as number).toString(16);
  return verb === "X" ? hex.toUpperCase() : hex;
}

function formatInteger(value: number, verb: string, flags: string): string {
  if (verb === "c") {
    return String.fromCodePoint(value);
  }
  if (verb === "U") {
    return codePointName(value);
  }
  const radix = verb === "b" ? 2 : verb === "o" ? 8 : 10;
  return `${flags.includes("+") && value >= 0 ? "+" : ""}${value.toString(radix)}`;
}

function formatFloat(value: number, verb: string, digits: number | undefined): string {
  if (verb === "g") {
    return digits === undefined ? goValue(value) : String(Number(value.toPrecision(digits)));
  }
  if (verb === "e") {
    return value.toExponential(digits ?? 6).replace(/e([-+])(\d)$/, "e$10$2");
  }
  return value.toFixed(digits ?? 6);
}

/** What Go prints for a verb that does not fit: `%!d(string=hi)`. */
function misused({ value, verb }: VerbUse): string {
  if (value === undefined || value === null) {
    return `%!${verb}(<nil>)`;
  }
  if (typeof value === "object") {
    return goValue(value);
  }
  return `%!${verb}(${goTypeName(value)}=${goValue(value)})`;
}

function pad(text: string, width: number, flags: string): string {
  if (flags.includes("-")) {
    return text.padEnd(width);
  }
  if (!flags.includes("0")) {
    return text.padStart(width);
  }
  const sign = /^[-+]/.exec(text)?.[0] ?? "";
  return sign + text.slice(sign.length).padStart(width - sign.length, "0");
}
