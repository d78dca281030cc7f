import { describe, expect, test } from "vitest";
import { jsonPatch } from "../../../src/registry/patch/json-patch.js";

const document = { a: { "b/c": [1, 2, 3], "m~n": "x" }, k: null };

describe("a JSON patch", () => {
  test.each([
    { name: "adds a key", ops: [{ op: "add", path: "/a/z", value: 1 }], at: ["a", "z"], want: 1 },
    {
      name: "adds at an index",
      ops: [{ op: "add", path: "/a/b~1c/1", value: 9 }],
      at: ["a", "b/c"],
      want: [1, 9, 2, 3],
    },
    { name: "appends", ops: [{ op: "add", path: "/a/b~1c/-", value: 4 }], at: ["a", "b/c"], want: [1, 2, 3, 4] },
    { name: "removes at an index", ops: [{ op: "remove", path: "/a/b~1c/0" }], at: ["a", "b/c"], want: [2, 3] },
    { name: "counts from the end", ops: [{ op: "remove", path: "/a/b~1c/-1" }], at: ["a", "b/c"], want: [1, 2] },
    { name: "replaces", ops: [{ op: "replace", path: "/a/m~0n", value: "y" }], at: ["a", "m~n"], want: "y" },
    { name: "copies", ops: [{ op: "copy", from: "/a/b~1c/2", path: "/a/z" }], at: ["a", "z"], want: 3 },
    { name: "moves", ops: [{ op: "move", from: "/a/m~0n", path: "/a/z" }], at: ["a", "z"], want: "x" },
    { name: "tests null", ops: [{ op: "test", path: "/k", value: null }], at: ["k"], want: null },
  ])("$name", ({ ops, at, want }) => {
    const before = structuredClone(document);
    const patched = jsonPatch(document, ops);
    expect(at.reduce<unknown>((value, key) => (value as Record<string, unknown>)[key], patched)).toEqual(want);
    expect(document).toEqual(before);
  });

  test.each([
    {
      name: "a path that does not lead anywhere",
      op: { op: "add", path: "/x/y", value: 1 },
      want: "doc is missing path",
    },
    { name: "an index beyond the end", op: { op: "add", path: "/a/b~1c/4", value: 1 }, want: "invalid index: 4" },
    {
      name: "a test of something else",
      op: { op: "test", path: "/a/m~0n", value: "y" },
      want: "testing value /a/m~0n failed",
    },
    { name: "removing a key that is not there", op: { op: "remove", path: "/a/z" }, want: "nonexistent key: z" },
    { name: "an unknown operation", op: { op: "turn", path: "/a" }, want: "Unexpected kind: turn" },
  ])("refuses $name", ({ op, want }) => {
    expect(() => jsonPatch(document, [op])).toThrow(want);
  });
});
