import { describe, expect, it } from "vitest";
import { goSort } from "../../src/printers/go-sort.js";

interface Item {
  readonly key: number;
  readonly at: number;
}

const shapes: Readonly<Record<string, (at: number, length: number) => number>> = {
  scattered: (at) => (at * 7919 + 13) % 17,
  rising: (at, length) => Math.floor(at / (1 + Math.floor(length / 17))),
  falling: (at, length) => Math.floor((length - at) / (1 + Math.floor(length / 17))),
  bent: (at, length) => (at < Math.floor(length / 2) ? at % 17 : (length - at) % 17),
};

/** 0 stands for an item without the field: it says of itself that it is less than anything, itself included. */
const less = (left: Item, right: Item) => left.key === 0 || (right.key !== 0 && left.key < right.key);

/** A number that changes where any item has another place. */
function digestOf(items: readonly Item[]): number {
  let digest = 0;
  for (const [place, { at }] of items.entries()) digest = (Math.imul(digest, 31) + at * (place + 1)) >>> 0;
  return digest;
}

describe("Go's sort", () => {
  // The digests are those of sort.Sort of Go 1.26 for the same items.
  it.each([
    [13, "scattered", 4081083331],
    [13, "rising", 3546482068],
    [13, "falling", 3460098752],
    [13, "bent", 3193085186],
    [30, "scattered", 2481950707],
    [30, "rising", 241780383],
    [30, "falling", 3070642466],
    [30, "bent", 2042952659],
    [50, "scattered", 2883632356],
    [50, "rising", 3416531455],
    [50, "falling", 1412239784],
    [50, "bent", 2926740111],
    [333, "scattered", 3476163539],
    [333, "rising", 3499896059],
    [333, "falling", 3160210042],
    [333, "bent", 3017618208],
    [2000, "scattered", 3858254794],
    [2000, "rising", 1995191509],
    [2000, "falling", 1015157689],
    [2000, "bent", 789979250],
  ])("of %i items, %s, puts equal ones where Go does", (length, shape, digest) => {
    const items = Array.from({ length }, (_, at) => ({ key: shapes[shape]?.(at, length) ?? 0, at }));
    expect(digestOf(goSort(items, less))).toBe(digest);
  });

  it("keeps the order of equal items among twelve", () => {
    const items = Array.from({ length: 12 }, (_, at) => ({ key: 1, at }));
    expect(goSort(items, less).map(({ at }) => at)).toEqual(items.map(({ at }) => at));
  });

  it("leaves what it was given alone", () => {
    const items = [3, 1, 2];
    expect([goSort(items, (left, right) => left < right), items]).toEqual([
      [1, 2, 3],
      [3, 1, 2],
    ]);
  });
});
