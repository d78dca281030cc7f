import { describe, expect, test } from "vitest";
import { ClusterWorld } from "../cluster-world.js";

function clusterWithNamespace(): ClusterWorld {
  const cluster = new ClusterWorld();
  cluster.client.create("namespaces", { metadata: { name: "work" } });
  cluster.advance(1);
  return cluster;
}

const namespaceOf = (cluster: ClusterWorld) => cluster.client.get("namespaces", "", "work");

describe("a namespace that is deleted", () => {
  test("goes when it is empty", () => {
    const cluster = clusterWithNamespace();
    cluster.client.delete("namespaces", "", "work");
    expect(namespaceOf(cluster)?.status?.phase).toBe("Terminating");
    cluster.advance(5);
    expect(namespaceOf(cluster)).toBeUndefined();
    expect(cluster.client.list("configmaps", "work")).toEqual([]);
  });

  test("stays, Terminating, until its Pods have had their grace period", () => {
    const cluster = clusterWithNamespace();
    cluster.client.create("pods", {
      metadata: { name: "slow", namespace: "work" },
      spec: { containers: [{ name: "main", image: "busybox", command: ["sleep", "3600"] }] },
    });
    cluster.advance(20);
    cluster.client.delete("namespaces", "", "work");
    cluster.advance(20);
    expect(namespaceOf(cluster)?.status?.phase).toBe("Terminating");
    expect(cluster.client.get("pods", "work", "slow")?.metadata.deletionTimestamp).toBeDefined();
    cluster.advance(30);
    expect(namespaceOf(cluster)).toBeUndefined();
  });

  test("waits for finalizers of what is in it", () => {
    const cluster = clusterWithNamespace();
    cluster.client.create("configmaps", {
      metadata: { name: "held", namespace: "work", finalizers: ["example.com/hold"] },
    });
    cluster.client.delete("namespaces", "", "work");
    cluster.advance(30);
    expect(namespaceOf(cluster)?.status?.phase).toBe("Terminating");
    cluster.client.modify(
      "configmaps",
      "work",
      "held",
      ({ metadata: { finalizers: _held, ...metadata }, ...rest }) => ({
        ...rest,
        metadata,
      }),
    );
    cluster.advance(20);
    expect(namespaceOf(cluster)).toBeUndefined();
  });

  test("takes nothing new, and says why", () => {
    const cluster = clusterWithNamespace();
    cluster.client.create("configmaps", {
      metadata: { name: "held", namespace: "work", finalizers: ["example.com/hold"] },
    });
    cluster.client.delete("namespaces", "", "work");
    expect(() => cluster.client.create("configmaps", { metadata: { name: "late", namespace: "work" } })).toThrow(
      'configmaps "late" is forbidden: unable to create new content in namespace work because it is being terminated',
    );
  });

  test("takes a running Job and its Pods along", () => {
    const cluster = clusterWithNamespace();
    cluster.client.create("jobs", {
      metadata: { name: "busy", namespace: "work" },
      spec: {
        parallelism: 3,
        completions: 30,
        template: {
          spec: {
            restartPolicy: "Never",
            containers: [
              { name: "main", image: "busybox", command: ["sh", "-c", "trap 'exit 0' TERM; sleep 60 & wait"] },
            ],
          },
        },
      },
    });
    cluster.advance(20);
    expect(cluster.client.list("pods", "work")).toHaveLength(3);
    cluster.client.delete("namespaces", "", "work");
    cluster.advance(90);
    expect(cluster.client.list("pods", "work")).toEqual([]);
    expect(cluster.client.list("jobs", "work")).toEqual([]);
    expect(namespaceOf(cluster)).toBeUndefined();
  });
});
