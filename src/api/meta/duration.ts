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
