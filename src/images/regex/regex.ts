/**
 * Matching of POSIX regular expressions in time linear in pattern and text.
 *
 * JavaScript's own engine takes the first alternative where POSIX takes the longest match, and some patterns send it
 * into exponential time, which a program in a container must never be able to do to its host. Patterns become a small
 * machine whose threads advance together, one byte at a time. Only back references need the bounded backtracking matcher.
 */
import { holds } from "./assertions.js";
import { backtrack } from "./backtrack.js";
import {
  type Assertion,
  type ParsedRegex,
  parseRegex,
  RegexError,
  type RegexNode,
  type RegexOptions,
} from "./syntax.js";

/** Where a match and its groups begin and end: `[start, end, start1, end1, …]`, -1 where a group took no part. */
export type Match = readonly number[];

const programMax = 20_000;

type Instruction =
  | { readonly op: "set"; readonly set: Uint8Array }
  | { readonly op: "assert"; readonly what: Assertion }
  | { readonly op: "save"; readonly slot: number }
  | { readonly op: "split"; readonly first: number; readonly second: number }
  | { readonly op: "jump"; readonly to: number }
  | { readonly op: "match" };

/** One thread list: instructions reached, each once, in order of priority, with the groups seen on the way. */
interface Threads {
  readonly mark: Uint32Array;
  generation: number;
  count: number;
  readonly at: Uint32Array;
  readonly saved: Match[];
}

/** A compiled regular expression. */
export class Regex {
  /** Number of groups in the pattern. */
  readonly groups: number;
  readonly #parsed: ParsedRegex;
  readonly #multiline: boolean;
  #program: Instruction[] | null = null;
  #first: Uint8Array | null = null;
  #lists: [Threads, Threads] | null = null;

  /** Throws RegexError. */
  constructor(pattern: string, options: RegexOptions = {}) {
    this.#parsed = parseRegex(pattern, options);
    this.groups = this.#parsed.groups;
    this.#multiline = options.multiline === true;
  }

  test(text: string): boolean {
    return this.#run(text, 0, false) !== null;
  }

  /** The leftmost longest match that begins at `from` or later, or null. */
  exec(text: string, from = 0): Match | null {
    return this.#run(text, from, true);
  }

  #run(text: string, from: number, wantLongest: boolean): Match | null {
    if (this.#parsed.hasBackReference) return backtrack(this.#parsed, text, from, this.#multiline);
    this.#program ??= compile(this.#parsed);
    this.#first ??= firstBytes(this.#parsed.root) ?? new Uint8Array(0);
    this.#lists ??= [newThreads(this.#program.length), newThreads(this.#program.length)];
    return this.#simulate(this.#program, this.#lists, text, from, wantLongest);
  }

  #simulate(
    program: Instruction[],
    lists: [Threads, Threads],
    text: string,
    from: number,
    wantLongest: boolean,
  ): Match | null {
    let [current, next] = lists;
    const first = this.#first;
    let best: Match | null = null;
    clear(current);
    for (let at = from; at <= text.length; at += 1) {
      if (best === null) {
        if (current.count === 0 && first && first.length > 0) {
          while (at < text.length && !first[text.charCodeAt(at) & 255]) at += 1;
          if (at >= text.length) return null;
        }
        this.#add(program, current, 0, at, text, [at, at]);
      }
      if (current.count === 0) {
        if (best !== null) return best;
        clear(current);
        continue;
      }
      clear(next);
      const byte = at < text.length ? text.charCodeAt(at) & 255 : -1;
      for (let thread = 0; thread < current.count; thread += 1) {
        const pc = current.at[thread] ?? 0;
        const instruction = program[pc];
        const saved = current.saved[thread];
        if (instruction === undefined || saved === undefined) continue;
        if (instruction.op === "match") {
          const better = longer(best, saved, at);
          if (better !== best && !wantLongest) return better;
          best = better;
        } else if (instruction.op === "set" && byte >= 0 && instruction.set[byte]) {
          if (best === null || saved[0] === best[0]) this.#add(program, next, pc + 1, at + 1, text, saved);
        }
      }
      [current, next] = [next, current];
    }
    return best;
  }

  /** Adds a thread, following what takes no byte. Recurses only into the preferred branch of a split. */
  #add(program: Instruction[], list: Threads, start: number, at: number, text: string, groups: Match): void {
    let pc = start;
    let saved = groups;
    for (;;) {
      if (list.mark[pc] === list.generation) return;
      list.mark[pc] = list.generation;
      const instruction = program[pc];
      if (instruction?.op === "jump") {
        pc = instruction.to;
      } else if (instruction?.op === "split") {
        this.#add(program, list, instruction.first, at, text, saved);
        pc = instruction.second;
      } else if (instruction?.op === "assert") {
        if (!holds(instruction.what, text, at, this.#multiline)) return;
        pc += 1;
      } else if (instruction?.op === "save") {
        const copy = saved.slice();
        while (copy.length < instruction.slot) copy.push(-1);
        copy[instruction.slot] = at;
        saved = copy;
        pc += 1;
      } else {
        list.at[list.count] = pc;
        list.saved[list.count] = saved;
        list.count += 1;
        return;
      }
    }
  }
}

function longer(best: Match | null, saved: Match, end: number): Match {
  if (best !== null && ((saved[0] ?? 0) > (best[0] ?? 0) || end <= (best[1] ?? 0))) return best;
  const match = saved.slice();
  match[1] = end;
  return match;
}

function newThreads(size: number): Threads {
  return { mark: new Uint32Array(size), generation: 0, count: 0, at: new Uint32Array(size), saved: [] };
}

function clear(list: Threads): void {
  list.generation += 1;
  list.count = 0;
  if (list.generation === 0xffff_ffff) {
    list.mark.fill(0);
    list.generation = 1;
  }
}

function compile(parsed: ParsedRegex): Instruction[] {
  const program: Instruction[] = [];
  emit(program, parsed.root);
  program.push({ op: "match" });
  return program;
}

function emit(program: Instruction[], node: RegexNode): void {
  if (program.length > programMax) throw new RegexError("Regular expression too big");
  switch (node.kind) {
    case "empty":
      return;
    case "set":
      program.push({ op: "set", set: node.set });
      return;
    case "assert":
      program.push({ op: "assert", what: node.what });
      return;
    case "group":
      program.push({ op: "save", slot: node.index * 2 });
      emit(program, node.inner);
      program.push({ op: "save", slot: node.index * 2 + 1 });
      return;
    case "sequence":
      for (const part of node.parts) emit(program, part);
      return;
    case "either":
      emitEither(program, node.choices);
      return;
    case "repeat":
      emitRepeat(program, node.inner, node.min, node.max);
      return;
    case "back":
      throw new RegexError("Invalid back reference");
  }
}

function emitEither(program: Instruction[], choices: readonly RegexNode[]): void {
  const jumps: number[] = [];
  choices.forEach((choice, index) => {
    const last = index === choices.length - 1;
    const split = program.length;
    if (!last) program.push({ op: "match" });
    emit(program, choice);
    if (last) return;
    jumps.push(program.length);
    program.push({ op: "match" });
    program[split] = { op: "split", first: split + 1, second: program.length };
  });
  for (const jump of jumps) program[jump] = { op: "jump", to: program.length };
}

function emitRepeat(program: Instruction[], inner: RegexNode, min: number, max: number): void {
  for (let count = 0; count < min; count += 1) emit(program, inner);
  if (max === Number.POSITIVE_INFINITY) {
    const split = program.length;
    program.push({ op: "match" });
    emit(program, inner);
    program.push({ op: "jump", to: split });
    program[split] = { op: "split", first: split + 1, second: program.length };
    return;
  }
  const splits: number[] = [];
  for (let count = min; count < max; count += 1) {
    splits.push(program.length);
    program.push({ op: "match" });
    emit(program, inner);
  }
  for (const split of splits) program[split] = { op: "split", first: split + 1, second: program.length };
}

/** The bytes a match can begin with, or null where it may be empty or begin with an assertion. */
function firstBytes(node: RegexNode): Uint8Array | null {
  switch (node.kind) {
    case "set":
      return node.set;
    case "group":
      return firstBytes(node.inner);
    case "repeat":
      return node.min > 0 ? firstBytes(node.inner) : null;
    case "sequence":
      return node.parts[0] ? firstBytes(node.parts[0]) : null;
    case "either": {
      const union = new Uint8Array(256);
      for (const choice of node.choices) {
        const set = firstBytes(choice);
        if (!set) return null;
        for (let byte = 0; byte < 256; byte += 1) if (set[byte]) union[byte] = 1;
      }
      return union;
    }
    default:
      return null;
  }
}
