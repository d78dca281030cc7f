const unitMs: { readonly [unit: string]: number } = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
};

/**
 * The milliseconds of a duration as Go writes it: `90m`, `1h30m`, `1.5s`, `-2s`, `0`. Undefined where it is none.
 * @see Go's time.ParseDuration
 */
export function parseGoDuration(text: string): number | undefined {
  const match = /^([+-]?)(.+)$/.exec(text);
  if (match === null) return undefined;
  const [, sign, rest = ""] = match;
  if (rest === "0") return 0;
  if (!/^((\d+\.?\d*|\.\d+)(ns|us|µs|ms|s|m|h))+$/.test(rest)) return undefined;
  let total = 0;
  for (const [, amount = "0", unit = "s"] of rest.matchAll(/(\d+\.?\d*|\.\d+)(ns|us|µs|ms|s|m|h)/g)) {
    total += Number(amount) * (unitMs[unit] ?? 0);
  }
  return sign === "-" ? -total : total;
}

/**
 * A duration as Go prints it: `1h30m0s`, `1.5s`, `20ms`, `0s`.
 * @see Go's time.Duration.String
 */
export function formatGoDuration(durationMs: number): string {
  if (durationMs === 0) return "0s";
  const sign = durationMs < 0 ? "-" : "";
  const size = Math.abs(durationMs);
  if (size < 1) return `${sign}${trimmed(size * 1000)}µs`;
  if (size < 1000) return `${sign}${trimmed(size)}ms`;
  const hours = Math.floor(size / 3_600_000);
  const minutes = Math.floor(size / 60_000) % 60;
  const seconds = trimmed((size % 60_000) / 1000);
  if (hours > 0) return `${sign}${hours}h${minutes}m${seconds}s`;
  return minutes > 0 ? `${sign}${minutes}m${seconds}s` : `${sign}${seconds}s`;
}

function trimmed(value: number): string {
  return String(Number(value.toFixed(9)));
}
