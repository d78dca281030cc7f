import { describe, expect, test } from "vitest";
import type { PodSpec } from "../../src/api/generated/types.js";
import { ClusterWorld } from "../controllers/cluster-world.js";

const critical = { priorityClassName: "system-cluster-critical" };

function asks(cpu: string, more: Partial<PodSpec> = {}) {
  return { container: { resources: { requests: { cpu } } }, spec: { terminationGracePeriodSeconds: 1, ...more } };
}

describe("a Pod that is more important than others", () => {
  test("pushes away as few as it has to, and takes their place", () => {
    const cluster = new ClusterWorld();
    cluster.runPod("large", asks("5"));
    cluster.advance(3);
    cluster.runPod("small", asks("2"));
    cluster.advance(3);
    cluster.runPod("vip", asks("4", critical));
    cluster.advance(0.2);
    expect(cluster.pod("large")?.status?.conditions?.find(({ type }) => type === "DisruptionTarget")).toMatchObject({
      status: "True",
      reason: "PreemptionByScheduler",
      message: "default-scheduler: preempting to accommodate a higher priority pod",
    });
    expect(cluster.pod("vip")?.status?.nominatedNodeName).toBe("node-1");
    cluster.advance(10);
    expect(cluster.podNames()).toEqual(["small", "vip"]);
    expect(cluster.pod("vip")?.spec?.nodeName).toBe("node-1");
    expect(cluster.pod("vip")?.status?.nominatedNodeName).toBeUndefined();
    expect(cluster.events("large").at(-2)).toMatch(/^Preempted: Preempted by pod [-0-9a-f]+ on node node-1$/);
    expect(cluster.events("vip")[0]).toBe("FailedScheduling: 0/1 nodes are available: 1 Insufficient cpu.");
  });

  test("keeps the room that it has made from those that come between", () => {
    const cluster = new ClusterWorld();
    cluster.runPod("large", asks("7"));
    cluster.advance(3);
    cluster.runPod("vip", asks("4", critical));
    cluster.advance(1);
    cluster.runPod("late", asks("5"));
    cluster.advance(10);
    expect(cluster.pod("vip")?.spec?.nodeName).toBe("node-1");
    expect(cluster.pod("late")?.spec?.nodeName).toBeUndefined();
  });

  test("pushes nobody away where that would not help, nor those as important as itself", () => {
    const cluster = new ClusterWorld();
    cluster.runPod("equal", asks("7", critical));
    cluster.runPod("picky", asks("1", { ...critical, nodeSelector: { disk: "tape" } }));
    cluster.advance(3);
    cluster.runPod("vip", asks("4", critical));
    cluster.advance(10);
    expect(cluster.podNames()).toEqual(["equal", "picky", "vip"]);
    expect(cluster.events("vip")[0]).toContain("preemption: 0/1 nodes are available: 1 No preemption victims found");
  });

  test("of two nodes takes the one whose victims are fewer", () => {
    const cluster = new ClusterWorld({ nodes: 2 });
    const on = (node: string) => ({ nodeSelector: { "kubernetes.io/hostname": node } });
    cluster.runPod("one", asks("4", on("node-1")));
    cluster.runPod("two", asks("4", on("node-1")));
    cluster.runPod("alone", asks("8", on("node-2")));
    cluster.advance(3);
    cluster.runPod("vip", asks("8", critical));
    cluster.advance(10);
    expect(cluster.podNames()).toEqual(["one", "two", "vip"]);
  });

  test("of a Job: what is preempted is no failure where the policy says so", () => {
    const cluster = new ClusterWorld();
    const containers = [
      { name: "main", image: "busybox", command: ["sleep", "600"], resources: { requests: { cpu: "5" } } },
    ];
    const rules = [{ action: "Ignore" as const, onPodConditions: [{ type: "DisruptionTarget", status: "True" }] }];
    cluster.client.create("jobs", {
      metadata: { name: "work", namespace: "default" },
      spec: {
        backoffLimit: 0,
        podFailurePolicy: { rules },
        template: { spec: { restartPolicy: "Never", containers, terminationGracePeriodSeconds: 1 } },
      },
    });
    cluster.advance(5);
    cluster.runPod("vip", asks("4", critical));
    cluster.advance(30);
    const status = cluster.client.get("jobs", "default", "work")?.status;
    expect(status).toMatchObject({ active: 1 });
    expect(status).not.toHaveProperty("failed");
    cluster.client.delete("pods", "default", "vip");
    cluster.advance(10);
    expect(cluster.client.get("jobs", "default", "work")?.status).toMatchObject({ active: 1, ready: 1 });
  });
});

describe("the priority of a Pod", () => {
  const refused = (spec: Partial<PodSpec>) => () => new ClusterWorld().runPod("pod", { spec });
  test("is that of its class", () => {
    expect(new ClusterWorld().runPod("pod", { spec: critical }).spec?.priority).toBe(2_000_000_000);
    expect(new ClusterWorld().runPod("pod").spec).toMatchObject({
      priority: 0,
      preemptionPolicy: "PreemptLowerPriority",
    });
  });
  test.each<[string, Partial<PodSpec>, string]>([
    [
      "needs a class that there is",
      { priorityClassName: "high" },
      'pods "pod" is forbidden: no PriorityClass with name high was found',
    ],
    [
      "is no number of one's own",
      { priority: 7 },
      'pods "pod" is forbidden: the integer value of priority (7) must not be provided in pod spec; priority admission controller computed 0 from the given PriorityClass name',
    ],
    [
      "comes with its policy",
      { preemptionPolicy: "Never" },
      'pods "pod" is forbidden: the string value of PreemptionPolicy (Never) must not be provided in pod spec; priority admission controller computed PreemptLowerPriority from the given PriorityClass name',
    ],
  ])("%s", (_name, spec, message) => expect(refused(spec)).toThrow(message));
});
