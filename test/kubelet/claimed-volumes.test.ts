import { beforeEach, describe, expect, test } from "vitest";
import type { Volume } from "../../src/api/generated/types.js";
import { containerAccess } from "../../src/cluster/kubelet-access.js";
import { ClusterWorld } from "../controllers/cluster-world.js";

const claim: Volume = { name: "data", persistentVolumeClaim: { claimName: "data" } };

describe("what a claim brings", () => {
  let cluster: ClusterWorld;
  beforeEach(() => {
    cluster = new ClusterWorld();
  });

  function createClaim(spec: object = {}): void {
    cluster.client.create("persistentvolumeclaims", {
      metadata: { name: "data", namespace: "default" },
      spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } }, ...spec },
    });
  }

  /** What a script prints with the volume at /data; its Pod is gone afterwards. */
  function run(script: string, volume: Volume = claim): string {
    cluster.runPod("script", {
      container: {
        image: "busybox",
        command: ["sh", "-c", script],
        volumeMounts: [{ name: "data", mountPath: "/data" }],
      },
      spec: { restartPolicy: "Never", volumes: [volume] },
    });
    cluster.advance(20);
    const kubelet = cluster.world.contextOf("kubelet");
    const { text } = containerAccess.readLogs(kubelet, { namespace: "default", pod: "script" });
    cluster.client.delete("pods", "default", "script");
    cluster.advance(40);
    return text;
  }

  test("outlives its Pods, and a restart", () => {
    createClaim();
    run("echo kept > /data/file");
    cluster.restart();
    expect(run("cat /data/file")).toBe("kept\n");
  });

  test("is empty for a claim of the same name that comes later", () => {
    createClaim();
    run("echo kept > /data/file");
    cluster.client.delete("persistentvolumeclaims", "default", "data");
    cluster.advance(10);
    expect(cluster.client.list("persistentvolumes", "")).toEqual([]);
    createClaim();
    expect(run("ls /data | wc -l")).toBe("0\n");
  });

  test("is the folder of the node where the volume is one", () => {
    cluster.client.create("persistentvolumes", {
      metadata: { name: "folder" },
      spec: {
        accessModes: ["ReadWriteOnce"],
        capacity: { storage: "1Gi" },
        hostPath: { path: "/srv/data" },
        storageClassName: "manual",
      },
    });
    createClaim({ storageClassName: "manual" });
    run("echo mine > /data/file");
    expect(run("cat /data/file", { name: "data", hostPath: { path: "/srv/data" } })).toBe("mine\n");
  });
});

test("a Service whose name leaves no room for a suffix resolves too", () => {
  const cluster = new ClusterWorld();
  const name = "s".repeat(62);
  cluster.client.create("services", {
    metadata: { name, namespace: "default" },
    spec: { clusterIP: "None", selector: { app: "server" }, ports: [{ port: 80 }] },
  });
  cluster.runPod("server", { metadata: { labels: { app: "server" } } });
  cluster.advance(20);
  expect(cluster.client.byIndex("endpointslices", "service-slices", `default/${name}`)).toHaveLength(1);
  cluster.runPod("client", {
    container: { image: "busybox", command: ["nslookup", `${name}.default.svc.cluster.local`] },
    spec: { restartPolicy: "Never" },
  });
  cluster.advance(20);
  const kubelet = cluster.world.contextOf("kubelet");
  const { text } = containerAccess.readLogs(kubelet, { namespace: "default", pod: "client" });
  expect(text).toContain(cluster.pod("server")?.status?.podIP);
});
