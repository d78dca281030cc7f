import { describe, expect, test } from "vitest";
import type { StatefulSetSpec } from "../../../src/api/generated/types.js";
import type { EmulatedVersion } from "../../../src/api/versions/emulated-version.js";
import { resolveName } from "../../../src/kubelet/dns.js";
import { ClusterWorld } from "../cluster-world.js";

const labels = { app: "db" };

function template(image = "pause") {
  return { metadata: { labels }, spec: { containers: [{ name: "main", image }] } };
}

function createSet(cluster: ClusterWorld, spec: Partial<StatefulSetSpec> = {}) {
  return cluster.client.create("statefulsets", {
    metadata: { name: "db", namespace: "default" },
    spec: { serviceName: "db", replicas: 3, selector: { matchLabels: labels }, template: template(), ...spec },
  });
}

const setOf = (cluster: ClusterWorld) => cluster.client.get("statefulsets", "default", "db");

function change(cluster: ClusterWorld, spec: Partial<StatefulSetSpec>): void {
  cluster.client.modify("statefulsets", "default", "db", (set) => {
    if (set.spec === undefined) throw new Error("a set has a spec");
    return { ...set, spec: { ...set.spec, ...spec } };
  });
}

/** Names of Pods in the order in which they were created or deleted. */
function eventsOf(cluster: ClusterWorld, reason: string): string[] {
  return cluster
    .events("db")
    .filter((event) => event.startsWith(`${reason}: `))
    .map((event) => /Pod (\S+) in/.exec(event)?.[1] ?? event);
}

describe("a StatefulSet", () => {
  test("starts its Pods one after the other, each when the one before is ready", () => {
    const cluster = new ClusterWorld();
    createSet(cluster);
    let most = 0;
    for (let step = 0; step < 600; step++) {
      cluster.advance(0.1);
      const waiting = cluster.client
        .list("pods", "default")
        .filter(({ status }) => !status?.conditions?.some(({ type, status: is }) => type === "Ready" && is === "True"));
      most = Math.max(most, waiting.length);
    }
    expect(most).toBe(1);
    expect(cluster.podNames()).toEqual(["db-0", "db-1", "db-2"]);
    expect(cluster.events("db")).toEqual([
      "SuccessfulCreate: Create Pod db-0 in StatefulSet db successful",
      "SuccessfulCreate: Create Pod db-1 in StatefulSet db successful",
      "SuccessfulCreate: Create Pod db-2 in StatefulSet db successful",
    ]);
    const { currentRevision, ...status } = setOf(cluster)?.status ?? { replicas: 0 };
    expect(status).toEqual({
      observedGeneration: 1,
      replicas: 3,
      readyReplicas: 3,
      availableReplicas: 3,
      currentReplicas: 3,
      updatedReplicas: 3,
      updateRevision: currentRevision,
      collisionCount: 0,
    });
  });

  test("gives its Pods names, labels, host names and owners", () => {
    const cluster = new ClusterWorld();
    createSet(cluster, { replicas: 1 });
    cluster.advance(20);
    const pod = cluster.pod("db-0");
    const [revision] = cluster.client.list("controllerrevisions", "default");
    expect(revision?.metadata.name).toMatch(/^db-[a-z0-9]{8,10}$/);
    expect(pod?.metadata.labels).toEqual({
      app: "db",
      "apps.kubernetes.io/pod-index": "0",
      "controller-revision-hash": revision?.metadata.name,
      "statefulset.kubernetes.io/pod-name": "db-0",
    });
    expect(pod?.metadata.ownerReferences).toMatchObject([{ kind: "StatefulSet", name: "db", controller: true }]);
    expect(pod?.spec).toMatchObject({ hostname: "db-0", subdomain: "db" });
    expect(revision).toMatchObject({
      revision: 1,
      data: { spec: { template: { spec: { containers: [{ image: "pause" }] }, $patch: "replace" } } },
    });
  });

  test.each<[EmulatedVersion, boolean]>([
    ["1.27", false],
    ["1.28", true],
  ])("labels its Pods with their number in 1.28 and later: in %s, %s", (version, labelled) => {
    const cluster = new ClusterWorld({ version });
    createSet(cluster, { replicas: 1 });
    cluster.advance(1);
    expect("apps.kubernetes.io/pod-index" in (cluster.pod("db-0")?.metadata.labels ?? {})).toBe(labelled);
  });

  test("starts all Pods at once where its policy is Parallel", () => {
    const cluster = new ClusterWorld();
    createSet(cluster, { podManagementPolicy: "Parallel" });
    cluster.advance(0.1);
    expect(cluster.podNames()).toEqual(["db-0", "db-1", "db-2"]);
  });

  test("replaces a Pod that is deleted, under the same name", () => {
    const cluster = new ClusterWorld();
    createSet(cluster);
    cluster.advance(30);
    const before = cluster.pod("db-1")?.metadata.uid;
    cluster.client.delete("pods", "default", "db-1");
    cluster.advance(40);
    expect(cluster.podNames()).toEqual(["db-0", "db-1", "db-2"]);
    expect(cluster.pod("db-1")?.metadata.uid).not.toBe(before);
  });

  test("scales down from the highest number, one Pod at a time", () => {
    const cluster = new ClusterWorld();
    createSet(cluster, { replicas: 4 });
    cluster.advance(60);
    change(cluster, { replicas: 1 });
    cluster.advance(0.1);
    expect(cluster.client.list("pods", "default").filter((pod) => pod.metadata.deletionTimestamp)).toHaveLength(1);
    cluster.advance(200);
    expect(cluster.podNames()).toEqual(["db-0"]);
    expect(eventsOf(cluster, "SuccessfulDelete")).toEqual(["db-3", "db-2", "db-1"]);
    expect(setOf(cluster)?.status).toMatchObject({ replicas: 1, observedGeneration: 2 });
  });

  test("rolls a new template out from the highest number", () => {
    const cluster = new ClusterWorld();
    createSet(cluster);
    cluster.advance(60);
    const first = setOf(cluster)?.status?.currentRevision;
    change(cluster, { template: template("nginx") });
    cluster.advance(1);
    expect(setOf(cluster)?.status?.currentRevision).toBe(first);
    expect(setOf(cluster)?.status?.updateRevision).not.toBe(first);
    cluster.advance(300);
    expect(eventsOf(cluster, "SuccessfulDelete")).toEqual(["db-2", "db-1", "db-0"]);
    const images = cluster.client.list("pods", "default").map(({ spec }) => spec?.containers[0]?.image);
    expect(images).toEqual(["nginx", "nginx", "nginx"]);
    const { currentRevision, updateRevision } = setOf(cluster)?.status ?? {};
    expect(currentRevision).toBe(updateRevision);
    expect(currentRevision).not.toBe(first);
  });

  test("keeps Pods below the partition as they are, also when they are replaced", () => {
    const cluster = new ClusterWorld();
    createSet(cluster, { updateStrategy: { type: "RollingUpdate", rollingUpdate: { partition: 2 } } });
    cluster.advance(60);
    change(cluster, { template: template("nginx") });
    cluster.advance(60);
    cluster.client.delete("pods", "default", "db-0");
    cluster.advance(60);
    const images = cluster.client.list("pods", "default").map(({ spec }) => spec?.containers[0]?.image);
    expect(images).toEqual(["pause", "pause", "nginx"]);
  });

  test("goes back to an old revision by giving it a new number", () => {
    const cluster = new ClusterWorld();
    createSet(cluster, { replicas: 1 });
    cluster.advance(30);
    change(cluster, { template: template("nginx") });
    cluster.advance(60);
    change(cluster, { template: template() });
    cluster.advance(60);
    const revisions = cluster.client.list("controllerrevisions", "default").map(({ revision }) => revision);
    expect(revisions.toSorted()).toEqual([2, 3]);
    expect(cluster.pod("db-0")?.spec?.containers[0]?.image).toBe("pause");
  });

  test("takes Pods with it when it is deleted", () => {
    const cluster = new ClusterWorld();
    createSet(cluster);
    cluster.advance(60);
    cluster.client.delete("statefulsets", "default", "db");
    cluster.advance(60);
    expect(cluster.podNames()).toEqual([]);
    expect(cluster.client.list("controllerrevisions", "default")).toEqual([]);
  });

  test("adopts Pods that it left behind", () => {
    const cluster = new ClusterWorld();
    createSet(cluster);
    cluster.advance(60);
    cluster.client.delete("statefulsets", "default", "db", { propagationPolicy: "Orphan" });
    cluster.advance(5);
    const before = cluster.client.list("pods", "default").map(({ metadata }) => metadata.uid);
    expect(before).toHaveLength(3);
    createSet(cluster);
    cluster.advance(60);
    const after = cluster.client.list("pods", "default").map(({ metadata }) => metadata.uid);
    expect(cluster.pod("db-0")?.metadata.ownerReferences).toMatchObject([{ uid: setOf(cluster)?.metadata.uid }]);
    expect(after).toEqual(before);
  });

  test("is found by name through its headless Service", () => {
    const cluster = new ClusterWorld();
    cluster.client.create("services", {
      metadata: { name: "db", namespace: "default" },
      spec: { clusterIP: "None", selector: labels, ports: [{ port: 27017 }] },
    });
    createSet(cluster, { podManagementPolicy: "Parallel" });
    cluster.advance(30);
    const asker = { namespace: "default" };
    expect(resolveName(cluster.client, asker, "db-1.db")).toEqual([cluster.pod("db-1")?.status?.podIP]);
    expect(resolveName(cluster.client, asker, "db")).toHaveLength(3);
  });

  test("counts a Pod as available when it has been ready for minReadySeconds", () => {
    const cluster = new ClusterWorld();
    createSet(cluster, { replicas: 2, minReadySeconds: 20 });
    cluster.advance(15);
    expect(cluster.podNames()).toEqual(["db-0"]);
    expect(setOf(cluster)?.status).toMatchObject({ readyReplicas: 1, availableReplicas: 0 });
    cluster.advance(60);
    expect(setOf(cluster)?.status).toMatchObject({ readyReplicas: 2, availableReplicas: 2 });
  });

  test("is refused where its selector does not match its template", () => {
    const cluster = new ClusterWorld();
    expect(() => createSet(cluster, { selector: { matchLabels: { app: "else" } } })).toThrow(
      "`selector` does not match template `labels`",
    );
  });
});

describe("the claims of a StatefulSet", () => {
  const volumeClaimTemplates = [
    {
      metadata: { name: "data" },
      spec: { accessModes: ["ReadWriteOnce"] as const, resources: { requests: { storage: "1Gi" } } },
    },
  ];

  test("are made before their Pods, and outlive them", () => {
    const cluster = new ClusterWorld();
    createSet(cluster, { replicas: 2, volumeClaimTemplates });
    cluster.advance(60);
    const claims = () => cluster.client.list("persistentvolumeclaims", "default");
    expect(claims().map(({ metadata }) => [metadata.name, metadata.labels])).toEqual([
      ["data-db-0", labels],
      ["data-db-1", labels],
    ]);
    expect(cluster.pod("db-0")?.spec?.volumes?.[0]).toEqual({
      name: "data",
      persistentVolumeClaim: { claimName: "data-db-0" },
    });
    expect(cluster.events("db").slice(0, 2)).toEqual([
      "SuccessfulCreate: Create Claim data-db-0 Pod db-0 in StatefulSet db success",
      "SuccessfulCreate: Create Pod db-0 in StatefulSet db successful",
    ]);
    change(cluster, { replicas: 0 });
    cluster.advance(120);
    expect(claims()).toHaveLength(2);
  });

  test("go with the Pod, or with the set, where the retention policy says so", () => {
    const cluster = new ClusterWorld();
    const persistentVolumeClaimRetentionPolicy = { whenScaled: "Delete", whenDeleted: "Delete" };
    createSet(cluster, { replicas: 2, volumeClaimTemplates, persistentVolumeClaimRetentionPolicy });
    cluster.advance(60);
    const names = () => cluster.client.list("persistentvolumeclaims", "default").map(({ metadata }) => metadata.name);
    change(cluster, { replicas: 1 });
    cluster.advance(120);
    expect(names()).toEqual(["data-db-0"]);
    cluster.client.delete("statefulsets", "default", "db");
    cluster.advance(120);
    expect(names()).toEqual([]);
  });
});
