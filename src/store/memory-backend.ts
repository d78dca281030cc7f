import type { Backend } from "./backend.js";

/** A backend that lives and dies with its process. */
export class MemoryBackend implements Backend {
  readonly #rows = new Map<string, string>();
  #sortedKeys: string[] | null = [];
  #pending: Map<string, string | null> | null = null;

  get(key: string): string | undefined {
    const pending = this.#pending?.get(key);
    if (pending !== undefined) return pending ?? undefined;
    return this.#rows.get(key);
  }

  *range(start: string, end: string): Iterable<{ key: string; value: string }> {
    const keys = this.#keysWithin(start, end);
    for (const key of keys) {
      const value = this.get(key);
      if (value !== undefined) yield { key, value };
    }
  }

  *keys(start: string, end: string): Iterable<string> {
    for (const key of this.#keysWithin(start, end)) if (this.get(key) !== undefined) yield key;
  }

  begin(): void {
    if (this.#pending) throw new Error("a transaction is open already");
    this.#pending = new Map();
  }

  put(key: string, value: string): void {
    this.#transaction().set(key, value);
  }

  remove(key: string): void {
    this.#transaction().set(key, null);
  }

  async commit(): Promise<void> {
    for (const [key, value] of this.#transaction()) {
      if (value === null) {
        if (this.#rows.delete(key)) this.#sortedKeys = null;
      } else {
        if (!this.#rows.has(key)) this.#sortedKeys = null;
        this.#rows.set(key, value);
      }
    }
    this.#pending = null;
  }

  async abort(): Promise<void> {
    this.#transaction();
    this.#pending = null;
  }

  async close(): Promise<void> {}

  #transaction(): Map<string, string | null> {
    if (!this.#pending) throw new Error("no transaction is open");
    return this.#pending;
  }

  #keysWithin(start: string, end: string): string[] {
    this.#sortedKeys ??= [...this.#rows.keys()].sort();
    const keys = this.#sortedKeys.slice(lowerBound(this.#sortedKeys, start), lowerBound(this.#sortedKeys, end));
    if (!this.#pending) return keys;
    const added = [...this.#pending.keys()].filter((key) => key >= start && key < end && !this.#rows.has(key));
    return added.length === 0 ? keys : [...keys, ...added].sort();
  }
}

function lowerBound(keys: readonly string[], key: string): number {
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((keys[middle] ?? "") < key) low = middle + 1;
    else high = middle;
  }
  return low;
}
