import { expect, test } from "vitest";
import type { Pod } from "../../src/api/generated/types.js";
import { resources } from "../../src/api/resources.js";
import { createSubresource } from "../../src/registry/subresource-requests.js";
import { failureOf } from "./failure-of.js";
import { Cluster } from "./managed-fields/cluster.js";

function clusterWithPod(): Cluster {
  const cluster = new Cluster();
  cluster.create("pods", {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "p", namespace: "default" },
    spec: { containers: [{ name: "c", image: "busybox" }] },
  });
  return cluster;
}

function ask(cluster: Cluster, resource: "pods" | "serviceaccounts", path: string, body: object) {
  const [name = "", subresource = ""] = path.split("/");
  const target = { resource: resources[resource], namespace: "default", name, subresource };
  return createSubresource(cluster.registry, target, body, {});
}

test("an evicted Pod says why it goes", () => {
  const cluster = clusterWithPod();
  ask(cluster, "pods", "p/binding", { target: { name: "node-1" } });
  ask(cluster, "pods", "p/eviction", { metadata: { name: "p" } });
  const pod: Pod = cluster.registry.get("pods", "default", "p");
  expect(pod.metadata.deletionTimestamp).toBeDefined();
  expect(pod.status?.conditions?.at(-1)).toMatchObject({
    type: "DisruptionTarget",
    reason: "EvictionByEvictionAPI",
    message: "Eviction API: evicting",
  });
});

test("a binding names a node, once", () => {
  const cluster = clusterWithPod();
  expect(failureOf(() => ask(cluster, "pods", "p/binding", {}))).toBe(
    'Invalid: Binding "p" is invalid: target.name: Required value',
  );
  ask(cluster, "pods", "p/binding", { target: { name: "node-1" } });
  expect(failureOf(() => ask(cluster, "pods", "p/binding", { target: { name: "node-2" } }))).toBe(
    'Conflict: Operation cannot be fulfilled on pods/binding "p": pod p is already assigned to node "node-1"',
  );
});

test("a token lives as long as was asked for, within limits", () => {
  const cluster = new Cluster();
  expect(ask(cluster, "serviceaccounts", "default/token", { spec: { audiences: [] } })).toMatchObject({
    status: { expirationTimestamp: "2026-01-03T13:00:00Z" },
  });
  expect(
    failureOf(() => ask(cluster, "serviceaccounts", "default/token", { spec: { expirationSeconds: 60 } })),
  ).toContain("may not specify a duration less than 10 minutes");
});

test("what has no such part is not found", () => {
  expect(failureOf(() => ask(clusterWithPod(), "pods", "p/scale", {}))).toBe(
    "NotFound: the server could not find the requested resource",
  );
});
