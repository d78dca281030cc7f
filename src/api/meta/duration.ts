import { quote } from "./go-text.js";

const unitMs: { readonly [unit: string]: number } = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  μs: 1e-3,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
};

/** A text that is no duration; the message is Go's. */
export class GoDurationError extends Error {
  override readonly name = "GoDurationError";
}

/**
 * The milliseconds of a duration as Go writes it: `90m`, `1h30m`, `1.5s`, `-2s`, `0`.
 * @throws {GoDurationError} in Go's words
 * @see Go's time.ParseDuration
 */
export function goDuration(text: string): number {
  const body = /^[+-]/.test(text) ? text.slice(1) : text;
  if (body === "0") return 0;
  if (body === "") throw new GoDurationError(`time: invalid duration ${quote(text)}`);
  let totalMs = 0;
  let rest = body;
  while (rest !== "") {
    const number = /^(\d+\.?\d*|\.\d+)/.exec(rest)?.[0];
    if (number === undefined) throw new GoDurationError(`time: invalid duration ${quote(text)}`);
    rest = rest.slice(number.length);
    const unit = /^[^\d.]+/.exec(rest)?.[0];
    if (unit === undefined) throw new GoDurationError(`time: missing unit in duration ${quote(text)}`);
    const factor = Object.hasOwn(unitMs, unit) ? unitMs[unit] : undefined;
    if (factor === undefined) {
      throw new GoDurationError(`time: unknown unit ${quote(unit)} in duration ${quote(text)}`);
    }
    totalMs += Number(number) * factor;
    rest = rest.slice(unit.length);
  }
  return text.startsWith("-") ? -totalMs : totalMs;
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
