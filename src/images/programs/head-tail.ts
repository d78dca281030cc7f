import type { Step } from "../../container/program.js";
import { type Applet, applet, Failure, type Options, parseOptions, reasonOf } from "../applet.js";
import { Input } from "../input.js";
import { sizedNumber } from "../numbers.js";
import { splitLines } from "../split-lines.js";

/** `-5` and `+5` as old forms of `-n 5` and `-n +5`. */
function modernise(args: readonly string[], plus: boolean): string[] {
  return args.map((word, index) => {
    if (/^-[a-zA-Z]*[nc]$/.test(args[index - 1] ?? "")) return word;
    if (/^-\d+[bkm]?$/.test(word)) return `-n${word.slice(1)}`;
    return plus && index === 0 && /^\+\d+$/.test(word) ? `-n${word}` : word;
  });
}

function* title(self: Applet, path: string, first: boolean): Step<void> {
  yield* self.print(`${first ? "" : "\n"}==> ${path === "-" ? "standard input" : path} <==\n`);
}

function wantsTitles(options: Options, count: number): boolean {
  return !options.has("q") && (options.has("v") || count > 1);
}

export const head = applet("head [OPTIONS] [FILE]...", function* (self) {
  const options = parseOptions(modernise(self.args, false), "n:c:qv");
  const bytes = options.has("c");
  const text = options.get("c") ?? options.get("n") ?? "10";
  const allBut = text.startsWith("-");
  const count = sizedNumber(allBut ? text.slice(1) : text);
  const paths = options.operands.length > 0 ? options.operands : ["-"];
  const titles = wantsTitles(options, paths.length);
  let first = true;
  let status = 0;
  for (const path of paths) {
    let fd: number;
    try {
      fd = self.open(path);
    } catch (error) {
      yield* self.complain(`${path}: ${reasonOf(error)}`);
      status = 1;
      continue;
    }
    if (titles) yield* title(self, path, first);
    first = false;
    try {
      const input = new Input(self.process, fd);
      if (allBut) yield* printAllBut(self, input, count, bytes);
      else yield* printFirst(self, input, count, bytes);
    } catch (error) {
      reasonOf(error);
      yield* self.complain(`${path}: Input/output error`);
      status = 1;
    } finally {
      self.close(fd);
    }
  }
  return status;
});

function* printFirst(self: Applet, input: Input, count: number, bytes: boolean): Step<void> {
  if (bytes) {
    for (let left = count; left > 0; ) {
      const text = yield* input.bytes(Math.min(left, 65_536));
      if (text === "") return;
      left -= text.length;
      yield* self.print(text);
      yield* self.work();
    }
    return;
  }
  for (let left = count; left > 0; left -= 1) {
    const line = yield* input.line();
    if (line === null) return;
    yield* self.print(input.terminated ? `${line}\n` : line);
    yield* self.work();
  }
}

function* printAllBut(self: Applet, input: Input, count: number, bytes: boolean): Step<void> {
  const text = yield* input.all();
  if (bytes) {
    yield* self.print(text.slice(0, Math.max(0, text.length - count)));
    return;
  }
  const lines = splitLines(text);
  yield* self.print(lines.slice(0, Math.max(0, lines.length - count)).join(""));
}

interface Tailed {
  readonly path: string;
  readonly fd: number;
}

export const tail = applet("tail [OPTIONS] [FILE]...", function* (self) {
  const options = parseOptions(modernise(self.args, true), "fn:c:qvs:F");
  const bytes = options.has("c");
  const text = options.get("c") ?? options.get("n") ?? "10";
  const fromStart = text.startsWith("+");
  const count = sizedNumber(text.replace(/^[+-]/, ""));
  const paths = options.operands.length > 0 ? options.operands : ["-"];
  const follow = options.has("f") || options.has("F");
  const files: Tailed[] = [];
  let status = 0;
  for (const path of paths) {
    try {
      files.push({ path, fd: self.open(path) });
    } catch (error) {
      yield* self.complain(`can't open '${path}': ${reasonOf(error)}`);
      status = 1;
    }
  }
  if (files.length === 0) throw new Failure("no files");
  const titles = wantsTitles(options, files.length);
  for (const [index, { path, fd }] of files.entries()) {
    if (titles) yield* title(self, path, index === 0);
    try {
      const content = yield* self.process.readAll(fd);
      yield* self.print(fromStart ? skip(content, count, bytes) : last(content, count, bytes));
    } catch (error) {
      yield* self.complain(`read error: ${reasonOf(error)}`);
      status = 1;
    }
  }
  if (follow) yield* followFiles(self, files, titles, sizedNumber(options.get("s") ?? "1"));
  return status;
});

function last(content: string, count: number, bytes: boolean): string {
  if (count === 0) return "";
  if (bytes) return content.slice(-count);
  return splitLines(content).slice(-count).join("");
}

/** From line or byte number `count` on, counted from 1. */
function skip(content: string, count: number, bytes: boolean): string {
  const before = Math.max(0, count - 1);
  return bytes ? content.slice(before) : splitLines(content).slice(before).join("");
}

/** Prints what is added to the files, for ever. */
function* followFiles(self: Applet, files: readonly Tailed[], titles: boolean, intervalSeconds: number): Step<never> {
  let shown = files.at(-1)?.path;
  for (;;) {
    yield* self.flush();
    yield* self.process.sleep(Math.max(1, intervalSeconds) * 1000);
    for (const { path, fd } of files) {
      const added = yield* self.process.readAll(fd);
      if (added === "") continue;
      if (titles && path !== shown) yield* title(self, path, false);
      shown = path;
      yield* self.print(added);
    }
  }
}
