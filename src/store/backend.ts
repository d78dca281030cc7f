/**
 * Where a store's rows are kept: an ordered map from text to text with one writer at a time and atomic commits. Readers
 * outside a transaction see the last commit; inside one they see its own writes. Two backends exist, memory and LMDB, and
 * one suite of tests runs over both.
 */
export interface Backend {
  get(key: string): string | undefined;
  /** Rows with start <= key < end, ascending by the bytes of the key. */
  range(start: string, end: string): Iterable<{ readonly key: string; readonly value: string }>;
  /** Their keys alone. */
  keys(start: string, end: string): Iterable<string>;
  /** Takes the writer's lock, waiting for other processes. Throws when a transaction is open already. */
  begin(): void;
  /** Only inside a transaction. */
  put(key: string, value: string): void;
  remove(key: string): void;
  /** Makes all writes since begin() visible and durable, together. */
  commit(): Promise<void>;
  /** Forgets all writes since begin(). */
  abort(): Promise<void>;
  close(): Promise<void>;
}

/** The smallest key behind all keys that start with `prefix`. Prefixes here end in an ASCII character. */
export function endOfPrefix(prefix: string): string {
  return prefix.slice(0, -1) + String.fromCharCode(prefix.charCodeAt(prefix.length - 1) + 1);
}
