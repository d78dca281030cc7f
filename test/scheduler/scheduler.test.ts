import { describe, expect, test } from "vitest";
import type { Container, Pod, PodSpec, Taint } from "../../src/api/generated/types.js";
import type { EmulatedVersion } from "../../src/api/versions/emulated-version.js";
import { unschedulableMessage } from "../../src/scheduler/unschedulable-message.js";
import { ClusterWorld } from "../controllers/cluster-world.js";

function asks(requests: { [resource: string]: string }): { container: Partial<Container> } {
  return { container: { resources: { requests } } };
}

function label(cluster: ClusterWorld, node: string, labels: { [key: string]: string }): void {
  cluster.client.modify("nodes", "", node, (current) => ({
    ...current,
    metadata: { ...current.metadata, labels: { ...current.metadata.labels, ...labels } },
  }));
}

function taint(cluster: ClusterWorld, node: string, taints: readonly Taint[]): void {
  cluster.client.modify("nodes", "", node, (current) => ({ ...current, spec: { ...current.spec, taints } }));
}

const nodeOf = (cluster: ClusterWorld, name: string) => cluster.pod(name)?.spec?.nodeName;
const failure = (cluster: ClusterWorld, name: string) =>
  cluster.events(name).find((event) => event.startsWith("FailedScheduling"));
const reasonOf = (cluster: ClusterWorld, name: string) =>
  /nodes are available: (.*?)\. (?:no new|preemption)/.exec(failure(cluster, name) ?? "")?.[1];
const condition = (pod: Pod | undefined) => pod?.status?.conditions?.find(({ type }) => type === "PodScheduled");

describe("a Pod", () => {
  test("goes to a node that has room, and says so", () => {
    const cluster = new ClusterWorld();
    cluster.runPod("one");
    cluster.advance(0.5);
    expect(nodeOf(cluster, "one")).toBe("node-1");
    expect(condition(cluster.pod("one"))?.status).toBe("True");
    expect(cluster.events("one")[0]).toBe("Scheduled: Successfully assigned default/one to node-1");
  });

  test("that no Pod is in the way of is not tried again when one leaves", () => {
    const cluster = new ClusterWorld();
    cluster.runPod("tenant");
    cluster.runPod("picky", { spec: { nodeSelector: { disk: "tape" } } });
    cluster.advance(5);
    cluster.client.delete("pods", "default", "tenant");
    cluster.advance(60);
    const [told] = cluster.client
      .list("events", "default")
      .filter(({ reason, involvedObject }) => reason === "FailedScheduling" && involvedObject.name === "picky");
    expect(told?.series).toBeUndefined();
    label(cluster, "node-1", { disk: "tape" });
    cluster.advance(5);
    expect(nodeOf(cluster, "picky")).toBe("node-1");
  });

  test("waits where it fits nowhere, until another one has ended", () => {
    const cluster = new ClusterWorld();
    const sleeper = { image: "busybox", command: ["sleep", "60"], resources: { requests: { cpu: "5" } } };
    cluster.runPod("first", { container: sleeper, spec: { restartPolicy: "Never" } });
    cluster.advance(5);
    cluster.runPod("second", asks({ cpu: "5" }));
    cluster.advance(30);
    expect(nodeOf(cluster, "second")).toBeUndefined();
    expect(condition(cluster.pod("second"))).toMatchObject({
      status: "False",
      reason: "Unschedulable",
      message:
        "0/1 nodes are available: 1 Insufficient cpu. no new claims to deallocate, preemption: 0/1 nodes are available: 1 No preemption victims found for incoming pod.",
    });
    cluster.advance(40);
    expect(nodeOf(cluster, "second")).toBe("node-1");
  });

  test.each<[EmulatedVersion, string]>([
    ["1.34", "preemption: 0/1 nodes are available: 1 Preemption is not helpful for scheduling."],
    ["1.33", "preemption: 0/1 nodes are available: 1 No preemption victims found for incoming pod."],
  ])("asks for more than any node has, in %s", (version, words) => {
    const cluster = new ClusterWorld({ version });
    cluster.runPod("giant", asks({ cpu: "500" }));
    cluster.advance(2);
    expect(condition(cluster.pod("giant"))?.message).toContain(`1 Insufficient cpu. `);
    expect(condition(cluster.pod("giant"))?.message).toContain(words);
  });

  test("counts what the Pod itself asks for, whatever its containers do", () => {
    const cluster = new ClusterWorld();
    cluster.runPod("whole", { spec: { resources: { requests: { cpu: "500" } } } });
    cluster.advance(2);
    expect(reasonOf(cluster, "whole")).toBe("1 Insufficient cpu");
    expect(cluster.pod("whole")?.status?.qosClass).toBe("Burstable");
  });

  test("says of nodes that its affinity does not name that a plugin has ruled them out", () => {
    const cluster = new ClusterWorld({ nodes: 2 });
    const named = { key: "metadata.name", operator: "In", values: ["node-2"] } as const;
    const terms = { nodeSelectorTerms: [{ matchFields: [named] }] };
    const affinity = { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: terms } };
    cluster.runPod("giant", { ...asks({ cpu: "500" }), spec: { affinity } });
    cluster.advance(2);
    expect(reasonOf(cluster, "giant")).toBe("1 Insufficient cpu, 1 node(s) didn't satisfy plugin(s) [NodeAffinity]");
  });

  test("takes the room in the order in which Pods were made", () => {
    const cluster = new ClusterWorld();
    const names = ["a", "b", "c", "d", "e", "f"];
    for (const name of names) cluster.runPod(name, asks({ cpu: "3" }));
    cluster.advance(2);
    expect(names.filter((name) => nodeOf(cluster, name) !== undefined)).toEqual(["a", "b"]);
  });

  test.each<[string, Partial<PodSpec>, string | undefined]>([
    ["a label that one node has", { nodeSelector: { disk: "ssd" } }, "node-2"],
    ["a label that no node has", { nodeSelector: { disk: "tape" } }, undefined],
    ["one of two values", affinityTo([{ key: "disk", operator: "In", values: ["ssd", "nvme"] }]), "node-2"],
    ["none of these values", affinityTo([{ key: "disk", operator: "NotIn", values: ["hdd"] }]), "node-2"],
    ["that a label is there", affinityTo([{ key: "disk", operator: "Exists" }]), "node-1 or node-2"],
    ["more than a number", affinityTo([{ key: "cores", operator: "Gt", values: ["8"] }]), "node-2"],
    ["less than a number", affinityTo([{ key: "cores", operator: "Lt", values: ["8"] }]), "node-1"],
  ])("that asks for %s gets it or waits", (_what, spec, node) => {
    const cluster = new ClusterWorld({ nodes: 2 });
    label(cluster, "node-1", { disk: "hdd", cores: "4" });
    label(cluster, "node-2", { disk: "ssd", cores: "16" });
    cluster.runPod("one", { spec });
    cluster.advance(1);
    if (node === undefined) {
      expect(nodeOf(cluster, "one")).toBeUndefined();
      expect(reasonOf(cluster, "one")).toBe("2 node(s) didn't match Pod's node affinity/selector");
    } else expect(node).toContain(nodeOf(cluster, "one"));
  });

  test("prefers a node by weight", () => {
    const cluster = new ClusterWorld({ nodes: 3 });
    label(cluster, "node-3", { disk: "ssd" });
    const preference = { matchExpressions: [{ key: "disk", operator: "In" as const, values: ["ssd"] }] };
    for (let number = 0; number < 4; number++) {
      const nodeAffinity = { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 10, preference }] };
      cluster.runPod(`pod-${number}`, { spec: { affinity: { nodeAffinity } } });
    }
    cluster.advance(1);
    expect(cluster.client.list("pods", "default").map(({ spec }) => spec?.nodeName)).toEqual(Array(4).fill("node-3"));
  });

  test.each<[string, PodSpec["tolerations"], string | undefined]>([
    ["that tolerates nothing", undefined, undefined],
    ["that tolerates the taint", [{ key: "night", operator: "Equal", value: "shift", effect: "NoSchedule" }], "node-1"],
    ["that tolerates its key", [{ key: "night", operator: "Exists" }], "node-1"],
    ["that tolerates everything", [{ operator: "Exists" }], "node-1"],
    ["that tolerates another value", [{ key: "night", operator: "Equal", value: "day" }], undefined],
    ["that tolerates another effect", [{ key: "night", operator: "Exists", effect: "NoExecute" }], undefined],
  ])("%s stays away from a tainted node or not", (_what, tolerations, node) => {
    const cluster = new ClusterWorld();
    taint(cluster, "node-1", [{ key: "night", value: "shift", effect: "NoSchedule" }]);
    cluster.runPod("one", { spec: tolerations === undefined ? {} : { tolerations } });
    cluster.advance(1);
    expect(nodeOf(cluster, "one")).toBe(node);
    if (node === undefined) expect(reasonOf(cluster, "one")).toBe("1 node(s) had untolerated taint(s)");
  });

  test("goes to a cordoned node when that is opened again", () => {
    const cluster = new ClusterWorld();
    const setUnschedulable = (unschedulable: boolean) =>
      cluster.client.modify("nodes", "", "node-1", (node) => ({ ...node, spec: { ...node.spec, unschedulable } }));
    setUnschedulable(true);
    cluster.runPod("one");
    cluster.advance(1);
    expect(reasonOf(cluster, "one")).toBe("1 node(s) were unschedulable");
    setUnschedulable(false);
    cluster.advance(3);
    expect(nodeOf(cluster, "one")).toBe("node-1");
  });

  test("spreads over nodes, and fills them up to the number of Pods that they take", () => {
    const cluster = new ClusterWorld({ nodes: 3 });
    for (let number = 0; number < 30; number++) cluster.runPod(`pod-${number}`);
    cluster.advance(5);
    const counts = new Map<string, number>();
    for (const { spec } of cluster.client.list("pods", "default")) {
      counts.set(spec?.nodeName ?? "", (counts.get(spec?.nodeName ?? "") ?? 0) + 1);
    }
    expect([...counts.keys()].toSorted()).toEqual(["node-1", "node-2", "node-3"]);
    expect(Math.min(...counts.values())).toBeGreaterThan(7);
  });

  test("has room for what the largest init container or all containers together ask for", () => {
    const cluster = new ClusterWorld();
    const init = { name: "init", image: "busybox", resources: { requests: { cpu: "7" } } };
    cluster.runPod("large", { ...asks({ cpu: "1" }), spec: { initContainers: [init] } });
    cluster.advance(1);
    cluster.runPod("small", asks({ cpu: "2" }));
    cluster.advance(1);
    expect(nodeOf(cluster, "large")).toBe("node-1");
    expect(reasonOf(cluster, "small")).toBe("1 Insufficient cpu");
  });

  test("that asks for a ResourceClaim waits for it", () => {
    const cluster = new ClusterWorld();
    cluster.runPod("claiming", { spec: { resourceClaims: [{ name: "gpu", resourceClaimName: "gpu" }] } });
    cluster.advance(5);
    expect(nodeOf(cluster, "claiming")).toBeUndefined();
  });

  test("of another scheduler, or with a gate, is left alone", () => {
    const cluster = new ClusterWorld();
    cluster.runPod("other", { spec: { schedulerName: "theirs" } });
    cluster.runPod("gated", { spec: { schedulingGates: [{ name: "example.com/wait" }] } });
    cluster.advance(5);
    expect([nodeOf(cluster, "other"), nodeOf(cluster, "gated")]).toEqual([undefined, undefined]);
    expect(cluster.pod("gated")?.status?.conditions).toEqual([
      {
        type: "PodScheduled",
        status: "False",
        lastProbeTime: null,
        lastTransitionTime: null,
        reason: "SchedulingGated",
        message: "Scheduling is blocked due to non-empty scheduling gates",
      },
    ]);
    cluster.client.modify("pods", "default", "gated", (pod) => {
      const { schedulingGates: _open, ...spec } = pod.spec ?? { containers: [] };
      return { ...pod, spec };
    });
    cluster.advance(5);
    expect(nodeOf(cluster, "gated")).toBe("node-1");
  });

  test("finds its place also after a restart of the program, which knows what is taken", () => {
    const cluster = new ClusterWorld();
    cluster.runPod("first", asks({ cpu: "5" }));
    cluster.advance(2);
    cluster.restart();
    cluster.runPod("second", asks({ cpu: "5" }));
    cluster.advance(2);
    expect(nodeOf(cluster, "second")).toBeUndefined();
  });
});

describe("Pods that mind their neighbours", () => {
  const labels = { app: "web" };
  const term = { labelSelector: { matchLabels: labels }, topologyKey: "kubernetes.io/hostname" };
  const apart = { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [term] } };
  const together = { podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [term] } };

  test("keep apart, one on each node", () => {
    const cluster = new ClusterWorld({ nodes: 2 });
    for (const name of ["a", "b", "c"]) cluster.runPod(name, { metadata: { labels }, spec: { affinity: apart } });
    cluster.advance(2);
    expect(new Set([nodeOf(cluster, "a"), nodeOf(cluster, "b")]).size).toBe(2);
    expect(reasonOf(cluster, "c")).toBe("2 node(s) didn't match pod anti-affinity rules");
  });

  test("keep others away that have no wishes of their own", () => {
    const cluster = new ClusterWorld();
    cluster.runPod("a", { metadata: { labels }, spec: { affinity: apart } });
    cluster.advance(1);
    cluster.runPod("b", { metadata: { labels } });
    cluster.advance(1);
    expect(reasonOf(cluster, "b")).toBe("1 node(s) didn't satisfy existing pods anti-affinity rules");
  });

  test("wait for company, and join it", () => {
    const cluster = new ClusterWorld({ nodes: 3 });
    cluster.runPod("wants", { spec: { affinity: together } });
    cluster.advance(5);
    cluster.runPod("other", {});
    cluster.advance(5);
    expect(nodeOf(cluster, "wants")).toBeUndefined();
    cluster.runPod("friend", { metadata: { labels } });
    cluster.advance(5);
    expect(nodeOf(cluster, "wants")).toBe(nodeOf(cluster, "friend"));
    const told = cluster.events("wants").filter((event) => event.startsWith("FailedScheduling"));
    expect(told).toHaveLength(1);
  });

  test("are told of anew where they have changed since, and then as a series that stays at two", () => {
    const cluster = new ClusterWorld();
    for (const name of ["a", "b", "c", "d"]) {
      cluster.runPod(name, { metadata: { labels }, spec: { affinity: apart } });
      cluster.advance(1);
    }
    const counts = () =>
      cluster.client
        .list("events", "default")
        .filter(({ reason, involvedObject }) => reason === "FailedScheduling" && involvedObject.name === "d")
        .map(({ series }) => series?.count);
    expect(counts()).toEqual([undefined]);
    label(cluster, "node-1", { round: "one" });
    cluster.advance(5);
    expect(counts()).toEqual([undefined, undefined]);
    label(cluster, "node-1", { round: "two" });
    cluster.advance(5);
    label(cluster, "node-1", { round: "three" });
    cluster.advance(5);
    expect(counts()).toEqual([undefined, 2]);
  });

  test("stay together, the first of them anywhere", () => {
    const cluster = new ClusterWorld({ nodes: 3 });
    for (const name of ["a", "b", "c"]) cluster.runPod(name, { metadata: { labels }, spec: { affinity: together } });
    cluster.advance(2);
    const nodes = ["a", "b", "c"].map((name) => nodeOf(cluster, name));
    expect(nodes[0]).toBeDefined();
    expect(new Set(nodes).size).toBe(1);
  });

  test("wait for company that is not there", () => {
    const cluster = new ClusterWorld();
    cluster.runPod("a", { spec: { affinity: together } });
    cluster.advance(1);
    expect(reasonOf(cluster, "a")).toBe("1 node(s) didn't match pod affinity rules");
  });

  test("are spread evenly where they have to be", () => {
    const cluster = new ClusterWorld({ nodes: 2 });
    const spread = {
      maxSkew: 1,
      topologyKey: "kubernetes.io/hostname",
      whenUnsatisfiable: "DoNotSchedule" as const,
      labelSelector: { matchLabels: labels },
    };
    for (let number = 0; number < 6; number++) {
      cluster.runPod(`pod-${number}`, { metadata: { labels }, spec: { topologySpreadConstraints: [spread] } });
    }
    cluster.advance(2);
    const nodes = cluster.client.list("pods", "default").map(({ spec }) => spec?.nodeName);
    expect(nodes.filter((node) => node === "node-1")).toHaveLength(3);
    expect(nodes.filter((node) => node === "node-2")).toHaveLength(3);
  });

  test("do not share a port of their node", () => {
    const cluster = new ClusterWorld();
    const container = { ports: [{ containerPort: 80, hostPort: 8080 }] };
    cluster.runPod("a", { container });
    cluster.advance(1);
    cluster.runPod("b", { container });
    cluster.advance(1);
    expect(reasonOf(cluster, "b")).toBe("1 node(s) didn't have free ports for the requested pod ports");
  });
});

describe("the message of a Pod that fits nowhere", () => {
  const misfits = [
    { reasons: ["Insufficient cpu", "Insufficient memory"], preemptable: true },
    { reasons: ["Insufficient cpu"], preemptable: true },
    { reasons: ["node(s) were unschedulable"], preemptable: false },
  ];

  test.each<[EmulatedVersion, string]>([
    ["1.23", "0/3 nodes are available: 1 Insufficient memory, 1 node(s) were unschedulable, 2 Insufficient cpu."],
    [
      "1.28",
      "0/3 nodes are available: 1 Insufficient memory, 1 node(s) were unschedulable, 2 Insufficient cpu. preemption: 0/3 nodes are available: 1 Preemption is not helpful for scheduling, 2 No preemption victims found for incoming pod.",
    ],
    [
      "1.36",
      "0/3 nodes are available: 1 Insufficient memory, 1 node(s) were unschedulable, 2 Insufficient cpu. no new claims to deallocate, preemption: 0/3 nodes are available: 1 Preemption is not helpful for scheduling, 2 No preemption victims found for incoming pod.",
    ],
  ])("counts reasons in %s", (version, message) => {
    expect(unschedulableMessage(3, misfits, version)).toBe(message);
  });

  test("without any node is short", () => {
    expect(unschedulableMessage(0, [], "1.36")).toBe("no nodes available to schedule pods");
  });
});

function affinityTo(
  matchExpressions: { key: string; operator: "In" | "NotIn" | "Exists" | "Gt" | "Lt"; values?: string[] }[],
): Partial<PodSpec> {
  const nodeSelectorTerms = [{ matchExpressions }];
  return { affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms } } } };
}
