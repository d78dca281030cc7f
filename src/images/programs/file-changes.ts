/** rm, cp, mv, ln, touch, chmod, chown, unlink, truncate, mktemp. */
import { type FileStat, type Process, type Step, SystemError } from "../../container/program.js";
import { type Applet, applet, Failure, type Options, reasonOf, UsageFailure } from "../applet.js";
import { sizedNumber } from "../numbers.js";
import { parseTime, zoneOf } from "./calendar.js";
import { parseMode } from "./modes.js";
import { findGroup, findUser } from "./users.js";

function baseName(path: string): string {
  const trimmed = path.replace(/\/+$/, "");
  return trimmed.slice(trimmed.lastIndexOf("/") + 1);
}

function inside(directory: string, name: string): string {
  return directory.endsWith("/") ? directory + name : `${directory}/${name}`;
}

function isDirectory(process: Process, path: string): boolean {
  return process.files.exists(path) && process.files.stat(path).type === "directory";
}

/** What a path names itself, links not followed; null where there is nothing. */
function lstatOf(process: Process, path: string): FileStat | null {
  try {
    return process.files.lstat(path);
  } catch (error) {
    if (error instanceof SystemError) return null;
    throw error;
  }
}

export const rm = applet("rm [-irf] FILE...", function* (self) {
  const options = self.options("firRv", { force: "f", recursive: "r" });
  const force = options.has("f");
  if (options.operands.length === 0) {
    if (force) return 0;
    throw new UsageFailure();
  }
  let status = 0;
  for (const path of options.operands) {
    const name = baseName(path);
    if (name === "." || name === "..") {
      yield* self.complain("can't remove '.' or '..'");
      status = 1;
    } else if (!(yield* removeTree(self, path, options.has("r") || options.has("R"), force))) status = 1;
  }
  return status;
});

function* removeTree(self: Applet, path: string, recursive: boolean, force: boolean): Step<boolean> {
  const { files } = self.process;
  let fine = true;
  try {
    const stat = files.lstat(path);
    if (stat.type === "directory") {
      if (!recursive) {
        yield* self.complain(`'${path}' is a directory`);
        return false;
      }
      for (const name of files.list(path)) {
        if (!(yield* removeTree(self, inside(path, name), true, force))) fine = false;
        yield* self.work();
      }
    }
    files.remove(path);
    return fine;
  } catch (error) {
    const reason = reasonOf(error);
    if (force && error instanceof SystemError && (error.errno === "ENOENT" || error.errno === "ENOTDIR")) return fine;
    yield* self.complain(`can't remove '${path}': ${reason}`);
    return false;
  }
}

/** Where each source goes: into the last operand when it is a directory, or to its very name. */
function destinations(process: Process, options: Options): readonly (readonly [from: string, to: string])[] {
  const operands = options.operands.slice();
  const target = options.get("t") ?? operands.pop();
  if (target === undefined || operands.length === 0) throw new UsageFailure();
  // Several sources go into the last operand as into a directory, whether it is one or not.
  const toDirectory = !options.has("T") && (operands.length > 1 || options.has("t") || isDirectory(process, target));
  return operands.map((from) => [from, toDirectory ? inside(target, baseName(from)) : target] as const);
}

export const cp = applet("cp [-arPLHpfinlsTu] SOURCE DEST", function* (self) {
  const options = self.options("pdRrfilsLHPaut:Tnv", {
    recursive: "R",
    archive: "a",
    force: "f",
    "target-directory": "t",
  });
  let status = 0;
  for (const [from, to] of destinations(self.process, options)) {
    if (!(yield* copyTree(self, from, to, options, 0))) status = 1;
  }
  return status;
});

function* copyTree(self: Applet, from: string, to: string, options: Options, depth: number): Step<boolean> {
  const { files } = self.process;
  const recursive = options.has("r") || options.has("R") || options.has("a");
  const keepLinks = options.has("d") || options.has("P") || options.has("a") || (recursive && !options.has("L"));
  let stat: FileStat;
  try {
    stat = keepLinks && !(depth === 0 && options.has("H")) ? files.lstat(from) : files.stat(from);
  } catch (error) {
    yield* self.complain(`can't stat '${from}': ${reasonOf(error)}`);
    return false;
  }
  if (stat.type === "directory") {
    if (!recursive) {
      yield* self.complain(`omitting directory '${from}'`);
      return false;
    }
    return yield* copyDirectory(self, from, to, stat, options, depth);
  }
  const present = lstatOf(self.process, to);
  if (present && options.has("n")) return true;
  if (present && files.exists(to) && files.realpath(from) === files.realpath(to)) {
    yield* self.complain(`'${from}' and '${to}' are the same file`);
    return false;
  }
  if (present?.type === "directory") {
    yield* self.complain(`can't create '${to}': Is a directory`);
    return false;
  }
  if (present && options.has("u") && present.mtimeMs >= stat.mtimeMs) return true;
  return yield* copyOne(self, from, to, stat, options, present !== null);
}

function* copyOne(
  self: Applet,
  from: string,
  to: string,
  stat: FileStat,
  options: Options,
  exists: boolean,
): Step<boolean> {
  const { files } = self.process;
  try {
    if (options.has("s")) files.symlink(from, to);
    else if (stat.type === "symlink") {
      if (exists) files.remove(to);
      files.symlink(files.readlink(from), to);
    } else {
      const content = yield* self.readFile(from);
      if (exists && options.has("f")) files.remove(to);
      files.write(to, content, { mode: stat.mode & ~self.process.umask });
      if (options.has("p") || options.has("a")) {
        files.chmod(to, stat.mode);
        files.utimes(to, stat.mtimeMs);
      }
    }
    return true;
  } catch (error) {
    yield* self.complain(`can't create '${to}': ${reasonOf(error)}`);
    return false;
  }
}

function* copyDirectory(
  self: Applet,
  from: string,
  to: string,
  stat: FileStat,
  options: Options,
  depth: number,
): Step<boolean> {
  const { files } = self.process;
  if (`${files.absolute(to)}/`.startsWith(`${files.absolute(from)}/`)) {
    yield* self.complain(`recursion detected, omitting directory '${from}'`);
    return false;
  }
  const names = files.list(from);
  try {
    if (!isDirectory(self.process, to)) files.mkdir(to, (stat.mode | 0o700) & ~self.process.umask);
  } catch (error) {
    yield* self.complain(`can't create directory '${to}': ${reasonOf(error)}`);
    return false;
  }
  let fine = true;
  for (const name of names) {
    if (!(yield* copyTree(self, inside(from, name), inside(to, name), options, depth + 1))) fine = false;
    yield* self.work();
  }
  if (options.has("p") || options.has("a")) {
    files.chmod(to, stat.mode);
    files.utimes(to, stat.mtimeMs);
  }
  return fine;
}

export const mv = applet("mv [-finT] SOURCE DEST", function* (self) {
  const options = self.options("fint:T", { force: "f", interactive: "i", "target-directory": "t" });
  const { files } = self.process;
  let status = 0;
  for (const [from, to] of destinations(self.process, options)) {
    if (options.has("n") && lstatOf(self.process, to)) continue;
    try {
      files.rename(from, to);
    } catch (error) {
      if (error instanceof SystemError && error.errno === "EXDEV") {
        if (!(yield* moveAcross(self, from, to, options))) status = 1;
        continue;
      }
      yield* self.complain(`can't rename '${from}': ${reasonOf(error)}`);
      status = 1;
    }
  }
  return status;
});

/** Between volumes a move is a copy and a removal. */
function* moveAcross(self: Applet, from: string, to: string, options: Options): Step<boolean> {
  const asArchive: Options = { ...options, has: (name) => name === "a" || options.has(name) };
  return (yield* copyTree(self, from, to, asArchive, 0)) && (yield* removeTree(self, from, true, false));
}

export const ln = applet("ln [-sfnbtv] [-S SUF] TARGET... LINK|DIR", function* (self) {
  const options = self.options("sfnbS:vT", { symbolic: "s", force: "f", "no-dereference": "n" });
  const { process } = self;
  const operands = options.operands.slice();
  const [only] = operands;
  if (only === undefined) throw new UsageFailure();
  const last = operands.length === 1 ? "." : (operands.pop() ?? ".");
  const linked = lstatOf(process, last);
  const toDirectory =
    !options.has("T") && isDirectory(process, last) && !(options.has("n") && linked?.type === "symlink");
  let status = 0;
  for (const target of operands) {
    const path = toDirectory ? inside(last, baseName(target)) : last;
    try {
      if (!options.has("s") && !process.files.exists(target)) {
        yield* self.complain(`${target}: No such file or directory`);
        status = 1;
        continue;
      }
      if (options.has("f") && lstatOf(process, path)) process.files.remove(path);
      if (options.has("s")) process.files.symlink(target, path);
      else process.files.link(target, path);
    } catch (error) {
      yield* self.complain(`${path}: ${reasonOf(error)}`);
      status = 1;
    }
  }
  return status;
});

export const touch = applet("touch [-cham] [-d DATE] [-t DATE] [-r FILE] FILE...", function* (self) {
  const options = self.options("chamr:d:t:", { "no-create": "c", reference: "r", date: "d" });
  if (options.operands.length === 0) throw new UsageFailure();
  const { process } = self;
  const nowMs = process.nowMs();
  let atMs = nowMs;
  const reference = options.get("r");
  if (reference !== undefined) {
    try {
      atMs = process.files.stat(reference).mtimeMs;
    } catch (error) {
      throw new Failure(`${reference}: ${reasonOf(error)}`);
    }
  }
  const text = options.get("d") ?? options.get("t");
  if (text !== undefined) {
    const parsed = parseTime(text, nowMs, zoneOf(process.env.get("TZ")));
    if (parsed === null) throw new Failure(`invalid date '${text}'`);
    atMs = parsed;
  }
  let status = 0;
  for (const path of options.operands) {
    try {
      if (!process.files.exists(path)) {
        if (options.has("c")) continue;
        process.files.write(path, "");
      }
      process.files.utimes(path, atMs);
    } catch (error) {
      yield* self.complain(`${path}: ${reasonOf(error)}`);
      status = 1;
    }
  }
  return status;
});

/** Applies a change to each operand and, with -R, to what is below. */
function* changeEach(
  self: Applet,
  paths: readonly string[],
  recursive: boolean,
  change: (path: string, stat: FileStat) => void,
): Step<number> {
  const { files } = self.process;
  let status = 0;
  for (const path of paths) {
    try {
      const stat = files.stat(path);
      change(path, stat);
      if (recursive && stat.type === "directory") {
        const below = files.list(path).map((name) => inside(path, name));
        const found = below.filter((name) => lstatOf(self.process, name)?.type !== "symlink");
        if ((yield* changeEach(self, found, true, change)) !== 0) status = 1;
      }
    } catch (error) {
      yield* self.complain(`${path}: ${reasonOf(error)}`);
      status = 1;
    }
    yield* self.work();
  }
  return status;
}

export const chmod = applet("chmod [-Rcvf] MODE[,MODE]... FILE...", function* (self) {
  // A mode such as -w looks like an option.
  const words = self.args.slice();
  let recursive = false;
  while (words[0] !== undefined && /^-[Rcvf]+$/.test(words[0])) recursive = words.shift()?.includes("R") || recursive;
  const [mode, ...paths] = words;
  if (mode === undefined || paths.length === 0) throw new UsageFailure();
  if (parseMode(mode, 0) === null) throw new Failure(`invalid mode '${mode}'`);
  return yield* changeEach(self, paths, recursive, (path, stat) => {
    const changed = parseMode(mode, stat.mode, stat.type === "directory");
    if (changed !== null) self.process.files.chmod(path, changed);
  });
});

export const chown = applet("chown [-RhLHPcvf]... USER[:[GRP]] FILE...", function* (self) {
  const options = self.options("RhLHPcvf");
  const [owner, ...paths] = options.operands;
  if (owner === undefined || paths.length === 0) throw new UsageFailure();
  const [user = "", group = ""] = owner.split(/[:.]/);
  const uid = user === "" ? null : idOf(user, findUser(self.process, user)?.uid, "user");
  const gid = group === "" ? null : idOf(group, findGroup(self.process, group) ?? undefined, "group");
  return yield* changeOwner(self, paths, options.has("R"), uid, gid);
});

export const chgrp = applet("chgrp [-RhLHPcvf]... GROUP FILE...", function* (self) {
  const options = self.options("RhLHPcvf");
  const [group, ...paths] = options.operands;
  if (group === undefined || paths.length === 0) throw new UsageFailure();
  const gid = idOf(group, findGroup(self.process, group) ?? undefined, "group");
  return yield* changeOwner(self, paths, options.has("R"), null, gid);
});

function idOf(name: string, found: number | undefined, kind: "user" | "group"): number {
  if (found !== undefined) return found;
  if (!/^\d+$/.test(name)) throw new Failure(`unknown ${kind} ${name}`);
  return Number(name);
}

/** Files keep their owner in kjob's containers: giving one away is refused as it is to anyone but a real root. */
function changeOwner(
  self: Applet,
  paths: readonly string[],
  recursive: boolean,
  uid: number | null,
  gid: number | null,
): Step<number> {
  return changeEach(self, paths, recursive, (_path, stat) => {
    const same = (uid === null || uid === stat.uid) && (gid === null || gid === stat.gid);
    if (!same) throw new SystemError("EPERM");
  });
}

export const unlink = applet("unlink FILE", function* (self) {
  const [path] = self.args;
  if (path === undefined || self.args.length > 1) throw new UsageFailure();
  try {
    self.process.files.remove(path);
    return 0;
  } catch (error) {
    yield* self.complain(`can't remove file '${path}': ${reasonOf(error)}`);
    return 1;
  }
});

export const truncate = applet("truncate [-c] -s SIZE FILE...", function* (self) {
  const options = self.options("cs:", { size: "s" });
  const size = options.get("s");
  if (size === undefined || options.operands.length === 0) throw new UsageFailure();
  const bytes = sizedNumber(size);
  const { files } = self.process;
  let status = 0;
  for (const path of options.operands) {
    try {
      if (!files.exists(path) && options.has("c")) continue;
      const content = files.exists(path) ? files.read(path) : "";
      if (bytes > 64 * 1024 * 1024) throw new SystemError("EFBIG");
      files.write(path, content.slice(0, bytes).padEnd(bytes, "\0"));
    } catch (error) {
      yield* self.complain(`${path}: open: ${reasonOf(error)}`);
      status = 1;
    }
  }
  return status;
});

export const mktemp = applet("mktemp [-dt] [-p DIR] [TEMPLATE]", function* (self) {
  const options = self.options("dqtup:");
  const { process } = self;
  const template = options.operands[0] ?? "tmp.XXXXXX";
  const asked = options.get("p");
  const useDirectory = options.has("t") || asked !== undefined || options.operands.length === 0;
  const directory = asked ?? process.env.get("TMPDIR") ?? "/tmp";
  const path = useDirectory ? inside(directory, template) : template;
  if (!path.endsWith("XXXXXX")) throw new Failure(`${path}: Invalid argument`);
  const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
  for (;;) {
    let name = path.slice(0, -6);
    for (let count = 0; count < 6; count += 1) name += letters.charAt(Math.floor(process.random() * letters.length));
    if (process.files.exists(name)) continue;
    try {
      if (!options.has("u")) {
        if (options.has("d")) process.files.mkdir(name, 0o700);
        else process.files.write(name, "", { mode: 0o600 });
      }
    } catch (error) {
      throw new Failure(options.has("q") ? "" : `${path}: ${reasonOf(error)}`);
    }
    yield* self.print(`${name}\n`);
    return 0;
  }
});
