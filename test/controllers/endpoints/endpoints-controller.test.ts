import { describe, expect, test } from "vitest";
import type { EndpointSlice, ServiceSpec } from "../../../src/api/generated/types.js";
import { resolveName, resolveServiceRecords } from "../../../src/kubelet/dns.js";
import { ClusterWorld } from "../cluster-world.js";

const ports = [{ name: "http", port: 80, targetPort: 8080 }];

function createService(cluster: ClusterWorld, spec: Partial<ServiceSpec> = {}, name = "web") {
  return cluster.client.create("services", {
    metadata: { name, namespace: "default", labels: { tier: "front" } },
    spec: { selector: { app: "web" }, ports, ...spec },
  });
}

function webPod(cluster: ClusterWorld, name: string, spec: Parameters<ClusterWorld["runPod"]>[1] = {}) {
  return cluster.runPod(name, { ...spec, metadata: { labels: { app: "web" } } });
}

function slices(cluster: ClusterWorld, name = "web"): readonly EndpointSlice[] {
  return cluster.client
    .list("endpointslices", "default")
    .filter(({ metadata }) => metadata.labels?.["kubernetes.io/service-name"] === name);
}

const addressesOf = (cluster: ClusterWorld) =>
  slices(cluster).flatMap(({ endpoints = [] }) =>
    endpoints.map(({ targetRef, conditions }) => `${targetRef?.name} ${conditions?.ready}`),
  );

describe("the endpoints of a Service", () => {
  test("are the Pods that its selector selects, with their ports and their node", () => {
    const cluster = new ClusterWorld();
    createService(cluster);
    webPod(cluster, "web-1");
    cluster.runPod("other");
    cluster.advance(30);
    const pod = cluster.pod("web-1");
    const [slice, ...others] = slices(cluster);
    expect(others).toEqual([]);
    expect(slice?.metadata.name).toMatch(/^web-[a-z0-9]{5}$/);
    expect(slice?.metadata.labels).toEqual({
      tier: "front",
      "endpointslice.kubernetes.io/managed-by": "endpointslice-controller.k8s.io",
      "kubernetes.io/service-name": "web",
    });
    expect(slice?.metadata.ownerReferences).toMatchObject([{ kind: "Service", name: "web", controller: true }]);
    expect(slice).toMatchObject({ addressType: "IPv4", ports: [{ name: "http", port: 8080, protocol: "TCP" }] });
    const target = { kind: "Pod", namespace: "default", name: "web-1", uid: pod?.metadata.uid };
    expect(slice?.endpoints).toEqual([
      {
        addresses: [pod?.status?.podIP],
        conditions: { ready: true, serving: true, terminating: false },
        nodeName: "node-1",
        targetRef: target,
      },
    ]);
    const endpoints = cluster.client.get("endpoints", "default", "web");
    expect(endpoints?.metadata.labels).toEqual({
      tier: "front",
      "endpoints.kubernetes.io/managed-by": "endpoint-controller",
    });
    expect(endpoints?.metadata.annotations).toEqual({
      "endpoints.kubernetes.io/last-change-trigger-time": pod?.status?.conditions?.find(({ type }) => type === "Ready")
        ?.lastTransitionTime,
    });
    expect(endpoints?.subsets).toEqual([
      {
        addresses: [{ ip: pod?.status?.podIP, nodeName: "node-1", targetRef: target }],
        ports: [{ name: "http", port: 8080, protocol: "TCP" }],
      },
    ]);
  });

  test("are none, in one empty slice, where nothing is selected", () => {
    const cluster = new ClusterWorld();
    createService(cluster);
    cluster.advance(5);
    expect(slices(cluster)).toMatchObject([{ endpoints: [], ports: [] }]);
    expect(cluster.client.get("endpoints", "default", "web")?.subsets).toBeUndefined();
  });

  test("keep the slice's name when Pods come and go", () => {
    const cluster = new ClusterWorld();
    createService(cluster);
    cluster.advance(5);
    const name = slices(cluster)[0]?.metadata.name;
    webPod(cluster, "web-1");
    cluster.advance(30);
    expect(addressesOf(cluster)).toEqual(["web-1 true"]);
    cluster.client.delete("pods", "default", "web-1", { gracePeriodSeconds: 0 });
    cluster.advance(5);
    expect(slices(cluster).map(({ metadata, endpoints }) => [metadata.name, endpoints])).toEqual([[name, []]]);
  });

  test("leave out a Pod that is going in Endpoints, and call it terminating in the slice", () => {
    const cluster = new ClusterWorld();
    createService(cluster);
    webPod(cluster, "web-1", { container: { image: "busybox", command: ["sleep", "3600"] } });
    cluster.advance(30);
    cluster.client.delete("pods", "default", "web-1");
    cluster.advance(1);
    expect(slices(cluster)[0]?.endpoints).toMatchObject([{ conditions: { ready: false, terminating: true } }]);
    expect(cluster.client.get("endpoints", "default", "web")?.subsets).toBeUndefined();
  });

  test("forget a Pod that has ended", () => {
    const cluster = new ClusterWorld();
    createService(cluster);
    webPod(cluster, "web-1", {
      container: { image: "busybox", command: ["sleep", "5"] },
      spec: { restartPolicy: "Never" },
    });
    cluster.advance(60);
    expect(cluster.pod("web-1")?.status?.phase).toBe("Succeeded");
    expect(addressesOf(cluster)).toEqual([]);
  });

  test("tell which Pods are not ready", () => {
    const cluster = new ClusterWorld();
    createService(cluster);
    const readinessProbe = { exec: { command: ["false"] }, periodSeconds: 1 };
    webPod(cluster, "web-1", { container: { image: "busybox", command: ["sleep", "3600"], readinessProbe } });
    cluster.advance(30);
    expect(addressesOf(cluster)).toEqual(["web-1 false"]);
    expect(cluster.client.get("endpoints", "default", "web")?.subsets).toMatchObject([
      { notReadyAddresses: [{ targetRef: { name: "web-1" } }] },
    ]);
  });

  test("count every Pod as ready where the Service publishes them all", () => {
    const cluster = new ClusterWorld();
    createService(cluster, { clusterIP: "None", publishNotReadyAddresses: true });
    const readinessProbe = { exec: { command: ["false"] }, periodSeconds: 1 };
    webPod(cluster, "web-1", { container: { image: "busybox", command: ["sleep", "3600"], readinessProbe } });
    cluster.advance(30);
    expect(addressesOf(cluster)).toEqual(["web-1 true"]);
    expect(slices(cluster)[0]?.endpoints?.[0]?.conditions).toEqual({ ready: true, serving: false, terminating: false });
    expect(cluster.client.get("endpoints", "default", "web")?.subsets).toMatchObject([
      { addresses: [{ targetRef: { name: "web-1" } }] },
    ]);
  });

  test("find named target ports, and part Pods whose ports differ", () => {
    const cluster = new ClusterWorld();
    createService(cluster, { ports: [{ port: 80, targetPort: "web" }] });
    webPod(cluster, "web-1", { container: { ports: [{ name: "web", containerPort: 8080 }] } });
    webPod(cluster, "web-2", { container: { ports: [{ name: "web", containerPort: 9090 }] } });
    webPod(cluster, "web-3", { container: { ports: [{ name: "metrics", containerPort: 9091 }] } });
    cluster.advance(30);
    const found = slices(cluster).map(({ ports: [port] = [], endpoints = [] }) => [
      port?.port,
      endpoints.map(({ targetRef }) => targetRef?.name),
    ]);
    expect(found.toSorted()).toEqual([
      [8080, ["web-1"]],
      [9090, ["web-2"]],
    ]);
  });

  test("follow a Pod's labels and the Service's selector", () => {
    const cluster = new ClusterWorld();
    createService(cluster);
    webPod(cluster, "web-1");
    cluster.advance(30);
    cluster.client.modify("pods", "default", "web-1", (pod) => ({
      ...pod,
      metadata: { ...pod.metadata, labels: { app: "else" } },
    }));
    cluster.advance(1);
    expect(addressesOf(cluster)).toEqual([]);
    cluster.client.modify("services", "default", "web", (service) => ({
      ...service,
      spec: { ...service.spec, selector: { app: "else" } },
    }));
    cluster.advance(1);
    expect(addressesOf(cluster)).toEqual(["web-1 true"]);
  });

  test("fill slices of a hundred", () => {
    const cluster = new ClusterWorld({ nodes: 2 });
    createService(cluster);
    for (let number = 1; number <= 120; number++) webPod(cluster, `web-${number}`);
    cluster.advance(120);
    expect(
      slices(cluster)
        .map(({ endpoints = [] }) => endpoints.length)
        .toSorted((a, b) => a - b),
    ).toEqual([20, 100]);
  });

  test("go with their Service", () => {
    const cluster = new ClusterWorld();
    createService(cluster);
    webPod(cluster, "web-1");
    cluster.advance(30);
    cluster.client.delete("services", "default", "web");
    cluster.advance(5);
    expect(slices(cluster)).toEqual([]);
    expect(cluster.client.get("endpoints", "default", "web")).toBeUndefined();
  });

  test("are the same after a restart of the program", () => {
    const histories = [false, true].map((restarts) => {
      const cluster = new ClusterWorld();
      createService(cluster);
      webPod(cluster, "web-1");
      for (let second = 0; second < 20; second++) {
        cluster.advance(1);
        if (second === 5) webPod(cluster, "web-2");
        if (restarts) cluster.restart();
      }
      return slices(cluster);
    });
    expect(histories[0]).toEqual(histories[1]);
  });

  test("of Pods with a host name lead to each by its name, also of an Indexed Job", () => {
    const cluster = new ClusterWorld();
    createService(cluster, { clusterIP: "None", ports: [{ name: "http", port: 80 }] }, "web");
    cluster.client.create("jobs", {
      metadata: { name: "talk", namespace: "default" },
      spec: {
        completions: 2,
        parallelism: 2,
        completionMode: "Indexed",
        template: {
          metadata: { labels: { app: "web" } },
          spec: {
            subdomain: "web",
            restartPolicy: "Never",
            containers: [{ name: "main", image: "busybox", command: ["sleep", "600"] }],
          },
        },
      },
    });
    cluster.advance(30);
    const pods = cluster.client.list("pods", "default");
    const ipOf = (index: number) => pods.find(({ spec }) => spec?.hostname === `talk-${index}`)?.status?.podIP;
    const asker = { namespace: "default" };
    expect(resolveName(cluster.client, asker, "talk-0.web")).toEqual([ipOf(0)]);
    expect(resolveName(cluster.client, asker, "talk-1.web.default.svc.cluster.local")).toEqual([ipOf(1)]);
    expect(resolveName(cluster.client, asker, "web")?.toSorted()).toEqual([ipOf(0), ipOf(1)].toSorted());
    expect(resolveName(cluster.client, asker, "talk-2.web")).toBeNull();
    expect(resolveServiceRecords(cluster.client, asker, "_http._tcp.web.default.svc.cluster.local")).toEqual(
      expect.arrayContaining([{ target: "talk-0.web.default.svc.cluster.local", port: 80 }]),
    );
  });

  test("of the API server are where it is", () => {
    const cluster = new ClusterWorld();
    const address = cluster.client.get("nodes", "", "node-1")?.status?.addresses?.[0]?.address;
    expect(cluster.client.get("endpoints", "default", "kubernetes")?.subsets).toEqual([
      { addresses: [{ ip: address }], ports: [{ name: "https", port: 6443, protocol: "TCP" }] },
    ]);
    expect(slices(cluster, "kubernetes")).toMatchObject([
      { metadata: { name: "kubernetes" }, endpoints: [{ addresses: [address] }] },
    ]);
  });
});
