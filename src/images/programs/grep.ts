import type { Step } from "../../container/program.js";
import { type Applet, applet, Failure, type Options, parseOptions, reasonOf, UsageFailure } from "../applet.js";
import { Input } from "../input.js";
import { wholeNumber } from "../numbers.js";
import { Regex } from "../regex/regex.js";
import { isWordByte, RegexError } from "../regex/syntax.js";

const usage = "grep [-HhnlLoqvsrRiwFEz] [-m N] [-A|B|C N] { PATTERN | -e PATTERN... | -f FILE... } [FILE]...";

/** Where in a line, from `from` on, something matches. */
type Finder = (line: string, from: number) => { readonly start: number; readonly end: number } | null;

interface Search {
  readonly self: Applet;
  readonly options: Options;
  readonly find: Finder;
  readonly names: boolean;
  readonly delimiter: string;
  readonly after: number;
  readonly before: number;
  readonly most: number;
  found: boolean;
  failed: boolean;
}

export const grep = grepAs("grep");
export const egrep = grepAs("egrep");
export const fgrep = grepAs("fgrep");

function grepAs(called: "grep" | "egrep" | "fgrep"): ReturnType<typeof applet> {
  return applet(usage, function* (self) {
    const options = readOptions(self);
    const patterns = options.all("e").flatMap((text) => text.split("\n"));
    for (const path of options.all("f")) {
      const text = yield* patternFile(self, path);
      if (text !== "") patterns.push(...text.replace(/\n$/, "").split("\n"));
    }
    const operands = options.operands.slice();
    if (!options.has("e") && !options.has("f")) {
      const pattern = operands.shift();
      if (pattern === undefined) throw new UsageFailure("", 2);
      patterns.push(...pattern.split("\n"));
    }
    const recursive = options.has("r") || options.has("R");
    const paths = operands.length > 0 ? operands : ["-"];
    const context = wholeNumber(options.get("C") ?? "0", 0);
    const search: Search = {
      self,
      options,
      find: finder(patterns, options, called),
      names: !options.has("h") && (options.has("H") || recursive || paths.length > 1),
      delimiter: options.has("z") ? "\0" : "\n",
      after: options.has("A") ? wholeNumber(options.get("A") ?? "", 0) : context,
      before: options.has("B") ? wholeNumber(options.get("B") ?? "", 0) : context,
      most: options.has("m") ? wholeNumber(options.get("m") ?? "", 0) : Number.POSITIVE_INFINITY,
      found: false,
      failed: false,
    };
    for (const path of paths) {
      yield* searchPath(search, path, recursive, true);
      if (search.found && options.has("q")) return 0;
    }
    if (search.failed && !(search.found && options.has("q"))) return 2;
    return search.found ? 0 : 1;
  });
}

function readOptions(self: Applet): Options {
  try {
    const args = self.args.map((word) => (/^-\d+$/.test(word) ? `-C${word.slice(1)}` : word));
    return parseOptions(args, "lnqvscFiHhe:f:LorRm:wxA:B:C:EIaz", {
      count: "c",
      "ignore-case": "i",
      "invert-match": "v",
      quiet: "q",
      silent: "q",
      "extended-regexp": "E",
      "fixed-strings": "F",
      "line-number": "n",
      "only-matching": "o",
      "word-regexp": "w",
      "line-regexp": "x",
      recursive: "r",
      color: "a",
    });
  } catch (error) {
    if (error instanceof UsageFailure) throw new UsageFailure(error.message, 2);
    throw error;
  }
}

function* patternFile(self: Applet, path: string): Step<string> {
  try {
    return yield* self.readFile(path);
  } catch (error) {
    throw new Failure(`can't open '${path}': ${reasonOf(error)}`, 2);
  }
}

function finder(patterns: readonly string[], options: Options, called: string): Finder {
  const fixed = options.has("F") || called === "fgrep";
  const ignoreCase = options.has("i");
  const finders = patterns.map((pattern) =>
    fixed ? fixedFinder(pattern, ignoreCase) : regexFinder(pattern, options.has("E") || called === "egrep", ignoreCase),
  );
  const earliest: Finder = (line, from) => {
    let best: ReturnType<Finder> = null;
    for (const find of finders) {
      const found = find(line, from);
      if (found && (!best || found.start < best.start || (found.start === best.start && found.end > best.end))) {
        best = found;
      }
    }
    return best;
  };
  if (options.has("x")) return wholeLine(finders);
  return options.has("w") ? wholeWord(earliest) : earliest;
}

function fixedFinder(pattern: string, ignoreCase: boolean): Finder {
  const wanted = ignoreCase ? pattern.toLowerCase() : pattern;
  return (line, from) => {
    const start = (ignoreCase ? line.toLowerCase() : line).indexOf(wanted, from);
    return start < 0 ? null : { start, end: start + wanted.length };
  };
}

function regexFinder(pattern: string, extended: boolean, ignoreCase: boolean): Finder {
  let regex: Regex;
  try {
    regex = new Regex(pattern, { extended, ignoreCase });
  } catch (error) {
    if (error instanceof RegexError) throw new Failure(`bad regex '${pattern}'`, 2);
    throw error;
  }
  return (line, from) => {
    const found = regex.exec(line, from);
    return found ? { start: found[0] ?? 0, end: found[1] ?? 0 } : null;
  };
}

function wholeLine(finders: readonly Finder[]): Finder {
  return (line, from) => {
    if (from > 0) return null;
    for (const find of finders) {
      const found = find(line, 0);
      if (found && found.start === 0 && found.end === line.length) return found;
    }
    return null;
  };
}

function wholeWord(find: Finder): Finder {
  const isWord = (line: string, at: number): boolean => at >= 0 && at < line.length && isWordByte(line.charCodeAt(at));
  return (line, from) => {
    for (let at = from; at <= line.length; ) {
      const found = find(line, at);
      if (!found) return null;
      if (!isWord(line, found.start - 1) && !isWord(line, found.end)) return found;
      at = found.start + 1;
    }
    return null;
  };
}

function* searchPath(search: Search, path: string, recursive: boolean, named: boolean): Step<void> {
  const { self, options } = search;
  const { files } = self.process;
  try {
    if (recursive && path !== "-") {
      const stat = options.has("R") || named ? files.stat(path) : files.lstat(path);
      if (stat.type === "directory") {
        for (const name of files.list(path)) {
          yield* searchPath(search, path.endsWith("/") ? path + name : `${path}/${name}`, true, false);
        }
        return;
      }
      if (!named && stat.type !== "file") return;
    } else if (path !== "-" && files.exists(path) && files.stat(path).type === "directory") {
      return;
    }
    const fd = self.open(path);
    yield* searchFile(search, path === "-" ? "(standard input)" : path, fd);
    self.close(fd);
  } catch (error) {
    const reason = error instanceof RegexError ? error.message : reasonOf(error);
    search.failed = true;
    if (!options.has("s")) yield* self.complain(`${path}: ${reason}`);
  }
}

function* searchFile(search: Search, name: string, fd: number): Step<void> {
  const { self, options, find } = search;
  const invert = options.has("v");
  const onlyNames = options.has("l") || options.has("L");
  const quiet = options.has("q") || onlyNames || options.has("c");
  const input = new Input(self.process, fd);
  const prefix = search.names ? name : null;
  const held: { line: string; number: number }[] = [];
  let count = 0;
  let number = 0;
  let lastPrinted = 0;
  let afterLeft = 0;
  for (let line = yield* input.line(search.delimiter); line !== null; line = yield* input.line(search.delimiter)) {
    number += 1;
    yield* self.work();
    const first = find(line, 0);
    if ((first !== null) !== invert) {
      count += 1;
      search.found = search.found || !options.has("L");
      if (options.has("q") || onlyNames) break;
      if (!quiet) {
        const earliest = held[0]?.number ?? number;
        if (lastPrinted > 0 && (search.before > 0 || search.after > 0) && earliest > lastPrinted + 1) {
          yield* self.print("--\n");
        }
        for (const before of held.splice(0)) yield* printLine(search, prefix, "-", before.number, before.line);
        if (!options.has("o")) yield* printLine(search, prefix, ":", number, line);
        else if (!invert) yield* printMatches(search, prefix, number, line);
        lastPrinted = number;
        afterLeft = search.after;
      }
      if (count >= search.most) break;
    } else if (!quiet && afterLeft > 0) {
      afterLeft -= 1;
      lastPrinted = number;
      yield* printLine(search, prefix, "-", number, line);
    } else if (!quiet && search.before > 0) {
      held.push({ line, number });
      if (held.length > search.before) held.shift();
    }
  }
  if (options.has("L") && count === 0) search.found = true;
  if (options.has("q")) return;
  if (options.has("c")) yield* self.print(`${prefix === null ? "" : `${prefix}:`}${count}\n`);
  if ((options.has("l") && count > 0) || (options.has("L") && count === 0)) yield* self.print(`${name}\n`);
}

function* printLine(search: Search, prefix: string | null, mark: string, number: number, text: string): Step<void> {
  const name = prefix === null ? "" : prefix + mark;
  const line = search.options.has("n") ? `${number}${mark}` : "";
  yield* search.self.print(`${name}${line}${text}${search.delimiter}`);
}

function* printMatches(search: Search, prefix: string | null, number: number, line: string): Step<void> {
  for (let at = 0; at <= line.length; ) {
    const found = search.find(line, at);
    if (!found) return;
    if (found.end > found.start) yield* printLine(search, prefix, ":", number, line.slice(found.start, found.end));
    at = Math.max(found.end, found.start + 1);
  }
}
