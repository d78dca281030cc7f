/** od, hexdump, xxd, dd. */
import type { Step } from "../../container/program.js";
import { type Applet, applet, Failure, type Options, reasonOf, UsageFailure } from "../applet.js";
import { humanSize, sizedNumber } from "../numbers.js";

function printable(byte: number): string {
  return byte >= 32 && byte < 127 ? String.fromCharCode(byte) : ".";
}

function hex(value: number, width: number): string {
  return value.toString(16).padStart(width, "0");
}

function* contents(self: Applet, operands: readonly string[]): Step<{ data: string; status: number }> {
  let data = "";
  let status = 0;
  for (const path of operands.length > 0 ? operands : ["-"]) {
    try {
      data += yield* self.readFile(path);
    } catch (error) {
      yield* self.complain(`${path}: ${reasonOf(error)}`);
      status = 1;
    }
  }
  return { data, status };
}

interface DumpFormat {
  readonly bytes: number;
  readonly cell: (text: string, at: number) => string;
}

const charNames: Readonly<Record<number, string>> = {
  0: "\\0",
  7: "\\a",
  8: "\\b",
  9: "\\t",
  10: "\\n",
  11: "\\v",
  12: "\\f",
  13: "\\r",
};

/** An unsigned little-endian number. */
function numberAt(text: string, at: number, bytes: number): bigint {
  let value = 0n;
  for (let index = bytes - 1; index >= 0; index -= 1) {
    value = (value << 8n) | BigInt(at + index < text.length ? text.charCodeAt(at + index) & 255 : 0);
  }
  return value;
}

function numberFormat(bytes: number, kind: string): DumpFormat {
  const max = (1n << BigInt(bytes * 8)) - 1n;
  const width =
    {
      o: max.toString(8).length,
      x: bytes * 2,
      u: max.toString().length,
      d: max.toString().length + (bytes === 8 ? 0 : 1),
    }[kind] ?? 0;
  return {
    bytes,
    cell: (text, at) => {
      const value = numberAt(text, at, bytes);
      if (kind === "d")
        return ` ${BigInt.asIntN(bytes * 8, value)
          .toString()
          .padStart(width)}`;
      if (kind === "u") return ` ${value.toString().padStart(width)}`;
      return ` ${value.toString(kind === "o" ? 8 : 16).padStart(width, "0")}`;
    },
  };
}

const charFormat: DumpFormat = {
  bytes: 1,
  cell: (text, at) => {
    const byte = text.charCodeAt(at) & 255;
    const name =
      charNames[byte] ?? (byte >= 32 && byte < 127 ? String.fromCharCode(byte) : byte.toString(8).padStart(3, "0"));
    return name.padStart(4);
  },
};

function odFormat(type: string): DumpFormat {
  const found = /^([acdoux])([1248CSIL]?)$/.exec(type);
  if (!found) throw new Failure(`invalid type string '${type}'`);
  const kind = found[1] ?? "o";
  if (kind === "c" || kind === "a") return charFormat;
  const sizes: Readonly<Record<string, number>> = { C: 1, S: 2, I: 4, L: 8 };
  const size = found[2] === "" ? 4 : (sizes[found[2] ?? ""] ?? Number(found[2]));
  return numberFormat(size, kind);
}

function odFormats(options: Options): DumpFormat[] {
  const formats = options.all("t").flatMap((text) => (text.match(/[acdoux][1248CSIL]?/g) ?? [text]).map(odFormat));
  const old: readonly (readonly [string, string])[] = [
    ["b", "o1"],
    ["c", "c"],
    ["d", "u2"],
    ["o", "o2"],
    ["x", "x2"],
    ["i", "d4"],
    ["h", "x2"],
  ];
  for (const [letter, type] of old) if (options.has(letter)) formats.push(odFormat(type));
  return formats.length > 0 ? formats : [odFormat("o2")];
}

export const od = applet(
  "od [-abcdfhilovxs] [-t TYPE] [-A RADIX] [-N SIZE] [-j SKIP] [-S MINSTR] [-w WIDTH] [FILE]...",
  function* (self) {
    const options = self.options("A:N:j:bcdohixt:vw::");
    const { data, status } = yield* contents(self, options.operands);
    const skip = sizedNumber(options.get("j") ?? "0");
    const length = options.has("N") ? sizedNumber(options.get("N") ?? "0") : data.length;
    const end = Math.min(data.length, skip + length);
    const formats = odFormats(options);
    const width = options.has("w") ? Number(options.get("w") || "32") : 16;
    const radix = options.get("A") ?? "o";
    const address = (at: number): string => {
      if (radix === "n") return "";
      return at.toString(radix === "d" ? 10 : radix === "x" ? 16 : 8).padStart(radix === "x" ? 6 : 7, "0");
    };
    const text = data.slice(0, end);
    let before: string | null = null;
    let starred = false;
    for (let at = skip; at < end; at += width) {
      yield* self.work();
      const row = text.slice(at, at + width);
      if (row === before && row.length === width && !options.has("v")) {
        if (!starred) yield* self.print("*\n");
        starred = true;
        continue;
      }
      before = row;
      starred = false;
      for (const [index, format] of formats.entries()) {
        let line = index === 0 ? address(at) : " ".repeat(address(at).length);
        for (let cell = at; cell < at + row.length; cell += format.bytes) line += format.cell(text, cell);
        yield* self.print(`${line}\n`);
      }
    }
    if (radix !== "n") yield* self.print(`${address(end)}\n`);
    return status;
  },
);

export const hexdump = applet("hexdump [-bcdoxCv] [-s OFFSET] [-n LEN] [FILE]...", function* (self) {
  const options = self.options("bcdoxCvs:n:e:f:");
  if (options.has("e") || options.has("f"))
    throw new Failure("formats of one's own (-e, -f) are not supported by kjob");
  const canonical = options.has("C") || self.name === "hd";
  const { data, status } = yield* contents(self, options.operands);
  const start = sizedNumber(options.get("s") ?? "0");
  const end = options.has("n") ? Math.min(data.length, start + sizedNumber(options.get("n") ?? "0")) : data.length;
  const text = data.slice(0, end);
  let before: string | null = null;
  let starred = false;
  for (let at = start; at < end; at += 16) {
    yield* self.work();
    const row = text.slice(at, at + 16);
    if (row === before && row.length === 16 && !options.has("v")) {
      if (!starred) yield* self.print("*\n");
      starred = true;
      continue;
    }
    before = row;
    starred = false;
    yield* self.print(canonical ? canonicalRow(row, at) : wordRow(row, at, options));
  }
  if (end > start) yield* self.print(`${hex(end, canonical ? 8 : 7)}\n`);
  return status;
});

function canonicalRow(row: string, at: number): string {
  const bytes = [...row].map((char) => hex(char.charCodeAt(0) & 255, 2));
  const left = bytes.slice(0, 8).join(" ").padEnd(23);
  const right = bytes.slice(8).join(" ").padEnd(23);
  const text = [...row].map((char) => printable(char.charCodeAt(0) & 255)).join("");
  return `${hex(at, 8)}  ${left}  ${right}  |${text}|\n`;
}

function wordRow(row: string, at: number, options: Options): string {
  let line = hex(at, 7);
  if (options.has("b") || options.has("c")) {
    for (let index = 0; index < row.length; index += 1) {
      line += options.has("c")
        ? charFormat.cell(row, index)
        : ` ${(row.charCodeAt(index) & 255).toString(8).padStart(3, "0")}`;
    }
    return `${line.padEnd(7 + 16 * 4)}\n`;
  }
  const wide = options.has("x") || options.has("d") || options.has("o");
  for (let index = 0; index < row.length; index += 2) {
    const value = Number(numberAt(row, index, 2));
    const digits = options.has("d")
      ? String(value).padStart(5, "0")
      : options.has("o")
        ? value.toString(8).padStart(6, "0")
        : hex(value, 4);
    line += wide ? digits.padStart(8) : ` ${digits}`;
  }
  return `${line.padEnd(7 + 8 * (wide ? 8 : 5))}\n`;
}

export const xxd = applet("xxd [-pri] [-g N] [-c N] [-l LEN] [-s OFS] [-o OFS] [FILE]", function* (self) {
  const options = self.options("l:s:g:c:o:pri");
  const { data, status } = yield* contents(self, options.operands.slice(0, 1));
  if (options.has("r")) {
    yield* self.print(reverseDump(data, options.has("p")));
    return status;
  }
  if (options.has("i")) throw new Failure("C include files (-i) are not supported by kjob");
  const start = sizedNumber(options.get("s") ?? "0");
  const end = options.has("l") ? Math.min(data.length, start + sizedNumber(options.get("l") ?? "0")) : data.length;
  const plain = options.has("p");
  const columns = options.has("c") ? sizedNumber(options.get("c") ?? "16") : plain ? 30 : 16;
  const grouping = sizedNumber(options.get("g") ?? "2") || columns;
  for (let at = start; at < end; at += columns) {
    yield* self.work();
    const row = data.slice(at, Math.min(end, at + columns));
    const bytes = [...row].map((char) => hex(char.charCodeAt(0) & 255, 2));
    if (plain) {
      yield* self.print(`${bytes.join("")}\n`);
      continue;
    }
    let cells = "";
    for (let index = 0; index < columns; index += 1) {
      cells += (bytes[index] ?? "  ") + ((index + 1) % grouping === 0 || index + 1 === columns ? " " : "");
    }
    const text = [...row].map((char) => printable(char.charCodeAt(0) & 255)).join("");
    yield* self.print(`${hex(at, 8)}: ${cells} ${text}\n`);
  }
  return status;
});

function reverseDump(text: string, plain: boolean): string {
  let bytes = "";
  for (const line of text.split("\n")) {
    const body = plain ? line : line.replace(/^[0-9a-fA-F]+:/, "").split(/ {2}/, 1)[0];
    for (const pair of (body ?? "").replace(/\s+/g, "").match(/[0-9a-fA-F]{2}/g) ?? []) {
      bytes += String.fromCharCode(Number.parseInt(pair, 16));
    }
  }
  return bytes;
}

const ddBytesMax = 64 * 1024 * 1024;

export const dd = applet("dd [if=FILE] [of=FILE] [ibs=N obs=N/bs=N] [count=N] [skip=N] [conv=...]", function* (self) {
  const values = new Map<string, string>();
  for (const word of self.args) {
    const equals = word.indexOf("=");
    const name = word.slice(0, equals);
    if (
      equals < 0 ||
      !["if", "of", "bs", "ibs", "obs", "count", "skip", "conv", "iflag", "oflag", "status"].includes(name)
    ) {
      throw new UsageFailure();
    }
    values.set(name, word.slice(equals + 1));
  }
  const block = sizedNumber(values.get("bs") ?? values.get("ibs") ?? "512");
  const count = values.has("count") ? sizedNumber(values.get("count") ?? "") : Number.POSITIVE_INFINITY;
  const flags = (values.get("conv") ?? "").split(",");
  const input = openFor(self, values.get("if"), true, false);
  const output = openFor(self, values.get("of"), false, flags.includes("notrunc"));
  const { process } = self;
  const startMs = process.nowMs();
  process.hold(block);
  for (let left = sizedNumber(values.get("skip") ?? "0") * block; left > 0; ) {
    const skipped = yield* process.read(input, Math.min(left, 65_536));
    if (skipped === "") break;
    left -= skipped.length;
  }
  let full = 0;
  let partial = 0;
  let total = 0;
  while (full + partial < count) {
    const data = yield* process.read(input, block);
    if (data === "") break;
    if (data.length === block) full += 1;
    else partial += 1;
    total += data.length;
    if (total > ddBytesMax && values.has("of") && values.get("of") !== "/dev/null")
      throw new Failure(`error writing '${values.get("of")}': No space left on device`);
    yield* process.write(output, data);
    yield { kind: "turn" };
  }
  self.close(input);
  self.close(output);
  const records = `${full}+${partial} records in\n${full}+${partial} records out\n`;
  if (values.get("status") === "none") return 0;
  const seconds = (process.nowMs() - startMs) / 1000;
  const rate =
    values.get("status") === "noxfer"
      ? ""
      : `${total} bytes (${humanSize(total)}B) copied, ${seconds.toFixed(6)} seconds, ${humanSize(seconds > 0 ? Math.round(total / seconds) : 0)}B/s\n`;
  yield* process.err(records + rate);
  return 0;
});

function openFor(self: Applet, path: string | undefined, reading: boolean, keep: boolean): number {
  if (path === undefined) return reading ? 0 : 1;
  try {
    return self.process.open(path, reading ? { read: true } : { write: true, create: true, truncate: !keep });
  } catch (error) {
    throw new Failure(`can't open '${path}': ${reasonOf(error)}`);
  }
}
