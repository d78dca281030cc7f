import { describe, expect, test } from "vitest";
import { downSinceAnnotation } from "../../../src/api/core/node-down.js";
import type { Job, JobSpec, Taint } from "../../../src/api/generated/types.js";
import { formatTime } from "../../../src/api/meta/object.js";
import type { EmulatedVersion } from "../../../src/api/versions/emulated-version.js";
import { containerAccess } from "../../../src/cluster/kubelet-access.js";
import { ClusterWorld } from "../cluster-world.js";

function setDown(cluster: ClusterWorld, name: string, isDown: boolean): void {
  cluster.client.modify("nodes", "", name, (node) => {
    const annotations: { [key: string]: string } = {};
    if (isDown) annotations[downSinceAnnotation] = formatTime(cluster.world.nowMs);
    return { ...node, metadata: { ...node.metadata, annotations } };
  });
}

function readiness(cluster: ClusterWorld, name: string): string {
  const ready = cluster.client.get("nodes", "", name)?.status?.conditions?.find(({ type }) => type === "Ready");
  return `${ready?.status} ${ready?.reason}`;
}

const taintsOf = (cluster: ClusterWorld, name: string) =>
  (cluster.client.get("nodes", "", name)?.spec?.taints ?? []).map(({ key, effect }) => `${key}:${effect}`);

function taint(cluster: ClusterWorld, name: string, taints: readonly Taint[]): void {
  cluster.client.modify("nodes", "", name, (node) => ({ ...node, spec: { ...node.spec, taints } }));
}

function runJob(cluster: ClusterWorld, spec: Partial<JobSpec> = {}, seconds = 3600): void {
  const containers = [{ name: "main", image: "busybox", command: ["sleep", `${seconds}`] }];
  const template = { spec: { restartPolicy: "Never" as const, containers } };
  cluster.client.create("jobs", { metadata: { name: "work", namespace: "default" }, spec: { template, ...spec } });
}

const job = (cluster: ClusterWorld): Job | undefined => cluster.client.get("jobs", "default", "work");
const pods = (cluster: ClusterWorld) => cluster.client.list("pods", "default");
const disruptionOf = (cluster: ClusterWorld, name: string) =>
  cluster.pod(name)?.status?.conditions?.find(({ type }) => type === "DisruptionTarget")?.reason;

describe("a Pod that no node has taken", () => {
  test("is collected once it is being deleted, and replaced where only failed Pods are", () => {
    const cluster = new ClusterWorld();
    const spec = { restartPolicy: "Never" as const, nodeSelector: { disk: "tape" } };
    const template = { spec: { ...spec, containers: [{ name: "main", image: "busybox" }] } };
    runJob(cluster, { podReplacementPolicy: "Failed", template });
    cluster.advance(5);
    const [waiting] = pods(cluster);
    cluster.client.delete("pods", "default", waiting?.metadata.name ?? "");
    cluster.advance(3);
    expect(job(cluster)?.status).toMatchObject({ terminating: 1 });
    cluster.advance(60);
    expect(job(cluster)?.status).toMatchObject({ active: 1, failed: 1, terminating: 0 });
    expect(pods(cluster).map(({ metadata }) => metadata.name)).not.toContain(waiting?.metadata.name);
  });
});

describe("a node whose machine fails", () => {
  test.each<[EmulatedVersion, number, number]>([
    ["1.36", 39, 50],
    ["1.31", 29, 40],
  ])("of version %s is Unknown after its grace period, and then tainted", (version, still, then) => {
    const cluster = new ClusterWorld({ version });
    cluster.runPod("tenant");
    cluster.advance(10);
    setDown(cluster, "node-1", true);
    cluster.advance(still);
    expect(readiness(cluster, "node-1")).toBe("True KubeletReady");
    cluster.advance(then - still + 1);
    expect(readiness(cluster, "node-1")).toBe("Unknown NodeStatusUnknown");
    expect(taintsOf(cluster, "node-1")).toEqual([
      "node.kubernetes.io/unreachable:NoSchedule",
      "node.kubernetes.io/unreachable:NoExecute",
    ]);
    expect(cluster.events("node-1")).toEqual(["NodeNotReady: Node node-1 status is now: NodeNotReady"]);
    expect(cluster.events("tenant").at(-1)).toBe("NodeNotReady: Node is not ready");
    expect(cluster.pod("tenant")?.status?.phase).toBe("Running");
  });

  test("has its Pods marked for deletion five minutes later, and they stay as long as it is away", () => {
    const cluster = new ClusterWorld();
    cluster.runPod("tenant");
    cluster.advance(10);
    setDown(cluster, "node-1", true);
    cluster.advance(340);
    expect(cluster.pod("tenant")?.metadata.deletionTimestamp).toBeUndefined();
    cluster.advance(20);
    expect(cluster.pod("tenant")?.metadata.deletionTimestamp).toBeDefined();
    expect(disruptionOf(cluster, "tenant")).toBe("DeletionByTaintManager");
    expect(cluster.events("tenant")).toContain("TaintManagerEviction: Marking for deletion Pod default/tenant");
    cluster.advance(3600);
    expect(cluster.pod("tenant")?.status?.phase).toBe("Running");
    setDown(cluster, "node-1", false);
    cluster.advance(10);
    expect(cluster.pod("tenant")).toBeUndefined();
    expect(readiness(cluster, "node-1")).toBe("True KubeletReady");
    expect(taintsOf(cluster, "node-1")).toEqual([]);
  });

  test("that comes back in time keeps its Pods: what ran is lost, and runs again where it may", () => {
    const cluster = new ClusterWorld();
    const sleeper = { image: "busybox", command: ["sleep", "600"] };
    cluster.runPod("again", { container: sleeper });
    cluster.runPod("once", { container: sleeper, spec: { restartPolicy: "Never" } });
    cluster.advance(10);
    setDown(cluster, "node-1", true);
    cluster.advance(100);
    expect(cluster.pod("once")?.status?.phase).toBe("Running");
    setDown(cluster, "node-1", false);
    cluster.advance(20);
    expect(cluster.pod("once")?.status?.phase).toBe("Failed");
    expect(cluster.pod("once")?.status?.containerStatuses?.[0]?.state?.terminated).toMatchObject({
      exitCode: 255,
      reason: "Unknown",
    });
    expect(cluster.pod("again")?.status?.phase).toBe("Running");
    expect(cluster.pod("again")?.status?.containerStatuses?.[0]?.restartCount).toBe(1);
    expect(cluster.events("again")).toContain("TaintManagerEviction: Cancelling deletion of Pod default/again");
    expect(cluster.events("again")).toContain("SandboxChanged: Pod sandbox changed, it will be killed and re-created.");
  });

  test("keeps no state but that of the store: a program that takes over goes on", () => {
    const cluster = new ClusterWorld();
    cluster.runPod("tenant");
    cluster.advance(10);
    setDown(cluster, "node-1", true);
    cluster.advance(20);
    cluster.restart();
    cluster.advance(200);
    cluster.restart();
    expect(readiness(cluster, "node-1")).toBe("Unknown NodeStatusUnknown");
    cluster.advance(140);
    expect(disruptionOf(cluster, "tenant")).toBe("DeletionByTaintManager");
  });
});

test("nobody answers for the containers of a node that is gone", () => {
  const cluster = new ClusterWorld();
  cluster.runPod("tenant");
  cluster.advance(10);
  setDown(cluster, "node-1", true);
  const context = cluster.world.contextOf("kubelet");
  const asked = { namespace: "default", pod: "tenant" };
  expect(() => containerAccess.readLogs(context, asked)).toThrow(
    'Get "https://172.18.0.2:10250/containerLogs/default/tenant/main": dial tcp 172.18.0.2:10250: connect: no route to host',
  );
  expect(() => containerAccess.startExec(context, { ...asked, command: ["sh"], stdin: false, tty: false })).toThrow(
    "error dialing backend: dial tcp 172.18.0.2:10250: connect: no route to host",
  );
});

describe("a Job whose node fails", () => {
  test("replaces the Pod once it is marked for deletion, and counts it as failed", () => {
    const cluster = new ClusterWorld({ nodes: 2 });
    runJob(cluster);
    cluster.advance(10);
    const node = pods(cluster)[0]?.spec?.nodeName ?? "";
    setDown(cluster, node, true);
    cluster.advance(340);
    expect(pods(cluster)).toHaveLength(1);
    cluster.advance(60);
    expect(pods(cluster)).toHaveLength(2);
    expect(job(cluster)?.status).toMatchObject({ active: 1, failed: 1, terminating: 1 });
    expect(pods(cluster).filter(({ spec }) => spec?.nodeName !== node)).toHaveLength(1);
  });

  test("waits for the Pod's end where replacements are for failed Pods alone", () => {
    const cluster = new ClusterWorld({ nodes: 2 });
    runJob(cluster, { podReplacementPolicy: "Failed" });
    cluster.advance(10);
    const node = pods(cluster)[0]?.spec?.nodeName ?? "";
    setDown(cluster, node, true);
    cluster.advance(420);
    expect(pods(cluster)).toHaveLength(1);
    expect(job(cluster)?.status).toMatchObject({ terminating: 1 });
    setDown(cluster, node, false);
    cluster.advance(60);
    expect(job(cluster)?.status).toMatchObject({ active: 1, failed: 1 });
  });

  test("does not count it where its policy ignores disruptions", () => {
    const cluster = new ClusterWorld({ nodes: 2 });
    const rules = [{ action: "Ignore" as const, onPodConditions: [{ type: "DisruptionTarget", status: "True" }] }];
    runJob(cluster, { backoffLimit: 0, podFailurePolicy: { rules } });
    cluster.advance(10);
    const node = pods(cluster)[0]?.spec?.nodeName ?? "";
    setDown(cluster, node, true);
    cluster.advance(420);
    setDown(cluster, node, false);
    cluster.advance(60);
    expect(job(cluster)?.status?.failed ?? 0).toBe(0);
    expect(job(cluster)?.status?.active).toBe(1);
  });
});

describe("a taint NoExecute", () => {
  const gone: Taint = { key: "upkeep", value: "now", effect: "NoExecute" };

  test("drives away at once who does not tolerate it, later who does for a while, never who does for good", () => {
    const cluster = new ClusterWorld();
    const toleration = { key: "upkeep", operator: "Exists" as const, effect: "NoExecute" as const };
    cluster.runPod("intolerant");
    cluster.runPod("patient", { spec: { tolerations: [{ ...toleration, tolerationSeconds: 60 }] } });
    cluster.runPod("tolerant", { spec: { tolerations: [toleration] } });
    cluster.advance(10);
    taint(cluster, "node-1", [gone]);
    cluster.advance(5);
    expect(cluster.podNames()).toEqual(["patient", "tolerant"]);
    cluster.advance(60);
    expect(cluster.podNames()).toEqual(["tolerant"]);
  });

  test("that goes again in time lets them stay", () => {
    const cluster = new ClusterWorld();
    const toleration = {
      key: "upkeep",
      operator: "Exists" as const,
      effect: "NoExecute" as const,
      tolerationSeconds: 60,
    };
    cluster.runPod("patient", { spec: { tolerations: [toleration] } });
    cluster.advance(10);
    taint(cluster, "node-1", [gone]);
    cluster.advance(30);
    taint(cluster, "node-1", []);
    cluster.advance(120);
    expect(cluster.podNames()).toEqual(["patient"]);
    expect(cluster.events("patient").at(-1)).toBe("TaintManagerEviction: Cancelling deletion of Pod default/patient");
  });
});

describe("Pods that no kubelet will remove", () => {
  test("go a while after their node was deleted, as failed by PodGC", () => {
    const cluster = new ClusterWorld({ nodes: 2 });
    runJob(cluster, { parallelism: 1, completions: 1 });
    cluster.advance(10);
    const [pod] = pods(cluster);
    cluster.client.delete("nodes", "", pod?.spec?.nodeName ?? "");
    cluster.advance(40);
    expect(cluster.podNames()).toContain(pod?.metadata.name);
    cluster.advance(60);
    expect(cluster.podNames()).not.toContain(pod?.metadata.name);
    expect(job(cluster)?.status).toMatchObject({ active: 1, failed: 1 });
  });

  test("never run on a node that never was, and go like those of a node that is gone", () => {
    const cluster = new ClusterWorld();
    runJob(cluster, {
      backoffLimit: 0,
      template: {
        spec: { restartPolicy: "Never", nodeName: "nowhere", containers: [{ name: "main", image: "pause" }] },
      },
    });
    cluster.advance(30);
    expect(pods(cluster).map(({ status }) => [status?.phase, status?.conditions])).toEqual([["Pending", undefined]]);
    const name = pods(cluster)[0]?.metadata.name ?? "";
    const asked = { namespace: "default", pod: name };
    expect(() => containerAccess.readLogs(cluster.world.contextOf("kubelet"), asked)).toThrow(
      'nodes "nowhere" not found',
    );
    cluster.advance(60);
    expect(pods(cluster)).toEqual([]);
    expect(job(cluster)?.status).toMatchObject({ failed: 1, conditions: [{}, { reason: "BackoffLimitExceeded" }] });
  });

  test("run once their node is there", () => {
    const cluster = new ClusterWorld();
    cluster.runPod("early", { spec: { nodeName: "late" } });
    cluster.advance(10);
    cluster.client.create("nodes", {
      metadata: { name: "late" },
      spec: { podCIDR: "10.244.9.0/24" },
      status: { addresses: [{ type: "InternalIP", address: "172.18.0.9" }], allocatable: { pods: "110" } },
    });
    cluster.advance(10);
    expect(cluster.pod("early")?.status?.phase).toBe("Running");
    cluster.advance(200);
    expect(cluster.podNames()).toEqual(["early"]);
  });

  test("go from a node that is out of service, once they are to be deleted", () => {
    const cluster = new ClusterWorld();
    cluster.runPod("tenant");
    cluster.advance(10);
    setDown(cluster, "node-1", true);
    cluster.advance(60);
    const taints = cluster.client.get("nodes", "", "node-1")?.spec?.taints ?? [];
    taint(cluster, "node-1", [
      ...taints,
      { key: "node.kubernetes.io/out-of-service", value: "nodeshutdown", effect: "NoExecute" },
    ]);
    cluster.advance(30);
    expect(cluster.podNames()).toEqual([]);
  });
});
