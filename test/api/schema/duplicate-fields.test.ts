import { expect, it } from "vitest";
import { duplicateFields } from "../../../src/api/schema/duplicate-fields.js";

it.each([
  ["none", '{"a": 1, "b": {"a": "\\"a\\": {", "c": [{"a": ":"}, {"a": 2}]}}', []],
  ["one at the top", '{"a": 1, "b": 2, "a": 3}', ["a"]],
  ["one of a field within", '{"spec": {"a": {"b": 1}, "a": {"b": 1}}}', ["spec.a"]],
  ["some in lists", '{"l": [{"n": 1}, {"n": 1, "n": [2]}, [{"m": {}, "m": "}"}]]}', ["l[1].n", "l[2][0].m"]],
  ["one that is written differently", '{"a": 1, "\\u0061": 2}', ["a"]],
  ["one of three, told once", '{"data": {"x": "1", "x": "2", "x": "3"}}', ["data.x"]],
])("finds fields that are there twice: %s", (_name, text, wanted) => {
  expect(duplicateFields(text, JSON.parse(text))).toEqual(wanted);
});

it("takes texts of any length and depth", () => {
  const escapes = JSON.stringify({ a: '\\"'.repeat(300_000) });
  expect(duplicateFields(escapes, JSON.parse(escapes))).toEqual([]);
  const twice = `{"a": "${"x".repeat(1_000_000)}", "a": ${"[".repeat(50_000)}${"]".repeat(50_000)}}`;
  expect(duplicateFields(twice, JSON.parse(twice))).toEqual(["a"]);
});
