import { limits } from "./limits.js";
import { SystemError } from "./program.js";

/** Who waits for a description to become readable or writable. */
export interface Waiter {
  /** Called when it may go on; looks again by itself, as another one may have been faster. */
  wake(on: Description): void;
}

/**
 * What a descriptor names: an open file, an end of a pipe, a device. Descriptors in several processes may name the same
 * one; `references` counts the tables they are in.
 */
export abstract class Description {
  references = 0;
  readonly isTerminal: boolean = false;

  /** At most `max` bytes, or those up to and with the next newline; "" at end of file; null: nothing yet. */
  abstract read(max: number, untilNewline: boolean): string | null;
  /** How many bytes were taken; fewer than given: wait, then give the rest. Throws EPIPE where nobody reads. */
  abstract write(data: string): number;
  isReadable(): boolean {
    return true;
  }
  isWritable(): boolean {
    return true;
  }
  waitToRead(_waiter: Waiter): void {}
  waitToWrite(_waiter: Waiter): void {}
  /** Its last descriptor is closed. */
  closed(): void {}
}

/** Bytes on their way between processes, or from outside into the container. */
export class Pipe {
  #buffer = "";
  #readWaiters: Waiter[] = [];
  #writeWaiters: Waiter[] = [];
  #hasReader = true;
  #hasWriter = true;
  readonly readEnd: Description;
  readonly writeEnd: Description;

  constructor(
    readonly bytesMax: number = limits.pipeBytesMax,
    isTerminal = false,
  ) {
    this.readEnd = new PipeReadEnd(this, isTerminal);
    this.writeEnd = new PipeWriteEnd(this);
  }

  get hasReader(): boolean {
    return this.#hasReader;
  }

  get isReadable(): boolean {
    return this.#buffer !== "" || !this.#hasWriter;
  }

  get isWritable(): boolean {
    return this.#buffer.length < this.bytesMax || !this.#hasReader;
  }

  /** Whether somebody waits for bytes that are still to come. */
  get isAwaited(): boolean {
    return this.#readWaiters.length > 0 && !this.isReadable;
  }

  take(max: number, untilNewline: boolean): string | null {
    const buffer = this.#buffer;
    if (buffer === "") return this.#hasWriter ? null : "";
    let end = Math.min(max, buffer.length);
    if (untilNewline) {
      const newline = buffer.indexOf("\n");
      if (newline >= 0) end = Math.min(end, newline + 1);
    }
    this.#buffer = buffer.slice(end);
    wakeAll(this.#writeWaiters, this.writeEnd);
    return end === buffer.length ? buffer : buffer.slice(0, end);
  }

  put(data: string): number {
    if (!this.#hasReader) throw new SystemError("EPIPE");
    const room = this.bytesMax - this.#buffer.length;
    const count = Math.min(room, data.length);
    if (count > 0) {
      this.#buffer += count === data.length ? data : data.slice(0, count);
      wakeAll(this.#readWaiters, this.readEnd);
    }
    return count;
  }

  waitToRead(waiter: Waiter): void {
    this.#readWaiters.push(waiter);
  }

  waitToWrite(waiter: Waiter): void {
    this.#writeWaiters.push(waiter);
  }

  endReading(): void {
    this.#hasReader = false;
    this.#buffer = "";
    wakeAll(this.#writeWaiters, this.writeEnd);
  }

  endWriting(): void {
    this.#hasWriter = false;
    wakeAll(this.#readWaiters, this.readEnd);
  }
}

function wakeAll(waiters: Waiter[], on: Description): void {
  if (waiters.length === 0) return;
  for (const waiter of waiters.splice(0)) waiter.wake(on);
}

class PipeReadEnd extends Description {
  readonly #pipe: Pipe;
  override readonly isTerminal: boolean;

  constructor(pipe: Pipe, isTerminal: boolean) {
    super();
    this.#pipe = pipe;
    this.isTerminal = isTerminal;
  }
  read(max: number, untilNewline: boolean): string | null {
    return this.#pipe.take(max, untilNewline);
  }
  write(): number {
    throw new SystemError("EBADF");
  }
  override isReadable(): boolean {
    return this.#pipe.isReadable;
  }
  override waitToRead(waiter: Waiter): void {
    this.#pipe.waitToRead(waiter);
  }
  override closed(): void {
    this.#pipe.endReading();
  }
}

class PipeWriteEnd extends Description {
  readonly #pipe: Pipe;

  constructor(pipe: Pipe) {
    super();
    this.#pipe = pipe;
  }
  read(): string | null {
    throw new SystemError("EBADF");
  }
  write(data: string): number {
    return this.#pipe.put(data);
  }
  override isWritable(): boolean {
    return this.#pipe.isWritable;
  }
  override waitToWrite(waiter: Waiter): void {
    this.#pipe.waitToWrite(waiter);
  }
  override closed(): void {
    this.#pipe.endWriting();
  }
}

/** The container's or an exec's standard output, standard error or terminal, whose bytes leave the container. */
export class Sink extends Description {
  readonly #emit: (data: string) => void;
  readonly #terminalInput: Description | null;
  override readonly isTerminal: boolean;

  /** `terminalInput`: what is typed at the terminal that this is; null where it is none. */
  constructor(emit: (data: string) => void, terminalInput: Description | null) {
    super();
    this.#emit = emit;
    this.isTerminal = terminalInput !== null;
    this.#terminalInput = terminalInput;
  }
  read(max: number, untilNewline: boolean): string | null {
    if (!this.#terminalInput) throw new SystemError("EBADF");
    return this.#terminalInput.read(max, untilNewline);
  }
  write(data: string): number {
    this.#emit(this.#terminalInput ? data.replaceAll("\n", "\r\n") : data);
    return data.length;
  }
  override isReadable(): boolean {
    return this.#terminalInput?.isReadable() ?? true;
  }
  override waitToRead(waiter: Waiter): void {
    this.#terminalInput?.waitToRead(waiter);
  }
}

/** /dev/null, /dev/zero, /dev/full and /dev/urandom. */
export class Device extends Description {
  readonly #source: (max: number) => string;
  readonly #isFull: boolean;

  constructor(source: (max: number) => string, isFull = false) {
    super();
    this.#source = source;
    this.#isFull = isFull;
  }
  read(max: number): string {
    return this.#source(max);
  }
  write(data: string): number {
    if (this.#isFull) throw new SystemError("ENOSPC");
    return data.length;
  }
}

export function nullDevice(): Description {
  return new Device(() => "");
}

/** Where the bytes of an open file are: a node of the container's own tree, or a path of a volume. */
export interface OpenFileContent {
  size(): number;
  read(from: number, max: number): string;
  write(data: string, at: number | "end"): void;
}

export class OpenFile extends Description {
  #position = 0;
  readonly #content: OpenFileContent;
  readonly #mode: { readonly read: boolean; readonly write: boolean; readonly append: boolean };

  constructor(
    content: OpenFileContent,
    mode: { readonly read: boolean; readonly write: boolean; readonly append: boolean },
  ) {
    super();
    this.#content = content;
    this.#mode = mode;
  }

  read(max: number, untilNewline: boolean): string {
    if (!this.#mode.read) throw new SystemError("EBADF");
    let data = this.#content.read(this.#position, untilNewline ? Math.min(max, lineReadBytes) : max);
    if (untilNewline) {
      const newline = data.indexOf("\n");
      if (newline >= 0 && newline + 1 < data.length) data = data.slice(0, newline + 1);
    }
    this.#position += data.length;
    return data;
  }

  write(data: string): number {
    if (!this.#mode.write) throw new SystemError("EBADF");
    this.#content.write(data, this.#mode.append ? "end" : this.#position);
    this.#position = this.#mode.append ? this.#content.size() : this.#position + data.length;
    return data.length;
  }
}

/** What is looked at in one go when a line is asked for. */
const lineReadBytes = 4096;
