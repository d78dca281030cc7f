import { describe, expect, test } from "vitest";
import type { JsonObject } from "../../../src/registry/patch/json-value.js";
import { strategicDiff, strategicThreeWayDiff } from "../../../src/registry/patch/strategic-diff.js";
import { strategicMerge } from "../../../src/registry/patch/strategic-merge.js";

const container = (name: string, more: JsonObject = {}) => ({ name, image: "busybox", ...more });
const pod = (...containers: readonly JsonObject[]): JsonObject => ({ kind: "Pod", spec: { containers } });
const env = (...names: readonly string[]) => names.map((name) => ({ name, value: name.toLowerCase() }));

describe("a strategic merge patch", () => {
  const cases: readonly { name: string; object: JsonObject; patch: JsonObject; want: JsonObject }[] = [
    {
      name: "changes one container and leaves the others",
      object: pod(container("a"), container("b")),
      patch: { spec: { containers: [{ name: "b", image: "alpine" }] } },
      want: pod(container("a"), { name: "b", image: "alpine" }),
    },
    {
      name: "puts new elements where the patch has room for them: in front",
      object: pod(container("a", { env: env("SPEED", "HEIGHT") })),
      patch: { spec: { containers: [{ name: "a", env: [{ name: "NEW", value: "1" }] }] } },
      want: pod(container("a", { env: [{ name: "NEW", value: "1" }, ...env("SPEED", "HEIGHT")] })),
    },
    {
      name: "deletes an element by its merge key",
      object: pod(container("a"), container("b")),
      patch: { spec: { containers: [{ name: "a", $patch: "delete" }] } },
      want: pod(container("b")),
    },
    {
      name: "replaces a whole list where the list says so",
      object: pod(container("a"), container("b")),
      patch: { spec: { containers: [container("c"), { $patch: "replace" }] } },
      want: pod(container("c")),
    },
    {
      name: "replaces a whole object where the object says so",
      object: { metadata: { name: "x", labels: { a: "1" } } },
      patch: { metadata: { $patch: "replace", name: "y" } },
      want: { metadata: { name: "y" } },
    },
    {
      name: "orders a list as it is told, elements of others woven in",
      object: pod(container("a"), container("other"), container("b")),
      patch: { spec: { "$setElementOrder/containers": [{ name: "b" }, { name: "a" }] } },
      want: pod(container("other"), container("b"), container("a")),
    },
    {
      name: "deletes from a list of scalars",
      object: { metadata: { finalizers: ["a", "b", "c"] } },
      patch: { metadata: { "$deleteFromPrimitiveList/finalizers": ["b"] } },
      want: { metadata: { finalizers: ["a", "c"] } },
    },
    {
      name: "adds to a list of scalars that is merged",
      object: { metadata: { finalizers: ["a"] } },
      patch: { metadata: { finalizers: ["b"] } },
      want: { metadata: { finalizers: ["b", "a"] } },
    },
    {
      name: "replaces a list that has no merge strategy",
      object: pod(container("a", { command: ["sh", "-c", "true"] })),
      patch: { spec: { containers: [{ name: "a", command: ["date"] }] } },
      want: pod(container("a", { command: ["date"] })),
    },
    {
      name: "keeps of a volume only what it retains",
      object: { spec: { volumes: [{ name: "v", emptyDir: {} }] } },
      patch: { spec: { volumes: [{ name: "v", $retainKeys: ["name", "hostPath"], hostPath: { path: "/x" } }] } },
      want: { spec: { volumes: [{ name: "v", hostPath: { path: "/x" } }] } },
    },
    {
      name: "deletes with null, and drops nulls of what is new",
      object: { metadata: { labels: { a: "1", b: "2" } } },
      patch: { metadata: { labels: { a: null }, annotations: { c: null, d: "4" } } },
      want: { metadata: { labels: { b: "2" }, annotations: { d: "4" } } },
    },
  ];
  test.each(cases)("$name", ({ object, patch, want }) => {
    const before = structuredClone({ object, patch });
    expect(strategicMerge(object, patch, "Pod")).toEqual(want);
    expect({ object, patch }).toEqual(before);
  });

  test("that changes nothing gives the very same object", () => {
    const object = pod(container("a", { env: env("X") }));
    expect(strategicMerge(object, { spec: { containers: [{ name: "a", image: "busybox" }] } }, "Pod")).toBe(object);
  });

  const refused: readonly { name: string; patch: JsonObject; want: string }[] = [
    {
      name: "an element without its merge key",
      patch: { spec: { containers: [{ image: "x" }] } },
      want: "map: map[image:x] does not contain declared merge key: name",
    },
    {
      name: "a directive nobody knows",
      patch: { spec: { $patch: "turn" } },
      want: "unknown patch type: turn in map: map[$patch:turn]",
    },
    {
      name: "a field outside of what is retained",
      patch: { spec: { volumes: [{ name: "v", $retainKeys: ["name"], emptyDir: {} }] } },
      want: "invalid patch format of retainKeys",
    },
    {
      name: "an order for something that is no list",
      patch: { spec: { "$setElementOrder/containers": "a" } },
      want: "expected a []interface {}, but received a string",
    },
  ];
  test.each(refused)("is refused: $name", ({ patch, want }) => {
    const object = { spec: { containers: [container("a")], volumes: [{ name: "v", hostPath: { path: "/" } }] } };
    expect(() => strategicMerge(object, patch, "Pod")).toThrow(want);
  });
});

describe("the difference of two objects", () => {
  const cases: readonly { name: string; before: JsonObject; after: JsonObject; want: JsonObject }[] = [
    { name: "is empty for equal ones", before: pod(container("a")), after: pod(container("a")), want: {} },
    {
      name: "says the order when an element goes",
      before: pod(container("a"), container("b")),
      after: pod(container("b")),
      want: {
        spec: {
          "$setElementOrder/containers": [{ name: "b" }],
          containers: [{ name: "a", $patch: "delete" }],
        },
      },
    },
    {
      name: "says what a volume retains",
      before: { spec: { volumes: [{ name: "v", emptyDir: {} }] } },
      after: { spec: { volumes: [{ name: "v", hostPath: { path: "/x" } }] } },
      want: {
        spec: {
          "$setElementOrder/volumes": [{ name: "v" }],
          volumes: [{ name: "v", $retainKeys: ["hostPath", "name"], emptyDir: null, hostPath: { path: "/x" } }],
        },
      },
    },
  ];
  test.each(cases)("$name", ({ before, after, want }) => {
    expect(strategicDiff(before, after, "Pod")).toEqual(want);
  });

  test("deletes for apply what was applied last and is applied no more, and keeps what others added", () => {
    const original = {
      metadata: { labels: { a: "1", b: "2" } },
      spec: { containers: [container("a"), container("b")] },
    };
    const modified = { metadata: { labels: { a: "1" } }, spec: { containers: [container("a", { tty: true })] } };
    const current = {
      metadata: { labels: { a: "1", b: "2", other: "x" }, uid: "u" },
      spec: { containers: [container("a"), container("b"), container("sidecar")], nodeName: "n" },
    };
    const patch = strategicThreeWayDiff({ original, modified, current }, "Pod");
    expect(patch).toEqual({
      metadata: { labels: { b: null } },
      spec: {
        "$setElementOrder/containers": [{ name: "a" }],
        containers: [
          { name: "a", tty: true },
          { name: "b", $patch: "delete" },
        ],
      },
    });
    expect(strategicMerge(current, patch, "Pod")).toEqual({
      metadata: { labels: { a: "1", other: "x" }, uid: "u" },
      spec: { containers: [container("a", { tty: true }), container("sidecar")], nodeName: "n" },
    });
  });
});
