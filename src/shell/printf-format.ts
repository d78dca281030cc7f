import { formatFloat, formatInteger, formatString, readConversion } from "./c-format.js";
import { expandEscapes, readEscape } from "./escapes.js";

/** What printf writes, or complains of. */
type Piece = { readonly text: string } | { readonly complaint: string };

/** What printf makes of its arguments, in order; the format is used again while arguments are left. */
export function* printfPieces(format: string, args: readonly string[]): Generator<Piece, void> {
  const printing = new Printing(format, args);
  do {
    const { taken } = printing;
    yield* printing.once();
    if (printing.taken === taken) break;
  } while (printing.taken < args.length && !printing.isStopped);
}

class Printing {
  readonly #format: string;
  readonly #args: readonly string[];
  /** Arguments used so far. */
  taken = 0;
  /** By `\c` or a format that is none. */
  isStopped = false;

  constructor(format: string, args: readonly string[]) {
    this.#format = format;
    this.#args = args;
  }

  /** The format once, taking as many arguments as it asks for. */
  *once(): Generator<Piece, void> {
    const format = this.#format;
    for (let at = 0; at < format.length && !this.isStopped; ) {
      const character = format[at];
      const next = format[at + 1];
      if (character === "\\" && next === "c") this.isStopped = true;
      else if (character === "\\") {
        const { text, length } = readEscape(format, at);
        yield { text };
        at += length;
      } else if (character === "%" && next === "%") {
        yield { text: "%" };
        at += 2;
      } else if (character === "%") at = yield* this.#conversion(at);
      else {
        const length = format.slice(at).search(/[\\%]/);
        const text = length < 0 ? format.slice(at) : format.slice(at, at + length);
        yield { text };
        at += text.length;
      }
    }
  }

  /** Gives the position after it. */
  *#conversion(from: number): Generator<Piece, number> {
    const bad: string[] = [];
    const { conversion, end } = readConversion(this.#format, from + 1, () => Number(integerOf(this.#take(), bad)));
    const text = this.#converted(conversion, bad);
    for (const argument of bad) yield { complaint: `invalid number '${argument}'` };
    if (text === null) {
      this.isStopped = true;
      const rest = this.#format.slice(from).replace(/^(%[-+ #0-9.*]*)[hlLjzt]+/, "$1");
      yield { complaint: `${rest}: invalid format` };
    } else yield { text };
    return end;
  }

  #take(): string | undefined {
    const argument = this.#args[this.taken];
    if (argument !== undefined) this.taken += 1;
    return argument;
  }

  /** null for a conversion that there is not. */
  #converted(conversion: Parameters<typeof formatString>[1], bad: string[]): string | null {
    switch (conversion.letter) {
      case "s":
        return formatString(this.#take() ?? "", conversion);
      case "c":
        return formatString((this.#take() ?? "").slice(0, 1), conversion);
      case "b": {
        const { text, isStopped } = expandEscapes(this.#take() ?? "");
        this.isStopped = isStopped;
        return formatString(text, conversion);
      }
      case "d":
      case "i":
      case "u":
      case "o":
      case "x":
      case "X":
        return formatInteger(integerOf(this.#take(), bad), conversion);
      case "f":
      case "F":
      case "e":
      case "E":
      case "g":
      case "G":
        return formatFloat(floatOf(this.#take(), bad), conversion);
      default:
        return null;
    }
  }
}

/** `12`, `0x1f`, `017`, or `'a` for a character's code; 0 for what is none, which goes to `bad`. */
function integerOf(argument: string | undefined, bad: string[]): bigint {
  const text = argument?.trimStart() ?? "";
  if (text === "") return 0n;
  if (/^['"]/.test(text)) return BigInt(text.charCodeAt(1) || 0);
  const [, sign, digits] = /^([+-]?)(0[xX][0-9a-fA-F]+|0[0-7]*|[1-9][0-9]*)$/.exec(text) ?? [];
  if (digits === undefined) {
    bad.push(argument ?? "");
    return 0n;
  }
  const size = BigInt(/^0[0-7]+$/.test(digits) ? `0o${digits.slice(1)}` : digits);
  return sign === "-" ? -size : size;
}

function floatOf(argument: string | undefined, bad: string[]): number {
  const text = argument?.trim() ?? "";
  if (/^['"]/.test(text)) return text.charCodeAt(1) || 0;
  const value = Number(text);
  if (!Number.isNaN(value)) return value;
  bad.push(argument ?? "");
  return 0;
}
