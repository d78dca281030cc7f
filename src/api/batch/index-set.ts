/** The first and the last of a run of indexes that follow each other. */
interface IndexInterval {
  readonly first: number;
  readonly last: number;
}

/**
 * A set of completion indexes, kept as intervals: what it costs depends on the gaps, not on the indexes. Sets are never
 * changed; adding gives a new one.
 * @see kubernetes v1.36 pkg/controller/job/indexed_job_utils.go, orderedIntervals
 */
export class IndexSet {
  static readonly empty = new IndexSet([]);

  /** In order, with at least one index missing between two of them. */
  readonly intervals: readonly IndexInterval[];

  private constructor(intervals: readonly IndexInterval[]) {
    this.intervals = intervals;
  }

  /**
   * Reads `1,3-5`. What is not a number, is out of order or at `completions` or above is left out, as the
   * controller does with a status that it did not write itself.
   */
  static parse(text: string | undefined, completions: number = Number.POSITIVE_INFINITY): IndexSet {
    if (text === undefined || text === "") return IndexSet.empty;
    const intervals: IndexInterval[] = [];
    let next = 0;
    for (const part of text.split(",")) {
      const match = /^(\d+)(?:-(\d+))?$/.exec(part);
      if (match === null) continue;
      const first = Math.max(Number(match[1]), next);
      const last = Math.min(Number(match[2] ?? match[1]), completions - 1);
      if (first > last) continue;
      const previous = intervals[intervals.length - 1];
      if (previous !== undefined && previous.last + 1 === first) {
        intervals[intervals.length - 1] = { first: previous.first, last };
      } else intervals.push({ first, last });
      next = last + 1;
    }
    return new IndexSet(intervals);
  }

  /** The set of these indexes, in any order; repeats count once. */
  static of(indexes: Iterable<number>): IndexSet {
    const sorted = [...indexes].sort((left, right) => left - right);
    const intervals: IndexInterval[] = [];
    for (const index of sorted) {
      const previous = intervals[intervals.length - 1];
      if (previous === undefined || index > previous.last + 1) intervals.push({ first: index, last: index });
      else if (index === previous.last + 1) intervals[intervals.length - 1] = { first: previous.first, last: index };
    }
    return intervals.length === 0 ? IndexSet.empty : new IndexSet(intervals);
  }

  /** The indexes from 0 to `count` - 1. */
  static firstOnes(count: number): IndexSet {
    return count <= 0 ? IndexSet.empty : new IndexSet([{ first: 0, last: count - 1 }]);
  }

  get isEmpty(): boolean {
    return this.intervals.length === 0;
  }

  /** How many indexes are in the set. */
  get count(): number {
    let count = 0;
    for (const { first, last } of this.intervals) count += last - first + 1;
    return count;
  }

  has(index: number): boolean {
    const position = this.#firstEndingAtOrAfter(index);
    const interval = this.intervals[position];
    return interval !== undefined && interval.first <= index;
  }

  /** The position of the first interval that ends at `index` or later. */
  #firstEndingAtOrAfter(index: number): number {
    let low = 0;
    let high = this.intervals.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const interval = this.intervals[middle] as IndexInterval; // low <= middle < high <= length
      if (interval.last < index) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  add(index: number): IndexSet {
    if (this.has(index)) return this;
    const position = this.#firstEndingAtOrAfter(index);
    const before = this.intervals[position - 1];
    const after = this.intervals[position];
    const joinsBefore = before !== undefined && before.last + 1 === index;
    const joinsAfter = after !== undefined && after.first - 1 === index;
    const intervals = this.intervals.slice();
    intervals.splice(joinsBefore ? position - 1 : position, Number(joinsBefore) + Number(joinsAfter), {
      first: joinsBefore ? before.first : index,
      last: joinsAfter ? after.last : index,
    });
    return new IndexSet(intervals);
  }

  /** The indexes of both sets together. */
  union(other: IndexSet): IndexSet {
    if (other.isEmpty) return this;
    if (this.isEmpty) return other;
    const intervals: IndexInterval[] = [];
    const all = merge(this.intervals, other.intervals);
    for (const interval of all) {
      const previous = intervals[intervals.length - 1];
      if (previous !== undefined && interval.first <= previous.last + 1) {
        intervals[intervals.length - 1] = { first: previous.first, last: Math.max(previous.last, interval.last) };
      } else intervals.push(interval);
    }
    return new IndexSet(intervals);
  }

  /** The indexes that are in this set and not in `other`. */
  subtract(other: IndexSet): IndexSet {
    if (other.isEmpty || this.isEmpty) return this;
    const intervals: IndexInterval[] = [];
    let position = 0;
    for (const { first, last } of this.intervals) {
      let start = first;
      while ((other.intervals[position]?.last ?? Number.POSITIVE_INFINITY) < start) position++;
      for (let scan = position; ; scan++) {
        const removed = other.intervals[scan];
        if (removed === undefined || removed.first > last) break;
        if (removed.first > start) intervals.push({ first: start, last: removed.first - 1 });
        start = removed.last + 1;
        if (start > last) break;
      }
      if (start <= last) intervals.push({ first: start, last });
    }
    return intervals.length === 0 ? IndexSet.empty : new IndexSet(intervals);
  }

  /** The indexes that are in both sets. */
  intersect(other: IndexSet): IndexSet {
    return this.subtract(this.subtract(other));
  }

  /** The indexes below `bound`. */
  below(bound: number): IndexSet {
    const end = this.intervals[this.intervals.length - 1];
    if (end === undefined || end.last < bound) return this;
    const kept = this.intervals
      .filter((interval) => interval.first < bound)
      .map((interval) => (interval.last < bound ? interval : { first: interval.first, last: bound - 1 }));
    return kept.length === 0 ? IndexSet.empty : new IndexSet(kept);
  }

  /** The lowest index that is not in the set. */
  get firstMissing(): number {
    const start = this.intervals[0];
    return start === undefined || start.first > 0 ? 0 : start.last + 1;
  }

  /** Every index, lowest first. */
  *[Symbol.iterator](): Iterator<number> {
    for (const { first, last } of this.intervals) for (let index = first; index <= last; index++) yield index;
  }

  /** `1,3-5`; two neighbours are written one by one: `0,1`. */
  toString(): string {
    let text = "";
    for (const { first, last } of this.intervals) {
      if (text !== "") text += ",";
      text += first;
      if (last > first) text += `${last > first + 1 ? "-" : ","}${last}`;
    }
    return text;
  }
}

/** Both lists of intervals in one, ordered by where they begin. */
function merge(left: readonly IndexInterval[], right: readonly IndexInterval[]): IndexInterval[] {
  const all: IndexInterval[] = [];
  let [leftPosition, rightPosition] = [0, 0];
  for (;;) {
    const [first, second] = [left[leftPosition], right[rightPosition]];
    if (first !== undefined && (second === undefined || first.first <= second.first)) {
      all.push(first);
      leftPosition++;
    } else if (second !== undefined) {
      all.push(second);
      rightPosition++;
    } else return all;
  }
}
