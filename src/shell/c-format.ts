/** Numbers and strings as C's printf formats them. */

interface Conversion {
  readonly minus: boolean;
  readonly plus: boolean;
  readonly space: boolean;
  readonly alternate: boolean;
  readonly zero: boolean;
  readonly width: number;
  /** -1: none given. */
  readonly precision: number;
  readonly letter: string;
}

/** Nobody formats wider than this; the limit keeps a script from filling the host's memory. */
const widthMax = 1_000_000;

/** Reads flags, width and precision after a `%`; `star` gives the value of each `*`. */
export function readConversion(
  format: string,
  start: number,
  star: () => number,
): { readonly conversion: Conversion; readonly end: number } {
  let at = start;
  const flags = new Set<string>();
  while ("-+ #0".includes(format.charAt(at)) && at < format.length) {
    flags.add(format.charAt(at));
    at += 1;
  }
  const number = (): number => {
    if (format[at] === "*") {
      at += 1;
      return star();
    }
    let digits = "";
    while (/[0-9]/.test(format.charAt(at))) {
      digits += format[at];
      at += 1;
    }
    return Number(digits);
  };
  let width = number();
  if (width < 0) {
    flags.add("-");
    width = -width;
  }
  let precision = -1;
  if (format[at] === ".") {
    at += 1;
    precision = Math.max(-1, number());
  }
  while ("hlLjzt".includes(format.charAt(at)) && at < format.length) at += 1;
  const letter = format.charAt(at);
  const conversion = {
    minus: flags.has("-"),
    plus: flags.has("+"),
    space: flags.has(" "),
    alternate: flags.has("#"),
    zero: flags.has("0"),
    width: Math.min(width, widthMax),
    precision: Math.min(precision, widthMax),
    letter,
  };
  return { conversion, end: at + 1 };
}

function pad(text: string, { minus, width }: Conversion): string {
  return minus ? text.padEnd(width) : text.padStart(width);
}

/** Puts sign or prefix, zeros and digits together. */
function padNumber(prefix: string, digits: string, conversion: Conversion, zeros: boolean): string {
  if (zeros && !conversion.minus) return prefix + digits.padStart(conversion.width - prefix.length, "0");
  return pad(prefix + digits, conversion);
}

export function formatString(text: string, conversion: Conversion): string {
  return pad(conversion.precision >= 0 ? text.slice(0, conversion.precision) : text, conversion);
}

/** `%d`, `%i`, `%u`, `%o`, `%x`, `%X` of a 64-bit number. */
export function formatInteger(value: bigint, conversion: Conversion): string {
  const { letter, precision } = conversion;
  const signed = letter === "d" || letter === "i";
  const whole = signed ? BigInt.asIntN(64, value) : BigInt.asUintN(64, value);
  const negative = whole < 0n;
  const base = letter === "o" ? 8 : letter === "x" || letter === "X" ? 16 : 10;
  let digits = (negative ? -whole : whole).toString(base);
  if (letter === "X") digits = digits.toUpperCase();
  if (precision === 0 && whole === 0n) digits = "";
  if (precision > digits.length) digits = digits.padStart(precision, "0");
  let prefix = signed ? signOf(negative, conversion) : "";
  if (conversion.alternate && whole !== 0n && base === 16) prefix = letter === "X" ? "0X" : "0x";
  if (conversion.alternate && base === 8 && !digits.startsWith("0")) prefix = "0";
  return padNumber(prefix, digits, conversion, conversion.zero && precision < 0);
}

function signOf(negative: boolean, conversion: Conversion): string {
  if (negative) return "-";
  return conversion.plus ? "+" : conversion.space ? " " : "";
}

/** `%f`, `%e`, `%g` and their capitals. */
export function formatFloat(value: number, conversion: Conversion): string {
  const upper = conversion.letter !== conversion.letter.toLowerCase();
  const negative = value < 0 || Object.is(value, -0);
  const prefix = signOf(negative, conversion);
  const size = Math.abs(value);
  if (!Number.isFinite(size)) {
    const name = Number.isNaN(size) ? "nan" : "inf";
    return pad(prefix + (upper ? name.toUpperCase() : name), conversion);
  }
  const precision = conversion.precision < 0 ? 6 : conversion.precision;
  const kind = conversion.letter.toLowerCase();
  let digits: string;
  if (kind === "f") digits = fixed(size, precision);
  else if (kind === "e") digits = exponent(size, precision);
  else digits = general(size, precision === 0 ? 1 : precision, conversion.alternate);
  return padNumber(prefix, upper ? digits.toUpperCase() : digits, conversion, conversion.zero);
}

/** Exact decimal digits with ties to even, as C rounds: a double is an integer times a power of two. */
function fixed(size: number, precision: number): string {
  if (size < 1e21 && precision <= 100) {
    const text = size.toFixed(precision);
    // JavaScript rounds a tie up, C to the even digit. A tie shows as one more digit, a 5 with nothing after it.
    const isTie =
      precision < 20 &&
      size
        .toFixed(Math.min(100, precision + 30))
        .slice(text.length)
        .replace(/^\./, "")
        .match(/^50*$/);
    const odd = /[13579]$/.test(text);
    return isTie && odd ? roundDown(size, precision) : text;
  }
  const whole = BigInt(Math.trunc(size)).toString();
  return precision === 0 ? whole : `${whole}.${"0".repeat(precision)}`;
}

/** The digits of a number cut off, not rounded. */
function roundDown(size: number, precision: number): string {
  const [whole = "0", fraction = ""] = size.toFixed(Math.min(100, precision + 30)).split(".");
  return precision === 0 ? whole : `${whole}.${fraction.slice(0, precision)}`;
}

function exponent(size: number, precision: number): string {
  const [mantissa = "0", power = "+0"] = size.toExponential(Math.min(precision, 100)).split("e");
  return `${mantissa}e${power.charAt(0)}${power.slice(1).padStart(2, "0")}`;
}

function general(size: number, precision: number, keepZeros: boolean): string {
  const power = size === 0 ? 0 : Number(size.toExponential(Math.min(precision - 1, 100)).split("e")[1]);
  const scientific = power < -4 || power >= precision;
  const text = scientific ? exponent(size, precision - 1) : fixed(size, Math.max(0, precision - 1 - power));
  if (keepZeros) return text;
  const [mantissa = "", tail] = text.split("e");
  const short = mantissa.includes(".") ? mantissa.replace(/\.?0+$/, "") : mantissa;
  return tail === undefined ? short : `${short}e${tail}`;
}
