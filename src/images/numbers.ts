import { Failure } from "./applet.js";

/** A whole number as busybox's xatoi reads it; throws `invalid number 'x'`. */
export function wholeNumber(text: string, min = Number.MIN_SAFE_INTEGER, max = Number.MAX_SAFE_INTEGER): number {
  if (!/^[+-]?\d+$/.test(text)) throw new Failure(`invalid number '${text}'`);
  const value = Number(text);
  if (value < min || value > max) throw new Failure(`number ${text} is not in ${min}..${max} range`);
  return value;
}

/** Multipliers for counts of bytes and blocks: `10k`, `2m`, `1b`. */
function factorOf(suffix: string): number | undefined {
  switch (suffix) {
    case "":
    case "c":
      return 1;
    case "w":
      return 2;
    case "b":
      return 512;
    case "kD":
    case "kB":
    case "KB":
      return 1000;
    case "k":
    case "K":
      return 1024;
    case "MD":
    case "MB":
      return 1_000_000;
    case "m":
    case "M":
      return 1_048_576;
    case "GD":
    case "GB":
      return 1_000_000_000;
    case "g":
    case "G":
      return 1_073_741_824;
    default:
      return undefined;
  }
}

/** A number with an optional size suffix; throws `invalid number 'x'`. */
export function sizedNumber(text: string): number {
  const found = /^(\d+)([a-zA-Z]*)$/.exec(text);
  const factor = found ? factorOf(found[2] ?? "") : undefined;
  if (!found || factor === undefined) throw new Failure(`invalid number '${text}'`);
  return Number(found[1]) * factor;
}

/** Milliseconds of `2`, `1.5`, `3m`, `infinity`; throws `invalid number 'x'`. */
export function durationMs(text: string): number {
  if (/^inf(inity)?$/i.test(text)) return Number.POSITIVE_INFINITY;
  const found = /^(\d+\.?\d*|\.\d+)([smhd]?)$/.exec(text);
  if (!found) throw new Failure(`invalid number '${text}'`);
  const unit = found[2];
  const factor = unit === "m" ? 60 : unit === "h" ? 3600 : unit === "d" ? 86_400 : 1;
  return Math.round(Number(found[1]) * factor * 1000);
}

/** `1.5M` as `ls -h`, `du -h` and `df -h` print sizes. */
export function humanSize(bytes: number): string {
  const units = ["", "K", "M", "G", "T", "P"];
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return unit === 0 ? String(bytes) : `${value.toFixed(1)}${units[unit]}`;
}
