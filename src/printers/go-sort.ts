/** Whether one item comes before another. It may be inconsistent: where it is, so is Go's order, in the same way. */
type Less<Item> = (left: Item, right: Item) => boolean;

/** Shorter stretches are sorted by insertion, which keeps equal items in their order. */
const insertionLengthMax = 12;
/** From this length on a pivot is a median of medians, and a few misplaced items are worth moving one by one. */
const longLengthMin = 50;
const repairStepsMax = 5;
const pivotSwapsMax = 12;

/**
 * A copy in the order in which Go's `sort.Sort` leaves it. That sort is not stable: which of two equal items comes first
 * follows from what it compares and when, and kubectl's tables show it. So it is the same algorithm, step by step.
 * @see Go's sort/zsortinterface.go, pdqsort; Orson R. L. Peters, Pattern-defeating Quicksort
 */
export function goSort<Item>(items: readonly Item[], less: Less<Item>): Item[] {
  const sort = new Sort([...items], less);
  sort.range(0, items.length, bitLength(items.length));
  return sort.items;
}

interface Pivot {
  readonly at: number;
  /** What the comparisons for it say about the stretch. */
  readonly hint: "increasing" | "decreasing" | "unknown";
}

class Sort<Item> {
  readonly items: Item[];
  readonly #less: Less<Item>;

  constructor(items: Item[], less: Less<Item>) {
    this.items = items;
    this.#less = less;
  }

  /** Sorts what is from `start` up to `end`; `badChoicesMax` bad pivots turn it into a heap sort. */
  range(start: number, end: number, badChoicesMax: number): void {
    let [from, to, badChoicesLeft] = [start, end, badChoicesMax];
    let [isBalanced, isPartitioned] = [true, true];
    while (to - from > insertionLengthMax) {
      if (badChoicesLeft === 0) {
        this.#heapSort(from, to);
        return;
      }
      if (!isBalanced) {
        this.#breakPatterns(from, to);
        badChoicesLeft -= 1;
      }
      let { at: pivot, hint } = this.#choosePivot(from, to);
      if (hint === "decreasing") {
        this.#reverse(from, to);
        pivot = to - 1 - (pivot - from);
        hint = "increasing";
      }
      if (isBalanced && isPartitioned && hint === "increasing" && this.#repair(from, to)) return;
      if (from > 0 && !this.#isLess(from - 1, pivot)) {
        from = this.#partitionEqual(from, to, pivot);
        continue;
      }
      const parted = this.#partition(from, to, pivot);
      isPartitioned = parted.wasPartitioned;
      const [left, right] = [parted.at - from, to - parted.at];
      isBalanced = Math.min(left, right) >= Math.floor((to - from) / 8);
      if (left < right) {
        this.range(from, parted.at, badChoicesLeft);
        from = parted.at + 1;
      } else {
        this.range(parted.at + 1, to, badChoicesLeft);
        to = parted.at;
      }
    }
    this.#insertionSort(from, to);
  }

  #isLess(left: number, right: number): boolean {
    // Both places are inside the array.
    return this.#less(this.items[left] as Item, this.items[right] as Item);
  }

  #swap(left: number, right: number): void {
    const kept = this.items[left] as Item;
    this.items[left] = this.items[right] as Item;
    this.items[right] = kept;
  }

  /** Moves the item at a place towards the front as long as it is less than its neighbour. */
  #sink(from: number, first: number): void {
    for (let at = from; at > first && this.#isLess(at, at - 1); at -= 1) this.#swap(at, at - 1);
  }

  #insertionSort(from: number, to: number): void {
    for (let at = from + 1; at < to; at += 1) this.#sink(at, from);
  }

  #reverse(from: number, to: number): void {
    for (let [left, right] = [from, to - 1]; left < right; left += 1, right -= 1) this.#swap(left, right);
  }

  #heapSort(from: number, to: number): void {
    const length = to - from;
    for (let root = Math.floor((length - 1) / 2); root >= 0; root -= 1) this.#siftDown(root, length, from);
    for (let last = length - 1; last >= 0; last -= 1) {
      this.#swap(from, from + last);
      this.#siftDown(0, last, from);
    }
  }

  #siftDown(top: number, length: number, first: number): void {
    let root = top;
    for (;;) {
      let child = 2 * root + 1;
      if (child >= length) return;
      if (child + 1 < length && this.#isLess(first + child, first + child + 1)) child += 1;
      if (!this.#isLess(first + root, first + child)) return;
      this.#swap(first + root, first + child);
      root = child;
    }
  }

  /** Scatters a few items, so that no order of the input makes every pivot a bad one. */
  #breakPatterns(from: number, to: number): void {
    const length = to - from;
    const mask = 2n ** BigInt(bitLength(length)) - 1n;
    const middle = from + Math.floor(length / 4) * 2 - 1;
    let random = BigInt(length);
    for (let nth = 0; nth < 3; nth += 1) {
      random = nextRandom(random);
      const other = Number(random & mask);
      this.#swap(middle + nth, from + (other >= length ? other - length : other));
    }
  }

  #choosePivot(from: number, to: number): Pivot {
    const quarter = Math.floor((to - from) / 4);
    const count = { swaps: 0 };
    let [first, middle, last] = [from + quarter, from + quarter * 2, from + quarter * 3];
    if (to - from >= longLengthMin) {
      [first, middle, last] = [
        this.#median([first - 1, first, first + 1], count),
        this.#median([middle - 1, middle, middle + 1], count),
        this.#median([last - 1, last, last + 1], count),
      ];
    }
    const at = this.#median([first, middle, last], count);
    const hint = count.swaps === 0 ? "increasing" : count.swaps === pivotSwapsMax ? "decreasing" : "unknown";
    return { at, hint };
  }

  #median([a, b, c]: readonly [number, number, number], count: { swaps: number }): number {
    const ordered = (left: number, right: number): [number, number] => {
      if (!this.#isLess(right, left)) return [left, right];
      count.swaps += 1;
      return [right, left];
    };
    const [low, high] = ordered(a, b);
    const [other] = ordered(high, c);
    return ordered(low, other)[1];
  }

  /** Puts a few misplaced items right; false where they are too many, or the stretch too short to try. */
  #repair(from: number, to: number): boolean {
    let at = from + 1;
    for (let step = 0; step < repairStepsMax; step += 1) {
      while (at < to && !this.#isLess(at, at - 1)) at += 1;
      if (at === to) return true;
      if (to - from < longLengthMin) return false;
      this.#swap(at, at - 1);
      if (at - from >= 2) this.#sink(at - 1, 0);
      for (let next = at + 1; to - at >= 2 && next < to && this.#isLess(next, next - 1); next += 1) {
        this.#swap(next, next - 1);
      }
    }
    return false;
  }

  /** What is less than the pivot goes before it, the rest behind it. */
  #partition(from: number, to: number, pivot: number): { readonly at: number; readonly wasPartitioned: boolean } {
    this.#swap(from, pivot);
    let [left, right] = [from + 1, to - 1];
    const approach = () => {
      while (left <= right && this.#isLess(left, from)) left += 1;
      while (left <= right && !this.#isLess(right, from)) right -= 1;
      return left <= right;
    };
    const wasPartitioned = !approach();
    if (!wasPartitioned) {
      do {
        this.#swap(left, right);
        left += 1;
        right -= 1;
      } while (approach());
    }
    this.#swap(right, from);
    return { at: right, wasPartitioned };
  }

  /** What equals the pivot goes to the front; the place where the rest begins. */
  #partitionEqual(from: number, to: number, pivot: number): number {
    this.#swap(from, pivot);
    let [left, right] = [from + 1, to - 1];
    for (;;) {
      while (left <= right && !this.#isLess(from, left)) left += 1;
      while (left <= right && this.#isLess(from, right)) right -= 1;
      if (left > right) return left;
      this.#swap(left, right);
      left += 1;
      right -= 1;
    }
  }
}

function bitLength(value: number): number {
  return value.toString(2).length;
}

/** Xorshift of 64 bits: the same for the same length, every time. */
function nextRandom(seed: bigint): bigint {
  let value = seed;
  value ^= BigInt.asUintN(64, value << 13n);
  value ^= value >> 7n;
  return value ^ BigInt.asUintN(64, value << 17n);
}
