import { GoDurationError, goDuration } from "../meta/duration.js";
import { quote } from "../meta/go-text.js";

/** A text that is no schedule; the message is upstream's. */
export class CronScheduleError extends Error {
  override readonly name = "CronScheduleError";
}

/** The times that a line of cron names. */
export interface CronFields {
  readonly kind: "fields";
  readonly minutes: ReadonlySet<number>;
  readonly hours: ReadonlySet<number>;
  readonly days: ReadonlySet<number>;
  readonly months: ReadonlySet<number>;
  /** 0 is Sunday. */
  readonly weekdays: ReadonlySet<number>;
  /** Whether days, or weekdays, are all of them (`*`): then only the other of the two decides. */
  readonly anyDay: boolean;
  readonly anyWeekday: boolean;
  /** The zone written before the fields (`TZ=Europe/Rome 0 8 * * *`). */
  readonly zone: string | undefined;
}

/** `@every 90m`: so long after the last time. */
interface CronInterval {
  readonly kind: "interval";
  readonly everyMs: number;
}

export type CronSchedule = CronFields | CronInterval;

interface FieldBounds {
  readonly low: number;
  readonly high: number;
  readonly names?: { readonly [name: string]: number };
}

const months = Object.fromEntries(
  ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"].map((name, index) => [
    name,
    index + 1,
  ]),
);
const weekdays = Object.fromEntries(
  ["sun", "mon", "tue", "wed", "thu", "fri", "sat"].map((name, index) => [name, index]),
);
const bounds: readonly FieldBounds[] = [
  { low: 0, high: 59 },
  { low: 0, high: 23 },
  { low: 1, high: 31 },
  { low: 1, high: 12, names: months },
  { low: 0, high: 6, names: weekdays },
];

const descriptors: { readonly [name: string]: string | undefined } = {
  "@yearly": "0 0 1 1 *",
  "@annually": "0 0 1 1 *",
  "@monthly": "0 0 1 * *",
  "@weekly": "0 0 * * 0",
  "@daily": "0 0 * * *",
  "@midnight": "0 0 * * *",
  "@hourly": "0 * * * *",
};

/**
 * Reads a schedule: five fields, or one of the descriptors, each with a zone before it if wanted.
 * @throws {CronScheduleError} in the words of the parser that Kubernetes uses
 * @see github.com/robfig/cron v3 parser.go, ParseStandard
 */
export function parseCronSchedule(text: string): CronSchedule {
  if (text === "") throw new CronScheduleError("empty spec string");
  let rest = text;
  let zone: string | undefined;
  if (rest.startsWith("TZ=") || rest.startsWith("CRON_TZ=")) {
    const blank = rest.indexOf(" ");
    if (blank === -1)
      throw new CronScheduleError(`provided bad location ${rest.slice(rest.indexOf("=") + 1)}: unknown`);
    zone = rest.slice(rest.indexOf("=") + 1, blank);
    if (!isTimeZone(zone)) {
      throw new CronScheduleError(`provided bad location ${zone}: unknown time zone ${zone}`);
    }
    rest = rest.slice(blank).trim();
  }
  if (rest.startsWith("@")) return parseDescriptor(rest, zone);
  const fields = rest.split(/\s+/).filter((field) => field !== "");
  if (fields.length !== bounds.length) {
    throw new CronScheduleError(`expected exactly 5 fields, found ${fields.length}: [${fields.join(" ")}]`);
  }
  return schedule(fields, zone);
}

function parseDescriptor(text: string, zone: string | undefined): CronSchedule {
  const line = descriptors[text];
  if (line !== undefined) return schedule(line.split(" "), zone);
  if (!text.startsWith("@every ")) throw new CronScheduleError(`unrecognized descriptor: ${text}`);
  let durationMs: number;
  try {
    durationMs = goDuration(text.slice("@every ".length));
  } catch (error) {
    if (!(error instanceof GoDurationError)) throw error;
    throw new CronScheduleError(`failed to parse duration ${text}: ${error.message}`);
  }
  // whole seconds, at least one
  return { kind: "interval", everyMs: Math.max(1000, Math.floor(durationMs / 1000) * 1000) };
}

function schedule(fields: readonly string[], zone: string | undefined): CronFields {
  const [minutes, hours, days, monthsOfYear, daysOfWeek] = fields.map(
    (field, position) => parseField(field, bounds[position] as FieldBounds), // there are as many fields as bounds
  ) as [ParsedField, ParsedField, ParsedField, ParsedField, ParsedField];
  return {
    kind: "fields",
    minutes: minutes.values,
    hours: hours.values,
    days: days.values,
    months: monthsOfYear.values,
    weekdays: daysOfWeek.values,
    anyDay: days.any,
    anyWeekday: daysOfWeek.any,
    zone,
  };
}

interface ParsedField {
  readonly values: ReadonlySet<number>;
  readonly any: boolean;
}

function parseField(field: string, limits: FieldBounds): ParsedField {
  const values = new Set<number>();
  let any = false;
  for (const expression of field.split(",").filter((part) => part !== "")) {
    if (addRange(values, expression, limits)) any = true;
  }
  return { values, any };
}

/** Adds what `2-10/2` names; returns whether it is all there is, in steps of one. */
function addRange(values: Set<number>, expression: string, limits: FieldBounds): boolean {
  const parts = expression.split("/");
  const [range = "", stepText] = parts;
  const edges = range.split("-");
  const [startText = "", endText] = edges;
  const star = startText === "*" || startText === "?";
  let start = star ? limits.low : parseValue(startText, limits);
  let end = star ? limits.high : start;
  if (!star) {
    if (edges.length > 2) throw new CronScheduleError(`too many hyphens: ${expression}`);
    if (endText !== undefined) end = parseValue(endText, limits);
  }
  if (parts.length > 2) throw new CronScheduleError(`too many slashes: ${expression}`);
  let step = 1;
  if (stepText !== undefined) {
    step = parseNumber(stepText);
    if (!star && edges.length === 1) end = limits.high;
  }
  if (start < limits.low) {
    throw new CronScheduleError(`beginning of range (${start}) below minimum (${limits.low}): ${expression}`);
  }
  if (end > limits.high) {
    throw new CronScheduleError(`end of range (${end}) above maximum (${limits.high}): ${expression}`);
  }
  if (start > end) {
    throw new CronScheduleError(`beginning of range (${start}) beyond end of range (${end}): ${expression}`);
  }
  if (step === 0) throw new CronScheduleError(`step of range should be a positive number: ${expression}`);
  for (; start <= end; start += step) values.add(start);
  return star && step === 1;
}

function parseValue(text: string, limits: FieldBounds): number {
  return limits.names?.[text.toLowerCase()] ?? parseNumber(text);
}

function parseNumber(text: string): number {
  if (!/^[+-]?\d+$/.test(text)) {
    const detail = `strconv.Atoi: parsing ${quote(text)}: invalid syntax`;
    throw new CronScheduleError(`failed to parse int from ${text}: ${detail}`);
  }
  const value = Number(text);
  if (Math.abs(value) >= 2 ** 63) {
    const detail = `strconv.Atoi: parsing ${quote(text)}: value out of range`;
    throw new CronScheduleError(`failed to parse int from ${text}: ${detail}`);
  }
  if (value < 0) throw new CronScheduleError(`negative number (${value}) not allowed: ${text}`);
  return value;
}

/** Whether the time zone database knows this name. */
export function isTimeZone(name: string): boolean {
  // abbreviations other than these are no zones of the database, although some run-times take them
  if (!name.includes("/") && !plainZones.has(name)) return false;
  if (!/^[A-Z]/.test(name)) return false;
  try {
    const { timeZone } = new Intl.DateTimeFormat("en-US", { timeZone: name }).resolvedOptions();
    // the database is a folder of files: `Europe/rome` is not there, although run-times take it
    return timeZone === name || timeZone.toLowerCase() !== name.toLowerCase();
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

const plainZones: ReadonlySet<string> = new Set(
  (
    "UTC UCT Universal Zulu GMT GMT0 GMT+0 GMT-0 Greenwich CET MET EET WET EST MST HST EST5EDT CST6CDT MST7MDT PST8PDT " +
    "Cuba Egypt Eire Factory GB GB-Eire Hongkong Iceland Iran Israel Jamaica Japan Kwajalein Libya NZ NZ-CHAT Navajo " +
    "PRC Poland Portugal ROC ROK Singapore Turkey W-SU"
  ).split(" "),
);
