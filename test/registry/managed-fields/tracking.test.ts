import { expect, test } from "vitest";
import { Cluster, configMap, job } from "./cluster.js";

test("who creates an object owns what it sent and what was filled in, but not the parts that are always there", () => {
  const cluster = new Cluster();
  cluster.create("configmaps", configMap({ a: "1" }, { room: "attic" }));
  expect(cluster.owners("configmaps", "loom")).toEqual([
    'kubectl-create Update {"f:data":{".":{},"f:a":{}},"f:metadata":{"f:labels":{".":{},"f:room":{}}}}',
  ]);
  cluster.create("jobs", job());
  const [owner = ""] = cluster.owners("jobs", "pi");
  expect(owner).toContain('"f:backoffLimit":{}');
  expect(owner).toContain('"f:containers":{"k:{\\"name\\":\\"main\\"}":{".":{}');
  expect(owner).not.toContain("f:selector");
});

test("who changes a field takes it from its owner; what is removed has none", () => {
  const cluster = new Cluster();
  cluster.create("configmaps", configMap({ a: "1", b: "2", c: "3" }));
  cluster.nowMs += 5000;
  cluster.merge("configmaps", "loom", { data: { a: "9", b: null } });
  expect(cluster.owners("configmaps", "loom")).toEqual([
    'kubectl-create Update {"f:data":{".":{},"f:c":{}}}',
    'kubectl-patch Update {"f:data":{"f:a":{}}}',
  ]);
  const times = cluster.get("configmaps", "loom").metadata.managedFields?.map(({ time }) => time);
  expect(times).toEqual(["2026-01-03T12:00:00Z", "2026-01-03T12:00:05Z"]);
});

test("a write that changes nothing makes no revision, whoever sends it", () => {
  const cluster = new Cluster();
  cluster.create("configmaps", configMap({ a: "1" }));
  const { revision } = cluster.store;
  cluster.nowMs += 5000;
  cluster.merge("configmaps", "loom", { data: { a: "1" } }, { fieldManager: "other" });
  cluster.replace("configmaps", configMap({ a: "1" }), "another");
  const { metadata, ...rest } = cluster.get("configmaps", "loom");
  cluster.replace("configmaps", { ...rest, metadata: { ...metadata } }, "another");
  expect(cluster.store.revision).toBe(revision);
});

test("a status belongs to the component that reports it, without a record of its own", () => {
  const cluster = new Cluster();
  cluster.create("jobs", job());
  const created = cluster.registry.get("jobs", "default", "pi");
  cluster.registry.updateStatus(
    "jobs",
    { ...created, status: { active: 1, startTime: "2026-01-03T12:00:01Z" } },
    { trusted: true },
  );
  expect(cluster.owners("jobs", "pi")[1]).toBe(
    'kube-controller-manager Update status {"f:status":{"f:active":{},"f:startTime":{}}}',
  );
  expect(cluster.registry.get("jobs", "default", "pi").metadata.managedFields).toHaveLength(1);
});

test("what a controller makes carries no record, and still says who made it", () => {
  const cluster = new Cluster();
  const spec = { containers: [{ name: "main", image: "busybox" }] };
  cluster.registry.create("pods", { metadata: { name: "p", namespace: "default" }, spec }, { trusted: true });
  expect(cluster.registry.get("pods", "default", "p").metadata.managedFields).toBeUndefined();
  const [owner = ""] = cluster.owners("pods", "p");
  expect(owner.startsWith("kube-controller-manager Update ")).toBe(true);
  expect(owner).not.toContain("kube-api-access");
  expect(owner).not.toContain("f:serviceAccountName");
});

test("one empty entry makes an object forget its owners", () => {
  const cluster = new Cluster();
  cluster.create("configmaps", configMap({ a: "1" }));
  cluster.merge("configmaps", "loom", { metadata: { managedFields: [{}] } });
  expect(cluster.owners("configmaps", "loom")).toEqual([]);
  cluster.merge("configmaps", "loom", { data: { a: "2" } });
  expect(cluster.owners("configmaps", "loom")).toEqual([]);
});

test("beyond ten updaters the oldest become one", () => {
  const cluster = new Cluster();
  cluster.create("configmaps", configMap({ a: "1" }));
  for (let number = 1; number <= 12; number++) {
    cluster.nowMs += 1000;
    cluster.merge("configmaps", "loom", { data: { [`k${number}`]: "x" } }, { fieldManager: `m${number}` });
  }
  const owners = cluster.owners("configmaps", "loom");
  expect(owners).toHaveLength(10);
  expect(owners[0]).toContain("ancient-changes Update");
});
