import { FileError, type FileSource } from "../manifest/file-source.js";
import { UsageError } from "./errors.js";

/** What a flag's file may hold at most; an object of the API is smaller still. */
const bytesMax = 16 * 2 ** 20;

/** The bytes of a file. Throws a UsageError that begins with `prefix`, in Go's words. */
export function readBytes(path: string, files: FileSource, prefix: string, max = bytesMax): Uint8Array {
  const found = files.stat(path);
  if (found === undefined) throw new UsageError(`${prefix}open ${path}: no such file or directory`);
  if (found.kind === "directory") throw new UsageError(`${prefix}read ${path}: is a directory`);
  try {
    const bytes = files.read(path, max);
    if (bytes.length > max) throw new UsageError(`${prefix}${path} is larger than ${max} bytes`);
    return bytes;
  } catch (error) {
    if (error instanceof FileError) throw new UsageError(`${prefix}${error.message}`);
    throw error;
  }
}

/** The text of a file. Throws like {@link readBytes}. */
export function readTextFile(path: string, files: FileSource, prefix: string): string {
  return new TextDecoder().decode(readBytes(path, files, prefix));
}

/** The text of standard input. */
export function readStdinText(files: FileSource): string {
  return new TextDecoder().decode(files.readStdin(bytesMax));
}
