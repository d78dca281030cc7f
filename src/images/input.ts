import { limits } from "../container/limits.js";
import { OutOfMemory, type Process, type Step } from "../container/program.js";

const chunkBytes = 65_536;

/** Reads a descriptor a line or a block at a time. */
export class Input {
  readonly #process: Process;
  readonly #fd: number;
  #buffer = "";
  #at = 0;
  #ended = false;
  /** Whether the line read last ended in its delimiter: only the last one of a file may not. */
  terminated = true;

  constructor(process: Process, fd: number) {
    this.#process = process;
    this.#fd = fd;
  }

  /** The next line without its delimiter, or null at the end. Throws SystemError where reading fails. */
  *line(delimiter = "\n"): Step<string | null> {
    if (delimiter.length === 1) return yield* this.#lineBefore(delimiter);
    let searchFrom = this.#at;
    for (;;) {
      const end = this.#buffer.indexOf(delimiter, searchFrom);
      if (end >= 0) {
        const line = this.#buffer.slice(this.#at, end);
        this.#at = end + delimiter.length;
        this.terminated = true;
        return line;
      }
      searchFrom = Math.max(this.#at, this.#buffer.length - delimiter.length + 1) - this.#at;
      if (!(yield* this.#fill())) break;
    }
    if (this.#at >= this.#buffer.length) return null;
    const rest = this.#buffer.slice(this.#at);
    this.#at = this.#buffer.length;
    this.terminated = false;
    return rest;
  }

  /** What was searched is not searched again, nor copied: a line may be long. */
  *#lineBefore(delimiter: string): Step<string | null> {
    let line = "";
    for (;;) {
      const end = this.#buffer.indexOf(delimiter, this.#at);
      if (end >= 0) {
        line += this.#buffer.slice(this.#at, end);
        this.#at = end + 1;
        this.terminated = true;
        return line;
      }
      line += this.#buffer.slice(this.#at);
      this.#at = this.#buffer.length;
      this.#account(line.length);
      if (!(yield* this.#fill())) break;
    }
    if (line === "") return null;
    this.terminated = false;
    return line;
  }

  #account(bytes: number): void {
    if (bytes > limits.heldBytesMax) throw new OutOfMemory();
    if (bytes > limits.smallBytes) this.#process.hold(bytes);
  }

  /** At most `count` bytes, fewer only at the end; "" at the end. */
  *bytes(count: number): Step<string> {
    while (this.#buffer.length - this.#at < count) {
      if (!(yield* this.#fill())) break;
    }
    const text = this.#buffer.slice(this.#at, this.#at + count);
    this.#at += text.length;
    return text;
  }

  /** What is there now, or comes next; "" at the end. */
  *chunk(): Step<string> {
    if (this.#at >= this.#buffer.length && !(yield* this.#fill())) return "";
    const text = this.#buffer.slice(this.#at);
    this.#at = this.#buffer.length;
    return text;
  }

  *all(): Step<string> {
    while (yield* this.#fill());
    const text = this.#buffer.slice(this.#at);
    this.#at = this.#buffer.length;
    return text;
  }

  /** Gives back text that was read, to be read again first. */
  putBack(text: string): void {
    this.#buffer = text + this.#buffer.slice(this.#at);
    this.#at = 0;
  }

  /** Whether nothing is left; reads ahead to know. */
  *atEnd(): Step<boolean> {
    return this.#at >= this.#buffer.length && !(yield* this.#fill());
  }

  *#fill(): Step<boolean> {
    if (this.#ended) return false;
    const more = yield* this.#process.read(this.#fd, chunkBytes);
    if (more === "") {
      this.#ended = true;
      return false;
    }
    this.#buffer = this.#at < this.#buffer.length ? this.#buffer.slice(this.#at) + more : more;
    this.#at = 0;
    this.#account(this.#buffer.length);
    return true;
  }
}
