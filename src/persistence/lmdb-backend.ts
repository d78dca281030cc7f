import { ABORT, asBinary, type Database, open as openLmdb, type RootDatabase } from "lmdb";
import type { Backend } from "../store/backend.js";

/** Bytes of address space that the map may grow to; the file itself stays as small as its rows. */
const mapBytesMax = 64 * 2 ** 30;

/**
 * Rows in an LMDB file: safe with many processes, one writer at a time under LMDB's own lock, readers that never wait. A
 * process that is killed leaves the last commit. Commits reach the operating system at once and the disk in its own time,
 * without tearing the file (`noMetaSync`): what a loss of power can cost is the last moments, never the state.
 */
export class LmdbBackend implements Backend {
  readonly #database: RootDatabase<string, string>;
  readonly #failure: (error: unknown) => Error;
  #transaction: { readonly end: (result: unknown) => void; readonly ended: Promise<unknown> } | null = null;

  private constructor(database: RootDatabase<string, string>, failure: (error: unknown) => Error) {
    this.#database = database;
    this.#failure = failure;
  }

  /**
   * Opens or creates the file. Throws what LMDB throws when it cannot be used; `failure` makes the error of a later read
   * that fails.
   */
  static open(
    path: string,
    options: { readonly readOnly?: boolean; readonly failure?: (error: unknown) => Error } = {},
  ): LmdbBackend {
    const database = openLmdb<string, string>({
      path,
      noSubdir: true,
      encoding: "string",
      cache: false,
      mapSize: mapBytesMax,
      noMetaSync: true,
      overlappingSync: false,
      eventTurnBatching: false,
      readOnly: options.readOnly === true,
    });
    return new LmdbBackend(database, options.failure ?? asError);
  }

  get(key: string): string | undefined {
    try {
      return this.#database.get(key);
    } catch (error) {
      throw this.#failure(error);
    }
  }

  *range(start: string, end: string): Iterable<{ readonly key: string; readonly value: string }> {
    try {
      yield* this.#database.getRange({ start, end, snapshot: this.#transaction === null });
    } catch (error) {
      throw this.#failure(error);
    }
  }

  *keys(start: string, end: string): Iterable<string> {
    try {
      yield* this.#database.getKeys({ start, end, snapshot: this.#transaction === null });
    } catch (error) {
      throw this.#failure(error);
    }
  }

  begin(): void {
    if (this.#transaction) throw new Error("a transaction is open already");
    let end: (result: unknown) => void = () => {};
    const until = new Promise<unknown>((resolve) => {
      end = resolve;
    });
    // commit() waits for the same promise and meets its failure; one that came earlier would end the process unhandled.
    const ended = this.#database.transactionSync(() => until) as unknown as Promise<unknown>;
    ended.catch(() => {});
    this.#transaction = { end, ended };
  }

  put(key: string, value: string): void {
    this.#inTransaction().putSync(key, bytesOf(value));
  }

  remove(key: string): void {
    this.#inTransaction().removeSync(key);
  }

  async commit(): Promise<void> {
    await this.#finish(undefined);
  }

  async abort(): Promise<void> {
    await this.#finish(ABORT);
  }

  async close(): Promise<void> {
    if (this.#transaction) await this.abort();
    await this.#database.close();
  }

  async #finish(result: unknown): Promise<void> {
    const transaction = this.#transaction;
    if (!transaction) throw new Error("no transaction is open");
    this.#transaction = null;
    transaction.end(result);
    await transaction.ended;
  }

  #inTransaction(): Database<string, string> {
    if (!this.#transaction) throw new Error("no transaction is open");
    return this.#database;
  }
}

/**
 * Where rows become bytes, one after another: LMDB copies them at once. `start` and `end` are how its encoders say which
 * part of a buffer they mean, so that a row costs no object.
 */
const scratch = Object.assign(Buffer.allocUnsafeSlow(2 ** 16), { start: 0, end: 0 });
const scratchBytes = asBinary(scratch) as unknown as string;

/** The UTF-8 of a row, for LMDB to take as it is; one place does for all but the longest. */
function bytesOf(value: string): string {
  if (value.length * 3 > scratch.length) return value;
  scratch.end = scratch.write(value, 0, "utf8");
  return scratchBytes;
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
