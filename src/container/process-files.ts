import type { ContainerProcess } from "./container-process.js";
import { type Description, OpenFile, type OpenFileContent } from "./descriptions.js";
import { FileTree } from "./file-tree.js";
import { limits } from "./limits.js";
import type { NameSpace, Place } from "./name-space.js";
import { absolutePath, joinPath, parentPath } from "./paths.js";
import { type FileStat, type Files, type OpenOptions, SystemError } from "./program.js";
import { type SpecialFile, specialFile, specialLink, specialNames } from "./special-files.js";
import type { WriteOptions } from "./volume.js";

/** The container's files as one process sees them: from its working directory, with its rights. */
export class ProcessFiles implements Files {
  readonly #process: ContainerProcess;

  constructor(process: ContainerProcess) {
    this.#process = process;
  }

  get #space(): NameSpace {
    return this.#process.nameSpace();
  }

  stat(path: string): FileStat {
    return this.#special(path)?.stat ?? statAt(this.#place(path));
  }

  lstat(path: string): FileStat {
    const absolute = this.absolute(path);
    if (specialLink(absolute, this.#process) !== null) {
      return { type: "symlink", mode: 0o777, size: 0, mtimeMs: this.#process.nowMs(), uid: 0, gid: 0 };
    }
    return specialFile(absolute, this.#process)?.stat ?? statAt(this.#place(path, false));
  }

  exists(path: string): boolean {
    try {
      this.stat(path);
      return true;
    } catch (error) {
      if (error instanceof SystemError) return false;
      throw error;
    }
  }

  read(path: string): string {
    const special = this.#special(path);
    if (special) return special.text();
    const place = this.#place(path);
    this.#demand(statAt(place), 4);
    return place.mount.files.read(place.inner, 0, limits.fileBytesMax);
  }

  write(path: string, data: string, options: { append?: boolean; mode?: number } = {}): void {
    const special = this.#special(path);
    if (special) {
      special.open().write(data);
      return;
    }
    const place = this.#place(path);
    this.#demandWritable(place);
    const at: Partial<WriteOptions> = options.append ? { at: "end" } : {};
    place.mount.files.write(place.inner, data, {
      ...this.#making((options.mode ?? 0o666) & ~this.#process.umask),
      ...at,
    });
  }

  /** Opens a file as {@link ContainerProcess.open} does, without giving it a number. */
  open(path: string, options: OpenOptions): Description {
    const special = this.#special(path);
    if (special) return special.open();
    const place = this.#place(path);
    const { found } = place;
    if (found.kind === "found") {
      if (options.exclusive && options.create) throw new SystemError("EEXIST");
      if (found.stat.type === "directory") throw new SystemError("EISDIR");
      if (options.read) this.#demand(found.stat, 4);
    } else if (!options.create) statAt(place);
    if (options.write || options.append) this.#demandWritable(place);
    const making = this.#making(0o666 & ~this.#process.umask);
    const isNew = found.kind !== "found";
    if (isNew) place.mount.files.write(place.inner, "", making);
    const content = contentOf(place, this.#process);
    if (options.truncate && !isNew && found.stat.size > 0) {
      place.mount.files.write(place.inner, "", making);
    }
    const isWriting = options.write === true || options.append === true;
    return new OpenFile(content, {
      read: options.read === true || !isWriting,
      write: isWriting,
      append: options.append === true,
    });
  }

  list(path: string): string[] {
    const names = specialNames(this.#followSpecial(path), this.#process);
    if (names && this.#followSpecial(path).startsWith("/proc")) return names;
    const place = this.#place(path);
    this.#demand(statAt(place), 4);
    const own = this.#space.list(place);
    return names ? [...new Set([...own, ...names])].sort() : own;
  }

  mkdir(path: string, mode = 0o777): void {
    const place = this.#newPlace(path);
    place.mount.files.mkdir(place.inner, this.#making(mode & ~this.#process.umask));
  }

  remove(path: string): void {
    const place = this.#entry(path);
    if (this.#space.isMountPoint(place.path)) throw new SystemError("EBUSY");
    this.#demandEntry(place);
    place.mount.files.remove(place.inner, this.#process.nowMs());
  }

  rename(from: string, to: string): void {
    const source = this.#entry(from);
    const target = this.#place(to, false);
    if (this.#space.isMountPoint(source.path)) throw new SystemError("EBUSY");
    if (source.mount !== target.mount) throw new SystemError("EXDEV");
    this.#demandEntry(source);
    this.#demandEntry(target);
    source.mount.files.rename(source.inner, target.inner, this.#process.nowMs());
  }

  symlink(target: string, path: string): void {
    const place = this.#newPlace(path);
    place.mount.files.symlink(target, place.inner, this.#making(0o777));
  }

  link(from: string, to: string): void {
    const source = this.#entry(from);
    const target = this.#newPlace(to);
    if (source.mount !== target.mount) throw new SystemError("EXDEV");
    if (statAt(source).type === "directory") throw new SystemError("EPERM");
    source.mount.files.link(source.inner, target.inner, this.#process.nowMs());
  }

  readlink(path: string): string {
    const link = specialLink(this.absolute(path), this.#process);
    if (link !== null) return link;
    const { found } = this.#entry(path);
    if (found.kind !== "link") throw new SystemError("EINVAL");
    return found.target;
  }

  chmod(path: string, mode: number): void {
    const place = this.#owned(path);
    place.mount.files.chmod(place.inner, mode);
  }

  utimes(path: string, mtimeMs: number): void {
    const place = this.#owned(path);
    place.mount.files.utimes(place.inner, mtimeMs);
  }

  realpath(path: string): string {
    const followed = this.#followSpecial(path);
    if (specialFile(followed, this.#process)) return followed;
    const place = this.#place(path);
    statAt(place);
    return place.path;
  }

  absolute(path: string): string {
    if (path === "") throw new SystemError("ENOENT");
    return absolutePath(this.#process.cwd, path);
  }

  #followSpecial(path: string): string {
    let at = this.absolute(path);
    for (let link = specialLink(at, this.#process); link !== null; link = specialLink(at, this.#process)) at = link;
    return at;
  }

  #special(path: string): SpecialFile | null {
    const absolute = this.absolute(path);
    if (!absolute.startsWith("/dev") && !absolute.startsWith("/proc")) {
      const place = this.#space.resolve(absolute);
      if (!place.path.startsWith("/dev/") && !place.path.startsWith("/proc/")) return null;
      return specialFile(this.#followSpecial(place.path), this.#process);
    }
    return specialFile(this.#followSpecial(path), this.#process);
  }

  #place(path: string, follow = true): Place {
    if (path.endsWith("/") && path !== "/") {
      const place = this.#space.resolve(this.absolute(path));
      if (place.found.kind === "found" && place.found.stat.type !== "directory") throw new SystemError("ENOTDIR");
      return place;
    }
    return this.#space.resolve(this.absolute(path), follow);
  }

  /** What is at a path itself, not where it leads. */
  #entry(path: string): Place {
    const place = this.#place(path, false);
    if (place.found.kind === "absent") {
      throw new SystemError(specialFile(place.path, this.#process) ? "EPERM" : place.found.errno);
    }
    return place;
  }

  /** A path where nothing is, in a directory that this process may change. */
  #newPlace(path: string): Place {
    const place = this.#space.resolve(this.absolute(path), false);
    if (place.found.kind !== "absent" || this.#special(path)) throw new SystemError("EEXIST");
    if (place.found.errno !== "ENOENT") throw new SystemError(place.found.errno);
    this.#demandEntry(place);
    return place;
  }

  #owned(path: string): Place {
    const place = this.#place(path);
    const stat = statAt(place);
    if (place.mount.readOnly) throw new SystemError("EROFS");
    if (this.#process.uid !== 0 && this.#process.uid !== stat.uid) throw new SystemError("EPERM");
    return place;
  }

  #demandWritable(place: Place): void {
    if (place.found.kind !== "found") {
      this.#demandEntry(place);
      return;
    }
    if (place.mount.readOnly) throw new SystemError("EROFS");
    if (place.found.stat.type === "directory") throw new SystemError("EISDIR");
    this.#demand(place.found.stat, 2);
  }

  /** That an entry may be made, changed or removed: its directory is there, and may be written. */
  #demandEntry(place: Place): void {
    const parent = this.#space.resolve(parentPath(place.path));
    const stat = statAt(parent);
    if (stat.type !== "directory") throw new SystemError("ENOTDIR");
    if (place.mount.readOnly) throw new SystemError("EROFS");
    this.#demand(stat, 2);
  }

  #demand(stat: FileStat, bit: 1 | 2 | 4): void {
    const { uid, gid } = this.#process;
    if (uid === 0) return;
    const shift = uid === stat.uid ? 6 : gid === stat.gid ? 3 : 0;
    if (((stat.mode >> shift) & bit) === 0) throw new SystemError("EACCES");
  }

  #making(mode: number): WriteOptions {
    return { nowMs: this.#process.nowMs(), mode, uid: this.#process.uid, gid: this.#process.gid };
  }
}

function statAt(place: Place): FileStat {
  if (place.found.kind === "absent") throw new SystemError(place.found.errno);
  return place.found.stat;
}

/** Files of the container's own tree stay open when their names go; those of volumes are found by their path each time. */
function contentOf(place: Place, process: ContainerProcess): OpenFileContent {
  const { files } = place.mount;
  if (files instanceof FileTree) {
    const node = files.openNode(place.inner, null);
    return {
      size: () => node.content.length,
      read: (from, max) => node.content.slice(from, from + max),
      write: (data, at) => files.writeNode(node, data, { at, nowMs: process.nowMs() }),
    };
  }
  return {
    size: () => {
      const found = files.lookup(place.inner);
      return found.kind === "found" ? found.stat.size : 0;
    },
    read: (from, max) => files.read(place.inner, from, max),
    write: (data, at) => files.write(place.inner, data, { at, nowMs: process.nowMs() }),
  };
}

/** Where a program is: a file of the image, or a script. */
export function executableAt(
  path: string,
  process: ContainerProcess,
): { path: string; content: string; program?: string } | null {
  const place = process.nameSpace().resolve(absolutePath(process.cwd, path));
  const { found } = place;
  if (found.kind !== "found") return null;
  if (found.stat.type !== "file" || (found.stat.mode & 0o111) === 0) throw new SystemError("EACCES");
  if (found.program !== undefined) return { path, content: "", program: found.program };
  return { path, content: place.mount.files.read(place.inner, 0, 256) };
}

/** Candidates for a program's path by PATH. */
export function* searchPath(name: string, pathVariable: string): Generator<string> {
  for (const directory of pathVariable.split(":")) yield directory === "" ? name : joinPath(directory, name);
}
