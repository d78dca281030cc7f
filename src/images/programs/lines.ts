/** Small filters of lines: rev, tac, nl, fold, paste, comm, shuf, factor. */
import type { Step } from "../../container/program.js";
import { type Applet, applet, Failure, parseOptions, reasonOf, UsageFailure } from "../applet.js";
import { Input } from "../input.js";
import { wholeNumber } from "../numbers.js";

/** Runs `each` over the files; what cannot be read is complained of. Returns 0 or 1. */
function* overFiles(self: Applet, operands: readonly string[], each: (input: Input) => Step<void>): Step<number> {
  let status = 0;
  for (const path of operands.length > 0 ? operands : ["-"]) {
    try {
      const fd = self.open(path);
      yield* each(new Input(self.process, fd));
      self.close(fd);
    } catch (error) {
      yield* self.complain(`${path}: ${reasonOf(error)}`);
      status = 1;
    }
  }
  return status;
}

export const rev = applet("rev [FILE]...", function* (self) {
  return yield* overFiles(self, self.options("").operands, function* (input) {
    for (let line = yield* input.line(); line !== null; line = yield* input.line()) {
      yield* self.print([...line].reverse().join("") + (input.terminated ? "\n" : ""));
      yield* self.work();
    }
  });
});

export const tac = applet("tac [FILE]...", function* (self) {
  return yield* overFiles(self, self.options("").operands, function* (input) {
    const lines: string[] = [];
    for (let line = yield* input.line(); line !== null; line = yield* input.line()) {
      lines.push(input.terminated ? `${line}\n` : line);
      yield* self.work();
    }
    yield* self.print(lines.reverse().join(""));
  });
});

export const nl = applet("nl [OPTIONS] [FILE]...", function* (self) {
  const options = self.options("pw:l:s:v:i:b:");
  const width = wholeNumber(options.get("w") ?? "6", 1, 100);
  const step = wholeNumber(options.get("i") ?? "1");
  const style = options.get("b") ?? "t";
  const separator = options.get("s") ?? "\t";
  let number = wholeNumber(options.get("v") ?? "1");
  return yield* overFiles(self, options.operands, function* (input) {
    for (let line = yield* input.line(); line !== null; line = yield* input.line()) {
      const counted = style === "a" || (style === "t" && line !== "");
      let prefix = " ".repeat(width + separator.length);
      if (counted) {
        prefix = String(number).padStart(width) + separator;
        number += step;
      }
      yield* self.print(`${prefix}${line}\n`);
      yield* self.work();
    }
  });
});

export const fold = applet("fold [-bs] [-w WIDTH] [FILE]...", function* (self) {
  const args = self.args.map((word) => (/^-\d+$/.test(word) ? `-w${word.slice(1)}` : word));
  const options = parseOptions(args, "bsw:");
  const width = wholeNumber(options.get("w") ?? "80", 1);
  return yield* overFiles(self, options.operands, function* (input) {
    for (let line = yield* input.line(); line !== null; line = yield* input.line()) {
      yield* self.print(foldLine(line, width, options.has("s")) + (input.terminated ? "\n" : ""));
      yield* self.work();
    }
  });
});

function foldLine(line: string, width: number, atBlanks: boolean): string {
  const rows: string[] = [];
  let rest = line;
  while (rest.length > width) {
    const blank = atBlanks ? Math.max(rest.lastIndexOf(" ", width - 1), rest.lastIndexOf("\t", width - 1)) : -1;
    const end = blank >= 0 ? blank + 1 : width;
    rows.push(rest.slice(0, end));
    rest = rest.slice(end);
  }
  rows.push(rest);
  return rows.join("\n");
}

function openAll(self: Applet, paths: readonly string[]): Input[] {
  // `-` given twice takes lines of standard input in turn.
  let standard: Input | null = null;
  return paths.map((path) => {
    if (path === "-") {
      standard ??= new Input(self.process, 0);
      return standard;
    }
    try {
      return new Input(self.process, self.open(path));
    } catch (error) {
      throw new Failure(`${path}: ${reasonOf(error)}`);
    }
  });
}

export const paste = applet("paste [-s] [-d LIST] [FILE]...", function* (self) {
  const options = self.options("sd:");
  const delimiters = [...(options.get("d") ?? "\t").replace(/\\n/g, "\n").replace(/\\t/g, "\t").replace(/\\0/g, "\0")];
  const delimiter = (index: number): string =>
    (delimiters[index % Math.max(1, delimiters.length)] ?? "").replace("\0", "");
  const inputs = openAll(self, options.operands.length > 0 ? options.operands : ["-"]);
  if (options.has("s")) {
    for (const input of inputs) {
      const lines: string[] = [];
      for (let line = yield* input.line(); line !== null; line = yield* input.line()) lines.push(line);
      yield* self.print(`${lines.map((line, index) => (index === 0 ? line : delimiter(index - 1) + line)).join("")}\n`);
    }
    return 0;
  }
  // A file that has ended takes part no more: not even its delimiter is printed.
  const open = new Set(inputs.keys());
  while (open.size > 0) {
    let used = 0;
    for (const [index, input] of inputs.entries()) {
      if (!open.has(index)) continue;
      const line = yield* input.line();
      if (line === null) {
        open.delete(index);
        continue;
      }
      yield* self.print(line + (index === inputs.length - 1 ? "\n" : delimiter(used)));
      used += 1;
      yield* self.work();
    }
  }
  return 0;
});

export const comm = applet("comm [-123] FILE1 FILE2", function* (self) {
  const options = self.options("123");
  if (options.operands.length !== 2) throw new UsageFailure();
  const [first, second] = openAll(self, options.operands);
  if (!first || !second) throw new UsageFailure();
  const shown = ["1", "2", "3"].map((column) => !options.has(column));
  const column = function* (number: 0 | 1 | 2, line: string): Step<void> {
    if (!shown[number]) return;
    const indent = shown.slice(0, number).filter(Boolean).length;
    yield* self.print(`${"\t".repeat(indent)}${line}\n`);
  };
  let left = yield* first.line();
  let right = yield* second.line();
  while (left !== null || right !== null) {
    yield* self.work();
    if (right === null || (left !== null && left < right)) {
      yield* column(0, left ?? "");
      left = yield* first.line();
    } else if (left === null || right < left) {
      yield* column(1, right);
      right = yield* second.line();
    } else {
      yield* column(2, left);
      left = yield* first.line();
      right = yield* second.line();
    }
  }
  return 0;
});

export const shuf = applet("shuf [-n NUM] [-o FILE] [-z] [FILE | -e [ARG...] | -i L-H]", function* (self) {
  const options = self.options("ei:n:o:z");
  const end = options.has("z") ? "\0" : "\n";
  const lines = yield* shufInput(self, options, end);
  const count = Math.min(lines.length, options.has("n") ? wholeNumber(options.get("n") ?? "", 0) : lines.length);
  for (let at = 0; at < count; at += 1) {
    const other = at + Math.floor(self.process.random() * (lines.length - at));
    [lines[at], lines[other]] = [lines[other] ?? "", lines[at] ?? ""];
  }
  const text = lines
    .slice(0, count)
    .map((line) => line + end)
    .join("");
  const output = options.get("o");
  if (output === undefined) yield* self.print(text);
  else self.process.files.write(output, text);
  return 0;
});

function* shufInput(self: Applet, options: ReturnType<Applet["options"]>, end: string): Step<string[]> {
  if (options.has("e")) return options.operands.slice();
  const range = options.get("i");
  if (range !== undefined) {
    const found = /^(\d+)-(\d+)$/.exec(range);
    if (!found) throw new Failure(`bad range '${range}'`);
    const [low, high] = [Number(found[1]), Number(found[2])];
    if (high - low > 1_000_000) throw new Failure("out of memory");
    return Array.from({ length: Math.max(0, high - low + 1) }, (_, index) => String(low + index));
  }
  const path = options.operands[0] ?? "-";
  try {
    const text = yield* self.readFile(path);
    return text === "" ? [] : (text.endsWith(end) ? text.slice(0, -1) : text).split(end);
  } catch (error) {
    throw new Failure(`${path}: ${reasonOf(error)}`);
  }
}

export const factor = applet("factor [NUMBER]...", function* (self) {
  const words =
    self.args.length > 0 ? self.args : (yield* self.process.readAll(0)).split(/\s+/).filter((word) => word !== "");
  for (const word of words) {
    if (!/^\d+$/.test(word)) throw new UsageFailure();
    const factors: string[] = [];
    let rest = BigInt(word);
    for (let divisor = 2n; divisor * divisor <= rest; divisor += divisor === 2n ? 1n : 2n) {
      while (rest % divisor === 0n) {
        factors.push(String(divisor));
        rest /= divisor;
      }
      yield* self.work();
    }
    if (rest > 1n) factors.push(String(rest));
    yield* self.print(`${word}:${factors.map((text) => ` ${text}`).join("")}\n`);
  }
  return 0;
});
