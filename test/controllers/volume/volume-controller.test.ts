import { describe, expect, test } from "vitest";
import type { PersistentVolumeClaimSpec, PersistentVolumeSpec } from "../../../src/api/generated/types.js";
import { ClusterWorld } from "../cluster-world.js";

function claim(cluster: ClusterWorld, spec: Partial<PersistentVolumeClaimSpec> = {}, name = "data") {
  return cluster.client.create("persistentvolumeclaims", {
    metadata: { name, namespace: "default" },
    spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } }, ...spec },
  });
}

function volume(cluster: ClusterWorld, name: string, storage: string, spec: Partial<PersistentVolumeSpec> = {}) {
  return cluster.client.create("persistentvolumes", {
    metadata: { name },
    spec: { accessModes: ["ReadWriteOnce"], capacity: { storage }, hostPath: { path: "/data" }, ...spec },
  });
}

const claimOf = (cluster: ClusterWorld) => cluster.client.get("persistentvolumeclaims", "default", "data");
const phaseOf = (cluster: ClusterWorld, name: string) =>
  cluster.client.get("persistentvolumes", "", name)?.status?.phase;

function userPod(cluster: ClusterWorld): void {
  cluster.runPod("user", { spec: { volumes: [{ name: "data", persistentVolumeClaim: { claimName: "data" } }] } });
}

describe("a claim", () => {
  test("gets a volume made for it", () => {
    const cluster = new ClusterWorld();
    const { metadata } = claim(cluster);
    expect(claimOf(cluster)?.status).toEqual({ phase: "Pending" });
    cluster.advance(5);
    const name = `pvc-${metadata.uid}`;
    expect(claimOf(cluster)).toMatchObject({
      metadata: { finalizers: ["kubernetes.io/pvc-protection"] },
      spec: { volumeName: name, storageClassName: "standard" },
      status: { phase: "Bound", capacity: { storage: "1Gi" }, accessModes: ["ReadWriteOnce"] },
    });
    expect(cluster.client.get("persistentvolumes", "", name)).toMatchObject({
      spec: { claimRef: { namespace: "default", name: "data", uid: metadata.uid }, storageClassName: "standard" },
      status: { phase: "Bound" },
    });
    expect(cluster.events("data").map((event) => event.split(":")[0])).toEqual([
      "Provisioning",
      "ExternalProvisioning",
      "ProvisioningSucceeded",
    ]);
  });

  test("without a class takes the smallest volume that is large enough", () => {
    const cluster = new ClusterWorld();
    volume(cluster, "small", "500Mi");
    volume(cluster, "large", "10Gi");
    volume(cluster, "fitting", "2Gi");
    cluster.advance(1);
    expect(phaseOf(cluster, "fitting")).toBe("Available");
    claim(cluster, { storageClassName: "" });
    cluster.advance(5);
    expect(claimOf(cluster)?.spec?.volumeName).toBe("fitting");
    expect([phaseOf(cluster, "small"), phaseOf(cluster, "fitting"), phaseOf(cluster, "large")]).toEqual([
      "Available",
      "Bound",
      "Available",
    ]);
  });

  test("without a class waits, and says so, until there is a volume", () => {
    const cluster = new ClusterWorld();
    claim(cluster, { storageClassName: "" });
    cluster.advance(5);
    expect(claimOf(cluster)?.status?.phase).toBe("Pending");
    expect(cluster.events("data")).toEqual([
      "FailedBinding: no persistent volumes available for this claim and no storage class is set",
    ]);
    volume(cluster, "late", "1Gi");
    cluster.advance(5);
    expect(claimOf(cluster)?.spec?.volumeName).toBe("late");
  });

  test("stays as long as a Pod uses it, and takes its volume along when it goes", () => {
    const cluster = new ClusterWorld();
    claim(cluster);
    userPod(cluster);
    cluster.advance(30);
    expect(cluster.pod("user")?.status?.phase).toBe("Running");
    cluster.client.delete("persistentvolumeclaims", "default", "data");
    cluster.advance(5);
    expect(claimOf(cluster)?.metadata.deletionTimestamp).toBeDefined();
    cluster.client.delete("pods", "default", "user");
    cluster.advance(60);
    expect(claimOf(cluster)).toBeUndefined();
    expect(cluster.client.list("persistentvolumes", "")).toEqual([]);
  });

  test("leaves a volume behind that is to be retained", () => {
    const cluster = new ClusterWorld();
    volume(cluster, "kept", "1Gi");
    claim(cluster, { storageClassName: "" });
    cluster.advance(5);
    cluster.client.delete("persistentvolumeclaims", "default", "data");
    cluster.advance(5);
    expect(phaseOf(cluster, "kept")).toBe("Released");
  });
});

describe("a Pod with a claim", () => {
  test("waits until the claim is bound", () => {
    const cluster = new ClusterWorld();
    claim(cluster, { storageClassName: "" });
    userPod(cluster);
    cluster.advance(5);
    expect(cluster.events("user")).toEqual([
      "FailedScheduling: 0/1 nodes are available: pod has unbound immediate PersistentVolumeClaims. not found",
    ]);
    volume(cluster, "late", "1Gi");
    cluster.advance(10);
    expect(cluster.pod("user")?.status?.phase).toBe("Running");
  });

  test("waits until the claim is there", () => {
    const cluster = new ClusterWorld();
    userPod(cluster);
    cluster.advance(5);
    expect(cluster.events("user")[0]).toContain('0/1 nodes are available: persistentvolumeclaim "data" not found.');
    claim(cluster);
    cluster.advance(15);
    expect(cluster.pod("user")?.status?.phase).toBe("Running");
  });
});
