import type { Step } from "../../container/program.js";
import { type Applet, applet, Failure, type Options, reasonOf } from "../applet.js";
import { Input } from "../input.js";

interface Range {
  readonly from: number;
  readonly to: number;
}

export const cut = applet("cut [OPTIONS] [FILE]...", function* (self) {
  const options = self.options("b:c:f:d:O:F:Dsn", { "output-delimiter": "O", delimiter: "d", fields: "f" });
  const lists = ["b", "c", "f"].filter((letter) => options.has(letter));
  const kind = lists[0];
  if (kind === undefined) throw new Failure("expected a list of bytes, characters, or fields");
  if (lists.length > 1) throw new Failure("only one type of list may be specified");
  const byFields = kind === "f";
  if (!byFields && options.has("s"))
    throw new Failure("suppressing non-delimited lines makes sense only when operating on fields");
  if (!byFields && options.has("d")) throw new Failure("a delimiter may be specified only when operating on fields");
  const ranges = readRanges(options.get(kind) ?? "");
  let status = 0;
  for (const path of options.operands.length > 0 ? options.operands : ["-"]) {
    try {
      yield* cutFile(self, path, byFields, ranges, options);
    } catch (error) {
      if (!(error instanceof Failure)) {
        yield* self.complain(`${path}: ${reasonOf(error)}`);
        status = 1;
      } else throw error;
    }
  }
  return status;
});

function* cutFile(
  self: Applet,
  path: string,
  byFields: boolean,
  ranges: readonly Range[],
  options: Options,
): Step<void> {
  const fd = self.open(path);
  const delimiter = (options.get("d") ?? "\t").charAt(0);
  const joiner = options.get("O") ?? (byFields ? delimiter : "");
  const input = new Input(self.process, fd);
  try {
    for (let line = yield* input.line(); line !== null; line = yield* input.line()) {
      yield* self.work();
      if (!byFields) {
        yield* self.print(`${pick([...line], ranges).join(joiner)}\n`);
      } else if (!line.includes(delimiter)) {
        if (!options.has("s")) yield* self.print(`${line}\n`);
      } else {
        yield* self.print(`${pick(line.split(delimiter), ranges).join(joiner)}\n`);
      }
    }
  } finally {
    self.close(fd);
  }
}

function pick(parts: readonly string[], ranges: readonly Range[]): string[] {
  const picked: string[] = [];
  let next = 1;
  for (const { from, to } of ranges) {
    for (let at = Math.max(from, next); at <= to && at <= parts.length; at += 1) picked.push(parts[at - 1] ?? "");
    next = Math.max(next, to + 1);
  }
  return picked;
}

function readRanges(list: string): Range[] {
  const ranges = list.split(",").map((part) => {
    const found = /^(\d*)(-?)(\d*)$/.exec(part);
    const [, from = "", dash = "", to = ""] = found ?? [];
    if (!found) throw new Failure(`invalid number '${part.replace(/^\d*-/, "")}'`);
    if (from === "" && to === "") throw new Failure(`invalid range ${part}`.trimEnd());
    const low = from === "" ? 1 : Number(from);
    const high = dash === "" ? low : to === "" ? Number.POSITIVE_INFINITY : Number(to);
    if (high < low) throw new Failure(`invalid range ${low}-${high}`);
    return { from: low, to: high };
  });
  return ranges.sort((a, b) => a.from - b.from);
}
