import type { Step } from "../../container/program.js";
import type { Shell } from "../shell.js";
import { unescaped } from "./escapes.js";

const conversion = /^%([-+ #0]*)(\*|\d+)?(?:\.(\*|\d+)?)?(?:hh?|ll?|L|q|j|z|t)?([a-zA-Z])/;

/** What printf makes of its arguments. */
interface Printed {
  text: string;
  readonly complaints: string[];
}

/** busybox's printf: the format is used again while arguments are left. */
export function* printf(shell: Shell, args: readonly string[]): Step<number> {
  const { process } = shell;
  const rest = args[0] === "--" ? args.slice(1) : args;
  const [format, ...values] = rest;
  if (format === undefined || (format.startsWith("-") && format.length > 1)) {
    yield* process.err(`${shell.name}: usage: printf FORMAT [ARGUMENT...]\n`);
    return 2;
  }
  const printed: Printed = { text: "", complaints: [] };
  const queue = [...values];
  do {
    const before = queue.length;
    if (!printOnce(format, queue, printed) || queue.length === before) break;
  } while (queue.length > 0);
  yield* process.out(printed.text);
  for (const complaint of printed.complaints) yield* process.err(`${shell.name}: ${complaint}\n`);
  return printed.complaints.length > 0 ? 1 : 0;
}

/** One pass over the format; false where `\c` or a bad conversion ends it all. */
function printOnce(format: string, queue: string[], printed: Printed): boolean {
  for (let at = 0; at < format.length; ) {
    if (format[at] !== "%") {
      const end = format.indexOf("%", at);
      const { result, isStopped } = unescaped(format.slice(at, end < 0 ? undefined : end), "format");
      printed.text += result;
      if (isStopped) return false;
      at = end < 0 ? format.length : end;
      continue;
    }
    if (format[at + 1] === "%") {
      printed.text += "%";
      at += 2;
      continue;
    }
    const match = conversion.exec(format.slice(at));
    if (!match || !"diouxXcsbeEfFgGa".includes(match[4] ?? "")) {
      printed.complaints.push(`${format.slice(at)}: invalid format`);
      return false;
    }
    at += match[0].length;
    const size = (text: string | undefined): number | undefined =>
      text === "*" ? Number(queue.shift() ?? 0) || 0 : text === undefined ? undefined : Number(text);
    const flags = match[1] ?? "";
    const width = size(match[2]);
    const hasPrecision = /\./.test(match[0]);
    const precision = hasPrecision ? (size(match[3]) ?? 0) : undefined;
    const letter = match[4] ?? "s";
    const value = queue.shift() ?? "";
    if (letter === "b") {
      const { result, isStopped } = unescaped(value, "echo");
      printed.text += padded(cut(result, precision), flags, width);
      if (isStopped) return false;
    } else printed.text += converted(letter, value, { flags, width, precision }, printed.complaints);
  }
  return true;
}

interface Shape {
  readonly flags: string;
  readonly width: number | undefined;
  readonly precision: number | undefined;
}

function converted(letter: string, value: string, shape: Shape, complaints: string[]): string {
  const { flags, width, precision } = shape;
  switch (letter) {
    case "s":
      return padded(cut(value, precision), flags, width);
    case "c":
      return padded(value.slice(0, 1), flags, width);
    case "d":
    case "i":
      return number(integer(value, complaints).toString(), shape);
    case "u":
      return number(BigInt.asUintN(64, integer(value, complaints)).toString(), shape);
    case "o":
    case "x":
    case "X": {
      const unsigned = BigInt.asUintN(64, integer(value, complaints));
      const digits = unsigned.toString(letter === "o" ? 8 : 16);
      const prefix = flags.includes("#") && unsigned !== 0n ? (letter === "o" ? "0" : `0${letter}`) : "";
      return number(prefix + (letter === "X" ? digits.toUpperCase() : digits), shape);
    }
    default:
      return number(floating(letter, float(value, complaints), precision ?? 6, flags), {
        ...shape,
        precision: undefined,
      });
  }
}

function cut(text: string, precision: number | undefined): string {
  return precision === undefined ? text : text.slice(0, precision);
}

function padded(text: string, flags: string, width: number | undefined): string {
  if (width === undefined) return text;
  return flags.includes("-") || width < 0 ? text.padEnd(Math.abs(width)) : text.padStart(width);
}

function number(digits: string, { flags, width, precision }: Shape): string {
  const sign = digits.startsWith("-") ? "-" : flags.includes("+") ? "+" : flags.includes(" ") ? " " : "";
  let bare = digits.replace(/^-/, "");
  if (precision !== undefined) bare = bare.padStart(precision, "0");
  if (flags.includes("0") && !flags.includes("-") && precision === undefined && width !== undefined) {
    bare = bare.padStart(width - sign.length, "0");
  }
  return padded(sign + bare, flags, width);
}

/** `12`, `0x1f`, `017` or `'a`; complains of what is none, and takes what can be read of it. */
function integer(value: string, complaints: string[]): bigint {
  const text = value.trimStart();
  if (/^['"]./.test(text)) return BigInt(text.charCodeAt(1));
  if (text === "") return 0n;
  const [whole = "", sign = "", hex, octal, decimal] =
    /^([-+]?)(?:0[xX]([0-9a-fA-F]+)|0([0-7]*)|([1-9]\d*))/.exec(text) ?? [];
  if (whole !== text) complaints.push(`invalid number '${value}'`);
  if (whole === "") return 0n;
  const size =
    hex !== undefined ? BigInt(`0x${hex}`) : octal !== undefined ? BigInt(`0o${octal || "0"}`) : BigInt(decimal ?? 0);
  return whole !== text ? 0n : BigInt.asIntN(64, sign === "-" ? -size : size);
}

function float(value: string, complaints: string[]): number {
  if (/^['"]./.test(value)) return value.charCodeAt(1);
  const result = Number(value.trim() || 0);
  if (!Number.isNaN(result)) return result;
  complaints.push(`invalid number '${value}'`);
  return 0;
}

function floating(letter: string, value: number, precision: number, flags: string): string {
  const lower = letter.toLowerCase();
  if (!Number.isFinite(value)) return value < 0 ? "-inf" : "inf";
  let text: string;
  if (lower === "f") text = value.toFixed(precision);
  else if (lower === "e") text = exponent(value.toExponential(precision));
  else {
    const digits = Math.max(1, precision);
    const power = value === 0 ? 0 : Number(value.toExponential(digits - 1).split("e")[1]);
    text =
      power < -4 || power >= digits ? exponent(value.toExponential(digits - 1)) : value.toFixed(digits - 1 - power);
    if (!flags.includes("#") && text.includes(".")) text = text.replace(/\.?0+(?=e|$)/, "");
  }
  return letter === lower ? text : text.toUpperCase();
}

/** C writes at least two digits of exponent. */
function exponent(text: string): string {
  return text.replace(/e([-+])(\d)$/, "e$10$2");
}
