/** One entry that is due: `seq` orders entries of one instant by when they were added. */
export interface QueuedEvent {
  readonly atMs: number;
  readonly seq: number;
  readonly queue: string;
  readonly key: string;
}

/** Where the queue's rows are kept between two runs of the program. */
export interface EventRows {
  entries(): Iterable<{ readonly name: string; readonly row: EventRow }>;
  put(name: string, row: EventRow): void;
  delete(name: string): void;
}

interface Entry extends QueuedEvent {
  readonly name: string;
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
  readonly #entries = new Map<string, Entry>();
  readonly #heap: Entry[] = [];
  /** Names and sequence numbers of the entries that the rows hold. */
  readonly #saved = new Map<string, number>();
  /** Entries of each queue. */
  readonly #counts = new Map<string, number>();
  #seq: number;

  /** `seq` is where an earlier run of the program stopped counting. */
  constructor(rows: EventRows, seq: number) {
    this.#rows = rows;
    this.#seq = seq;
    for (const { name, row } of rows.entries()) {
      const slash = name.indexOf("/");
      const place = { queue: name.slice(0, slash), key: name.slice(slash + 1) };
      const entry: Entry = { atMs: row[0], seq: row[1], ...place, name, stale: false };
      this.#entries.set(name, entry);
      this.#saved.set(name, entry.seq);
      this.#count(entry.queue, 1);
      this.#push(entry);
    }
  }

  /** Brings the rows up to date. What came and went since the last time costs nothing here. */
  save(): void {
    for (const name of this.#saved.keys()) {
      if (this.#entries.has(name)) continue;
      this.#saved.delete(name);
      this.#rows.delete(name);
    }
    for (const { name, atMs, seq } of this.#entries.values()) {
      if (this.#saved.get(name) === seq) continue;
      this.#saved.set(name, seq);
      this.#rows.put(name, [atMs, seq]);
    }
  }

  get seq(): number {
    return this.#seq;
  }

  /** Adds an entry, or moves it to an earlier instant; a later one changes nothing. */
  add(queue: string, key: string, atMs: number): void {
    const name = `${queue}/${key}`;
    const known = this.#entries.get(name);
    if (known !== undefined) {
      if (known.atMs <= atMs) return;
      known.stale = true;
    } else this.#count(queue, 1);
    const entry: Entry = { atMs, seq: ++this.#seq, queue, key, name, stale: false };
    this.#entries.set(name, entry);
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
    this.#entries.delete(first.name);
    this.#count(first.queue, -1);
    return first;
  }

  /** Queues that have an entry. */
  *busyQueues(): Iterable<string> {
    for (const [queue, count] of this.#counts) if (count > 0) yield queue;
  }

  #count(queue: string, change: 1 | -1): void {
    this.#counts.set(queue, (this.#counts.get(queue) ?? 0) + change);
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
