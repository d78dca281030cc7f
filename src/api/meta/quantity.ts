/**
 * Amounts of resources: `500m`, `64Mi`, `1.5`, `2e3`. Counted exactly, in billionths.
 * @see k8s.io/apimachinery/pkg/api/resource/quantity.go
 */

type QuantityFormat = "DecimalSI" | "BinarySI" | "DecimalExponent";

export interface Quantity {
  /** The amount in billionths (10⁻⁹). */
  readonly nano: bigint;
  /** The family of suffixes it was written with, and will be printed with. */
  readonly format: QuantityFormat;
}

/** What a quantity looks like on the wire. */
export type QuantityText = string | number;

/** Thrown for a text that is no quantity; the message is upstream's. */
export class QuantityError extends Error {
  override readonly name = "QuantityError";
}

const wrongFormat = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";
const wrongNumber = "unable to parse numeric part of quantity";
const wrongSuffix = "unable to parse quantity's suffix";

const decimalExponents: { readonly [suffix: string]: number } = {
  n: -9,
  u: -6,
  m: -3,
  "": 0,
  k: 3,
  M: 6,
  G: 9,
  T: 12,
  P: 15,
  E: 18,
};
const decimalSuffixes = ["n", "u", "m", "", "k", "M", "G", "T", "P", "E"] as const;
const binarySuffixes = ["", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"] as const;

const nanoPerUnit = 1_000_000_000n;
const nanoPerMilli = 1_000_000n;
/** The largest amount with a binary suffix: what fits 63 bits. */
const binaryNanoMax = (2n ** 63n - 1n) * nanoPerUnit;

const quantityPattern = /^([+-]?)(\d*)(?:\.(\d*))?([eEinumkKMGTP]*[-+]?\d*)$/;

/** @throws {QuantityError} where `text` is no quantity */
export function parseQuantity(text: QuantityText): Quantity {
  const source = typeof text === "number" ? numberText(text) : text;
  const match = quantityPattern.exec(source);
  if (source === "" || match === null) throw new QuantityError(wrongFormat);
  const [, sign = "", whole = "", fraction = "", suffix = ""] = match;
  if (whole === "" && fraction === "" && !source.includes(".")) {
    // upstream reads a suffix without a number as the number 0, and then finds the number missing
    throw new QuantityError(suffix === "" ? wrongFormat : wrongNumber);
  }
  const { base, exponent, format } = interpretSuffix(suffix);
  const digits = BigInt(whole + fraction === "" ? "0" : whole + fraction);
  let nano: bigint;
  let exact = format;
  if (base === 2) {
    const scaled = digits * nanoPerUnit * 2n ** BigInt(exponent);
    nano = divideUp(scaled, 10n ** BigInt(fraction.length));
    if (nano > binaryNanoMax) nano = binaryNanoMax;
    if (nano > 0n && nano < nanoPerUnit) exact = "DecimalSI";
  } else {
    const places = exponent + 9 - fraction.length;
    nano = places >= 0 ? digits * 10n ** BigInt(places) : divideUp(digits, 10n ** BigInt(-places));
  }
  return { nano: sign === "-" ? -nano : nano, format: exact };
}

function numberText(value: number): string {
  const text = String(value);
  return text.includes("e+") ? text.replace("e+", "e") : text;
}

function divideUp(dividend: bigint, divisor: bigint): bigint {
  const quotient = dividend / divisor;
  return quotient * divisor === dividend ? quotient : quotient + 1n;
}

function interpretSuffix(suffix: string): { base: 2 | 10; exponent: number; format: QuantityFormat } {
  const decimal = decimalExponents[suffix];
  if (decimal !== undefined) return { base: 10, exponent: decimal, format: "DecimalSI" };
  const binary = binarySuffixes.indexOf(suffix as "Ki");
  if (binary > 0) return { base: 2, exponent: binary * 10, format: "BinarySI" };
  if (/^[eE][-+]?\d+$/.test(suffix)) {
    const exponent = Number(suffix.slice(1));
    if (Math.abs(exponent) > 1000) throw new QuantityError(wrongSuffix);
    return { base: 10, exponent, format: "DecimalExponent" };
  }
  throw new QuantityError(wrongSuffix);
}

/** The canonical text: the largest suffix that needs no fraction (`0.5` is `500m`, `1024Mi` is `1Gi`). */
export function formatQuantity({ nano, format }: Quantity): string {
  if (nano === 0n) return "0";
  const size = nano < 0n ? -nano : nano;
  if (format === "BinarySI" && size >= 1024n * nanoPerUnit && nano % nanoPerUnit === 0n) {
    let units = nano / nanoPerUnit;
    let step = 0;
    while (step < binarySuffixes.length - 1 && units % 1024n === 0n) {
      units /= 1024n;
      step++;
    }
    return `${units}${binarySuffixes[step]}`;
  }
  let units = nano;
  let step = 0;
  while (units % 1000n === 0n && (step < decimalSuffixes.length - 1 || format === "DecimalExponent")) {
    units /= 1000n;
    step++;
  }
  if (format !== "DecimalExponent") return `${units}${decimalSuffixes[step]}`;
  const exponent = step * 3 - 9;
  return exponent === 0 ? `${units}` : `${units}e${exponent}`;
}

/**
 * A resource list's amount as the API server keeps it: rounded up to thousandths, in canonical text.
 * Returns `text` itself where it is canonical already.
 * @see kubernetes v1.36 pkg/apis/core/v1/defaults.go, SetDefaults_ResourceList
 */
export function canonicalResourceAmount(text: QuantityText): string {
  const { nano, format } = parseQuantity(text);
  const rounded = nano % nanoPerMilli === 0n || nano < 0n ? nano : divideUp(nano, nanoPerMilli) * nanoPerMilli;
  return formatQuantity({ nano: rounded, format });
}

/** Negative, zero or positive, as `left` is less than, equal to or more than `right`. */
export function compareQuantities(left: QuantityText, right: QuantityText): number {
  if (left === right) return 0;
  const difference = parseQuantity(left).nano - parseQuantity(right).nano;
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

const plainMilli = /^(\d{1,12})m$/;
const plainAmount = /^(\d{1,6})(|Ki|Mi|Gi|k|M|G)$/;
const plainFactors: { readonly [suffix: string]: number } = {
  "": 1,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  k: 1e3,
  M: 1e6,
  G: 1e9,
};

/** The amount in thousandths, rounded up: CPU is counted so. */
export function milliValue(text: QuantityText): number {
  if (typeof text === "number" && Number.isInteger(text)) return text * 1000;
  const milli = typeof text === "string" ? plainMilli.exec(text) : null;
  if (milli !== null) return Number(milli[1]);
  return Number(divideUp(parseQuantity(text).nano, nanoPerMilli));
}

/** The amount in whole units, rounded up: memory and counts. */
export function unitValue(text: QuantityText): number {
  if (typeof text === "number" && Number.isInteger(text)) return text;
  const plain = typeof text === "string" ? plainAmount.exec(text) : null;
  if (plain !== null) return Number(plain[1]) * (plainFactors[plain[2] ?? ""] ?? 1);
  return Number(divideUp(parseQuantity(text).nano, nanoPerUnit));
}

/** The sum, printed with the suffixes of `left`. */
export function addQuantities(left: QuantityText, right: QuantityText): string {
  const first = parseQuantity(left);
  const second = parseQuantity(right);
  const format = first.nano === 0n ? second.format : first.format;
  return formatQuantity({ nano: first.nano + second.nano, format });
}

export function isQuantity(text: QuantityText): boolean {
  try {
    parseQuantity(text);
    return true;
  } catch (error) {
    if (error instanceof QuantityError) return false;
    throw error;
  }
}
