import { type Applet, applet, Failure, type Options, reasonOf, UsageFailure } from "../applet.js";
import { formatTime, parseTime, type Zone, zoneOf, zoneOffset } from "./calendar.js";

export const date = applet("date [OPTIONS] [+FMT] [[-s] TIME]", function* (self) {
  const options = self.options("us:d:D:r:RI::", {
    utc: "u",
    set: "s",
    date: "d",
    reference: "r",
    "rfc-2822": "R",
    "iso-8601": "I",
  });
  const zone = options.has("u") ? { name: "UTC", offsetMinutes: 0 } : zoneOf(self.process.env.get("TZ"));
  const [first, second] = options.operands;
  if (options.operands.length > 2 || (second !== undefined && !second.startsWith("+"))) throw new UsageFailure();
  const format = options.operands.find((word) => word.startsWith("+"));
  const set = options.get("s") ?? (first !== undefined && !first.startsWith("+") ? first : undefined);
  if (set !== undefined) {
    if (parseTime(set, self.process.nowMs(), zone) === null) throw new Failure(`invalid date '${set}'`);
    yield* self.complain("can't set date: Operation not permitted");
  }
  const atMs = instant(self, options, zone, set);
  yield* self.print(`${present(options, format, atMs, zone)}\n`);
  return set === undefined ? 0 : 1;
});

function instant(self: Applet, options: Options, zone: Zone, set: string | undefined): number {
  const reference = options.get("r");
  if (reference !== undefined) {
    try {
      return self.process.files.stat(reference).mtimeMs;
    } catch (error) {
      throw new Failure(`can't stat '${reference}': ${reasonOf(error)}`);
    }
  }
  const nowMs = self.process.nowMs();
  const text = options.get("d") ?? set;
  if (text === undefined) return nowMs;
  const pattern = options.get("D");
  const atMs = pattern === undefined ? parseTime(text, nowMs, zone) : parseWith(pattern, text, nowMs, zone);
  if (atMs === null) throw new Failure(`invalid date '${text}'`);
  return atMs;
}

function present(options: Options, format: string | undefined, atMs: number, zone: Zone): string {
  if (format !== undefined) return formatTime(format.slice(1), atMs, zone);
  if (options.has("R")) return formatTime("%a, %d %b %Y %H:%M:%S %z", atMs, zone);
  const precision = options.get("I");
  if (precision === undefined) return formatTime("%a %b %e %H:%M:%S %Z %Y", atMs, zone);
  const offset = zoneOffset(zone, ":");
  switch (precision) {
    case "":
    case "date":
      return formatTime("%Y-%m-%d", atMs, zone);
    case "hours":
      return formatTime("%Y-%m-%dT%H", atMs, zone) + offset;
    case "minutes":
      return formatTime("%Y-%m-%dT%H:%M", atMs, zone) + offset;
    case "seconds":
      return formatTime("%Y-%m-%dT%H:%M:%S", atMs, zone) + offset;
    case "ns": {
      const nanoseconds = String((((atMs % 1000) + 1000) % 1000) * 1_000_000).padStart(9, "0");
      return `${formatTime("%Y-%m-%dT%H:%M:%S", atMs, zone)},${nanoseconds}${offset}`;
    }
    default:
      throw new UsageFailure();
  }
}

/** The common conversions of strptime, for `-D`. */
function parseWith(pattern: string, text: string, nowMs: number, zone: Zone): number | null {
  const names: string[] = [];
  const expanded = pattern.replace(/%T/g, "%H:%M:%S").replace(/%F/g, "%Y-%m-%d").replace(/%R/g, "%H:%M");
  const source = expanded.replace(/%(.)|([^\w\s])|\s+/gs, (whole, letter?: string, special?: string) => {
    if (special !== undefined) return `\\${special}`;
    if (letter === undefined) return "\\s+";
    if (!"YmdHMSsjy".includes(letter)) return whole;
    names.push(letter);
    return letter === "Y" ? "(\\d{4})" : letter === "s" ? "(-?\\d+)" : "(\\d{1,2})";
  });
  const found = new RegExp(`^${source}$`).exec(text);
  if (!found) return null;
  const value = (letter: string, otherwise: number): number => {
    const index = names.indexOf(letter);
    return index < 0 ? otherwise : Number(found[index + 1]);
  };
  if (names.includes("s")) return value("s", 0) * 1000;
  const today = new Date(nowMs);
  const two = (number: number): string => String(number).padStart(2, "0");
  const day = `${value("Y", today.getUTCFullYear())}-${two(value("m", 1))}-${two(value("d", 1))}`;
  return parseTime(`${day} ${two(value("H", 0))}:${two(value("M", 0))}:${two(value("S", 0))}`, nowMs, zone);
}
