import type { Node } from "../api/generated/types.js";
import { formatTime } from "../api/meta/object.js";
import { versionInfo } from "./version-info.js";
import type { World } from "./world.js";

/** The namespaces that every cluster has from its start. */
const firstNamespaces = ["default", "kube-node-lease", "kube-public", "kube-system"];

/** What one node offers. */
const nodeCapacity = {
  cpu: "8",
  memory: "16Gi",
  "ephemeral-storage": "100Gi",
  pods: "110",
};

/** Milliseconds that a new cluster takes to settle: its controllers have done what there is to do at first. */
export const settleMs = 1000;

/** Fills a new world with what a cluster has when it is handed over: namespaces, nodes, the Service of its API. */
export function bootstrap(world: World, { nodes }: { readonly nodes: number }): void {
  for (const name of firstNamespaces) world.client.create("namespaces", { metadata: { name } });
  for (let number = 1; number <= nodes; number++) createNode(world, number);
  world.client.create("services", {
    metadata: {
      name: "kubernetes",
      namespace: "default",
      labels: { component: "apiserver", provider: "kubernetes" },
    },
    spec: {
      clusterIP: "10.96.0.1",
      clusterIPs: ["10.96.0.1"],
      ports: [{ name: "https", port: 443, protocol: "TCP", targetPort: 6443 }],
    },
  });
  world.advanceTo(world.nowMs + settleMs);
}

function createNode(world: World, number: number): void {
  const name = `node-${number}`;
  const labels = {
    "beta.kubernetes.io/arch": "amd64",
    "beta.kubernetes.io/os": "linux",
    "kubernetes.io/arch": "amd64",
    "kubernetes.io/hostname": name,
    "kubernetes.io/os": "linux",
  };
  const podCIDR = `10.${244 + (number >> 8)}.${number & 255}.0/24`;
  const node = world.client.create("nodes", { metadata: { name, labels }, spec: { podCIDR, podCIDRs: [podCIDR] } });
  world.client.updateStatus("nodes", { ...node, status: nodeStatus(world, name, number) });
}

function nodeStatus(world: World, name: string, number: number): NonNullable<Node["status"]> {
  const time = formatTime(world.nowMs);
  const condition = (type: string, status: string, reason: string, message: string) => ({
    type,
    status,
    reason,
    message,
    lastHeartbeatTime: time,
    lastTransitionTime: time,
  });
  const uid = (what: string) => world.random.uuid(what, name);
  return {
    addresses: [
      { type: "InternalIP", address: `172.18.${(number + 1) >> 8}.${(number + 1) & 255}` },
      { type: "Hostname", address: name },
    ],
    capacity: nodeCapacity,
    allocatable: nodeCapacity,
    conditions: [
      condition("MemoryPressure", "False", "KubeletHasSufficientMemory", "kubelet has sufficient memory available"),
      condition("DiskPressure", "False", "KubeletHasNoDiskPressure", "kubelet has no disk pressure"),
      condition("PIDPressure", "False", "KubeletHasSufficientPID", "kubelet has sufficient PID available"),
      condition("Ready", "True", "KubeletReady", "kubelet is posting ready status"),
    ],
    daemonEndpoints: { kubeletEndpoint: { Port: 10250 } },
    nodeInfo: {
      architecture: "amd64",
      bootID: uid("boot"),
      containerRuntimeVersion: "containerd://2.1.4",
      kernelVersion: "6.1.0",
      kubeProxyVersion: versionInfo(world.version).gitVersion ?? "",
      kubeletVersion: versionInfo(world.version).gitVersion ?? "",
      machineID: uid("machine").replaceAll("-", ""),
      operatingSystem: "linux",
      osImage: "kjob simulated node",
      systemUUID: uid("system"),
    },
  };
}
