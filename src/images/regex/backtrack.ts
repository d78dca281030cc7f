import { holds } from "./assertions.js";
import type { Match } from "./regex.js";
import { type ParsedRegex, RegexError, type RegexNode } from "./syntax.js";

/** More steps than any honest pattern takes; beyond them a match counts as out of memory, as in the C library. */
const stepsMax = 2_000_000;
/** Steps inside each other: keeps well within the stack of the host. */
const depthMax = 1_500;

/**
 * Matches a pattern with back references, by backtracking within a limit of steps.
 * Throws RegexError where the limit is reached.
 */
export function backtrack(parsed: ParsedRegex, text: string, from: number, multiline: boolean): Match | null {
  const run: Run = { text, multiline, steps: 0, depth: 0, slots: [] };
  for (let start = from; start <= text.length; start += 1) {
    run.slots = new Array<number>(2 + parsed.groups * 2).fill(-1);
    let best: number[] | null = null;
    step(run, parsed.root, start, (end) => {
      if (best === null || end > (best[1] ?? 0)) {
        best = run.slots.slice();
        best[0] = start;
        best[1] = end;
      }
      return end === text.length;
    });
    if (best) return best;
  }
  return null;
}

interface Run {
  readonly text: string;
  readonly multiline: boolean;
  steps: number;
  depth: number;
  slots: number[];
}

/** Called with where the rest begins; true ends the search. */
type Rest = (at: number) => boolean;

function step(run: Run, node: RegexNode, at: number, rest: Rest): boolean {
  run.steps += 1;
  run.depth += 1;
  if (run.steps > stepsMax || run.depth > depthMax) throw new RegexError("Memory exhausted");
  const found = enter(run, node, at, rest);
  run.depth -= 1;
  return found;
}

function enter(run: Run, node: RegexNode, at: number, rest: Rest): boolean {
  switch (node.kind) {
    case "empty":
      return rest(at);
    case "set":
      return at < run.text.length && node.set[run.text.charCodeAt(at) & 255] === 1 && rest(at + 1);
    case "assert":
      return holds(node.what, run.text, at, run.multiline) && rest(at);
    case "back": {
      const start = run.slots[node.index * 2] ?? -1;
      const end = run.slots[node.index * 2 + 1] ?? -1;
      if (start < 0 || end < 0) return false;
      const seen = run.text.slice(start, end);
      return run.text.startsWith(seen, at) && rest(at + seen.length);
    }
    case "group":
      return group(run, node.index * 2, node.inner, at, rest);
    case "sequence":
      return sequence(run, node.parts, 0, at, rest);
    case "either":
      return node.choices.some((choice) => step(run, choice, at, rest));
    case "repeat":
      return node.inner.kind === "set"
        ? repeatSet(run, node.inner.set, node, at, rest)
        : repeat(run, node, 0, at, rest);
  }
}

/** A repeated single byte needs no recursion: the longest run first, then shorter ones. */
function repeatSet(
  run: Run,
  set: Uint8Array,
  bounds: { readonly min: number; readonly max: number },
  at: number,
  rest: Rest,
): boolean {
  let end = at;
  while (end < run.text.length && end - at < bounds.max && set[run.text.charCodeAt(end) & 255]) end += 1;
  for (; end - at >= bounds.min; end -= 1) {
    run.steps += 1;
    if (run.steps > stepsMax) throw new RegexError("Memory exhausted");
    if (rest(end)) return true;
  }
  return false;
}

function group(run: Run, slot: number, inner: RegexNode, at: number, rest: Rest): boolean {
  const before = [run.slots[slot] ?? -1, run.slots[slot + 1] ?? -1] as const;
  const found = step(run, inner, at, (end) => {
    const outer = [run.slots[slot] ?? -1, run.slots[slot + 1] ?? -1] as const;
    run.slots[slot] = at;
    run.slots[slot + 1] = end;
    if (rest(end)) return true;
    [run.slots[slot], run.slots[slot + 1]] = outer;
    return false;
  });
  if (!found) [run.slots[slot], run.slots[slot + 1]] = before;
  return found;
}

function sequence(run: Run, parts: readonly RegexNode[], index: number, at: number, rest: Rest): boolean {
  const part = parts[index];
  if (!part) return rest(at);
  return step(run, part, at, (end) => sequence(run, parts, index + 1, end, rest));
}

function repeat(
  run: Run,
  node: { readonly inner: RegexNode; readonly min: number; readonly max: number },
  done: number,
  at: number,
  rest: Rest,
): boolean {
  const again =
    done < node.max &&
    step(run, node.inner, at, (end) => (end > at || done < node.min) && repeat(run, node, done + 1, end, rest));
  return again || (done >= node.min && rest(at));
}
