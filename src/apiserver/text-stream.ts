import { serverLimits } from "./limits.js";
import { type Piece, pieceOf, type Unread, type UnreadBytes } from "./unread-bytes.js";

/** The writing end of an answer that goes on. */
export interface TextStream {
  readonly body: ReadableStream<Uint8Array>;
  /** False once nobody reads any more. */
  readonly isOpen: boolean;
  /** Sends text, or a piece that other streams send too; a reader who has left too much unread is dropped. */
  write(text: string | Piece): void;
  /** The end of the answer, behind what was written. */
  end(): void;
}

export interface TextStreamOptions {
  /** Where it counts what its client has not read. */
  readonly unread: UnreadBytes;
  /** What the answer starts with, made when it is about to be read: it may be long, and costs nothing while it waits. */
  readonly start?: Iterable<string>;
  /** Called once, however the answer ends. */
  readonly onClose: () => void;
}

/**
 * An answer that is written piece by piece. What is not read is kept up to a limit of its own, and up to one of all answers
 * together; behind it the connection is cut, so that a client who reads nothing costs nobody else anything.
 */
export function textStream(options: TextStreamOptions): TextStream {
  return new QueuedStream(options);
}

/** Where an answer goes out. */
export interface Sink {
  /** False: it takes more when it says so. */
  write(bytes: Uint8Array): boolean;
  /** What is still to come is all that is left. */
  endSoon(): void;
  end(): void;
  /** The reader is not going to get the rest. */
  cut(): void;
}

const encoder = new TextEncoder();

class QueuedStream implements TextStream, Unread {
  readonly body: ReadableStream<Uint8Array>;
  readonly #all: UnreadBytes;
  readonly #onClose: () => void;
  /** Null: nobody reads any more. */
  #sink: Sink | null = null;
  /** Whether the sink takes something now. */
  #isReady = false;
  #start: Iterator<string> | null;
  readonly #queue: Piece[] = [];
  /** How much of the first piece of the queue is sent. */
  #sentBytes = 0;
  #isEnding = false;
  unreadBytes = 0;

  constructor({ unread, start, onClose }: TextStreamOptions) {
    this.#all = unread;
    this.#start = start?.[Symbol.iterator]() ?? null;
    this.#onClose = onClose;
    this.body = new ReadableStream<Uint8Array>(
      {
        start: (controller) => {
          this.#sink = sinkOf(controller);
        },
        pull: () => this.#resume(),
        cancel: () => this.#close(),
      },
      // What waits for its reader waits here, where it is counted.
      { highWaterMark: 0 },
    );
    streams.set(this.body, this);
  }

  get isOpen(): boolean {
    return this.#sink !== null && !this.#isEnding;
  }

  flowTo(sink: Sink): OutgoingStream {
    if (this.#sink === null) sink.cut();
    else this.#sink = sink;
    this.#resume();
    return { resume: () => this.#resume(), close: () => this.#close() };
  }

  write(text: string | Piece): void {
    const sink = this.#sink;
    if (sink === null || this.#isEnding) return;
    const piece = typeof text === "string" ? pieceOf(text) : text;
    const { length } = piece.bytes;
    if (this.#isReady && length > 0 && length <= serverLimits.chunkBytesMax) {
      this.#isReady = sink.write(piece.bytes);
      return;
    }
    // One piece is never too much: who reads as fast as he can still gets on, however large it is.
    if (this.#queue.length > 0 && this.unreadBytes + length > serverLimits.unreadBytesMax) {
      this.drop();
      return;
    }
    this.#queue.push(piece);
    this.unreadBytes += length;
    this.#all.hold(this, piece);
    this.#send();
    this.#all.restrain();
  }

  end(): void {
    if (!this.isOpen) return;
    this.#isEnding = true;
    this.#onClose();
    this.#sink?.endSoon();
    this.#send();
  }

  drop(): void {
    const sink = this.#sink;
    this.#close();
    sink?.cut();
  }

  #resume(): void {
    this.#isReady = true;
    this.#send();
  }

  #send(): void {
    while (this.#isReady && this.#sink !== null) {
      const bytes = this.#startBytes() ?? this.#queuedBytes();
      if (bytes === null) break;
      this.#isReady = this.#sink.write(bytes);
    }
    if (this.#isReady && this.#isEnding) {
      this.#sink?.end();
      this.#sink = null;
    }
  }

  #startBytes(): Uint8Array | null {
    let text = "";
    while (this.#start !== null && text.length < serverLimits.chunkBytesMax) {
      const { done, value } = this.#start.next();
      if (done) this.#start = null;
      else text += value;
    }
    return text === "" ? null : encoder.encode(text);
  }

  /** The next chunk: a part of a piece, or as many whole ones as fit, as each chunk costs a call of the system. */
  #queuedBytes(): Uint8Array | null {
    const chunk: Uint8Array[] = [];
    let room: number = serverLimits.chunkBytesMax;
    for (let piece = this.#queue[0]; piece !== undefined && room > 0; piece = this.#queue[0]) {
      const part = piece.bytes.subarray(this.#sentBytes, this.#sentBytes + room);
      chunk.push(part);
      room -= part.length;
      this.#sentBytes += part.length;
      if (this.#sentBytes === piece.bytes.length) this.#shift(piece);
    }
    const [first] = chunk;
    return first === undefined ? null : chunk.length === 1 ? first : Buffer.concat(chunk);
  }

  #shift(piece: Piece): void {
    this.#queue.shift();
    this.#sentBytes = 0;
    this.unreadBytes -= piece.bytes.length;
    this.#all.release(this, piece);
  }

  #close(): void {
    if (this.#sink === null) return;
    this.#sink = null;
    this.#start = null;
    for (let piece = this.#queue[0]; piece !== undefined; piece = this.#queue[0]) this.#shift(piece);
    if (!this.#isEnding) this.#onClose();
  }
}

function sinkOf(controller: ReadableStreamDefaultController<Uint8Array>): Sink {
  return {
    write: (bytes) => {
      controller.enqueue(bytes);
      return false;
    },
    endSoon: () => {},
    end: () => controller.close(),
    cut: () => controller.error(new Error("the client does not read its answer")),
  };
}

const streams = new WeakMap<ReadableStream, QueuedStream>();

/** What a sink tells of itself to the stream that flows into it. */
export interface OutgoingStream {
  /** It takes more. */
  resume(): void;
  /** It is gone. */
  close(): void;
}

/**
 * Lets an answer that goes on flow into a sink, and not by its body; undefined where it is an answer of another kind. With
 * hundreds of watches that are told of each change, the promises of a body would cost more than what they are told.
 */
export function flowInto(body: ReadableStream, sink: () => Sink): OutgoingStream | undefined {
  return streams.get(body)?.flowTo(sink());
}
