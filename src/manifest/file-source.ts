/** What a path names. */
type FileKind = "file" | "directory";

export interface FileFacts {
  readonly kind: FileKind;
  readonly sizeBytes: number;
  /** Permission bits. */
  readonly mode?: number;
  readonly mtimeMs?: number;
}

/**
 * The reader's files, as far as manifests need them. The edge implements it over a real file system; a test over a map.
 * Paths are as the reader wrote them; what is not there is `undefined`, any other trouble is thrown as a FileError.
 */
export interface FileSource {
  /** Links are followed. */
  stat(path: string): FileFacts | undefined;
  /** Where a symbolic link leads; undefined for what is none. */
  linkTarget?(path: string): string | undefined;
  /** Names in a directory, in any order. */
  list(path: string): readonly string[];
  /** At most `bytesMax` + 1 bytes of a file: one more than asked for says that there is more. */
  read(path: string, bytesMax: number): Uint8Array;
  /** The same of standard input. */
  readStdin(bytesMax: number): Uint8Array;
}

/** Trouble with a file; `message` is for the reader: `open secret.yaml: permission denied`. */
export class FileError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "FileError";
  }
}
