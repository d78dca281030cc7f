import { failure } from "./responses.js";

/** How many answers are open that go on until their client leaves. */
export class StreamCounter {
  readonly #max: number;
  #open = 0;

  constructor(max: number) {
    this.#max = max;
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
