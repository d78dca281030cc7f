import { describe, expect, test } from "vitest";
import { jsonMerge } from "../../../src/registry/patch/json-merge.js";
import {
  isJsonObject,
  type JsonDraft,
  type JsonObject,
  jsonEqual,
  setKey,
} from "../../../src/registry/patch/json-value.js";
import { strategicDiff, strategicThreeWayDiff } from "../../../src/registry/patch/strategic-diff.js";
import { strategicMerge } from "../../../src/registry/patch/strategic-merge.js";
import { randomPod, seededRandom } from "./random-objects.js";

const pairs = Array.from({ length: 500 }, (_, seed) => {
  const random = seededRandom(seed);
  return { seed, a: randomPod(random), b: randomPod(random), c: randomPod(random) };
});

/** The JSON merge patch that turns one object into another; lists that differ are replaced whole. */
function jsonMergeDiff(original: JsonObject, modified: JsonObject): JsonObject {
  const patch: JsonDraft = {};
  for (const [key, value] of Object.entries(modified)) {
    const before = Object.hasOwn(original, key) ? original[key] : undefined;
    if (isJsonObject(value) && isJsonObject(before)) {
      const inner = jsonMergeDiff(before, value);
      if (Object.keys(inner).length > 0) setKey(patch, key, inner);
    } else if (!jsonEqual(before, value)) {
      setKey(patch, key, value);
    }
  }
  for (const key of Object.keys(original)) if (!Object.hasOwn(modified, key)) setKey(patch, key, null);
  return patch;
}

describe("for random Pods a and b", () => {
  test("the strategic difference, applied to a, gives b", () => {
    for (const { seed, a, b } of pairs) {
      expect(strategicMerge(a, strategicDiff(a, b, "Pod"), "Pod"), `seed ${seed}`).toEqual(b);
    }
  });

  test("the JSON merge difference, applied to a, gives b", () => {
    for (const { seed, a, b } of pairs) expect(jsonMerge(a, jsonMergeDiff(a, b)), `seed ${seed}`).toEqual(b);
  });

  test("a patch changes neither the object nor itself", () => {
    for (const { a, b } of pairs) {
      const patch = strategicDiff(a, b, "Pod");
      const before = structuredClone({ a, patch });
      strategicMerge(a, patch, "Pod");
      expect({ a, patch }).toEqual(before);
    }
  });

  test("the difference of an object to itself is empty, and applying it shares the object", () => {
    for (const { a } of pairs) {
      expect(strategicDiff(a, structuredClone(a), "Pod")).toEqual({});
      expect(strategicMerge(a, {}, "Pod")).toBe(a);
    }
  });

  test("applying b when a was applied last and nothing else has changed gives b", () => {
    for (const { seed, a, b } of pairs) {
      const patch = strategicThreeWayDiff({ original: a, modified: b, current: a }, "Pod");
      expect(strategicMerge(a, patch, "Pod"), `seed ${seed}`).toEqual(b);
    }
  });

  test("applying the same configuration twice changes nothing the second time", () => {
    for (const { seed, a, b, c } of pairs) {
      const once = strategicMerge(c, strategicThreeWayDiff({ original: a, modified: b, current: c }, "Pod"), "Pod");
      const again = strategicThreeWayDiff({ original: b, modified: b, current: once }, "Pod");
      expect(jsonEqual(strategicMerge(once, again, "Pod"), once), `seed ${seed}`).toBe(true);
    }
  });
});
