/** What a plain YAML scalar stands for; `text` is an ordinary string. */
type PlainScalar =
  | { readonly kind: "text" }
  | { readonly kind: "merge" }
  | { readonly kind: "value"; readonly value: null | boolean | number };

const text: PlainScalar = { kind: "text" };
const merge: PlainScalar = { kind: "merge" };
const value = (of: null | boolean | number): PlainScalar => ({ kind: "value", value: of });

/** YAML 1.1's words, in the spellings go-yaml knows: `yes`, `Yes`, `YES`, but not `yEs`. */
const words = new Map<string, PlainScalar>([
  ["", value(null)],
  ["~", value(null)],
  ...["null", "Null", "NULL"].map((word) => [word, value(null)] as const),
  ...["y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"].map(
    (word) => [word, value(true)] as const,
  ),
  ...["n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"].map(
    (word) => [word, value(false)] as const,
  ),
  ...[".nan", ".NaN", ".NAN"].map((word) => [word, value(Number.NaN)] as const),
  ...[".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"].map(
    (word) => [word, value(Number.POSITIVE_INFINITY)] as const,
  ),
  ...["-.inf", "-.Inf", "-.INF"].map((word) => [word, value(Number.NEGATIVE_INFINITY)] as const),
  ["<<", merge],
]);

const float = /^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$/;
const integer = /^([-+]?)(0[xX][0-9a-fA-F]+|0[bB][01]+|0[oO][0-7]+|0[0-7]*|[1-9][0-9]*)$/;
const timestamp = /^[0-9]{4}-(?:[0-9]{2}-[0-9]{2}$|[0-9]{1,2}-[0-9]{1,2}(?:[Tt]|[ \t]+)[0-9]{1,2}:[0-9]{2}:[0-9]{2})/;

/**
 * The value of a scalar without quotes, by YAML 1.1's rules: `yes` is true, `012` is 10, `0o17` is 15, `1_000` is 1000.
 * Timestamps stay text, as they do when YAML becomes JSON.
 * @see go.yaml.in/yaml/v2 resolve.go
 */
export function resolvePlain(scalar: string): PlainScalar {
  const word = words.get(scalar);
  if (word !== undefined) return word;
  const first = scalar.charCodeAt(0);
  const startsNumber = (first >= 48 && first <= 57) || first === 43 || first === 45 || first === 46;
  if (!startsNumber) return text;
  if (first === 46) return float.test(scalar) ? value(Number(scalar)) : text;
  if (timestamp.test(scalar)) return text;
  return resolveNumber(scalar.replaceAll("_", ""));
}

function resolveNumber(plain: string): PlainScalar {
  const match = integer.exec(plain);
  if (match !== null) return value(integerValue(match[1] === "-", match[2] ?? ""));
  return float.test(plain) ? value(Number(plain)) : text;
}

function integerValue(negative: boolean, digits: string): number {
  const octal = /^0[0-7]+$/.test(digits);
  const magnitude = octal ? Number.parseInt(digits, 8) : Number(digits);
  return negative && magnitude !== 0 ? -magnitude : magnitude;
}
