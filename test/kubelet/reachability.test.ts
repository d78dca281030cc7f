import { expect, test } from "vitest";
import type { EmulatedVersion } from "../../src/api/versions/emulated-version.js";
import { containerAccess } from "../../src/cluster/kubelet-access.js";
import { ClusterWorld } from "../controllers/cluster-world.js";

/** The time to live that a ping shows, from a Pod of node-1 to one of another node or the same. */
function timeToLive(version: EmulatedVersion, node: string): string | undefined {
  const cluster = new ClusterWorld({ nodes: 2, version });
  cluster.runPod("server", { spec: { nodeName: node } });
  cluster.advance(20);
  const ip = cluster.pod("server")?.status?.podIP ?? "";
  cluster.runPod("client", {
    container: { image: "busybox", command: ["ping", "-c1", ip] },
    spec: { nodeName: "node-1", restartPolicy: "Never" },
  });
  cluster.advance(20);
  const kubelet = cluster.world.contextOf("kubelet");
  const { text } = containerAccess.readLogs(kubelet, { namespace: "default", pod: "client" });
  return /ttl=(\d+)/.exec(text)?.[1];
}

test.each<{ name: string; version: EmulatedVersion; node: string; want: string }>([
  { name: "over the bridge of a node", version: "1.34", node: "node-1", want: "64" },
  { name: "through the router of a node", version: "1.23", node: "node-1", want: "63" },
  { name: "through the routers of two nodes", version: "1.34", node: "node-2", want: "62" },
  { name: "through them in any version", version: "1.23", node: "node-2", want: "62" },
])("a packet that goes $name has a time to live of $want", ({ version, node, want }) => {
  expect(timeToLive(version, node)).toBe(want);
});
