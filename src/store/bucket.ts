import { type Backend, endOfPrefix } from "./backend.js";
import { KnownNames, namesAfterMisses } from "./known-names.js";

/** How a bucket's values become text and back. */
export interface Codec<Value> {
  encode(value: Value): string;
  /** `name` is the row's. */
  decode(text: string, name: string): Value;
}

export const jsonCodec: Codec<unknown> = {
  encode: (value) => JSON.stringify(value),
  decode: (text) => JSON.parse(text),
};

interface Cell<Value> {
  readonly name: string;
  /** null: known to be absent. */
  value: Value | null;
  dirty: boolean;
  /** Asked for, or written, since the last eviction. */
  used: boolean;
  /** The backend is known to have no such row: what is made and removed between two flushes leaves no trace. */
  fresh: boolean;
}

/** More rows than these are written in the order of their keys: a sorted backend puts neighbours in place faster. */
const unsortedMax = 64;

function byName(left: Cell<unknown>, right: Cell<unknown>): number {
  if (left.name === right.name) return 0; // made, deleted and made again: as they came
  return left.name < right.name ? -1 : 1;
}

/**
 * The rows of a backend under one prefix, decoded when first read and encoded when flushed, however often they changed in
 * between. A bucket is a cache with write-back: what it holds beyond its changes may be dropped at any time.
 */
export class Bucket<Value> {
  readonly #backend: Backend;
  readonly #prefix: string;
  readonly #codec: Codec<Value>;
  readonly #cells = new Map<string, Cell<Value>>();
  readonly #dirty: Cell<Value>[] = [];
  /** Whether every row of the backend has been read (or is masked by a change). */
  #complete: boolean;
  /** Names of the backend's rows, whether they are in memory or not; null: not known. */
  #known: KnownNames | null = null;
  #misses = 0;
  #sorted: readonly string[] | null = null;

  constructor(backend: Backend, prefix: string, codec: Codec<Value>, options: { empty?: boolean } = {}) {
    this.#backend = backend;
    this.#prefix = prefix;
    this.#codec = codec;
    this.#complete = options.empty === true;
  }

  get(name: string): Value | undefined {
    return this.#cell(name)?.value ?? undefined;
  }

  /** Writes a row without a look at what was there. */
  set(name: string, value: Value): void {
    const cell = this.#cells.get(name);
    if (cell === undefined) this.#add(name, value, this.#isAbsent(name));
    else this.#change(cell, value);
  }

  /** Writes a row, and gives what was there. */
  replace(name: string, value: Value): Value | undefined {
    const cell = this.#cell(name);
    if (cell === undefined) {
      this.#add(name, value, true);
      return undefined;
    }
    const previous = cell.value ?? undefined;
    this.#change(cell, value);
    return previous;
  }

  /** Writes a row where there is none; false where there is. */
  insert(name: string, value: Value): boolean {
    const cell = this.#cell(name);
    if (cell === undefined) this.#add(name, value, true);
    else if (cell.value === null) this.#change(cell, value);
    else return false;
    return true;
  }

  delete(name: string): void {
    const cell = this.#cell(name);
    if (cell === undefined || cell.value === null) return;
    this.#sorted = null;
    cell.value = null;
    this.#mark(cell);
    if (cell.fresh && this.#isAbsent(name)) this.#cells.delete(name);
  }

  /** Names of all rows, ascending. */
  names(): readonly string[] {
    if (!this.#complete) this.#readAll();
    if (this.#sorted === null) {
      const names: string[] = [];
      for (const cell of this.#cells.values()) if (cell.value !== null) names.push(cell.name);
      this.#sorted = names.sort();
    }
    return this.#sorted;
  }

  get isEmpty(): boolean {
    return this.names().length === 0;
  }

  /** Rows whose names start with `prefix`, ascending; reads no others from the backend. */
  withPrefix(prefix: string): { readonly name: string; readonly value: Value }[] {
    if (!this.#complete) {
      if (prefix === "") this.#readAll();
      else this.#read(this.#prefix + prefix);
    }
    const found: { name: string; value: Value }[] = [];
    for (const { name, value } of this.#cells.values()) {
      if (value !== null && name.startsWith(prefix)) found.push({ name, value });
    }
    return found.sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** Whether nothing of it is in memory. */
  get isHollow(): boolean {
    return this.#cells.size === 0;
  }

  get isDirty(): boolean {
    return this.#dirty.length > 0;
  }

  /** Writes what changed; the backend's transaction is the caller's. */
  flush(): void {
    if (this.#dirty.length > unsortedMax) this.#dirty.sort(byName);
    for (const cell of this.#dirty) {
      cell.dirty = false;
      if (cell.value !== null) this.#backend.put(this.#prefix + cell.name, this.#codec.encode(cell.value));
      else if (!cell.fresh) this.#backend.remove(this.#prefix + cell.name);
      cell.fresh = false;
      // A row that was made, deleted and made again has another cell by now.
      if (cell.value === null && this.#complete && this.#cells.get(cell.name) === cell) this.#cells.delete(cell.name);
    }
    this.#dirty.length = 0;
  }

  /**
   * Drops rows from memory that nobody asked for since the last time, or all of them; what is known of their names stays.
   * Only after flush.
   */
  evict(which: "unused" | "all" = "unused"): void {
    if (this.#dirty.length > 0) throw new Error(`bucket ${this.#prefix} holds changes that are not flushed`);
    for (const cell of this.#cells.values()) {
      if (cell.value !== null) {
        if (cell.used && which === "unused") {
          cell.used = false;
          continue;
        }
        if (this.#complete) this.#known = new KnownNames();
        this.#complete = false;
        this.#known?.add(cell.name);
      }
      this.#cells.delete(cell.name);
    }
    this.#sorted = null;
  }

  /** Whether it is certain, without a look, that neither memory nor backend have a row that is not among the cells. */
  #isAbsent(name: string): boolean {
    return this.#complete || (this.#known !== null && !this.#known.mayHave(name));
  }

  /** What is known of a row, read from the backend where it has to be; undefined: it is known that there is none. */
  #cell(name: string): Cell<Value> | undefined {
    const cell = this.#cells.get(name);
    if (cell !== undefined) {
      cell.used = true;
      return cell;
    }
    if (this.#isAbsent(name)) return undefined;
    const text = this.#backend.get(this.#prefix + name);
    if (text === undefined) {
      // What the cells add to it is added before they are dropped.
      this.#known ??= namesAfterMisses(this.#backend, this.#prefix, ++this.#misses);
      return this.#remember(name, null, true);
    }
    return this.#remember(name, this.#decode(name, text), false);
  }

  #remember(name: string, value: Value | null, fresh: boolean): Cell<Value> {
    const cell = { name, value, dirty: false, used: true, fresh };
    this.#cells.set(name, cell);
    this.#sorted = null;
    return cell;
  }

  #decode(name: string, text: string): Value {
    try {
      return this.#codec.decode(text, name);
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      throw new Error(`the state is damaged: its row ${this.#prefix}${name} cannot be read (${error.message})`);
    }
  }

  #add(name: string, value: Value, fresh: boolean): void {
    const cell = { name, value, dirty: true, used: true, fresh };
    this.#cells.set(name, cell);
    this.#dirty.push(cell);
    this.#sorted = null;
  }

  #change(cell: Cell<Value>, value: Value): void {
    cell.used = true;
    if (cell.value === null) this.#sorted = null;
    cell.value = value;
    this.#mark(cell);
  }

  #mark(cell: Cell<Value>): void {
    if (cell.dirty) return;
    cell.dirty = true;
    this.#dirty.push(cell);
  }

  #readAll(): void {
    this.#read(this.#prefix);
    this.#complete = true;
  }

  #read(start: string): void {
    for (const { key, value } of this.#backend.range(start, endOfPrefix(start))) {
      const name = key.slice(this.#prefix.length);
      if (this.#cells.has(name)) continue;
      this.#cells.set(name, { name, value: this.#decode(name, value), dirty: false, used: true, fresh: false });
      this.#sorted = null;
    }
  }
}
