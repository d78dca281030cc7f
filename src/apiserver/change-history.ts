import type { StoreChange } from "../store/store.js";

/** Neighbours that are let go together. */
interface Part {
  readonly changes: readonly StoreChange[];
  readonly bytes: number;
}

const partLengthMax = 256;
/** How many changes of a part are measured: the others are taken to be like them. */
const measuredMax = 8;

export interface HistoryLimits {
  /** Changes. */
  readonly lengthMax: number;
  /** About the memory that their objects take. */
  readonly bytesMax: number;
}

/** The latest changes of a cluster, one for each revision, as many as the limits allow. */
export class ChangeHistory {
  readonly #limits: HistoryLimits;
  #parts: Part[] = [];
  #length = 0;
  #bytes = 0;

  constructor(limits: HistoryLimits) {
    this.#limits = limits;
  }

  get length(): number {
    return this.#length;
  }

  /** Adds what follows the newest revision so far. */
  add(changes: readonly StoreChange[]): void {
    for (let from = 0; from < changes.length; from += partLengthMax) {
      const part = changes.slice(from, from + partLengthMax);
      const bytes = approximateBytes(part);
      this.#parts.push({ changes: part, bytes });
      this.#length += part.length;
      this.#bytes += bytes;
    }
    const { lengthMax, bytesMax } = this.#limits;
    let gone = 0;
    for (const { changes: old, bytes } of this.#parts.slice(0, -1)) {
      if (this.#length <= lengthMax && this.#bytes <= bytesMax) break;
      this.#length -= old.length;
      this.#bytes -= bytes;
      gone++;
    }
    if (gone > 0) this.#parts.splice(0, gone);
  }

  clear(): void {
    this.#parts = [];
    this.#length = 0;
    this.#bytes = 0;
  }

  /** What came after a revision, oldest first; null where that is not known any more. */
  after(revision: number): readonly StoreChange[] | null {
    const oldest = this.#parts[0]?.changes[0]?.revision;
    if (oldest === undefined || revision < oldest - 1) return null;
    return this.#parts.flatMap(({ changes }) => {
      const first = changes[0]?.revision ?? 0;
      return first > revision ? changes : changes.slice(revision - first + 1);
    });
  }
}

/** Objects that came before are those of the changes before, mostly: they are not counted. */
function approximateBytes(changes: readonly StoreChange[]): number {
  const step = Math.ceil(changes.length / measuredMax);
  let bytes = 0;
  let measured = 0;
  for (let at = 0; at < changes.length; at += step) {
    bytes += bytesOf(changes[at]?.object);
    measured++;
  }
  return (bytes / measured) * changes.length;
}

function bytesOf(value: unknown): number {
  if (typeof value === "string") return 16 + value.length;
  if (typeof value !== "object" || value === null) return 8;
  let bytes = 32;
  if (Array.isArray(value)) for (const item of value) bytes += bytesOf(item);
  else for (const item of Object.values(value)) bytes += 16 + bytesOf(item);
  return bytes;
}
