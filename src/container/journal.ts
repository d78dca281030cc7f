import { type Errno, SystemError } from "./program.js";
import type { Counters } from "./visit.js";
import type { Lookup, VolumeFiles, WriteOptions } from "./volume.js";

/** What is run inside a container by `kubectl exec`, or by a probe. */
export interface ExecRequest {
  readonly argv: readonly string[];
  readonly env?: readonly { readonly name: string; readonly value: string }[];
  readonly stdin: boolean;
  readonly tty: boolean;
}

/**
 * One thing that came into a container from outside, as plain JSON. A container is a function of these: fed with the
 * same ones it is in the same state. Entries before the last never change; the last may still count up (`due`), and those of
 * an exec are replaced when it has left no trace.
 */
export type JournalEntry =
  | { readonly start: number }
  /** So many runs at the instants that the container itself had asked for. */
  | { due: number }
  /** A run at another instant. */
  | { readonly run: number }
  | { readonly signal: number; readonly at: number }
  | { readonly kill: number }
  | { readonly exec: ExecRequest; readonly at: number }
  | { readonly stdin: string | null; readonly to: number | "main"; readonly at: number }
  /** Here were execs that have left no trace but these numbers. */
  | { readonly counters: Counters }
  /** So many chunks of an exec's output were fetched. */
  | { readonly drained: number; readonly of: number }
  /** What the host answered to the next call, in the order of the calls. */
  | { readonly answer: Json }
  | { readonly failed: Errno };

export type Journal = readonly JournalEntry[];

export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json | undefined };

/** Calls to the world outside: made and written down while the container lives, read back while it is replayed. */
export class Recorder {
  readonly entries: JournalEntry[];
  #replayed: Iterator<JournalEntry> | null = null;
  #fed = 0;

  constructor() {
    this.entries = [];
  }

  get isReplaying(): boolean {
    return this.#replayed !== null;
  }

  /** From now on calls are answered from `answers`; entries are not written. */
  replay(answers: Iterator<JournalEntry>): void {
    this.#replayed = answers;
  }

  /** The replay is over: what was read is the journal, and grows on. */
  goOn(journal: Journal): void {
    const left = this.#replayed?.next();
    if (left && !left.done) throw new Error("the container's journal holds answers to calls that were not made again");
    this.#replayed = null;
    for (const entry of journal) this.entries.push("due" in entry ? { ...entry } : entry);
  }

  write(entry: JournalEntry): void {
    if (!this.#replayed) this.entries.push(entry);
  }

  /** How many entries there are: while a container is replayed, those that have been fed to it. */
  get length(): number {
    return this.isReplaying ? this.#fed : this.entries.length;
  }

  /** While a container is replayed: this entry comes next. */
  feed(index: number): void {
    this.#fed = index;
  }

  /** Puts the counters that are left into the place of all entries from `from` on. */
  leaveOut(from: number, counters: Counters): void {
    const before = this.entries[from - 1];
    this.entries.length = before && "counters" in before ? from - 1 : from;
    this.entries.push({ counters });
  }

  writeDue(): void {
    if (this.#replayed) return;
    const last = this.entries.at(-1);
    if (last && "due" in last) last.due++;
    else this.entries.push({ due: 1 });
  }

  /** Asks the host, or the journal. */
  call<T>(ask: () => T): T {
    if (this.#replayed) {
      const { done, value } = this.#replayed.next();
      if (done) throw new Error("the container's journal lacks the answer to a call to its host");
      if ("failed" in value) throw new SystemError(value.failed);
      if (!("answer" in value)) throw new Error("the container's journal is out of order");
      return value.answer as T;
    }
    try {
      const answer = ask();
      this.entries.push({ answer: (answer ?? null) as Json });
      return answer;
    } catch (error) {
      if (error instanceof SystemError) this.entries.push({ failed: error.errno });
      throw error;
    }
  }
}

/** A volume whose answers are written down. */
export class RecordedVolume implements VolumeFiles {
  readonly #recorder: Recorder;
  readonly #volume: () => VolumeFiles;

  constructor(recorder: Recorder, volume: () => VolumeFiles) {
    this.#recorder = recorder;
    this.#volume = volume;
  }

  lookup(path: string): Lookup {
    return this.#recorder.call(() => this.#volume().lookup(path));
  }
  read(path: string, from: number, max: number): string {
    return this.#recorder.call(() => this.#volume().read(path, from, max));
  }
  list(path: string): string[] {
    return [...this.#recorder.call(() => this.#volume().list(path))];
  }
  write(path: string, data: string, options: WriteOptions): void {
    this.#recorder.call(() => this.#volume().write(path, data, options));
  }
  mkdir(path: string, options: WriteOptions): void {
    this.#recorder.call(() => this.#volume().mkdir(path, options));
  }
  remove(path: string, nowMs: number): void {
    this.#recorder.call(() => this.#volume().remove(path, nowMs));
  }
  rename(from: string, to: string, nowMs: number): void {
    this.#recorder.call(() => this.#volume().rename(from, to, nowMs));
  }
  symlink(target: string, path: string, options: WriteOptions): void {
    this.#recorder.call(() => this.#volume().symlink(target, path, options));
  }
  link(from: string, to: string, nowMs: number): void {
    this.#recorder.call(() => this.#volume().link(from, to, nowMs));
  }
  chmod(path: string, mode: number): void {
    this.#recorder.call(() => this.#volume().chmod(path, mode));
  }
  utimes(path: string, mtimeMs: number): void {
    this.#recorder.call(() => this.#volume().utimes(path, mtimeMs));
  }
}
