import { mayAccess } from "../../container/access.js";
import type { FileStat, Step } from "../../container/program.js";
import { type Applet, applet, Failure, reasonOf, UsageFailure } from "../applet.js";
import { wholeNumber } from "../numbers.js";
import { lookUp, start } from "./environment.js";
import { parseMode } from "./modes.js";
import { compilePattern, matchesGlob } from "./patterns.js";
import { findGroup, findUser } from "./users.js";

interface Found {
  readonly path: string;
  readonly name: string;
  readonly stat: FileStat;
  readonly depth: number;
}

type Test = (found: Found) => Step<boolean>;

interface Run {
  readonly self: Applet;
  minDepth: number;
  maxDepth: number;
  depthFirst: boolean;
  follow: boolean;
  prune: boolean;
  quit: boolean;
  status: number;
  /** Paths that wait for an `-exec … +`. */
  readonly batches: { readonly argv: readonly string[]; readonly paths: string[] }[];
}

export const find = applet("find [-HL] [PATH]... [OPTIONS] [ACTIONS]", function* (self) {
  const words = self.args.slice();
  const run: Run = {
    self,
    minDepth: 0,
    maxDepth: Number.POSITIVE_INFINITY,
    depthFirst: false,
    follow: false,
    prune: false,
    quit: false,
    status: 0,
    batches: [],
  };
  while (words[0] === "-L" || words[0] === "-H" || words[0] === "-P") run.follow = words.shift() === "-L" || run.follow;
  const paths: string[] = [];
  while (words[0] !== undefined && !/^(-.+|[!(])$/.test(words[0])) paths.push(words.shift() ?? "");
  const parser = new FindParser(run, words);
  const test = parser.parse();
  for (const path of paths.length > 0 ? paths : ["."]) {
    yield* visit(run, test, path, path.replace(/(.)\/+$/, "$1").replace(/^.*\/(?=.)/, ""), 0);
    if (run.quit) break;
  }
  for (const { argv, paths: waiting } of run.batches) {
    if (waiting.length === 0) continue;
    const args = argv.flatMap((word) => (word === "{}" ? waiting : [word]));
    if ((yield* execute(run, args)) !== 0) run.status = 1;
  }
  return run.status;
});

function* visit(run: Run, test: Test, path: string, name: string, depth: number): Step<void> {
  const { self } = run;
  const { files } = self.process;
  let stat: FileStat;
  try {
    stat = run.follow && files.exists(path) ? files.stat(path) : files.lstat(path);
  } catch (error) {
    yield* self.complain(`${path}: ${reasonOf(error)}`);
    run.status = 1;
    return;
  }
  yield* self.work();
  const found = { path, name, stat, depth };
  run.prune = false;
  if (!run.depthFirst && depth >= run.minDepth) yield* test(found);
  const pruned = run.prune;
  if (run.quit) return;
  if (stat.type === "directory" && depth < run.maxDepth && !pruned) yield* descend(run, test, path, depth);
  if (run.depthFirst && depth >= run.minDepth && !run.quit) yield* test(found);
}

function* descend(run: Run, test: Test, path: string, depth: number): Step<void> {
  let names: string[];
  try {
    names = run.self.process.files.list(path);
  } catch (error) {
    yield* run.self.complain(`${path}: ${reasonOf(error)}`);
    run.status = 1;
    return;
  }
  for (const name of names) {
    yield* visit(run, test, path.endsWith("/") ? path + name : `${path}/${name}`, name, depth + 1);
    if (run.quit) return;
  }
}

function* execute(run: Run, argv: readonly string[]): Step<number> {
  const { self } = run;
  yield* self.flush();
  const found = lookUp(self.process, argv[0] ?? "");
  if (found !== "found") {
    yield* self.complain(`${argv[0]}: ${found.text}`);
    return found.status;
  }
  return (yield* self.process.wait(start(self.process, argv))).status;
}

// biome-ignore lint/correctness/useYield: most tests never wait.
function* answer(value: boolean): Step<boolean> {
  return value;
}

class FindParser {
  readonly #run: Run;
  readonly #words: readonly string[];
  #at = 0;
  #acts = false;

  constructor(run: Run, words: readonly string[]) {
    this.#run = run;
    this.#words = words;
  }

  parse(): Test {
    const print = this.#print("\n");
    if (this.#words.length === 0) return print;
    const test = this.#or();
    if (this.#at < this.#words.length) throw new UsageFailure(`unrecognized: ${this.#words[this.#at]}`);
    if (this.#acts) return test;
    return function* (found) {
      return (yield* test(found)) && (yield* print(found));
    };
  }

  #or(): Test {
    let left = this.#and();
    while (this.#words[this.#at] === "-o" || this.#words[this.#at] === "-or") {
      this.#at += 1;
      const [first, second] = [left, this.#and()];
      left = function* (found) {
        return (yield* first(found)) || (yield* second(found));
      };
    }
    return left;
  }

  #and(): Test {
    let left = this.#not();
    for (;;) {
      const word = this.#words[this.#at];
      if (word === undefined || word === ")" || word === "-o" || word === "-or") return left;
      if (word === "-a" || word === "-and") this.#at += 1;
      const [first, second] = [left, this.#not()];
      left = function* (found) {
        return (yield* first(found)) && (yield* second(found));
      };
    }
  }

  #not(): Test {
    const word = this.#words[this.#at];
    if (word === "!" || word === "-not") {
      this.#at += 1;
      const inner = this.#not();
      return function* (found) {
        return !(yield* inner(found));
      };
    }
    if (word === "(") {
      this.#at += 1;
      const inner = this.#or();
      if (this.#words[this.#at] !== ")") throw new Failure("unmatched '('");
      this.#at += 1;
      return inner;
    }
    if (word === undefined) throw new Failure("bad arg: missing test");
    this.#at += 1;
    return this.#primary(word);
  }

  #value(option: string): string {
    const value = this.#words[this.#at];
    if (value === undefined) throw new Failure(`${option} requires an argument`);
    this.#at += 1;
    return value;
  }

  #print(end: string): Test {
    const { self } = this.#run;
    return function* (found) {
      yield* self.print(found.path + end);
      return true;
    };
  }

  #primary(word: string): Test {
    const run = this.#run;
    switch (word) {
      case "-print":
        this.#acts = true;
        return this.#print("\n");
      case "-print0":
        this.#acts = true;
        return this.#print("\0");
      case "-exec":
      case "-ok":
        this.#acts = true;
        return this.#exec();
      case "-delete":
        this.#acts = true;
        run.depthFirst = true;
        return (found) => remove(run, found);
      case "-quit":
        this.#acts = true;
        run.quit = false;
        return () => {
          run.quit = true;
          return answer(true);
        };
      case "-prune":
        return (found) => {
          run.prune = found.stat.type === "directory";
          return answer(true);
        };
      case "-maxdepth":
        run.maxDepth = wholeNumber(this.#value(word), 0);
        return () => answer(true);
      case "-mindepth":
        run.minDepth = wholeNumber(this.#value(word), 0);
        return () => answer(true);
      case "-depth":
        run.depthFirst = true;
        return () => answer(true);
      case "-follow":
        run.follow = true;
        return () => answer(true);
      case "-xdev":
      case "-noleaf":
        return () => answer(true);
      default: {
        const test = this.#plain(word);
        return (found) => answer(test(found));
      }
    }
  }

  #plain(word: string): (found: Found) => boolean {
    const { process } = this.#run.self;
    const ignoreCase = word === "-iname" || word === "-ipath";
    switch (word) {
      case "-true":
        return () => true;
      case "-false":
        return () => false;
      case "-name":
      case "-iname": {
        const pattern = this.#value(word);
        return (found) => matchesGlob(pattern, found.name, { ignoreCase });
      }
      case "-path":
      case "-ipath":
      case "-wholename": {
        const pattern = this.#value(word);
        return (found) => matchesGlob(pattern, found.path, { ignoreCase });
      }
      case "-regex": {
        const regex = compilePattern(this.#value(word), {});
        return (found) => {
          const match = regex.exec(found.path);
          return match !== null && match[0] === 0 && match[1] === found.path.length;
        };
      }
      case "-type": {
        const type = fileType(this.#value(word));
        return (found) => found.stat.type === type;
      }
      case "-size":
        return this.#size();
      case "-empty":
        return ({ stat, path }) =>
          stat.type === "file" ? stat.size === 0 : stat.type === "directory" && process.files.list(path).length === 0;
      case "-newer": {
        const path = this.#value(word);
        const { mtimeMs } = this.#statOf(path);
        return (found) => found.stat.mtimeMs > mtimeMs;
      }
      case "-mtime":
      case "-ctime":
      case "-atime":
        return this.#age(word, 86_400_000);
      case "-mmin":
      case "-cmin":
      case "-amin":
        return this.#age(word, 60_000);
      case "-perm":
        return permissions(this.#value(word));
      case "-executable":
        return (found) => mayAccess(process, found.stat, 1);
      case "-user": {
        const name = this.#value(word);
        const uid = findUser(process, name)?.uid ?? wholeNumber(name, 0);
        return (found) => found.stat.uid === uid;
      }
      case "-group": {
        const name = this.#value(word);
        const gid = findGroup(process, name) ?? wholeNumber(name, 0);
        return (found) => found.stat.gid === gid;
      }
      default:
        throw new UsageFailure(`unrecognized: ${word}`);
    }
  }

  #statOf(path: string): FileStat {
    try {
      return this.#run.self.process.files.stat(path);
    } catch (error) {
      throw new Failure(`${path}: ${reasonOf(error)}`);
    }
  }

  #age(word: string, unitMs: number): (found: Found) => boolean {
    const compare = comparison(this.#value(word));
    const { process } = this.#run.self;
    return (found) => compare(Math.floor((process.nowMs() - found.stat.mtimeMs) / unitMs));
  }

  #size(): (found: Found) => boolean {
    const text = this.#value("-size");
    const found = /^([+-]?\d+)([bckMGw]?)$/.exec(text);
    if (!found) throw new Failure(`invalid number '${text}'`);
    const units: Readonly<Record<string, number>> = { c: 1, w: 2, k: 1024, M: 1_048_576, G: 1_073_741_824 };
    const unit = units[found[2] ?? ""] ?? 512;
    const compare = comparison(found[1] ?? "0");
    return ({ stat }) => compare(Math.ceil(stat.size / unit));
  }

  #exec(): Test {
    const run = this.#run;
    const words: string[] = [];
    for (;;) {
      const word = this.#words[this.#at];
      if (word === undefined) throw new Failure("-exec requires an argument");
      this.#at += 1;
      if (word === ";") break;
      if (word === "+" && words.at(-1) === "{}") {
        const batch = { argv: words, paths: [] as string[] };
        run.batches.push(batch);
        return (found) => {
          batch.paths.push(found.path);
          return answer(true);
        };
      }
      words.push(word);
    }
    if (words.length === 0) throw new Failure("-exec requires an argument");
    return function* (found) {
      return (
        (yield* execute(
          run,
          words.map((word) => word.replaceAll("{}", found.path)),
        )) === 0
      );
    };
  }
}

function* remove(run: Run, found: Found): Step<boolean> {
  if (found.path === ".") return true;
  try {
    run.self.process.files.remove(found.path);
    return true;
  } catch (error) {
    yield* run.self.complain(`${found.path}: ${reasonOf(error)}`);
    run.status = 1;
    return false;
  }
}

function comparison(text: string): (value: number) => boolean {
  const wanted = wholeNumber(text.replace(/^[+-]/, ""), 0);
  if (text.startsWith("+")) return (value) => value > wanted;
  return text.startsWith("-") ? (value) => value < wanted : (value) => value === wanted;
}

function fileType(letter: string): FileStat["type"] | null {
  switch (letter) {
    case "f":
      return "file";
    case "d":
      return "directory";
    case "l":
      return "symlink";
    case "c":
      return "device";
    case "b":
    case "s":
    case "p":
      return null;
    default:
      throw new Failure(`invalid argument '${letter}' to '-type'`);
  }
}

function permissions(text: string): (found: Found) => boolean {
  const kind = /^[-+/]/.exec(text)?.[0];
  const mode = parseMode(kind ? text.slice(1) : text, 0);
  if (mode === null) throw new Failure(`invalid mode '${text}'`);
  if (kind === "-") return ({ stat }) => (stat.mode & mode) === mode;
  if (kind) return ({ stat }) => (stat.mode & mode) !== 0;
  return ({ stat }) => stat.mode === mode;
}
