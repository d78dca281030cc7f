import type { Event, Lease, Node, Pod } from "../../api/generated/types.js";
import { addQuantities, milliValue, unitValue } from "../../api/meta/quantity.js";
import { nodeRoles } from "../tables/node.js";
import { by } from "./containers.js";
import type { DescribeWriter } from "./describe-writer.js";
import { describeEvents } from "./events.js";
import { type Amounts, podLimits, podRequests } from "./pod-resources.js";

interface NodeRelated {
  /** Pods on the node that have not ended. */
  readonly pods: readonly Pod[];
  /** The node's lease in kube-node-lease. */
  readonly lease: Lease | undefined;
  readonly events: readonly Event[] | undefined;
}

/** @see kubectl pkg/describe/describe.go, describeNode */
export function describeNode(writer: DescribeWriter, node: Node, related: NodeRelated): void {
  const { metadata, spec } = node;
  writer.field(0, "Name", metadata.name ?? "");
  writer.field(0, "Roles", nodeRoles(node).join(",") || "<none>");
  writer.labels("Labels", metadata.labels);
  writer.annotations(metadata.annotations);
  writer.field(0, "CreationTimestamp", writer.time(metadata.creationTimestamp));
  const taints = [...(spec?.taints ?? [])].sort(by(({ effect, key }) => `${effect},${key}`));
  writer.list(
    "Taints",
    taints.map(({ key, value, effect }) => `${key}${value ? `=${value}` : ""}:${effect}`),
  );
  writer.field(0, "Unschedulable", spec?.unschedulable ?? false);
  describeLease(writer, node, related.lease);
  describeNodeStatus(writer, node);
  writer.optionalField("PodCIDR", spec?.podCIDR);
  writer.optionalField("PodCIDRs", (spec?.podCIDRs ?? []).join(","));
  writer.optionalField("ProviderID", spec?.providerID);
  describeAllocated(writer, node, related.pods);
  describeEvents(writer, related.events);
}

function describeLease(writer: DescribeWriter, node: Node, lease: Lease | undefined): void {
  if (lease === undefined) {
    const reason = `leases.coordination.k8s.io "${node.metadata.name}" not found`;
    writer.field(0, "Lease", `Failed to get lease: ${reason}`);
    return;
  }
  const { holderIdentity, acquireTime, renewTime } = lease.spec ?? {};
  writer.line(0, "Lease:");
  writer.field(1, "HolderIdentity", holderIdentity ?? "<unset>");
  writer.field(1, "AcquireTime", acquireTime === undefined ? "<unset>" : writer.time(acquireTime));
  writer.field(1, "RenewTime", renewTime === undefined ? "<unset>" : writer.time(renewTime));
}

function describeNodeStatus(writer: DescribeWriter, { status }: Node): void {
  const conditions = status?.conditions ?? [];
  if (conditions.length > 0) {
    writer.text("Conditions:\n  Type\tStatus\tLastHeartbeatTime\tLastTransitionTime\tReason\tMessage\n");
    writer.line(1, "----\t------\t-----------------\t------------------\t------\t-------");
    for (const {
      type,
      status: state,
      lastHeartbeatTime,
      lastTransitionTime,
      reason = "",
      message = "",
    } of conditions) {
      const times = `${writer.time(lastHeartbeatTime)} \t${writer.time(lastTransitionTime)}`;
      writer.line(1, `${type} \t${state} \t${times} \t${reason} \t${message}`);
    }
  }
  writer.line(0, "Addresses:");
  for (const { type, address } of status?.addresses ?? []) {
    writer.field(1, type, address);
  }
  describeAmounts(writer, "Capacity", status?.capacity);
  describeAmounts(writer, "Allocatable", status?.allocatable);
  const info = status?.nodeInfo;
  writer.line(0, "System Info:");
  writer.field(1, "Machine ID", info?.machineID ?? "");
  writer.field(1, "System UUID", info?.systemUUID ?? "");
  writer.field(1, "Boot ID", info?.bootID ?? "");
  writer.field(1, "Kernel Version", info?.kernelVersion ?? "");
  writer.field(1, "OS Image", info?.osImage ?? "");
  writer.field(1, "Operating System", info?.operatingSystem ?? "");
  writer.field(1, "Architecture", info?.architecture ?? "");
  writer.field(1, "Container Runtime Version", info?.containerRuntimeVersion ?? "");
  writer.field(1, "Kubelet Version", info?.kubeletVersion ?? "");
  if (writer.shows({ until: "1.33" })) {
    writer.field(1, "Kube-Proxy Version", info?.kubeProxyVersion ?? "");
  }
}

function describeAmounts(writer: DescribeWriter, title: string, amounts: Amounts | undefined): void {
  const names = Object.keys(amounts ?? {}).sort();
  if (names.length > 0) {
    writer.line(0, `${title}:`);
  }
  for (const name of names) {
    writer.field(1, name, amounts?.[name] ?? "");
  }
}

/** What the Pods on the node ask for, each and together. */
function describeAllocated(writer: DescribeWriter, { status }: Node, pods: readonly Pod[]): void {
  const allocatable = Object.keys(status?.allocatable ?? {}).length > 0 ? status?.allocatable : status?.capacity;
  const share = (amounts: Amounts, name: string) => withPercent(amounts, allocatable ?? {}, name);
  writer.field(0, "Non-terminated Pods", `(${pods.length} in total)`);
  writer.line(1, "Namespace\tName\t\tCPU Requests\tCPU Limits\tMemory Requests\tMemory Limits\tAge");
  writer.line(1, "---------\t----\t\t------------\t----------\t---------------\t-------------\t---");
  let requests: Amounts = {};
  let limits: Amounts = {};
  for (const pod of pods) {
    const asks = podRequests(pod);
    const may = podLimits(pod);
    requests = addAmounts(requests, asks);
    limits = addAmounts(limits, may);
    const { namespace = "", name = "", creationTimestamp } = pod.metadata;
    const cells = [share(asks, "cpu"), share(may, "cpu"), share(asks, "memory"), share(may, "memory")];
    writer.line(1, `${namespace}\t${name}\t\t${cells.join("\t")}\t${writer.age(creationTimestamp)}`);
  }
  writer.text("Allocated resources:\n  (Total limits may be over 100 percent, i.e., overcommitted.)\n");
  writer.line(1, "Resource\tRequests\tLimits");
  writer.line(1, "--------\t--------\t------");
  const standard = ["cpu", "memory", "ephemeral-storage"];
  const others = Object.keys(allocatable ?? {})
    .filter((name) => !standard.includes(name) && name !== "pods")
    .sort();
  const hugePages = others.filter((name) => name.startsWith("hugepages-"));
  for (const name of [...standard, ...hugePages]) {
    writer.line(1, `${name}\t${share(requests, name)}\t${share(limits, name)}`);
  }
  for (const name of others.filter((other) => !hugePages.includes(other))) {
    writer.line(1, `${name}\t${requests[name] ?? "0"}\t${limits[name] ?? "0"}`);
  }
}

function withPercent(amounts: Amounts, allocatable: Amounts, name: string): string {
  const amountIn = name === "cpu" ? milliValue : unitValue;
  const amount = amounts[name] ?? "0";
  const whole = amountIn(allocatable[name] ?? "0");
  return `${amount} (${whole === 0 ? 0 : Math.trunc((amountIn(amount) / whole) * 100)}%)`;
}

function addAmounts(a: Amounts, b: Amounts): Amounts {
  const sum: Record<string, string | number> = { ...a };
  for (const [name, amount] of Object.entries(b)) {
    const other = sum[name];
    sum[name] = other === undefined ? amount : addQuantities(other, amount);
  }
  return sum;
}
