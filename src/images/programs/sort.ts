import { applet, Failure, type Options, parseOptions, reasonOf, UsageFailure } from "../applet.js";
import { Input } from "../input.js";

interface Key {
  readonly startField: number;
  readonly startByte: number;
  /** 0: to the end of the line. */
  readonly endField: number;
  readonly endByte: number;
  readonly flags: string;
}

export const sort = applet(
  "sort [-nrugMcszbdfiokt] [-o FILE] [-k START[.OFS][OPTS][,END[.OFS][OPTS]] [-t CHAR] [FILE]...",
  function* (self) {
    const options = sortOptions(self.args, "nrugMVcszbdfimS:T:o:k:t:");
    const delimiter = options.has("z") ? "\0" : "\n";
    const lines: string[] = [];
    for (const path of options.operands.length > 0 ? options.operands : ["-"]) {
      let fd: number;
      try {
        fd = self.open(path);
      } catch (error) {
        throw new Failure(`${path}: ${reasonOf(error)}`, 2);
      }
      const input = new Input(self.process, fd);
      for (let line = yield* input.line(delimiter); line !== null; line = yield* input.line(delimiter)) {
        lines.push(line);
        yield* self.work();
      }
      self.close(fd);
    }
    const compare = comparer(options);
    if (options.has("c")) {
      for (let at = 1; at < lines.length; at += 1) {
        const order = compare(lines[at - 1] ?? "", lines[at] ?? "");
        if (order > 0 || (order === 0 && options.has("u"))) {
          if (options.has("c")) yield* self.process.err(`Check line ${at}\n`);
          return 1;
        }
      }
      return 0;
    }
    const sorted = arrange(lines, compare, options);
    const text = sorted.map((line) => line + delimiter).join("");
    const output = options.get("o");
    if (output === undefined) yield* self.print(text);
    else {
      try {
        self.process.files.write(output, text);
      } catch (error) {
        throw new Failure(`can't open '${output}': ${reasonOf(error)}`, 2);
      }
    }
    return 0;
  },
);

/** A wrong option is status 2, as every trouble of sort. */
function sortOptions(args: readonly string[], spec: string): Options {
  try {
    return parseOptions(args, spec);
  } catch (error) {
    if (error instanceof UsageFailure) throw new UsageFailure(error.message, 2);
    throw error;
  }
}

function arrange(lines: string[], compare: (a: string, b: string) => number, options: Options): string[] {
  const reverse = options.has("r");
  const byBytes = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
  const whole = (a: string, b: string): number => compare(a, b) || (reverse ? byBytes(b, a) : byBytes(a, b));
  const sorted = lines.slice().sort(options.has("s") ? compare : whole);
  if (!options.has("u")) return sorted;
  return sorted.filter((line, index) => index === 0 || compare(sorted[index - 1] ?? "", line) !== 0);
}

function comparer(options: Options): (a: string, b: string) => number {
  const separator = options.get("t");
  if (separator !== undefined && separator.length > 1 && separator !== "\\0") {
    throw new Failure("bad -t parameter", 2);
  }
  const global = ["n", "r", "g", "M", "V", "b", "d", "f", "i"].filter((flag) => options.has(flag)).join("");
  const keys = options.all("k").map(readKey);
  const all = keys.length > 0 ? keys : [{ startField: 1, startByte: 1, endField: 0, endByte: 0, flags: "" }];
  return (a, b) => {
    for (const key of all) {
      const flags = key.flags === "" ? global : key.flags;
      const left = extract(a, key, separator, flags);
      const right = extract(b, key, separator, flags);
      const order = compareKeys(left, right, flags);
      if (order !== 0) return flags.includes("r") ? -order : order;
    }
    return 0;
  };
}

function readKey(text: string): Key {
  const found = /^(\d+)(?:\.(\d+))?([a-zA-Z]*)(?:,(\d+)(?:\.(\d+))?([a-zA-Z]*))?$/.exec(text);
  if (!found || Number(found[1]) === 0) throw new Failure("bad field specification", 2);
  const flags = `${found[3] ?? ""}${found[6] ?? ""}`;
  if (/[^nrgMVbdfi]/.test(flags)) throw new Failure("unknown key option", 2);
  return {
    startField: Number(found[1]),
    startByte: Number(found[2] ?? 1),
    endField: Number(found[4] ?? 0),
    endByte: Number(found[5] ?? 0),
    flags,
  };
}

/** Where field `number` (from 1) begins and ends. Without a separator a field begins with the blanks before it. */
function fieldBounds(line: string, number: number, separator: string | undefined): { start: number; end: number } {
  let start = 0;
  for (let field = 1; ; field += 1) {
    let end = start;
    if (separator === undefined) {
      while (end < line.length && isBlank(line, end)) end += 1;
      while (end < line.length && !isBlank(line, end)) end += 1;
    } else {
      const next = line.indexOf(separator, start);
      end = next < 0 ? line.length : next;
    }
    if (field === number || end >= line.length) {
      return field === number ? { start, end } : { start: line.length, end: line.length };
    }
    start = separator === undefined ? end : end + 1;
  }
}

function isBlank(line: string, at: number): boolean {
  const char = line[at];
  return char === " " || char === "\t";
}

function extract(line: string, key: Key, separator: string | undefined, flags: string): string {
  const whole = key.startField === 1 && key.startByte <= 1 && key.endField === 0;
  let text = line;
  if (!whole) {
    let start = fieldBounds(line, key.startField, separator).start;
    if (flags.includes("b")) while (start < line.length && isBlank(line, start)) start += 1;
    start += Math.max(0, key.startByte - 1);
    let end = line.length;
    if (key.endField > 0) {
      const bounds = fieldBounds(line, key.endField, separator);
      end = key.endByte > 0 ? bounds.start + key.endByte : bounds.end;
    }
    text = line.slice(start, Math.max(start, end));
  } else if (flags.includes("b")) text = line.replace(/^[ \t]+/, "");
  if (flags.includes("d")) text = text.replace(/[^A-Za-z0-9 \t]/g, "");
  if (flags.includes("i")) text = text.replace(/[^\x20-\x7e]/g, "");
  if (flags.includes("f")) text = text.toUpperCase();
  return text;
}

function compareKeys(left: string, right: string, flags: string): number {
  if (flags.includes("n")) return order(numericPrefix(left), numericPrefix(right));
  if (flags.includes("g")) return order(floatPrefix(left), floatPrefix(right));
  if (flags.includes("M")) return order(monthOf(left), monthOf(right));
  if (flags.includes("V")) return compareVersions(left, right);
  return left < right ? -1 : left > right ? 1 : 0;
}

function order(left: number, right: number): number {
  return left < right ? -1 : left > right ? 1 : 0;
}

function numericPrefix(text: string): number {
  return Number(/^\s*(-?\d*\.?\d*)/.exec(text)?.[1]?.replace(/^-?\.?$/, "0") ?? 0);
}

function floatPrefix(text: string): number {
  const value = Number.parseFloat(text);
  return Number.isNaN(value) ? Number.NEGATIVE_INFINITY : value;
}

function monthOf(text: string): number {
  const names = "JANFEBMARAPRMAYJUNJULAUGSEPOCTNOVDEC";
  const name = text.trimStart().slice(0, 3).toUpperCase();
  const at = name.length === 3 ? names.indexOf(name) : -1;
  return at >= 0 && at % 3 === 0 ? at / 3 + 1 : 0;
}

function compareVersions(left: string, right: string): number {
  const a = left.match(/\d+|\D+/g) ?? [];
  const b = right.match(/\d+|\D+/g) ?? [];
  for (let at = 0; at < Math.max(a.length, b.length); at += 1) {
    const x = a[at] ?? "";
    const y = b[at] ?? "";
    const bothNumbers = /^\d/.test(x) && /^\d/.test(y);
    const result = bothNumbers ? order(Number(x), Number(y)) : x < y ? -1 : x > y ? 1 : 0;
    if (result !== 0) return result;
  }
  return 0;
}
