import type { WebSocket } from "ws";
import type { ChannelSocket } from "./exec-channels.js";
import { serverLimits } from "./limits.js";
import type { Piece, Unread, UnreadBytes } from "./unread-bytes.js";

/** A WebSocket as a connection of channels. A client that does not read is dropped before it fills the memory. */
export function channelSocket(client: WebSocket, all: UnreadBytes): ChannelSocket {
  const outgoing = new Outgoing(client, all);
  client.on("error", () => client.terminate());
  client.on("close", () => outgoing.forget());
  return {
    send: (message) => outgoing.send(message),
    close: () => client.close(1000),
    onMessage: (listener) => client.on("message", (data: Buffer) => listener(data)),
    onClose: (listener) => client.on("close", listener),
  };
}

/** What is on its way to a client, counted with what all others have not read. */
class Outgoing implements Unread {
  readonly #client: WebSocket;
  readonly #all: UnreadBytes;
  readonly #pieces = new Set<Piece>();
  unreadBytes = 0;

  constructor(client: WebSocket, all: UnreadBytes) {
    this.#client = client;
    this.#all = all;
  }

  send(message: Uint8Array): void {
    if (this.unreadBytes > serverLimits.unreadBytesMax) {
      this.drop();
      return;
    }
    const piece: Piece = { bytes: message, holders: 0 };
    this.#pieces.add(piece);
    this.unreadBytes += message.length;
    this.#all.hold(this, piece);
    this.#client.send(message, () => this.#release(piece));
    this.#all.restrain();
  }

  drop(): void {
    this.forget();
    this.#client.terminate();
  }

  /** Nobody is there any more who could read it. */
  forget(): void {
    for (const piece of this.#pieces) this.#release(piece);
  }

  #release(piece: Piece): void {
    if (!this.#pieces.delete(piece)) return;
    this.unreadBytes -= piece.bytes.length;
    this.#all.release(this, piece);
  }
}
