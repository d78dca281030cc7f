import { serverLimits } from "./limits.js";

/** The writing end of an answer that goes on. */
export interface TextStream {
  readonly body: ReadableStream<Uint8Array>;
  /** False once nobody reads any more. */
  readonly isOpen: boolean;
  /** Sends text, or its bytes, with what else is written in the same turn; a reader who has left too much unread is dropped. */
  write(text: string | Uint8Array): void;
  /** The end of the answer. */
  end(): void;
}

const encoder = new TextEncoder();

/**
 * An answer that is written piece by piece. `onClose` is called once, however it ends. What is not read is kept up to a
 * limit; behind it the connection is cut, so that a client who reads nothing costs nobody else anything.
 */
export function textStream(onClose: () => void): TextStream {
  let controller: ReadableStreamDefaultController<Uint8Array> | null = null;
  let pieces: Uint8Array[] = [];
  const close = () => {
    if (controller === null) return;
    controller = null;
    pieces = [];
    onClose();
  };
  const send = () => {
    if (controller === null || pieces.length === 0) return;
    const bytes = joined(pieces);
    pieces = [];
    const room = controller.desiredSize ?? 0;
    if (room >= bytes.length || room >= serverLimits.unreadBytesMax) {
      controller.enqueue(bytes);
      return;
    }
    const dropped = controller;
    close();
    const cut = cutters.get(body);
    if (cut !== undefined) cut();
    else dropped.error(new Error("the client does not read its answer"));
  };
  const body = new ReadableStream<Uint8Array>(
    {
      start(given) {
        controller = given;
      },
      cancel: close,
    },
    new ByteLengthQueuingStrategy({ highWaterMark: serverLimits.unreadBytesMax }),
  );
  return {
    body,
    get isOpen() {
      return controller !== null;
    },
    write(text) {
      if (controller === null) return;
      pieces.push(typeof text === "string" ? encoder.encode(text) : text);
      // What many changes give in one turn goes out as one piece: each piece costs a call of the system and a record of TLS.
      if (pieces.length === 1) queueMicrotask(send);
    },
    end() {
      send();
      const ended = controller;
      close();
      ended?.close();
    },
  };
}

/** How the connections of streams are cut. */
const cutters = new WeakMap<ReadableStream, () => void>();

/** Says how to cut the connection by which a stream goes out: without, a reader who is dropped is told an error. */
export function cutBy(body: ReadableStream, cut: () => void): void {
  cutters.set(body, cut);
}

let lastPieces: readonly Uint8Array[] = [];
let lastJoined: Uint8Array = new Uint8Array();

/** Pieces in one. Many watches are sent the same ones, one after the other: those are joined once. */
function joined(pieces: readonly Uint8Array[]): Uint8Array {
  const [first] = pieces;
  if (first !== undefined && pieces.length === 1) return first;
  const isSame = pieces.length === lastPieces.length && pieces.every((piece, at) => piece === lastPieces[at]);
  if (!isSame) {
    lastJoined = Buffer.concat(pieces);
    lastPieces = pieces;
  }
  return lastJoined;
}
