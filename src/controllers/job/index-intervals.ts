/** A set of completion indexes as ordered intervals that do not touch, both ends included. */
export type IndexIntervals = readonly (readonly [first: number, last: number])[];

export const noIndexes: IndexIntervals = [];

/**
 * Reads `0-2,5,7`; indexes from `completions` on are left out, as are parts that are no numbers.
 * @see kubernetes v1.36 pkg/controller/job/indexed_job_utils.go, parseIndexesFromString
 */
export function parseIndexes(text: string | undefined, completions: number): IndexIntervals {
  if (text === undefined || text === "") return noIndexes;
  const intervals: [number, number][] = [];
  for (const part of text.split(",")) {
    const dash = part.indexOf("-");
    const first = Number(dash < 0 ? part : part.slice(0, dash));
    const last = dash < 0 ? first : Number(part.slice(dash + 1));
    if (Number.isNaN(first) || Number.isNaN(last)) continue;
    if (first >= completions) break;
    appendInterval(intervals, first, Math.min(last, completions - 1));
  }
  return intervals;
}

/** Two neighbours print as `0,1`, three as `0-2`. */
export function formatIndexes(intervals: IndexIntervals): string {
  let text = "";
  for (const [first, last] of intervals) {
    if (text !== "") text += ",";
    text += first;
    if (last > first) text += `${last === first + 1 ? "," : "-"}${last}`;
  }
  return text;
}

export function countIndexes(intervals: IndexIntervals): number {
  let count = 0;
  for (const [first, last] of intervals) count += last - first + 1;
  return count;
}

export function hasIndex(intervals: IndexIntervals, index: number): boolean {
  let low = 0;
  let high = intervals.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const [first, last] = intervals[middle] as readonly [number, number]; // middle < length
    if (last < index) low = middle + 1;
    else if (first > index) high = middle;
    else return true;
  }
  return false;
}

/** The union; returns `intervals` itself where `others` is empty. */
export function unionIndexes(intervals: IndexIntervals, others: IndexIntervals): IndexIntervals {
  if (others.length === 0) return intervals;
  if (intervals.length === 0) return others;
  const union: [number, number][] = [];
  let at = 0;
  for (const [first, last] of others) {
    for (let next = intervals[at]; next !== undefined && next[0] <= first; next = intervals[++at]) {
      appendInterval(union, next[0], next[1]);
    }
    appendInterval(union, first, last);
  }
  for (; at < intervals.length; at++) {
    const [first, last] = intervals[at] as readonly [number, number]; // at < length
    appendInterval(union, first, last);
  }
  return union;
}

/** The intervals of some indexes, given in any order. */
export function intervalsOf(indexes: readonly number[]): IndexIntervals {
  const intervals: [number, number][] = [];
  for (const index of indexes.toSorted((a, b) => a - b)) appendInterval(intervals, index, index);
  return intervals;
}

/** How many indexes both sets have. */
export function overlapOf(one: IndexIntervals, other: IndexIntervals): number {
  let count = 0;
  let at = 0;
  for (const [first, last] of one) {
    while ((other[at]?.[1] ?? Number.POSITIVE_INFINITY) < first) at++;
    for (let next = at; next < other.length; next++) {
      const [otherFirst, otherLast] = other[next] as readonly [number, number]; // next < length
      if (otherFirst > last) break;
      count += Math.min(last, otherLast) - Math.max(first, otherFirst) + 1;
    }
  }
  return count;
}

/** The lowest `count` indexes below `completions` that are not in the set. */
export function firstMissing(intervals: IndexIntervals, count: number, completions: number): number[] {
  const missing: number[] = [];
  let candidate = 0;
  for (const [first, last] of intervals) {
    while (candidate < first && candidate < completions && missing.length < count) missing.push(candidate++);
    if (missing.length >= count || candidate >= completions) return missing;
    candidate = Math.max(candidate, last + 1);
  }
  while (candidate < completions && missing.length < count) missing.push(candidate++);
  return missing;
}

function appendInterval(intervals: [number, number][], first: number, last: number): void {
  const previous = intervals.at(-1);
  if (previous === undefined || first > previous[1] + 1) intervals.push([first, last]);
  else if (last > previous[1]) previous[1] = last;
}
