/** Bytes on their way to clients: those of several streams, where they are sent the same. */
export interface Piece {
  readonly bytes: Uint8Array;
  /** How many streams have it in their queues. */
  holders: number;
}

const encoder = new TextEncoder();

export function pieceOf(text: string): Piece {
  return { bytes: encoder.encode(text), holders: 0 };
}

/** A stream whose client has not read everything yet. */
export interface Unread {
  readonly unreadBytes: number;
  /** Cuts its connection, and lets go of what it holds. */
  drop(): void;
}

/** What all streams of a server keep for clients that have not read it yet. A piece of many streams counts once. */
export class UnreadBytes {
  readonly #max: number;
  readonly #streams = new Set<Unread>();
  #total = 0;

  constructor(max: number) {
    this.#max = max;
  }

  get total(): number {
    return this.#total;
  }

  hold(stream: Unread, piece: Piece): void {
    this.#streams.add(stream);
    if (piece.holders++ === 0) this.#total += piece.bytes.length;
  }

  release(stream: Unread, piece: Piece): void {
    if (--piece.holders === 0) this.#total -= piece.bytes.length;
    if (stream.unreadBytes === 0) this.#streams.delete(stream);
  }

  /** Drops streams, the one that has left the most unread first, until the others keep no more than they may together. */
  restrain(): void {
    while (this.#total > this.#max) {
      let worst: Unread | undefined;
      for (const stream of this.#streams) {
        if (worst === undefined || stream.unreadBytes > worst.unreadBytes) worst = stream;
      }
      if (worst === undefined) return;
      worst.drop();
    }
  }
}
