import type { Json } from "./journal.js";

/**
 * What a program in a container sees of its world, and what it may wait for.
 *
 * A program is a generator: it acts at once through its {@link Process} and yields only where it must wait. The kernel
 * of its container resumes it when what it waits for has come. All text is byte strings (one character, one byte, 0 to
 * 255): what comes from outside is encoded as UTF-8 on its way in, and decoded on its way out to logs and terminals.
 */

/** A program of an image. Returns its exit status, 0 to 255. */
export type Program = (process: Process) => Generator<Wait, number, void>;

/** A step inside a program that may wait: called as `yield* step(…)`. */
export type Step<T> = Generator<Wait, T, void>;

/** What a process waits for. The kernel resumes it when that has come, or when a signal handler has run. */
export type Wait =
  | { readonly kind: "until"; readonly atMs: number }
  | { readonly kind: "readable"; readonly fd: number }
  | { readonly kind: "writable"; readonly fd: number }
  | { readonly kind: "child"; readonly pid: number | null }
  /** Lets other processes run; also counts one step of processor time against the container's limits. */
  | { readonly kind: "turn" }
  | { readonly kind: "forever" };

/** POSIX error names that file and process calls throw as {@link SystemError}. */
export type Errno =
  | "ENOENT"
  | "EACCES"
  | "EEXIST"
  | "ENOTDIR"
  | "EISDIR"
  | "ENOTEMPTY"
  | "EROFS"
  | "EINVAL"
  | "EBADF"
  | "EPIPE"
  | "ESRCH"
  | "EPERM"
  | "ELOOP"
  | "ENOEXEC"
  | "EMFILE"
  | "EAGAIN"
  | "EFBIG"
  | "EBUSY"
  | "EXDEV"
  | "ENAMETOOLONG"
  | "ENOSPC"
  | "ECONNREFUSED"
  | "EHOSTUNREACH"
  | "EADDRINUSE";

/** A failed call; what it is in the words of the C library says {@link errnoTexts}. */
export class SystemError extends Error {
  readonly errno: Errno;
  constructor(errno: Errno) {
    super(errno);
    this.name = "SystemError";
    this.errno = errno;
  }
}

/** The container's processes hold more memory than they may: thrown through a program, it ends all of them by SIGKILL. */
export class OutOfMemory extends Error {
  constructor() {
    super("out of memory");
    this.name = "OutOfMemory";
  }
}

/** `No such file or directory` for ENOENT, and so on: strerror's words. */
export const errnoTexts: Readonly<Record<Errno, string>> = {
  ENOENT: "No such file or directory",
  EACCES: "Permission denied",
  EEXIST: "File exists",
  ENOTDIR: "Not a directory",
  EISDIR: "Is a directory",
  ENOTEMPTY: "Directory not empty",
  EROFS: "Read-only file system",
  EINVAL: "Invalid argument",
  EBADF: "Bad file descriptor",
  EPIPE: "Broken pipe",
  ESRCH: "No such process",
  EPERM: "Operation not permitted",
  ELOOP: "Too many levels of symbolic links",
  ENOEXEC: "Exec format error",
  EMFILE: "Too many open files",
  EAGAIN: "Resource temporarily unavailable",
  EFBIG: "File too large",
  EBUSY: "Resource busy",
  EXDEV: "Cross-device link",
  ENAMETOOLONG: "File name too long",
  ENOSPC: "No space left on device",
  ECONNREFUSED: "Connection refused",
  EHOSTUNREACH: "No route to host",
  EADDRINUSE: "Address already in use",
};

export interface FileStat {
  readonly type: "file" | "directory" | "symlink" | "device";
  /** Permission bits, 0 to 0o7777. */
  readonly mode: number;
  /** Bytes. */
  readonly size: number;
  readonly mtimeMs: number;
  readonly uid: number;
  readonly gid: number;
}

/** Files as one process sees them: paths may be relative to its working directory. All calls throw SystemError. */
export interface Files {
  stat(path: string): FileStat;
  /** Like stat, but of a symbolic link itself. */
  lstat(path: string): FileStat;
  exists(path: string): boolean;
  /** Whole content of a regular file. */
  read(path: string): string;
  write(path: string, data: string, options?: { append?: boolean; mode?: number }): void;
  /** Names in a directory, sorted by byte value, without `.` and `..`. */
  list(path: string): string[];
  mkdir(path: string, mode?: number): void;
  /** Removes a file, a link or an empty directory. */
  remove(path: string): void;
  rename(from: string, to: string): void;
  symlink(target: string, path: string): void;
  /** Hard link; refused with EXDEV across mounts, and with EPERM for a directory. */
  link(from: string, to: string): void;
  readlink(path: string): string;
  chmod(path: string, mode: number): void;
  utimes(path: string, mtimeMs: number): void;
  /** Absolute path without `.`, `..` and symbolic links. */
  realpath(path: string): string;
  /** Absolute path without `.` and `..`, as the shell's logical working directory has it. */
  absolute(path: string): string;
}

export interface OpenOptions {
  readonly read?: boolean;
  readonly write?: boolean;
  readonly append?: boolean;
  readonly create?: boolean;
  readonly truncate?: boolean;
  /** With create: fail with EEXIST where the file exists. */
  readonly exclusive?: boolean;
}

export interface SpawnOptions {
  readonly argv: readonly string[];
  /** Run this instead of looking `argv[0]` up in PATH (a subshell, a function in a pipeline). */
  readonly program?: Program;
  readonly env?: ReadonlyMap<string, string>;
  readonly cwd?: string;
  /** The child's descriptors: child's number → this process's number. Default: all of this process's, unchanged. */
  readonly fds?: ReadonlyMap<number, number>;
}

/** A descriptor that {@link Process.stash} took; only the kernel knows what is in it. */
export interface StashedDescriptor {
  readonly isStashed: true;
}

export interface ProcessInfo {
  readonly pid: number;
  readonly parentPid: number;
  readonly argv: readonly string[];
  readonly state: "R" | "S" | "Z";
  readonly startMs: number;
}

/** One running program: its arguments, environment, files, descriptors, children, and the world outside. */
export interface Process {
  readonly pid: number;
  readonly parentPid: number;
  /** argv[0] is the name it was called by. */
  readonly argv: readonly string[];
  readonly env: Map<string, string>;
  cwd: string;
  readonly hostname: string;
  /** `pod.subdomain.ns.svc.cluster.local`, or the host name where it has no domain. */
  readonly fqdn: string;
  readonly ip: string;
  readonly files: Files;
  umask: number;
  /** Uid and gid that the container runs as, and the names they have in /etc/passwd. */
  readonly uid: number;
  readonly gid: number;

  /** Cluster time. */
  nowMs(): number;
  /** Uniform in [0, 1), seeded by the container. */
  random(): number;

  /** Next bytes from a descriptor, at most `max`; "" at end of file. Waits while a pipe is empty. */
  read(fd: number, max?: number): Step<string>;
  /** Up to and with the next newline; "" at end of file. */
  readLine(fd: number): Step<string>;
  readAll(fd: number): Step<string>;
  /** Waits while a pipe is full. A pipe nobody reads ends the process by SIGPIPE, unless that is ignored (then EPIPE). */
  write(fd: number, data: string): Step<void>;
  /** Shorthand for descriptors 1 and 2. */
  out(text: string): Step<void>;
  err(text: string): Step<void>;
  isTerminal(fd: number): boolean;

  open(path: string, options: OpenOptions): number;
  close(fd: number): void;
  /** Makes `to` another name of what `from` names. */
  dup(from: number, to?: number): number;
  pipe(): { readonly read: number; readonly write: number };
  fds(): readonly number[];
  /** A new descriptor from which a text can be read, as from a here-document. */
  textInput(text: string): number;
  /** Takes a descriptor away for a while, so that children do not inherit it; null where it is not open. */
  stash(fd: number): StashedDescriptor | null;
  /** Puts back what {@link stash} took, in place of what `fd` is now; null closes `fd`. */
  unstash(fd: number, stashed: StashedDescriptor | null): void;

  /**
   * Says how much memory the program holds from now on, beyond the little that every program needs.
   * @throws OutOfMemory where that is more than the container may hold; nobody catches it
   */
  hold(bytes: number): void;

  sleep(ms: number): Step<void>;
  /** Starts a child. Throws EAGAIN where there are too many processes, ENOENT and EACCES for a program by name. */
  spawn(options: SpawnOptions): number;
  /**
   * This process is another program from now on, as after exec: its handlers of signals are gone. The caller then
   * runs it: `process.become(argv, env); return yield* program(process);`
   */
  become(argv: readonly string[], env: ReadonlyMap<string, string>): void;
  /** Exit status of a child, waits for it: 128 + n where signal n ended it. null: any child; throws ESRCH when there is none. */
  wait(pid: number | null): Step<{ readonly pid: number; readonly status: number; readonly signal?: number }>;
  /** Signal by number to one process; -1: all but this and process 1. */
  kill(pid: number, signal: number): void;
  /** null: default action; "ignore"; or a handler, which the kernel runs when the process next runs. */
  onSignal(signal: number, action: null | "ignore" | (() => void)): void;
  processes(): readonly ProcessInfo[];
  /** Where `name` leads by PATH: a program of the image, a script file, or null (not found); throws EACCES when not executable. */
  find(name: string): { readonly path: string; readonly program: Program } | null;

  /** Addresses of a host name (A records), or null where there is no such name. */
  resolve(name: string): readonly string[] | null;
  /** SRV records: `_mongodb._tcp.quiz-pods…`. */
  resolveService(name: string): readonly { readonly target: string; readonly port: number }[] | null;
  /** The name of an address, for nslookup and ping. */
  reverse(ip: string): string | null;
  /** What an address answers; null where nobody does. */
  ping(ip: string): Echo | null;

  /** Opens a port for as long as this process lives. Throws EADDRINUSE where another process has it. */
  listen(port: number, listener: Listener): void;
  /**
   * One message to what listens at an address, and its answer; no time passes. Throws ECONNREFUSED where nothing listens,
   * and EHOSTUNREACH where there is nobody.
   */
  request(ip: string, port: number, message: Json): Json;
}

/** The answer to a ping. */
export interface Echo {
  readonly roundTripMs: number;
  /** Routers on the way. */
  readonly hops: number;
}

/**
 * What answers at an open port: a service that the node knows by name, with its settings. It is not the listening process
 * that answers: what a service keeps lies in tables of the node, so that a restored container need not hear it all again.
 */
export interface Listener {
  readonly service: string;
  readonly settings: Json;
}
