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

/**
 * The rows of a backend under one prefix, decoded when first read and encoded when flushed, however often they changed in
 * between. A bucket is a cache with write-back: what it holds beyond its changes may be dropped at any time.
 */
export class Bucket<Value> {
  readonly #backend: Backend;
  readonly #prefix: string;
  readonly #codec: Codec<Value>;
  /** null: known to be absent. */
  readonly #values = new Map<string, Value | null>();
  readonly #dirty = new Set<string>();
  /** Changed names that the backend does not have: what is made and removed between two flushes leaves no trace. */
  readonly #fresh = new Set<string>();
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
    const known = this.#values.get(name);
    if (known !== undefined) return known ?? undefined;
    if (this.#complete) return undefined;
    const text = this.#backend.get(this.#prefix + name);
    const value = text === undefined ? null : this.#codec.decode(text);
    this.#values.set(name, value);
    return value ?? undefined;
  }

  set(name: string, value: Value): void {
    const known = this.#values.get(name);
    if (known === null || known === undefined) {
      this.#sorted = null;
      if (!this.#dirty.has(name) && (known === null || this.#complete)) this.#fresh.add(name);
    }
    this.#values.set(name, value);
    this.#dirty.add(name);
  }

  delete(name: string): void {
    this.#sorted = null;
    if (this.#fresh.delete(name)) {
      this.#values.delete(name);
      this.#dirty.delete(name);
    } else {
      this.#values.set(name, null);
      this.#dirty.add(name);
    }
  }

  /** Names of all rows, ascending. */
  names(): readonly string[] {
    if (!this.#complete) this.#readAll();
    if (this.#sorted === null) {
      const names: string[] = [];
      for (const [name, value] of this.#values) if (value !== null) names.push(name);
      this.#sorted = names.sort();
    }
    return this.#sorted;
  }

  /** Rows whose names start with `prefix`, ascending; reads no others from the backend. */
  withPrefix(prefix: string): { readonly name: string; readonly value: Value }[] {
    const found = new Map<string, Value>();
    if (!this.#complete && prefix !== "") {
      const start = this.#prefix + prefix;
      for (const { key, value } of this.#backend.range(start, endOfPrefix(start))) {
        const name = key.slice(this.#prefix.length);
        if (!this.#values.has(name)) found.set(name, this.#codec.decode(value));
      }
      for (const [name, value] of this.#values) if (value !== null && name.startsWith(prefix)) found.set(name, value);
    } else {
      for (const name of this.names()) {
        const value = this.#values.get(name);
        if (value !== null && value !== undefined && name.startsWith(prefix)) found.set(name, value);
      }
    }
    return [...found].map(([name, value]) => ({ name, value })).sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  get isDirty(): boolean {
    return this.#dirty.size > 0;
  }

  /** Writes what changed; the backend's transaction is the caller's. */
  flush(): void {
    for (const name of this.#dirty) {
      const value = this.#values.get(name) ?? null;
      if (value === null) this.#backend.remove(this.#prefix + name);
      else this.#backend.put(this.#prefix + name, this.#codec.encode(value));
    }
    this.#dirty.clear();
    this.#fresh.clear();
  }

  /** Drops all rows from memory. Only after flush. */
  evict(): void {
    if (this.#dirty.size > 0) throw new Error(`bucket ${this.#prefix} holds changes that are not flushed`);
    this.#values.clear();
    this.#sorted = null;
    this.#complete = false;
  }

  #readAll(): void {
    for (const { key, value } of this.#backend.range(this.#prefix, endOfPrefix(this.#prefix))) {
      const name = key.slice(this.#prefix.length);
      if (!this.#values.has(name)) this.#values.set(name, this.#codec.decode(value));
    }
    this.#complete = true;
    this.#sorted = null;
  }
}
