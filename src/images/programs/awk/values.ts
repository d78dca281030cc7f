/** awk's values: numbers, strings, and input that looks like a number and is both. */
import { formatFloat, formatInteger, formatString, readConversion } from "../../../shell/c-format.js";

/** Text from outside that looks like a number: compares as one, prints as it came. */
class NumericText {
  readonly text: string;
  readonly number: number;
  constructor(text: string, number: number) {
    this.text = text;
    this.number = number;
  }
}

/** undefined: never assigned; both "" and 0. */
export type Value = number | string | NumericText | undefined;

/** Keys in the order they came in. */
export type AwkArray = Map<string, Value>;

const numberPattern = /^[ \t\n\r\f\v]*[+-]?(?:0[xX][0-9a-fA-F]+|\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?/;
const wholeNumberPattern = /^[ \t\n\r\f\v]*[+-]?(?:0[xX][0-9a-fA-F]+|\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?[ \t\n\r\f\v]*$/;

function parseNumber(text: string): number {
  const trimmed = text.trim();
  // A sign in front of hexadecimal is nothing that JavaScript reads.
  return trimmed.startsWith("-") ? -Number(trimmed.slice(1)) : Number(trimmed.replace(/^\+/, ""));
}

/** A value of text from a field, a variable of the command line, or the environment. */
export function inputValue(text: string): Value {
  return wholeNumberPattern.test(text) ? new NumericText(text, parseNumber(text)) : text;
}

export function toNumber(value: Value): number {
  if (typeof value === "number") return value;
  if (value === undefined) return 0;
  if (typeof value === "string") return parseNumber(numberPattern.exec(value)?.[0] ?? "0");
  return value.number;
}

export function toText(value: Value, format: string): string {
  if (typeof value === "string") return value;
  if (typeof value === "number") return numberText(value, format);
  return value === undefined ? "" : value.text;
}

function numberText(value: number, format: string): string {
  if (Number.isInteger(value) && Math.abs(value) < 2 ** 63) return BigInt(value).toString();
  return sprintf(format, [value], "%.6g");
}

export function isTrue(value: Value): boolean {
  if (typeof value === "number") return value !== 0;
  if (typeof value === "string") return value !== "";
  return value !== undefined && value.number !== 0;
}

export function compareValues(left: Value, right: Value, format: string): number {
  if (typeof left !== "string" && typeof right !== "string") {
    const [a, b] = [toNumber(left), toNumber(right)];
    return a < b ? -1 : a > b ? 1 : 0;
  }
  const [a, b] = [toText(left, format), toText(right, format)];
  return a < b ? -1 : a > b ? 1 : 0;
}

/** awk's sprintf; `format` for numbers that are printed as strings is `convfmt`. */
export function sprintf(format: string, args: readonly Value[], convfmt: string): string {
  let next = 0;
  const take = (): Value => args[next++];
  let result = "";
  for (let at = 0; at < format.length; ) {
    const percent = format.indexOf("%", at);
    if (percent < 0) return result + format.slice(at);
    result += format.slice(at, percent);
    if (format[percent + 1] === "%") {
      result += "%";
      at = percent + 2;
      continue;
    }
    const { conversion, end } = readConversion(format, percent + 1, () => Math.trunc(toNumber(take())));
    at = end;
    switch (conversion.letter) {
      case "c": {
        const value = take();
        const text = typeof value === "number" ? String.fromCharCode(value & 255) : toText(value, convfmt).slice(0, 1);
        result += formatString(text, { ...conversion, precision: -1 });
        break;
      }
      case "s":
        result += formatString(toText(take(), convfmt), conversion);
        break;
      case "d":
      case "i":
      case "u":
      case "o":
      case "x":
      case "X": {
        const number = toNumber(take());
        result += Number.isFinite(number)
          ? formatInteger(BigInt(Math.trunc(number)), conversion)
          : formatString(String(-(2n ** 63n)), conversion);
        break;
      }
      case "e":
      case "E":
      case "f":
      case "F":
      case "g":
      case "G":
        result += formatFloat(toNumber(take()), conversion);
        break;
      default:
        result += format.slice(percent, end);
    }
  }
  return result;
}
