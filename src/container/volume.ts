import type { Errno, FileStat } from "./program.js";

/** What is at a path of a volume. */
export type Lookup =
  | { readonly kind: "found"; readonly stat: FileStat; readonly program?: string }
  /** A symbolic link: at `path` itself, or on the way to it (then `at` is shorter than the path asked for). */
  | { readonly kind: "link"; readonly at: string; readonly target: string; readonly stat: FileStat }
  | { readonly kind: "absent"; readonly errno: Errno };

/** How {@link VolumeFiles.write} writes. */
export interface WriteOptions {
  /** Byte offset to write at; "end" appends; without it the new content replaces the old. */
  readonly at?: number | "end";
  /** Permission bits if the file is made by this. */
  readonly mode?: number;
  readonly uid?: number;
  readonly gid?: number;
  readonly nowMs: number;
}

/**
 * Files that containers share: a volume, whose state is the kubelet's. Paths begin with `/`, which is the volume's own
 * root, and hold no `.` and `..`; links are never followed here, they are reported by `lookup` and followed by the
 * container that meets them. Names and contents are byte strings. Every call throws SystemError where it cannot do.
 */
export interface VolumeFiles {
  lookup(path: string): Lookup;
  /** Content from byte `from`, at most `max` bytes of it. */
  read(path: string, from: number, max: number): string;
  write(path: string, data: string, options: WriteOptions): void;
  /** Names in a directory, sorted by byte value. */
  list(path: string): string[];
  mkdir(path: string, options: WriteOptions): void;
  /** Removes a file, a link or an empty directory. */
  remove(path: string, nowMs: number): void;
  rename(from: string, to: string, nowMs: number): void;
  symlink(target: string, path: string, options: WriteOptions): void;
  link(from: string, to: string, nowMs: number): void;
  chmod(path: string, mode: number): void;
  utimes(path: string, mtimeMs: number): void;
}
