import { type Backend, endOfPrefix } from "./backend.js";

/** How a bucket's values become text and back. */
export interface Codec<Value> {
  encode(value: Value): string;
  decode(text: string): Value;
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
  /** The backend has no such row: what is made and removed between two flushes leaves no trace. */
  fresh: boolean;
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

  set(name: string, value: Value): void {
    const cell = this.#cell(name);
    if (cell === undefined) {
      this.#add(name, value);
      return;
    }
    if (cell.value === null) this.#sorted = null;
    cell.value = value;
    this.#mark(cell);
  }

  delete(name: string): void {
    const cell = this.#cell(name);
    if (cell === undefined || cell.value === null) return;
    this.#sorted = null;
    cell.value = null;
    this.#mark(cell);
    if (cell.fresh && this.#complete) this.#cells.delete(name);
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

  get isDirty(): boolean {
    return this.#dirty.length > 0;
  }

  /** Writes what changed; the backend's transaction is the caller's. */
  flush(): void {
    for (const cell of this.#dirty) {
      cell.dirty = false;
      if (cell.value !== null) this.#backend.put(this.#prefix + cell.name, this.#codec.encode(cell.value));
      else if (!cell.fresh) this.#backend.remove(this.#prefix + cell.name);
      cell.fresh = false;
      if (cell.value === null && this.#complete) this.#cells.delete(cell.name);
    }
    this.#dirty.length = 0;
  }

  /** Drops all rows from memory. Only after flush. */
  evict(): void {
    if (this.#dirty.length > 0) throw new Error(`bucket ${this.#prefix} holds changes that are not flushed`);
    this.#cells.clear();
    this.#sorted = null;
    this.#complete = false;
  }

  /** What is known of a row, read from the backend where it has to be; undefined: it is known that there is none. */
  #cell(name: string): Cell<Value> | undefined {
    const known = this.#cells.get(name);
    if (known !== undefined || this.#complete) return known;
    const text = this.#backend.get(this.#prefix + name);
    const value = text === undefined ? null : this.#decode(name, text);
    const cell = { name, value, dirty: false, fresh: text === undefined };
    this.#cells.set(name, cell);
    this.#sorted = null;
    return cell;
  }

  #decode(name: string, text: string): Value {
    try {
      return this.#codec.decode(text);
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      throw new Error(`the state is damaged: its row ${this.#prefix}${name} cannot be read (${error.message})`);
    }
  }

  #add(name: string, value: Value): void {
    const cell = { name, value, dirty: true, fresh: true };
    this.#cells.set(name, cell);
    this.#dirty.push(cell);
    this.#sorted = null;
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
      this.#cells.set(name, { name, value: this.#decode(name, value), dirty: false, fresh: false });
      this.#sorted = null;
    }
  }
}
