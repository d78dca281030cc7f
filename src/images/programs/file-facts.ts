/** stat, readlink, realpath, du. */
import { type FileStat, type Step, SystemError } from "../../container/program.js";
import { type Applet, applet, type Options, reasonOf, UsageFailure } from "../applet.js";
import { humanSize } from "../numbers.js";
import { formatTime, zoneOf } from "./calendar.js";
import { modeText } from "./modes.js";
import { groupName, userName } from "./users.js";

export const readlink = applet("readlink [-fnv] FILE", function* (self) {
  const options = self.options("fnvsqem");
  const [path] = options.operands;
  if (path === undefined) throw new UsageFailure();
  const { files } = self.process;
  try {
    const target = options.has("f") || options.has("e") ? canonical(self, path) : files.readlink(path);
    yield* self.print(options.has("n") ? target : `${target}\n`);
    return 0;
  } catch (error) {
    const reason = reasonOf(error);
    if (options.has("v")) yield* self.complain(`${path}: ${reason}`);
    return 1;
  }
});

/** Like realpath, but the last name need not exist. */
function canonical(self: Applet, path: string): string {
  const { files } = self.process;
  try {
    return files.realpath(path);
  } catch (error) {
    const slash = path.replace(/\/+$/, "").lastIndexOf("/");
    const parent = slash < 0 ? "." : path.slice(0, slash) || "/";
    if (!(error instanceof SystemError) || error.errno !== "ENOENT" || isLink(self, path)) throw error;
    const directory = files.realpath(parent);
    return `${directory === "/" ? "" : directory}/${path.replace(/\/+$/, "").slice(slash + 1)}`;
  }
}

function isLink(self: Applet, path: string): boolean {
  try {
    return self.process.files.lstat(path).type === "symlink";
  } catch (error) {
    reasonOf(error);
    return false;
  }
}

export const realpath = applet("realpath FILE...", function* (self) {
  const operands = self.args[0] === "--" ? self.args.slice(1) : self.args;
  if (operands.length === 0) throw new UsageFailure();
  let status = 0;
  for (const path of operands) {
    try {
      yield* self.print(`${canonical(self, path)}\n`);
    } catch (error) {
      yield* self.complain(`${path}: ${reasonOf(error)}`);
      status = 1;
    }
  }
  return status;
});

export const stat = applet("stat [-ltf] [-c FMT] FILE...", function* (self) {
  const options = self.options("c:ftLl", { format: "c" });
  if (options.operands.length === 0) throw new UsageFailure();
  let status = 0;
  for (const path of options.operands) {
    try {
      const { files } = self.process;
      const facts = options.has("L") ? files.stat(path) : files.lstat(path);
      const format = options.get("c");
      yield* self.print(format === undefined ? describe(self, path, facts) : `${fill(self, format, path, facts)}\n`);
    } catch (error) {
      yield* self.complain(`can't stat '${path}': ${reasonOf(error)}`);
      status = 1;
    }
  }
  return status;
});

function typeName(facts: FileStat): string {
  if (facts.type === "file") return facts.size === 0 ? "regular empty file" : "regular file";
  if (facts.type === "symlink") return "symbolic link";
  return facts.type === "device" ? "character special file" : "directory";
}

function blocks(facts: FileStat): number {
  if (facts.type === "directory") return 8;
  return facts.type === "file" ? Math.ceil(facts.size / 4096) * 8 : 0;
}

function timestamp(self: Applet, atMs: number): string {
  const zone = zoneOf(self.process.env.get("TZ"));
  const nanoseconds = String((((atMs % 1000) + 1000) % 1000) * 1_000_000).padStart(9, "0");
  return `${formatTime("%Y-%m-%d %H:%M:%S", atMs, zone)}.${nanoseconds} ${formatTime("%z", atMs, zone)}`;
}

function fill(self: Applet, format: string, path: string, facts: FileStat): string {
  return format.replace(/%([a-zA-Z%])/g, (whole, letter: string) => field(self, letter, path, facts) ?? whole);
}

function field(self: Applet, letter: string, path: string, facts: FileStat): string | null {
  const { process } = self;
  switch (letter) {
    case "n":
      return path;
    case "N":
      return facts.type === "symlink" ? `'${path}' -> '${process.files.readlink(path)}'` : path;
    case "s":
      return String(facts.size);
    case "a":
      return facts.mode.toString(8);
    case "A":
      return modeText(facts.type, facts.mode);
    case "f":
      return (typeBits(facts) | facts.mode).toString(16);
    case "F":
      return typeName(facts);
    case "u":
      return String(facts.uid);
    case "g":
      return String(facts.gid);
    case "U":
      return userName(process, facts.uid) ?? "UNKNOWN";
    case "G":
      return groupName(process, facts.gid) ?? "UNKNOWN";
    case "h":
      return facts.type === "directory" ? "2" : "1";
    case "b":
      return String(blocks(facts));
    case "B":
      return "512";
    case "o":
      return "4096";
    case "X":
    case "Y":
    case "Z":
      return String(Math.floor(facts.mtimeMs / 1000));
    case "x":
    case "y":
    case "z":
      return timestamp(self, facts.mtimeMs);
    case "%":
      return "%";
    default:
      return null;
  }
}

function typeBits(facts: FileStat): number {
  if (facts.type === "directory") return 0o040000;
  if (facts.type === "symlink") return 0o120000;
  return facts.type === "device" ? 0o020000 : 0o100000;
}

function describe(self: Applet, path: string, facts: FileStat): string {
  const { process } = self;
  const name = facts.type === "symlink" ? `'${path}' -> '${process.files.readlink(path)}'` : path;
  const mode = `(${facts.mode.toString(8).padStart(4, "0")}/${modeText(facts.type, facts.mode)})`;
  const user = `(${String(facts.uid).padStart(5)}/${(userName(process, facts.uid) ?? "UNKNOWN").padStart(8)})`;
  const group = `(${String(facts.gid).padStart(5)}/${(groupName(process, facts.gid) ?? "UNKNOWN").padStart(8)})`;
  const time = timestamp(self, facts.mtimeMs);
  const size = `${String(facts.size).padEnd(10)}\tBlocks: ${String(blocks(facts)).padEnd(10)} IO Block: 4096   ${typeName(facts)}`;
  return (
    `  File: ${name}\n  Size: ${size}\n` +
    `Device: 2fh/47d\tInode: 1           Links: ${facts.type === "directory" ? 2 : 1}\n` +
    `Access: ${mode}  Uid: ${user}   Gid: ${group}\n` +
    `Access: ${time}\nModify: ${time}\nChange: ${time}\n`
  );
}

export const du = applet("du [-aHLdclsxhmk] [FILE]...", function* (self) {
  const options = self.options("aHLkld:csxhmb", { "max-depth": "d", all: "a" });
  const paths = options.operands.length > 0 ? options.operands : ["."];
  const run = {
    self,
    options,
    status: 0,
    depthMax: options.has("s") ? 0 : Number(options.get("d") ?? Number.POSITIVE_INFINITY),
  };
  let total = 0;
  for (const path of paths) total += yield* measure(run, path, 0);
  if (options.has("c")) yield* self.print(`${amount(options, total)}\ttotal\n`);
  return run.status;
});

interface DuRun {
  readonly self: Applet;
  readonly options: Options;
  readonly depthMax: number;
  status: number;
}

function amount(options: Options, kibibytes: number): string {
  if (options.has("h")) return humanSize(kibibytes * 1024);
  return String(options.has("m") ? Math.ceil(kibibytes / 1024) : kibibytes);
}

function* measure(run: DuRun, path: string, depth: number): Step<number> {
  const { self, options } = run;
  const { files } = self.process;
  let kibibytes: number;
  let facts: FileStat;
  try {
    facts = options.has("L") ? files.stat(path) : files.lstat(path);
    kibibytes = blocks(facts) / 2;
    if (facts.type === "directory") {
      for (const name of files.list(path)) {
        kibibytes += yield* measure(run, path.endsWith("/") ? path + name : `${path}/${name}`, depth + 1);
      }
    }
  } catch (error) {
    yield* self.complain(`${path}: ${reasonOf(error)}`);
    run.status = 1;
    return 0;
  }
  yield* self.work();
  const shown = depth === 0 || facts.type === "directory" || options.has("a");
  if (shown && depth <= run.depthMax) yield* self.print(`${amount(options, kibibytes)}\t${path}\n`);
  return kibibytes;
}
