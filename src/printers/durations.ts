import { type EpochMs, parseTime } from "../api/meta/object.js";

/**
 * A duration as kubectl prints it in an AGE column: two units at most, coarser the longer it is.
 * Below -1 s it is `<invalid>`; between -1 s and 0 it is `0s`, because clocks of two machines may differ a little.
 * @see kubernetes v1.36 apimachinery pkg/util/duration/duration.go, HumanDuration
 */
export function humanDuration(durationMs: number): string {
  const seconds = Math.trunc(durationMs / 1000);
  if (seconds < -1) {
    return "<invalid>";
  }
  if (seconds < 0) {
    return "0s";
  }
  if (seconds < 120) {
    return `${seconds}s`;
  }
  const minutes = Math.trunc(seconds / 60);
  if (minutes < 10) {
    return `${minutes}m${unlessZero(seconds % 60, "s")}`;
  }
  if (minutes < 180) {
    return `${minutes}m`;
  }
  return humanHours(Math.trunc(minutes / 60), minutes % 60);
}

function humanHours(hours: number, restMinutes: number): string {
  if (hours < 8) {
    return `${hours}h${unlessZero(restMinutes, "m")}`;
  }
  if (hours < 48) {
    return `${hours}h`;
  }
  const days = Math.trunc(hours / 24);
  if (hours < 24 * 8) {
    return `${days}d${unlessZero(hours % 24, "h")}`;
  }
  if (hours < 24 * 365 * 2) {
    return `${days}d`;
  }
  const years = Math.trunc(days / 365);
  if (hours < 24 * 365 * 8) {
    return `${years}y${unlessZero(days % 365, "d")}`;
  }
  return `${years}y`;
}

function unlessZero(value: number, unit: string): string {
  return value === 0 ? "" : `${value}${unit}`;
}

/** The age of a wire time at `now`; `<unknown>` where there is none. */
export function ageOf(time: string | null | undefined, now: EpochMs): string {
  if (time === undefined || time === null || time === "") {
    return "<unknown>";
  }
  const at = parseTime(time);
  return Number.isNaN(at) ? "<unknown>" : humanDuration(now - at);
}

/** Minutes east of UTC at an instant; `0` is UTC. A function, because summer time moves it. */
export type ZoneOffset = (at: EpochMs) => number;

/** The zone in which nothing is shifted. */
export const utcOffset: ZoneOffset = () => 0;

const weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** `Sun, 22 Nov 2026 02:41:56 +0100`: RFC 1123 with a numeric zone, as `describe` prints times. */
export function formatRfc1123(time: string, zone: ZoneOffset): string {
  const at = parseTime(time);
  const offsetMinutes = zone(at);
  const local = new Date(at + offsetMinutes * 60_000);
  const clock = [local.getUTCHours(), local.getUTCMinutes(), local.getUTCSeconds()].map(twoDigits).join(":");
  const date = `${twoDigits(local.getUTCDate())} ${months[local.getUTCMonth()]} ${local.getUTCFullYear()}`;
  return `${weekdays[local.getUTCDay()]}, ${date} ${clock} ${formatOffset(offsetMinutes)}`;
}

function formatOffset(offsetMinutes: number): string {
  const size = Math.abs(offsetMinutes);
  return `${offsetMinutes < 0 ? "-" : "+"}${twoDigits(Math.trunc(size / 60))}${twoDigits(size % 60)}`;
}

function twoDigits(value: number): string {
  return String(value).padStart(2, "0");
}
