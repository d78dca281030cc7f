import { describe, expect, test } from "vitest";
import {
  countIndexes,
  firstMissing,
  formatIndexes,
  hasIndex,
  intervalsOf,
  overlapOf,
  parseIndexes,
  unionIndexes,
} from "../../../src/controllers/job/index-intervals.js";

const parse = (text: string) => parseIndexes(text, 1000);

describe("sets of indexes", () => {
  const texts = ["", "0", "0,1", "0-2", "1,3-5,7", "0,2,3,9-11"];
  for (const text of texts)
    test(`"${text}" prints as it was read`, () => expect(formatIndexes(parse(text))).toBe(text));

  test("two neighbours print with a comma", () => expect(formatIndexes(intervalsOf([3, 2]))).toBe("2,3"));
  test("indexes from completions on are dropped", () => expect(formatIndexes(parseIndexes("0-5,8", 4))).toBe("0-3"));
  test("neighbouring intervals become one", () => expect(formatIndexes(parse("0,1,2,4"))).toBe("0-2,4"));

  const unions = [
    { one: "0-2", other: "5", want: "0-2,5" },
    { one: "0-2,6", other: "3-5", want: "0-6" },
    { one: "4", other: "0,8", want: "0,4,8" },
    { one: "0-9", other: "2-3,11", want: "0-9,11" },
    { one: "", other: "1", want: "1" },
  ];
  for (const { one, other, want } of unions) {
    test(`"${one}" with "${other}" is "${want}"`, () => {
      expect(formatIndexes(unionIndexes(parse(one), parse(other)))).toBe(want);
      expect(formatIndexes(unionIndexes(parse(other), parse(one)))).toBe(want);
    });
  }

  test("they know what they have", () => {
    const set = parse("1,3-5,9");
    expect([0, 1, 2, 3, 4, 5, 6, 9, 10].filter((index) => hasIndex(set, index))).toEqual([1, 3, 4, 5, 9]);
    expect(countIndexes(set)).toBe(5);
    expect(overlapOf(set, parse("0-3,5-20"))).toBe(4);
    expect(firstMissing(set, 4, 8)).toEqual([0, 2, 6, 7]);
    expect(firstMissing(set, 1, 8)).toEqual([0]);
    expect(firstMissing(parse("0-9"), 3, 5)).toEqual([]);
  });
});
