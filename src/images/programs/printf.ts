import type { Step } from "../../container/program.js";
import { type Applet, applet, Failure, UsageFailure } from "../applet.js";
import { expandEscapes, readEscape } from "./escapes.js";
import { formatFloat, formatInteger, formatString, readConversion } from "./format.js";

interface State {
  readonly self: Applet;
  readonly args: readonly string[];
  next: number;
  status: number;
  stopped: boolean;
}

export const printf = applet("printf FORMAT [ARG]...", function* (self) {
  const words = self.args[0] === "--" ? self.args.slice(1) : self.args;
  const format = words[0];
  if (format === undefined) throw new UsageFailure();
  const state: State = { self, args: words.slice(1), next: 0, status: 0, stopped: false };
  do {
    const before = state.next;
    yield* once(state, format);
    yield* self.work();
    if (state.next === before) break;
  } while (state.next < state.args.length && !state.stopped);
  return state.status;
});

/** Prints the format once, taking as many arguments as it asks for. */
function* once(state: State, format: string): Step<void> {
  const complaints: string[] = [];
  for (let at = 0; at < format.length && !state.stopped; ) {
    const char = format[at];
    if (char === "\\") {
      if (format[at + 1] === "c") {
        state.stopped = true;
        return;
      }
      const found = readEscape(format, at);
      yield* state.self.print(found.text);
      at += found.length;
    } else if (char === "%" && format[at + 1] === "%") {
      yield* state.self.print("%");
      at += 2;
    } else if (char === "%") {
      const star = (): number => Number(integerOf(take(state), complaints));
      const { conversion, end } = readConversion(format, at + 1, star);
      const text = convert(state, conversion, complaints, format.slice(at));
      for (const bad of complaints.splice(0)) {
        state.status = 1;
        yield* state.self.complain(`invalid number '${bad}'`);
      }
      yield* state.self.print(text);
      at = end;
    } else {
      const until = format.slice(at).search(/[\\%]/);
      const plain = until < 0 ? format.slice(at) : format.slice(at, at + until);
      yield* state.self.print(plain);
      at += plain.length;
    }
  }
}

function take(state: State): string | undefined {
  const value = state.args[state.next];
  if (value !== undefined) state.next += 1;
  return value;
}

function convert(
  state: State,
  conversion: Parameters<typeof formatString>[1],
  complaints: string[],
  rest: string,
): string {
  switch (conversion.letter) {
    case "s":
      return formatString(take(state) ?? "", conversion);
    case "c":
      return formatString((take(state) ?? "").slice(0, 1), conversion);
    case "b": {
      const { text, stopped } = expandEscapes(take(state) ?? "", true);
      state.stopped = stopped;
      return formatString(text, conversion);
    }
    case "d":
    case "i":
    case "u":
    case "o":
    case "x":
    case "X":
      return formatInteger(integerOf(take(state), complaints), conversion);
    case "f":
    case "F":
    case "e":
    case "E":
    case "g":
    case "G":
      return formatFloat(floatOf(take(state), complaints), conversion);
    default:
      throw new Failure(`${rest.replace(/^(%[-+ #0-9.*]*)[hlLjzt]+/, "$1")}: invalid format`);
  }
}

/** A number as the shell's printf takes it: decimal, octal, hexadecimal, or `'x` for a character's code. */
function integerOf(text: string | undefined, complaints: string[]): bigint {
  if (text === undefined) return 0n;
  if (text.startsWith("'") || text.startsWith('"')) return BigInt(text.length > 1 ? text.charCodeAt(1) : 0);
  const found = /^\s*([+-]?)(0[xX][0-9a-fA-F]+|0[0-7]*|[1-9][0-9]*)$/.exec(text);
  if (!found) {
    complaints.push(text);
    return 0n;
  }
  const digits = found[2] ?? "0";
  const size = BigInt(/^0[0-7]+$/.test(digits) ? `0o${digits.slice(1)}` : digits);
  return found[1] === "-" ? -size : size;
}

function floatOf(text: string | undefined, complaints: string[]): number {
  if (text === undefined) return 0;
  if (text.startsWith("'") || text.startsWith('"')) return text.length > 1 ? text.charCodeAt(1) : 0;
  const value = Number(text);
  if (text.trim() === "" || Number.isNaN(value)) {
    complaints.push(text);
    return 0;
  }
  return value;
}
