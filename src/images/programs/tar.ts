/** tar: archives are read and written as they come, through pipes too. */
import {
  type TarEntry,
  TarError,
  TarReader,
  tarBlockBytes,
  tarEnd,
  tarHeader,
  tarPadding,
} from "../../archive/ustar.js";
import { byteStringOf, bytesOf, decodeUtf8, encodeUtf8 } from "../../container/bytes.js";
import { type FileStat, type Step, SystemError } from "../../container/program.js";
import { type Applet, applet, Failure, type Options, parseOptions, reasonOf, UsageFailure } from "../applet.js";
import { formatTime, zoneOf } from "./calendar.js";
import { modeText } from "./modes.js";
import { groupName, userName } from "./users.js";

const pieceBytes = 65_536;

const compressors: Readonly<Record<string, string>> = { z: "gzip", j: "bzip2", J: "xz" };

const longOptions: Readonly<Record<string, string>> = {
  create: "c",
  extract: "x",
  list: "t",
  file: "f",
  directory: "C",
  verbose: "v",
  touch: "m",
  "no-same-owner": "o",
  "same-permissions": "p",
  "no-same-permissions": "P",
  "keep-old": "k",
  dereference: "h",
  "to-stdout": "O",
  gzip: "z",
  bzip2: "j",
  xz: "J",
};

export const tar = applet("tar c|x|t [-hvokO] [-f TARFILE] [-C DIR] [FILE]...", function* (self) {
  // The first word needs no dash: `tar cf - FILE`.
  const [first = "", ...rest] = self.args;
  const args = first === "" || first.startsWith("-") ? self.args : [`-${first}`, ...rest];
  const options = parseOptions(args, "cxtf:C:vmopPkhOzjJ", longOptions);
  const modes = ["c", "x", "t"].filter((letter) => options.has(letter));
  if (modes.length !== 1) throw new UsageFailure();
  for (const [letter, program] of Object.entries(compressors)) {
    if (options.has(letter)) throw new Failure(`can't execute '${program}': No such file or directory`);
  }
  const archive = options.get("f") ?? "-";
  return yield* modes[0] === "c" ? create(self, options, archive) : takeOut(self, options, archive);
});

function openArchive(self: Applet, path: string, forWriting: boolean): number {
  if (path === "-") return forWriting ? 1 : 0;
  try {
    return self.process.open(path, forWriting ? { write: true, create: true, truncate: true } : { read: true });
  } catch (error) {
    throw new Failure(`can't open '${path}': ${reasonOf(error)}`);
  }
}

function changeDirectory(self: Applet, options: Options): void {
  const path = options.get("C");
  if (path === undefined) return;
  const { files } = self.process;
  try {
    if (files.stat(path).type !== "directory") throw new SystemError("ENOTDIR");
    self.process.cwd = files.realpath(path);
  } catch (error) {
    throw new Failure(`can't change directory to '${path}': ${reasonOf(error)}`);
  }
}

// Making an archive

interface Making {
  readonly self: Applet;
  readonly options: Options;
  readonly fd: number;
  /** Beginnings of paths that were said to be left out. */
  readonly leftOut: Set<string>;
  hasFailed: boolean;
}

function* create(self: Applet, options: Options, archive: string): Step<number> {
  if (options.operands.length === 0) throw new Failure("empty archive");
  const fd = openArchive(self, archive, true);
  changeDirectory(self, options);
  const making: Making = { self, options, fd, leftOut: new Set(), hasFailed: false };
  for (const path of options.operands) yield* add(making, path.replace(/(?<=.)\/+$/, ""));
  yield* self.process.write(fd, byteStringOf(tarEnd()));
  self.close(fd);
  if (!making.hasFailed) return 0;
  yield* self.complain("error exit delayed from previous errors");
  return 1;
}

function* add(making: Making, path: string): Step<void> {
  const { self, options } = making;
  const { files } = self.process;
  let stat: FileStat;
  try {
    stat = options.has("h") ? files.stat(path) : files.lstat(path);
  } catch (error) {
    making.hasFailed = true;
    yield* self.complain(`${path}: ${reasonOf(error)}`);
    return;
  }
  yield* self.work();
  const name = yield* safeName(making, path);
  if (stat.type === "directory") {
    if (name !== "") yield* addEntry(making, stat, { name: `${name}/`, type: "directory" });
    for (const each of files.list(path)) yield* add(making, path === "/" ? `/${each}` : `${path}/${each}`);
  } else if (stat.type === "symlink") {
    yield* addEntry(making, stat, { name, type: "symlink", target: files.readlink(path) });
  } else if (stat.type === "file") {
    yield* addFile(making, stat, name, path);
  }
}

/** Names in an archive lead nowhere but below the place where it is unpacked. */
function* safeName(making: Making, path: string): Step<string> {
  const unsafe = /^(?:.*\/)?\.\.(?:\/|$)|^\/+/.exec(path)?.[0] ?? "";
  if (unsafe === "") return path;
  if (!making.leftOut.has(unsafe)) {
    making.leftOut.add(unsafe);
    yield* making.self.complain(`removing leading '${unsafe}' from member names`);
  }
  return path.slice(unsafe.length);
}

function* addEntry(
  { self, options, fd }: Making,
  stat: FileStat,
  { name, type, target = "" }: Pick<TarEntry, "name" | "type"> & { readonly target?: string },
): Step<void> {
  if (options.has("v")) {
    const line = `${name}\n`;
    yield* fd === 1 ? self.process.err(line) : self.print(line);
  }
  const entry: TarEntry = {
    name: decodeUtf8(name),
    type,
    target: decodeUtf8(target),
    mode: stat.mode,
    size: type === "file" ? stat.size : 0,
    mtimeMs: stat.mtimeMs,
    uid: stat.uid,
    gid: stat.gid,
    owner: userName(self.process, stat.uid) ?? "",
    group: groupName(self.process, stat.gid) ?? "",
  };
  yield* self.process.write(fd, byteStringOf(tarHeader(entry)));
}

function* addFile(making: Making, stat: FileStat, name: string, path: string): Step<void> {
  const { self, fd } = making;
  let content: number;
  try {
    content = self.process.open(path, { read: true });
  } catch (error) {
    making.hasFailed = true;
    yield* self.complain(`can't open '${path}': ${reasonOf(error)}`);
    return;
  }
  try {
    yield* addEntry(making, stat, { name, type: "file" });
    // As much as was announced, whatever becomes of the file meanwhile.
    let left = stat.size;
    while (left > 0) {
      const data = yield* self.process.read(content, Math.min(left, pieceBytes));
      if (data === "") throw new Failure("short read");
      left -= data.length;
      yield* self.process.write(fd, data);
      yield* self.work();
    }
  } finally {
    self.close(content);
  }
  yield* self.process.write(fd, "\0".repeat(tarPadding(stat.size)));
}

// Taking files out of one

function* takeOut(self: Applet, options: Options, archive: string): Step<number> {
  const fd = openArchive(self, archive, false);
  changeDirectory(self, options);
  const reader = new TarReader();
  const wanted = new Set(options.operands.map((path) => path.replace(/\/+$/, "")));
  const found = new Set<string>();
  const out = new Unpacking(self, options);
  let bytesRead = 0;
  for (;;) {
    const data = yield* self.process.read(fd, pieceBytes);
    if (data === "") break;
    bytesRead += data.length;
    try {
      for (const event of reader.read(bytesOf(data))) {
        if (event.kind === "entry") {
          const name = nameOf(event.entry);
          const match = wanted.size === 0 ? name : [...wanted].find((each) => isWithin(name, each));
          if (match !== undefined) found.add(match);
          yield* out.begin(event.entry, match !== undefined);
        } else if (event.kind === "data") yield* out.write(byteStringOf(event.bytes));
        else if (event.kind === "done") out.end();
      }
    } catch (error) {
      if (error instanceof TarError) throw new Failure(error.message);
      throw error;
    }
    yield* self.work();
  }
  if (!reader.isComplete || (bytesRead > 0 && bytesRead < tarBlockBytes)) throw new Failure("short read");
  self.close(fd);
  const missing = [...wanted].filter((each) => !found.has(each));
  for (const path of missing) yield* self.complain(`${path}: not found in archive`);
  return missing.length > 0 ? 1 : 0;
}

/** Without what leads out of the place where the archive is unpacked, and without a directory's slash. */
function nameOf({ name }: TarEntry): string {
  return encodeUtf8(name)
    .replace(/^(?:.*\/)?\.\.(?:\/|$)|^\/+/, "")
    .replace(/\/+$/, "");
}

function isWithin(name: string, wanted: string): boolean {
  return name === wanted || name.startsWith(`${wanted}/`);
}

class Unpacking {
  readonly #self: Applet;
  readonly #options: Options;
  readonly #isListing: boolean;
  /** Where the content of the entry goes; null: nowhere. */
  #fd: number | null = null;
  #finish: (() => void) | null = null;

  constructor(self: Applet, options: Options) {
    this.#self = self;
    this.#options = options;
    this.#isListing = options.has("t");
  }

  *begin(entry: TarEntry, isWanted: boolean): Step<void> {
    this.#fd = null;
    this.#finish = null;
    if (!isWanted) return;
    const name = encodeUtf8(entry.name);
    if (this.#isListing) {
      yield* this.#self.print(this.#options.has("v") ? this.#longLine(entry, name) : `${name}\n`);
      return;
    }
    if (this.#options.has("v")) {
      yield* this.#options.has("O") ? this.#self.process.err(`${name}\n`) : this.#self.print(`${name}\n`);
    }
    if (this.#options.has("O")) {
      if (entry.type === "file") this.#fd = 1;
      return;
    }
    const path = nameOf(entry);
    if (path !== "") yield* this.#make(entry, path);
  }

  *write(data: string): Step<void> {
    if (this.#fd !== null) yield* this.#self.process.write(this.#fd, data);
  }

  end(): void {
    this.#finish?.();
    this.#finish = null;
    this.#fd = null;
  }

  *#make(entry: TarEntry, path: string): Step<void> {
    const { files } = this.#self.process;
    this.#makeParents(path);
    const before = this.#typeAt(path);
    if (entry.type === "directory") {
      if (before !== "directory") this.#try(`can't make dir ${path}`, () => files.mkdir(path, entry.mode | 0o700));
      this.#settle(entry, path);
      return;
    }
    if (before !== null) {
      if (this.#options.has("k")) return;
      this.#try(`can't remove old file ${path}`, () => {
        if (before === "directory") throw new SystemError("EISDIR");
        files.remove(path);
      });
    }
    const target = encodeUtf8(entry.target ?? "");
    if (entry.type === "symlink") {
      this.#try(`can't create symlink '${path}' to '${target}'`, () => files.symlink(target, path));
    } else if (entry.type === "hardlink") {
      this.#try(`can't create hardlink '${path}' to '${target}'`, () => files.link(target.replace(/^\/+/, ""), path));
    } else if (entry.type === "file") {
      this.#try(`can't open '${path}'`, () => {
        this.#fd = this.#self.process.open(path, { write: true, create: true, exclusive: true });
      });
      this.#finish = () => {
        if (this.#fd !== null) this.#self.process.close(this.#fd);
        this.#settle(entry, path);
      };
    }
  }

  #makeParents(path: string): void {
    const { files } = this.#self.process;
    for (let at = path.indexOf("/"); at > 0; at = path.indexOf("/", at + 1)) {
      const parent = path.slice(0, at);
      if (files.exists(parent)) continue;
      this.#try(`can't create directory '${parent}/'`, () => files.mkdir(parent, 0o777));
    }
  }

  #typeAt(path: string): FileStat["type"] | null {
    try {
      return this.#self.process.files.lstat(path).type;
    } catch (error) {
      if (error instanceof SystemError) return null;
      throw error;
    }
  }

  /** Permissions and time, as the archive tells them. */
  #settle(entry: TarEntry, path: string): void {
    const { files, umask } = this.#self.process;
    const keepsMode = this.#self.process.uid === 0 && !this.#options.has("P");
    this.#try(`can't change mode of '${path}'`, () =>
      files.chmod(path, keepsMode || this.#options.has("p") ? entry.mode : entry.mode & ~umask),
    );
    if (!this.#options.has("m")) files.utimes(path, entry.mtimeMs);
  }

  #try(what: string, call: () => void): void {
    try {
      call();
    } catch (error) {
      throw new Failure(`${what}: ${reasonOf(error)}`);
    }
  }

  #longLine(entry: TarEntry, name: string): string {
    const { owner = "", group = "", uid = 0, gid = 0, target = "" } = entry;
    const time = formatTime("%Y-%m-%d %H:%M:%S", entry.mtimeMs, zoneOf(this.#self.process.env.get("TZ")));
    const owners = `${owner === "" ? uid : owner}/${group === "" ? gid : group}`;
    const leads = entry.type === "symlink" ? ` -> ${target}` : entry.type === "hardlink" ? ` link to ${target}` : "";
    return `${modeText(entry.type, entry.mode)} ${owners} ${String(entry.size).padStart(9)} ${time} ${name}${encodeUtf8(leads)}\n`;
  }
}
