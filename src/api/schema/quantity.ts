const wrongFormat = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";
const wrongSuffix = "unable to parse quantity's suffix";

/** A text that is no quantity; the message is upstream's. */
export class QuantityError extends Error {}

const grammar = /^([+-]?)([0-9]*)(?:\.([0-9]*))?([eEinumkKMGTP]*[-+]?[0-9]*)$/;

type Format = "decimal" | "binary" | "exponent";

interface Suffix {
  readonly format: Format;
  /** Power of 10, or of 2 for binary suffixes. */
  readonly power: number;
}

const decimalSuffixes = ["n", "u", "m", "", "k", "M", "G", "T", "P", "E"];
const binarySuffixes = ["", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"];
const maxInt64 = 2n ** 63n - 1n;

function suffixOf(text: string): Suffix {
  const decimal = decimalSuffixes.indexOf(text);
  if (decimal !== -1) return { format: "decimal", power: (decimal - 3) * 3 };
  const binary = binarySuffixes.indexOf(text);
  if (binary !== -1) return { format: "binary", power: binary * 10 };
  const exponent = /^[eE]([-+]?[0-9]+)$/.exec(text);
  if (exponent === null) throw new QuantityError(wrongSuffix);
  return { format: "exponent", power: Number(exponent[1]) };
}

/** An exact amount, `units` × 10^`scale`, and the way it was written. */
export interface Quantity {
  readonly units: bigint;
  readonly scale: number;
  readonly format: Format;
}

/**
 * Reads `500m`, `1.5Gi`, `2e3`. Never finer than 10^-9: what is smaller is rounded away from zero.
 * @throws QuantityError in upstream's words
 * @see k8s.io/apimachinery/pkg/api/resource/quantity.go, ParseQuantity
 */
export function parseQuantity(text: string): Quantity {
  const match = grammar.exec(text);
  const [, sign = "", whole = "", fraction = "", ending = ""] = match ?? [];
  if (match === null || whole + fraction === "") throw new QuantityError(wrongFormat);
  const { format, power } = suffixOf(ending);
  const digits = BigInt(whole + fraction);
  const isBinary = format === "binary";
  let units = isBinary ? digits << BigInt(power) : digits;
  let scale = -fraction.length + (isBinary ? 0 : power);
  if (scale < -9) {
    const divisor = 10n ** BigInt(Math.min(-9 - scale, 400));
    units = (units + divisor - 1n) / divisor;
    scale = -9;
  }
  if (isBinary && units > maxInt64 * 10n ** BigInt(-Math.min(scale, 0))) [units, scale] = [maxInt64, 0];
  const isFractionOfOne = isBinary && units > 0n && units < 10n ** BigInt(-Math.min(scale, 0));
  return { units: sign === "-" ? -units : units, scale, format: isFractionOfOne ? "decimal" : format };
}

/** `1000m` is `1`, `1024Mi` is `1Gi`, `0.5` is `500m`: the one form in which the API returns a quantity. */
export function canonicalQuantity(text: string): string {
  const quantity = parseQuantity(text);
  if (quantity.units === 0n) return "0";
  if (quantity.format !== "binary") return decimalText(quantity);
  const divisor = 10n ** BigInt(-Math.min(quantity.scale, 0));
  const magnitude = quantity.units < 0n ? -quantity.units : quantity.units;
  if (magnitude < 1024n * divisor) return decimalText({ ...quantity, format: "decimal" });
  let amount = (magnitude + divisor - 1n) / divisor;
  let suffix = 0;
  while (amount % 1024n === 0n && suffix < binarySuffixes.length - 1) {
    amount /= 1024n;
    suffix += 1;
  }
  return `${quantity.units < 0n ? "-" : ""}${amount}${binarySuffixes[suffix]}`;
}

function decimalText({ units, scale, format }: Quantity): string {
  let amount = units;
  let power = scale;
  while (amount % 10n === 0n && amount !== 0n) {
    amount /= 10n;
    power += 1;
  }
  const down = ((power % 3) + 3) % 3;
  const tooLarge = format === "decimal" ? Math.max(power - down - 18, 0) : 0;
  amount *= 10n ** BigInt(down + tooLarge);
  power -= down + tooLarge;
  if (format === "exponent") return power === 0 ? `${amount}` : `${amount}e${power}`;
  return `${amount}${decimalSuffixes[power / 3 + 3]}`;
}
