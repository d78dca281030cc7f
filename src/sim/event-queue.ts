/** One entry that is due: `seq` orders entries of one instant by when they were added. */
interface QueuedEvent {
  readonly atMs: number;
  readonly seq: number;
  readonly queue: string;
  readonly key: string;
}

/** Where the queue's rows are kept between two runs of the program. */
interface EventRows {
  entries(): Iterable<{ readonly name: string; readonly row: EventRow }>;
  put(name: string, row: EventRow): void;
  delete(name: string): void;
}

interface Entry extends QueuedEvent {
  /** Left behind in the heap by an entry that was moved to an earlier instant. */
  stale: boolean;
}

/** `[atMs, seq]` */
export type EventRow = readonly [number, number];

/**
 * The one queue that moves the world. Entries are data, not closures: a queue's name and a key, at most one entry for each
 * such pair, at the earliest instant asked for. Instants are milliseconds of cluster time.
 */
export class EventQueue {
  readonly #rows: EventRows;
  /** By queue, then key: names are put together only for what is saved. */
  readonly #entries = new Map<string, Map<string, Entry>>();
  readonly #heap: Entry[] = [];
  /** Names and sequence numbers of the entries that the rows hold. */
  readonly #saved = new Map<string, number>();
  #seq: number;

  /** `seq` is where an earlier run of the program stopped counting. */
  constructor(rows: EventRows, seq: number) {
    this.#rows = rows;
    this.#seq = seq;
    for (const { name, row } of rows.entries()) {
      const slash = name.indexOf("/");
      const place = { queue: name.slice(0, slash), key: name.slice(slash + 1) };
      const entry: Entry = { atMs: row[0], seq: row[1], ...place, stale: false };
      this.#entriesOf(entry.queue).set(entry.key, entry);
      this.#saved.set(name, entry.seq);
      this.#push(entry);
    }
  }

  /** Brings the rows up to date. What came and went since the last time costs nothing here. */
  save(): void {
    for (const name of this.#saved.keys()) {
      const slash = name.indexOf("/");
      if (this.#entries.get(name.slice(0, slash))?.has(name.slice(slash + 1))) continue;
      this.#saved.delete(name);
      this.#rows.delete(name);
    }
    for (const entries of this.#entries.values()) {
      for (const { queue, key, atMs, seq } of entries.values()) {
        const name = `${queue}/${key}`;
        if (this.#saved.get(name) === seq) continue;
        this.#saved.set(name, seq);
        this.#rows.put(name, [atMs, seq]);
      }
    }
  }

  get seq(): number {
    return this.#seq;
  }

  /** Adds an entry, or moves it to an earlier instant; a later one changes nothing. */
  add(queue: string, key: string, atMs: number): void {
    const entries = this.#entriesOf(queue);
    const known = entries.get(key);
    if (known !== undefined) {
      if (known.atMs <= atMs) return;
      known.stale = true;
    }
    const entry: Entry = { atMs, seq: ++this.#seq, queue, key, stale: false };
    entries.set(key, entry);
    this.#push(entry);
  }

  /** The instant of the next entry; null when nothing is left to happen. */
  nextAtMs(): number | null {
    this.#dropStale();
    return this.#heap[0]?.atMs ?? null;
  }

  /** Takes the next entry that is due at `untilMs` or before. */
  take(untilMs: number): QueuedEvent | null {
    this.#dropStale();
    const first = this.#heap[0];
    if (first === undefined || first.atMs > untilMs) return null;
    this.#pop();
    this.#entriesOf(first.queue).delete(first.key);
    return first;
  }

  /** Queues that have an entry. */
  *busyQueues(): Iterable<string> {
    for (const [queue, entries] of this.#entries) if (entries.size > 0) yield queue;
  }

  #entriesOf(queue: string): Map<string, Entry> {
    let entries = this.#entries.get(queue);
    if (entries === undefined) {
      entries = new Map();
      this.#entries.set(queue, entries);
    }
    return entries;
  }

  /** Moved entries leave their old place in the heap behind; it is skipped here. */
  #dropStale(): void {
    while (this.#heap[0]?.stale === true) this.#pop();
  }

  #push(entry: Entry): void {
    const heap = this.#heap;
    let at = heap.length;
    heap.push(entry);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = heap[parent] as Entry; // parent < at: it exists
      if (isBefore(above, entry)) break;
      heap[at] = above;
      at = parent;
    }
    heap[at] = entry;
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= heap.length) break;
      const right = child + 1;
      if (right < heap.length && isBefore(heap[right] as Entry, heap[child] as Entry)) child = right;
      const below = heap[child] as Entry; // child < length
      if (isBefore(last, below)) break;
      heap[at] = below;
      at = child;
    }
    heap[at] = last;
  }
}

function isBefore(a: QueuedEvent, b: QueuedEvent): boolean {
  return a.atMs < b.atMs || (a.atMs === b.atMs && a.seq < b.seq);
}
