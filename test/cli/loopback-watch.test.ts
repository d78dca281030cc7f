import { describe, expect, test } from "vitest";
import { resources } from "../../src/api/resources.js";
import { createLoopbackClient } from "../../src/cli/loopback-client.js";
import { containerAccess } from "../../src/cluster/kubelet-access.js";
import { ClusterWorld } from "../controllers/cluster-world.js";

/** A client on a virtual clock that stops `seconds` after the beginning. */
function clientOf(cluster: ClusterWorld, seconds: number) {
  const untilMs = cluster.world.nowMs + seconds * 1000;
  const world = async () => cluster.world;
  const access = { read: world, write: world, pass: async () => cluster.world.step(untilMs) };
  return createLoopbackClient(access, containerAccess, () => {});
}

describe("several watches as one", () => {
  test("tell what happens to all kinds in the order in which it happens, and of nothing else", async () => {
    const cluster = new ClusterWorld();
    cluster.advance(1);
    const client = clientOf(cluster, 15);
    const { metadata } = await client.list(resources.jobs, { namespace: "" });
    cluster.client.create("jobs", {
      metadata: { name: "pi", namespace: "default" },
      spec: { template: { spec: { restartPolicy: "Never", containers: [{ name: "main", image: "busybox" }] } } },
    });
    const watched = [resources.pods, resources.jobs].map((resource) => ({ resource, options: { namespace: "" } }));
    const told: string[] = [];
    let revision = 0;
    for await (const event of client.watchSeveral?.(watched, { resourceVersion: metadata.resourceVersion ?? "" }) ??
      []) {
      const { resourceVersion = "" } = event.object.metadata ?? {};
      expect(Number(resourceVersion)).toBeGreaterThan(revision);
      revision = Number(resourceVersion);
      if (told.at(-1) !== `${event.type} ${event.resource.kind}`) told.push(`${event.type} ${event.resource.kind}`);
    }
    expect(told.slice(0, 4)).toEqual(["ADDED Job", "ADDED Pod", "MODIFIED Job", "MODIFIED Pod"]);
    expect(told.at(-1)).toBe("MODIFIED Job");
  });
});

describe("a watch whose world others have taken far", () => {
  const configMap = (name: string, value = "1") => ({ metadata: { name, namespace: "default" }, data: { value } });

  /** Another process works on the cluster, and keeps hardly any history. */
  function elsewhere(cluster: ClusterWorld, work: () => void): void {
    work();
    cluster.backend.begin();
    cluster.world.flush({ historyLength: 2 });
    // Of the memory backend: done when the call returns.
    void cluster.backend.commit();
    cluster.reopen();
  }

  test("tells what has come of it, each object once, and goes on", async () => {
    const cluster = new ClusterWorld();
    for (const name of ["kept", "changed", "gone", "made-anew"]) cluster.client.create("configmaps", configMap(name));
    elsewhere(cluster, () => {});
    const turns = [
      () =>
        elsewhere(cluster, () => {
          const { client } = cluster;
          const remove = (name: string) => client.delete("configmaps", "default", name);
          client.create("configmaps", configMap("new"));
          for (const value of ["2", "3"]) {
            const changed = client.get("configmaps", "default", "changed");
            client.update("configmaps", { ...changed, ...configMap("changed", value) });
          }
          remove("gone");
          remove("made-anew");
          client.create("configmaps", configMap("made-anew"));
          for (let count = 0; count < 3; count++) {
            client.create("configmaps", configMap("passing"));
            remove("passing");
          }
        }),
      () => cluster.client.create("configmaps", configMap("last")),
    ];
    const world = async () => cluster.world;
    const access = {
      read: world,
      write: world,
      pass: async () => {
        const turn = turns.shift();
        turn?.();
        return turn !== undefined;
      },
    };
    const client = createLoopbackClient(access, containerAccess, () => {});
    const { metadata } = await client.list(resources.configmaps, { namespace: "default" });
    const told: string[] = [];
    const options = { namespace: "default", resourceVersion: metadata.resourceVersion ?? "" };
    for await (const { type, object } of client.watch(resources.configmaps, options)) {
      told.push(`${type} ${(object as { metadata: { name?: string } }).metadata.name}`);
    }
    expect(told.toSorted()).toEqual([
      "ADDED last",
      "ADDED made-anew",
      "ADDED new",
      "DELETED gone",
      "DELETED made-anew",
      "MODIFIED changed",
    ]);
    expect(told.at(-1)).toBe("ADDED last");
  });
});
