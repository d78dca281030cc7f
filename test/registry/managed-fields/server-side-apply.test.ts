import { expect, test } from "vitest";
import { lastAppliedAnnotation, withLastApplied } from "../../../src/registry/patch/last-applied.js";
import { failureOf } from "../failure-of.js";
import { Cluster, configMap, job } from "./cluster.js";

test("an apply makes what is not there, and owns what it says", () => {
  const cluster = new Cluster();
  cluster.apply("configmaps", configMap({ warp: "linen", weft: "wool" }, { room: "attic" }));
  expect(cluster.owners("configmaps", "loom")).toEqual([
    'kubectl Apply {"f:data":{"f:warp":{},"f:weft":{}},"f:metadata":{"f:labels":{"f:room":{}}}}',
  ]);
});

test("the same apply again makes no revision", () => {
  const cluster = new Cluster();
  cluster.apply("jobs", job({ parallelism: 2 }));
  const { revision } = cluster.store;
  cluster.nowMs += 60_000;
  cluster.apply("jobs", job({ parallelism: 2 }));
  expect(cluster.store.revision).toBe(revision);
});

test("a field of another is refused, until it is taken by force or given up", () => {
  const cluster = new Cluster();
  cluster.apply("configmaps", configMap({ warp: "linen", weft: "wool" }));
  const red = configMap({ weft: "silk", colour: "red" });
  expect(failureOf(() => cluster.apply("configmaps", red, { fieldManager: "dyer" }))).toBe(
    'Conflict: Apply failed with 1 conflict: conflict with "kubectl": .data.weft',
  );
  cluster.apply("configmaps", red, { fieldManager: "dyer", force: true });
  expect(cluster.get("configmaps", "loom")).toMatchObject({ data: { warp: "linen", weft: "silk", colour: "red" } });
  expect(cluster.owners("configmaps", "loom")).toEqual([
    'dyer Apply {"f:data":{"f:colour":{},"f:weft":{}}}',
    'kubectl Apply {"f:data":{"f:warp":{}}}',
  ]);
  cluster.apply("configmaps", configMap({ warp: "hemp" }));
  expect(cluster.get("configmaps", "loom")).toMatchObject({ data: { warp: "hemp", weft: "silk", colour: "red" } });
});

test("conflicts are told by owner, updaters with the version they wrote in", () => {
  const cluster = new Cluster();
  cluster.create("jobs", job({ parallelism: 2, suspend: true }));
  cluster.merge("jobs", "pi", { metadata: { labels: { a: "1" } } });
  const wanted = { ...job({ parallelism: 3, suspend: false }), metadata: { name: "pi", labels: { a: "2" } } };
  expect(failureOf(() => cluster.apply("jobs", wanted, { fieldManager: "me" }))).toBe(
    'Conflict: Apply failed with 3 conflicts: conflicts with "kubectl-create" using batch/v1:\n' +
      '- .spec.parallelism\n- .spec.suspend\nconflicts with "kubectl-patch" using batch/v1:\n- .metadata.labels.a',
  );
});

test("what is applied no more goes, with its parent if that was the applier's alone", () => {
  const cluster = new Cluster();
  cluster.apply("configmaps", configMap({ a: "1", b: "2" }, { room: "attic" }));
  cluster.apply("configmaps", configMap({ a: "1" }));
  const { metadata, ...rest } = cluster.get("configmaps", "loom") as { metadata: { labels?: object }; data?: object };
  expect(rest.data).toEqual({ a: "1" });
  expect(metadata.labels).toBeUndefined();
});

test("what two appliers say alike is both's, and stays while one says it", () => {
  const cluster = new Cluster();
  cluster.apply("configmaps", configMap({ a: "1", b: "2" }));
  cluster.apply("configmaps", configMap({ b: "2" }), { fieldManager: "other" });
  cluster.apply("configmaps", configMap({ a: "1" }));
  expect(cluster.get("configmaps", "loom")).toMatchObject({ data: { a: "1", b: "2" } });
});

test("items of lists are told apart by their keys", () => {
  const cluster = new Cluster();
  const service = (ports: readonly object[]) => ({
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: "s", namespace: "default" },
    spec: { ports, selector: { a: "b" } },
  });
  cluster.apply("services", service([{ name: "a", port: 80 }]));
  cluster.apply("services", service([{ name: "b", port: 81 }]), { fieldManager: "other", force: true });
  const ports = () =>
    (cluster.get("services", "s") as { spec?: { ports?: readonly { port: number }[] } }).spec?.ports?.map(
      ({ port }) => port,
    );
  expect(ports()).toEqual([80, 81]);
  cluster.apply("services", service([{ name: "c", port: 82 }]));
  expect(ports()?.toSorted()).toEqual([81, 82]);
});

test("kubectl inherits what its client-side apply has set, and keeps the annotation up to date", () => {
  const cluster = new Cluster();
  cluster.create("configmaps", withLastApplied(configMap({ a: "1" })), "kubectl-client-side-apply");
  expect(failureOf(() => cluster.apply("configmaps", configMap({ a: "2" }), { fieldManager: "other" }))).toContain(
    'conflict with "kubectl-client-side-apply" using v1: .data.a',
  );
  const answer = cluster.apply("configmaps", configMap({ a: "2" }));
  expect(answer).toMatchObject({ data: { a: "2" } });
  expect(answer.metadata.annotations?.[lastAppliedAnnotation]).toBe(
    '{"apiVersion":"v1","data":{"a":"2"},"kind":"ConfigMap","metadata":{"name":"loom","namespace":"default"}}\n',
  );
});

test.each([
  [
    "a field that there is not",
    job({ speed: 5 }),
    ": failed to create typed patch object (default/pi; batch/v1, Kind=Job): .spec.speed: field not declared in schema",
  ],
  [
    "a value of another type",
    job({ parallelism: "three" }),
    ": failed to create typed patch object (default/pi; batch/v1, Kind=Job): .spec.parallelism: expected numeric (int or float), got string",
  ],
  [
    "another version",
    { ...job(), apiVersion: "batch/v2" },
    "BadRequest: Incorrect version specified in apply patch. Specified patch version: batch/v2, expected: batch/v1",
  ],
  [
    "managed fields",
    { ...job(), metadata: { name: "pi", managedFields: [] } },
    "BadRequest: metadata.managedFields must be nil",
  ],
])("an apply of %s is refused", (_what, configuration, message) => {
  expect(failureOf(() => new Cluster().apply("jobs", configuration))).toBe(message);
});

test("an apply without a manager is refused", () => {
  expect(failureOf(() => new Cluster().apply("jobs", job(), { fieldManager: "" }))).toBe(
    'Invalid: PatchOptions.meta.k8s.io "" is invalid: fieldManager: Required value: is required for apply patch',
  );
});

test("a dry run shows the outcome and keeps nothing", () => {
  const cluster = new Cluster();
  cluster.apply("configmaps", configMap({ a: "1" }));
  const { revision } = cluster.store;
  const answer = cluster.apply("configmaps", configMap({ a: "2" }), { dryRun: true });
  expect(answer).toMatchObject({ data: { a: "2" } });
  expect(cluster.store.revision).toBe(revision);
});
