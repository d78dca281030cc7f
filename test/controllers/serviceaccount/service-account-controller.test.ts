import { describe, expect, test } from "vitest";
import { ClusterWorld } from "../cluster-world.js";

const isThere = (cluster: ClusterWorld, namespace: string) => [
  cluster.client.get("serviceaccounts", namespace, "default") !== undefined,
  cluster.client.get("configmaps", namespace, "kube-root-ca.crt") !== undefined,
];

describe("every namespace", () => {
  test("has an account and a certificate soon after it is made", () => {
    const cluster = new ClusterWorld();
    cluster.client.create("namespaces", { metadata: { name: "work" } });
    expect(isThere(cluster, "work")).toEqual([false, false]);
    cluster.advance(0.1);
    expect(isThere(cluster, "work")).toEqual([true, true]);
    expect(isThere(cluster, "default")).toEqual([true, true]);
  });

  test("gets them back when they are deleted", () => {
    const cluster = new ClusterWorld();
    cluster.client.delete("serviceaccounts", "default", "default");
    cluster.client.delete("configmaps", "default", "kube-root-ca.crt");
    cluster.advance(0.1);
    expect(isThere(cluster, "default")).toEqual([true, true]);
  });

  test("keeps an account of its user's own", () => {
    const cluster = new ClusterWorld();
    cluster.client.create("serviceaccounts", { metadata: { name: "robot", namespace: "default" } });
    cluster.client.delete("serviceaccounts", "default", "robot");
    cluster.advance(1);
    expect(cluster.client.get("serviceaccounts", "default", "robot")).toBeUndefined();
  });
});
