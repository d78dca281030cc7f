import { describe, expect, test } from "vitest";
import { FieldSet, pathText } from "../../../src/api/meta/field-set.js";

const labels = { "f:metadata": { "f:labels": { ".": {}, "f:room": {} } } };

describe("a set of fields", () => {
  test("is read from FieldsV1 and written as it was", () => {
    const fields = { "f:spec": { "f:containers": { 'k:{"name":"a"}': { ".": {}, "f:image": {} } } }, ...labels };
    expect(FieldSet.fromFields(fields).toFields()).toEqual(fields);
  });

  test("has the paths that are members, not those that only lead to them", () => {
    const set = FieldSet.fromFields(labels);
    expect(set.has(["f:metadata", "f:labels"])).toBe(true);
    expect(set.has(["f:metadata"])).toBe(false);
    expect(set.has(["f:metadata", "f:labels", "f:room"])).toBe(true);
  });

  test("loses a path without losing what is below it", () => {
    const label = FieldSet.fromFields({ "f:metadata": { "f:labels": {} } });
    expect(FieldSet.fromFields(labels).difference(label).toFields()).toEqual({
      "f:metadata": { "f:labels": { "f:room": {} } },
    });
  });

  test("is united and intersected path by path", () => {
    const other = FieldSet.fromFields({ "f:metadata": { "f:labels": { "f:floor": {} } }, "f:data": {} });
    expect(FieldSet.fromFields(labels).union(other).paths().map(pathText)).toEqual([
      ".data",
      ".metadata.labels",
      ".metadata.labels.floor",
      ".metadata.labels.room",
    ]);
    expect(FieldSet.fromFields(labels).intersection(other).isEmpty).toBe(true);
  });
});

test.each([
  [["f:spec", "f:containers", 'k:{"name":"pi"}', "f:image"], '.spec.containers[name="pi"].image'],
  [["f:ports", 'k:{"containerPort":80,"protocol":"TCP"}'], '.ports[containerPort=80,protocol="TCP"]'],
  [["f:metadata", "f:finalizers", 'v:"a/b"'], '.metadata.finalizers[="a/b"]'],
])("the path %j is written %s", (path, text) => {
  expect(pathText(path)).toBe(text);
});
