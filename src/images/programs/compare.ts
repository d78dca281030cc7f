/** cmp and diff. */

import type { Step } from "../../container/program.js";
import { type Applet, applet, Failure, type Options, reasonOf, UsageFailure } from "../applet.js";
import { splitLines } from "../split-lines.js";

function* contentOf(self: Applet, path: string): Step<string> {
  try {
    return yield* self.readFile(path);
  } catch (error) {
    throw new Failure(`${path}: ${reasonOf(error)}`, 2);
  }
}

export const cmp = applet("cmp [-ls] [-n NUM] FILE1 [FILE2 [SKIP1 [SKIP2]]]", function* (self) {
  const options = self.options("lsn:");
  const [first, second = "-"] = options.operands;
  if (first === undefined) throw new UsageFailure("", 2);
  const limit = options.has("n") ? Number(options.get("n")) : Number.POSITIVE_INFINITY;
  const left = (yield* contentOf(self, first)).slice(0, limit);
  const right = (yield* contentOf(self, second)).slice(0, limit);
  let line = 1;
  let different = false;
  for (let at = 0; at < Math.max(left.length, right.length); at += 1) {
    if (at >= left.length || at >= right.length) {
      if (!options.has("s")) yield* self.process.err(`cmp: EOF on ${at >= left.length ? first : second}\n`);
      return 1;
    }
    if (left[at] !== right[at]) {
      different = true;
      if (options.has("s")) return 1;
      if (!options.has("l")) {
        yield* self.print(`${first} ${second} differ: char ${at + 1}, line ${line}\n`);
        return 1;
      }
      const octal = (text: string): string => (text.charCodeAt(at) & 255).toString(8).padStart(3);
      yield* self.print(`${at + 1} ${octal(left)} ${octal(right)}\n`);
    }
    if (left[at] === "\n") line += 1;
  }
  return different ? 1 : 0;
});

interface Edit {
  readonly kind: " " | "-" | "+";
  readonly line: string;
  /** Lines before this one, in the first and in the second file. */
  readonly left: number;
  readonly right: number;
}

/** More edits than this between two files, and they count as different as a whole. */
const editsMax = 4000;

export const diff = applet("diff [-abBdiNqrTstw] [-L LABEL] [-S FILE] [-U LINES] FILE1 FILE2", function* (self) {
  const options = self.options("abdiL:NqrsS:tTU:wuB", { brief: "q", recursive: "r", "ignore-case": "i" });
  const [first, second] = options.operands;
  if (first === undefined || second === undefined || options.operands.length > 2) throw new UsageFailure("", 2);
  return yield* compareNamed(self, first, second, options);
});

function* compareNamed(self: Applet, first: string, second: string, options: Options): Step<number> {
  const [leftIs, rightIs] = [isDirectory(self, first, options), isDirectory(self, second, options)];
  if (leftIs && rightIs) return yield* compareDirectories(self, first, second, options);
  const name = (path: string): string => path.slice(path.lastIndexOf("/") + 1);
  const left = leftIs ? `${first}/${name(second)}` : first;
  const right = rightIs ? `${second}/${name(first)}` : second;
  return yield* compareFiles(self, left, right, options);
}

function isDirectory(self: Applet, path: string, options: Options): boolean {
  if (path === "-") return false;
  try {
    return self.process.files.stat(path).type === "directory";
  } catch (error) {
    if (options.has("N")) return false;
    throw new Failure(`can't stat '${path}': ${reasonOf(error)}`, 2);
  }
}

function* compareDirectories(self: Applet, first: string, second: string, options: Options): Step<number> {
  const { files } = self.process;
  const left = files.list(first);
  const right = files.list(second);
  let status = 0;
  for (const name of [...new Set([...left, ...right])].sort()) {
    if (!left.includes(name) || !right.includes(name)) {
      yield* self.print(`Only in ${left.includes(name) ? first : second}: ${name}\n`);
      status = Math.max(status, 1);
      continue;
    }
    const [a, b] = [`${first}/${name}`, `${second}/${name}`];
    const bothDirectories = files.stat(a).type === "directory" && files.stat(b).type === "directory";
    if (bothDirectories && !options.has("r")) yield* self.print(`Common subdirectories: ${a} and ${b}\n`);
    else status = Math.max(status, yield* compareNamed(self, a, b, options));
  }
  return status;
}

function* compareFiles(self: Applet, first: string, second: string, options: Options): Step<number> {
  const read = function* (path: string): Step<string> {
    if (options.has("N") && path !== "-" && !self.process.files.exists(path)) return "";
    return yield* contentOf(self, path);
  };
  const leftText = yield* read(first);
  const rightText = yield* read(second);
  const key = keyOf(options);
  const left = splitLines(leftText);
  const right = splitLines(rightText);
  const edits = yield* findEdits(self, left, right, key);
  if (edits?.every((edit) => edit.kind === " ")) {
    if (options.has("s")) yield* self.print(`Files ${first} and ${second} are identical\n`);
    return 0;
  }
  if (options.has("q") || edits === null) {
    yield* self.print(`Files ${first} and ${second} differ\n`);
    return 1;
  }
  const labels = options.all("L");
  yield* self.print(`--- ${labels[0] ?? first}\n+++ ${labels[1] ?? second}\n`);
  yield* self.print(unified(edits, options.has("U") ? Number(options.get("U")) : 3));
  return 1;
}

function keyOf(options: Options): (line: string) => string {
  return (line) => {
    let key = line;
    if (options.has("w")) key = key.replace(/[ \t]+/g, "");
    else if (options.has("b")) key = key.replace(/[ \t]+/g, " ").replace(/ (?=\n|$)/, "");
    return options.has("i") ? key.toLowerCase() : key;
  };
}

/** The shortest edit from one list of lines to the other (Myers), or null where it is very long. */
function* findEdits(
  self: Applet,
  left: readonly string[],
  right: readonly string[],
  key: (line: string) => string,
): Step<Edit[] | null> {
  const a = left.map(key);
  const b = right.map(key);
  const reach = new Map<number, number>([[1, 0]]);
  const history: Map<number, number>[] = [];
  for (let edits = 0; edits <= Math.min(a.length + b.length, editsMax); edits += 1) {
    history.push(new Map(reach));
    for (let diagonal = -edits; diagonal <= edits; diagonal += 2) {
      yield* self.work();
      const down =
        diagonal === -edits ||
        (diagonal !== edits && (reach.get(diagonal - 1) ?? -1) < (reach.get(diagonal + 1) ?? -1));
      let x = down ? (reach.get(diagonal + 1) ?? 0) : (reach.get(diagonal - 1) ?? 0) + 1;
      let y = x - diagonal;
      while (x < a.length && y < b.length && a[x] === b[y]) {
        x += 1;
        y += 1;
      }
      reach.set(diagonal, x);
      if (x >= a.length && y >= b.length) return trace(history, left, right);
    }
    if (edits * edits > 4_000_000) return null;
  }
  return null;
}

function trace(history: readonly Map<number, number>[], left: readonly string[], right: readonly string[]): Edit[] {
  const edits: Edit[] = [];
  let x = left.length;
  let y = right.length;
  for (let depth = history.length - 1; depth >= 0; depth -= 1) {
    const reach = history[depth] ?? new Map<number, number>();
    const diagonal = x - y;
    const down =
      diagonal === -depth || (diagonal !== depth && (reach.get(diagonal - 1) ?? -1) < (reach.get(diagonal + 1) ?? -1));
    const from = down ? diagonal + 1 : diagonal - 1;
    const fromX = depth === 0 ? 0 : (reach.get(from) ?? 0);
    const fromY = depth === 0 ? 0 : fromX - from;
    while (x > fromX && y > fromY) {
      x -= 1;
      y -= 1;
      edits.push({ kind: " ", line: left[x] ?? "", left: x, right: y });
    }
    if (depth === 0) break;
    if (down) {
      y -= 1;
      edits.push({ kind: "+", line: right[y] ?? "", left: x, right: y });
    } else {
      x -= 1;
      edits.push({ kind: "-", line: left[x] ?? "", left: x, right: y });
    }
  }
  return edits.reverse();
}

function unified(edits: readonly Edit[], context: number): string {
  let text = "";
  for (let at = 0; at < edits.length; ) {
    if (edits[at]?.kind === " ") {
      at += 1;
      continue;
    }
    const start = Math.max(0, at - context);
    let end = at;
    let quiet = 0;
    for (let next = at; next < edits.length && quiet <= context * 2; next += 1) {
      quiet = edits[next]?.kind === " " ? quiet + 1 : 0;
      if (quiet === 0) end = next;
    }
    const stop = Math.min(edits.length, end + 1 + context);
    text += hunk(edits.slice(start, stop));
    at = stop;
  }
  return text;
}

function hunk(edits: readonly Edit[]): string {
  const leftCount = edits.filter((edit) => edit.kind !== "+").length;
  const rightCount = edits.filter((edit) => edit.kind !== "-").length;
  const [first] = edits;
  const range = (before: number, count: number): string => {
    if (count === 1) return String(before + 1);
    return `${count === 0 ? before : before + 1},${count}`;
  };
  const body = edits.map(({ kind, line }) => {
    const ends = line.endsWith("\n");
    return `${kind}${line}${ends ? "" : "\n\\ No newline at end of file\n"}`;
  });
  return `@@ -${range(first?.left ?? 0, leftCount)} +${range(first?.right ?? 0, rightCount)} @@\n${body.join("")}`;
}
