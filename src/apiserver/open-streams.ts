import { failure } from "./responses.js";
import { UnreadBytes } from "./unread-bytes.js";

/** The answers that go on until their client leaves: how many there are, and what they keep for slow ones. */
export class OpenStreams {
  readonly #max: number;
  readonly unread: UnreadBytes;
  #open = 0;

  constructor({ streamsMax, unreadBytesMax }: { readonly streamsMax: number; readonly unreadBytesMax: number }) {
    this.#max = streamsMax;
    this.unread = new UnreadBytes(unreadBytesMax);
  }

  get open(): number {
    return this.#open;
  }

  /** Counts one more; call what is returned when it ends, once or more. @throws StatusError TooManyRequests */
  enter(): () => void {
    if (this.#open >= this.#max) {
      throw failure("TooManyRequests", "too many open streams, please try again later", { retryAfterSeconds: 1 });
    }
    this.#open++;
    let isOpen = true;
    return () => {
      if (isOpen) this.#open--;
      isOpen = false;
    };
  }
}
