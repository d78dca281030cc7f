/** Calendar times with C's names and formats. */

const weekdays = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
const months = [
  "January",
  "February",
  "March",
  "April",
  "May",
  "June",
  "July",
  "August",
  "September",
  "October",
  "November",
  "December",
];

/** A time zone of a fixed offset: containers have no zone files. */
export interface Zone {
  readonly name: string;
  /** East of Greenwich. */
  readonly offsetMinutes: number;
}

/** The zone that a POSIX `TZ` value such as `EST5` or `UTC-3` names; without one, or with an unreadable one, UTC. */
export function zoneOf(tz: string | undefined): Zone {
  const found = /^([A-Za-z]{3,}|<[^>]+>)([+-]?)(\d{1,2})?(?::(\d\d))?/.exec(tz ?? "");
  if (!found) return { name: "UTC", offsetMinutes: 0 };
  const minutes = Number(found[3] ?? 0) * 60 + Number(found[4] ?? 0);
  const name = (found[1] ?? "UTC").replace(/[<>]/g, "");
  return { name, offsetMinutes: minutes === 0 ? 0 : found[2] === "-" ? minutes : -minutes };
}

/** A zone's clock, readable with the UTC getters. */
function localTime(atMs: number, zone: Zone): Date {
  return new Date(atMs + zone.offsetMinutes * 60_000);
}

const two = (value: number): string => String(value).padStart(2, "0");
const spaced = (value: number): string => String(value).padStart(2);

function dayOfYear(local: Date): number {
  return Math.floor((local.getTime() - Date.UTC(local.getUTCFullYear(), 0, 1)) / 86_400_000);
}

/** ISO 8601 week and the year it belongs to. */
function isoWeek(local: Date): { year: number; week: number } {
  const thursday = new Date(local.getTime() + (3 - ((local.getUTCDay() + 6) % 7)) * 86_400_000);
  return { year: thursday.getUTCFullYear(), week: Math.floor(dayOfYear(thursday) / 7) + 1 };
}

/** `+0000`. */
export function zoneOffset(zone: Zone, separator = ""): string {
  const size = Math.abs(zone.offsetMinutes);
  return `${zone.offsetMinutes < 0 ? "-" : "+"}${two(Math.floor(size / 60))}${separator}${two(size % 60)}`;
}

/** strftime in the C locale; a conversion it does not know stays as it is. */
export function formatTime(format: string, atMs: number, zone: Zone): string {
  const local = localTime(atMs, zone);
  return format.replace(/%([EO_-]?)(.)/gs, (whole, flag: string, letter: string) => {
    const text = convert(letter, local, atMs, zone);
    if (text === null) return whole;
    if (flag === "-") return text.replace(/^[0 ]+(?=\d)/, "");
    return flag === "_" ? text.replace(/^0+(?=\d)/, (zeros) => " ".repeat(zeros.length)) : text;
  });
}

function convert(letter: string, local: Date, atMs: number, zone: Zone): string | null {
  return dateConversion(letter, local) ?? timeConversion(letter, local, atMs, zone);
}

function dateConversion(letter: string, local: Date): string | null {
  const year = local.getUTCFullYear();
  const weekday = local.getUTCDay();
  const month = local.getUTCMonth();
  switch (letter) {
    case "a":
      return (weekdays[weekday] ?? "").slice(0, 3);
    case "A":
      return weekdays[weekday] ?? "";
    case "b":
    case "h":
      return (months[month] ?? "").slice(0, 3);
    case "B":
      return months[month] ?? "";
    case "C":
      return two(Math.floor(year / 100));
    case "d":
      return two(local.getUTCDate());
    case "e":
      return spaced(local.getUTCDate());
    case "D":
    case "x":
      return `${two(month + 1)}/${two(local.getUTCDate())}/${two(year % 100)}`;
    case "F":
      return `${year}-${two(month + 1)}-${two(local.getUTCDate())}`;
    case "G":
      return String(isoWeek(local).year);
    case "g":
      return two(isoWeek(local).year % 100);
    case "j":
      return String(dayOfYear(local) + 1).padStart(3, "0");
    case "m":
      return two(month + 1);
    case "u":
      return String(weekday === 0 ? 7 : weekday);
    case "w":
      return String(weekday);
    case "U":
      return two(Math.floor((dayOfYear(local) + 7 - weekday) / 7));
    case "W":
      return two(Math.floor((dayOfYear(local) + 7 - ((weekday + 6) % 7)) / 7));
    case "V":
      return two(isoWeek(local).week);
    case "y":
      return two(year % 100);
    case "Y":
      return String(year);
    default:
      return null;
  }
}

function timeConversion(letter: string, local: Date, atMs: number, zone: Zone): string | null {
  const hour = local.getUTCHours();
  const time = `${two(local.getUTCMinutes())}:${two(local.getUTCSeconds())}`;
  const hour12 = hour % 12 === 0 ? 12 : hour % 12;
  const half = hour < 12 ? "AM" : "PM";
  switch (letter) {
    case "c":
      return formatTime("%a %b %e %H:%M:%S %Y", atMs, zone);
    case "H":
      return two(hour);
    case "I":
      return two(hour12);
    case "k":
      return spaced(hour);
    case "l":
      return spaced(hour12);
    case "M":
      return two(local.getUTCMinutes());
    case "n":
      return "\n";
    case "p":
      return half;
    case "P":
      return half.toLowerCase();
    case "r":
      return `${two(hour12)}:${time} ${half}`;
    case "R":
      return `${two(hour)}:${two(local.getUTCMinutes())}`;
    case "s":
      return String(Math.floor(atMs / 1000));
    case "S":
      return two(local.getUTCSeconds());
    case "t":
      return "\t";
    case "T":
    case "X":
      return `${two(hour)}:${time}`;
    case "z":
      return zoneOffset(zone);
    case "Z":
      return zone.name;
    case "%":
      return "%";
    default:
      return null;
  }
}

/** Instant of a time as busybox's `date -d` reads it, or null. What it does not name comes from `nowMs`. */
export function parseTime(text: string, nowMs: number, zone: Zone): number | null {
  const epoch = /^@(-?\d+)$/.exec(text);
  if (epoch) return Number(epoch[1]) * 1000;
  const now = localTime(nowMs, zone);
  const parts = readParts(text, now);
  if (!parts) return null;
  const [year, month, day, hour, minute, second] = parts;
  const local = new Date(Date.UTC(year, month - 1, day, hour, minute, second));
  if (local.getUTCMonth() !== month - 1 || local.getUTCDate() !== day || hour > 23 || minute > 59 || second > 60) {
    return null;
  }
  return local.getTime() - zone.offsetMinutes * 60_000;
}

type Parts = readonly [year: number, month: number, day: number, hour: number, minute: number, second: number];

function readParts(text: string, now: Date): Parts | null {
  const today = [now.getUTCFullYear(), now.getUTCMonth() + 1, now.getUTCDate()] as const;
  let found = /^(\d{1,2}):(\d\d)(?::(\d\d))?$/.exec(text);
  if (found) return [...today, Number(found[1]), Number(found[2]), Number(found[3] ?? 0)];
  found = /^(\d{4})-(\d\d)-(\d\d)(?: (\d\d):(\d\d)(?::(\d\d))?)?$/.exec(text);
  if (found) {
    const [year, month, day, hour, minute, second] = found.slice(1).map((part) => Number(part ?? 0));
    return [year ?? 0, month ?? 0, day ?? 0, hour ?? 0, minute ?? 0, second ?? 0];
  }
  found = /^(?:(\d{4})\.)?(\d\d?)\.(\d\d?)-(\d\d):(\d\d)(?::(\d\d))?$/.exec(text);
  if (found) {
    const year = found[1] === undefined ? today[0] : Number(found[1]);
    return [year, Number(found[2]), Number(found[3]), Number(found[4]), Number(found[5]), Number(found[6] ?? 0)];
  }
  return compactParts(text, today);
}

/** `[[[[[YY]YY]MM]DD]hh]mm[.ss]`. */
function compactParts(text: string, today: readonly [number, number, number]): Parts | null {
  const found = /^(\d{2}|\d{4}|\d{6}|\d{8}|\d{10}|\d{12})(?:\.(\d\d))?$/.exec(text);
  if (!found) return null;
  const digits = found[1] ?? "";
  const pairs = digits.match(/\d\d/g)?.map(Number) ?? [];
  const minute = pairs.pop() ?? 0;
  const hour = pairs.pop() ?? 0;
  const day = pairs.pop() ?? today[2];
  const month = pairs.pop() ?? today[1];
  const low = pairs.pop();
  const high = pairs.pop();
  let year = today[0];
  if (low !== undefined) year = high === undefined ? (low < 69 ? 2000 : 1900) + low : high * 100 + low;
  return [year, month, day, hour, minute, Number(found[2] ?? 0)];
}
