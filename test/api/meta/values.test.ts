import { describe, expect, it } from "vitest";
import { IndexSet } from "../../../src/api/batch/index-set.js";
import { goDuration } from "../../../src/api/meta/duration.js";
import { formatLabelSelector, formatRequirements, matchesLabels } from "../../../src/api/meta/label-selector.js";
import { parseLabelSelector } from "../../../src/api/meta/label-selector-parser.js";
import {
  canonicalResourceAmount,
  compareQuantities,
  formatQuantity,
  milliValue,
  parseQuantity,
  unitValue,
} from "../../../src/api/meta/quantity.js";
import { unifiedDiff } from "../../../src/api/meta/unified-diff.js";

describe("quantities", () => {
  it.each([
    ["0", "0"],
    ["0.5", "500m"],
    ["1500m", "1500m"],
    ["1000m", "1"],
    ["1024Mi", "1Gi"],
    ["1.5Gi", "1536Mi"],
    ["512", "512"],
    ["134217728", "134217728"],
    ["1000Ki", "1000Ki"],
    ["0.5Ki", "512"],
    ["100k", "100k"],
    ["1e3", "1e3"],
    ["12e2", "1200"],
    ["-1", "-1"],
    ["3000000", "3M"],
    ["1.0001", "1000100u"],
  ])("%s is %s", (text, canonical) => {
    expect(formatQuantity(parseQuantity(text))).toBe(canonical);
  });

  it("round up to thousandths where they are resources", () => {
    expect(canonicalResourceAmount("0.1m")).toBe("1m");
    expect(canonicalResourceAmount(2)).toBe("2");
  });

  it.each(["half", "128mb", "", "1.2.3", "1 Gi"])("%s is none", (text) => {
    expect(() => parseQuantity(text)).toThrow(/quantit|numeric/);
  });

  it("compare and count", () => {
    expect(compareQuantities("1", "1000m")).toBe(0);
    expect(compareQuantities("1Gi", "1G")).toBe(1);
    expect(milliValue("250m")).toBe(250);
    expect(milliValue("0.1")).toBe(100);
    expect(unitValue("64Mi")).toBe(67_108_864);
    expect(unitValue("1500m")).toBe(2);
  });
});

describe("label selectors", () => {
  it.each([
    ["a=b,c in (d,e),!f,weight>5", { a: "b", c: "e", weight: "6" }, true],
    ["a=b", { a: "c" }, false],
    ["a!=b", {}, true],
    ["a notin (b)", { a: "b" }, false],
    ["a", { a: "" }, true],
    ["weight<5", { weight: "x" }, false],
    ["a=", { a: "" }, true],
    ["", { a: "b" }, true],
  ])("%s", (text, labels, matches) => {
    expect(matchesLabels(parseLabelSelector(text), labels)).toBe(matches);
  });

  it.each([
    ["light in oil", "unable to parse requirement: found 'oil' expected: '('"],
    ["a=b,", "found '', expected: identifier after ','"],
    ["=b", "found '=', expected: !, identifier, or 'end of string'"],
    ["a b", "unable to parse requirement: found 'b', expected: in, notin, =, ==, !=, gt, lt"],
    ["a=b c", "found 'c', expected: ',' or 'end of string'"],
    ["a in (b", "unable to parse requirement: found '', expected: ',' or ')'"],
    [
      "a>x",
      "unable to parse requirement: values[0]: Invalid value: \"x\": for 'Gt', 'Lt' operators, the value must be an integer",
    ],
    ["a='b'", "unable to parse requirement: values[0][a]: Invalid value: \"'b'\": a valid label"],
    ["a/b/c", 'unable to parse requirement: <nil>: Invalid value: "a/b/c": a valid label key'],
  ])("%s is none", (text, message) => {
    expect(() => parseLabelSelector(text)).toThrow(message);
  });

  it("print ordered by key", () => {
    expect(formatRequirements(parseLabelSelector("z,b in (y,x),a==c,!d"))).toBe("a==c,b in (x,y),!d,z");
    expect(formatLabelSelector({ matchLabels: { a: "b" }, matchExpressions: [{ key: "c", operator: "Exists" }] })).toBe(
      "a=b,c",
    );
    expect(formatLabelSelector(undefined)).toBe("<none>");
  });
});

describe("durations", () => {
  it.each([
    ["90m", 5_400_000],
    ["1h30m0s", 5_400_000],
    ["1.5s", 1500],
    ["20ms", 20],
    ["0", 0],
    ["-2s", -2000],
  ])("%s", (text, durationMs) => {
    expect(goDuration(text)).toBe(durationMs);
  });

  it("need a unit", () => {
    expect(() => goDuration("5")).toThrow('time: missing unit in duration "5"');
  });
});

describe("sets of indexes", () => {
  it("print two neighbours one by one, three as an interval", () => {
    expect(IndexSet.of([0, 1]).toString()).toBe("0,1");
    expect(IndexSet.of([2, 0, 1]).toString()).toBe("0-2");
  });

  it("read what they print", () => {
    expect(IndexSet.parse("1,3-5,7,8").toString()).toBe("1,3-5,7,8");
    expect(IndexSet.parse("1,3-9", 5).toString()).toBe("1,3,4");
    expect(IndexSet.parse("x,4,2,5").toString()).toBe("4,5");
  });

  it("agree with sets of numbers", () => {
    let seed = 7;
    const next = (bound: number) => {
      seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
      return seed % bound;
    };
    for (let round = 0; round < 200; round++) {
      const left = new Set(Array.from({ length: next(12) }, () => next(20)));
      const right = new Set(Array.from({ length: next(12) }, () => next(20)));
      let added = IndexSet.empty;
      for (const index of left) added = added.add(index);
      const other = IndexSet.of(right);
      const sorted = (indexes: Iterable<number>) => [...indexes].sort((a, b) => a - b);
      expect([...added]).toEqual(sorted(left));
      expect([...added.union(other)]).toEqual(sorted(new Set([...left, ...right])));
      expect([...added.subtract(other)]).toEqual(sorted([...left].filter((index) => !right.has(index))));
      expect([...added.intersect(other)]).toEqual(sorted([...left].filter((index) => right.has(index))));
      expect([...added.below(10)]).toEqual(sorted([...left].filter((index) => index < 10)));
      expect(added.count).toBe(left.size);
      expect(IndexSet.parse(added.toString()).toString()).toBe(added.toString());
    }
  });
});

describe("differences between texts", () => {
  it("show three lines around each change", () => {
    const before = ["a", "b", "c", "d", "e", "f", "g"].join("\n");
    expect(unifiedDiff(before, before.replace("e", "E"))).toBe("@@ -2,6 +2,6 @@\n b\n c\n d\n-e\n+E\n f\n g\n");
  });
});
