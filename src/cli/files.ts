import {
  closeSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readlinkSync,
  readSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname } from "node:path";
import { FileError, type FileSource } from "../manifest/file-source.js";

/** The person's own files and standard input. */
export const systemFiles: FileSource = {
  stat(path) {
    try {
      const found = statSync(path, { throwIfNoEntry: false });
      if (found === undefined) return undefined;
      const { size: sizeBytes, mtimeMs } = found;
      return { kind: found.isDirectory() ? "directory" : "file", sizeBytes, mode: found.mode & 0o7777, mtimeMs };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOTDIR") return undefined;
      throw fileError("stat", path, error);
    }
  },
  linkTarget(path) {
    try {
      return lstatSync(path).isSymbolicLink() ? readlinkSync(path) : undefined;
    } catch (error) {
      throw fileError("lstat", path, error);
    }
  },
  list(path) {
    try {
      return readdirSync(path);
    } catch (error) {
      throw fileError("open", path, error);
    }
  },
  read(path, bytesMax) {
    let file: number;
    try {
      file = openSync(path, "r");
    } catch (error) {
      throw fileError("open", path, error);
    }
    try {
      return readAtMost(file, bytesMax + 1, path);
    } finally {
      closeSync(file);
    }
  },
  readStdin: (bytesMax) => readAtMost(0, bytesMax + 1, "/dev/stdin"),
};

/** Makes a folder, with those on its way. @throws FileError */
export function makeSystemFolder(path: string): void {
  try {
    mkdirSync(path, { recursive: true });
  } catch (error) {
    throw fileError("mkdir", path, error);
  }
}

/** Writes a file, with the folders on its way. @throws FileError */
export function writeSystemFile(path: string, bytes: Uint8Array): void {
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, bytes);
  } catch (error) {
    throw fileError("open", path, error);
  }
}

function readAtMost(file: number, bytesMax: number, path: string): Uint8Array {
  const chunks: Uint8Array[] = [];
  let total = 0;
  while (total < bytesMax) {
    const chunk = new Uint8Array(Math.min(65_536, bytesMax - total));
    const count = readSome(file, chunk, path);
    if (count === 0) break;
    chunks.push(chunk.subarray(0, count));
    total += count;
  }
  return Buffer.concat(chunks);
}

function readSome(file: number, into: Uint8Array, path: string): number {
  for (;;) {
    try {
      return readSync(file, into);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === "EOF") return 0;
      if (code !== "EAGAIN") throw fileError("read", path, error);
      // Standard input without data yet: another process holds it in non-blocking mode.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10);
    }
  }
}

/** Go's words for what went wrong: `open x: permission denied`. */
function fileError(call: string, path: string, error: unknown): FileError {
  const { code = "", message } = error as NodeJS.ErrnoException;
  return new FileError(`${call} ${path}: ${goWords[code] ?? message}`);
}

const goWords: Readonly<Record<string, string>> = {
  ENOENT: "no such file or directory",
  EACCES: "permission denied",
  EISDIR: "is a directory",
  ENOTDIR: "not a directory",
  ELOOP: "too many levels of symbolic links",
  ENAMETOOLONG: "file name too long",
  EMFILE: "too many open files",
};
