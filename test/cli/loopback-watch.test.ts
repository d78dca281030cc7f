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
