import type { Node } from "../../api/generated/types.js";
import { ageColumn, nameColumn } from "../cell-text.js";
import type { Column } from "../table.js";

export const nodeColumns: readonly Column<Node>[] = [
  nameColumn,
  { name: "Status", cell: nodeStatus },
  { name: "Roles", cell: (node) => nodeRoles(node).join(",") || "<none>" },
  ageColumn,
  { name: "Version", cell: (node) => node.status?.nodeInfo?.kubeletVersion ?? "" },
  { name: "Internal-IP", priority: 1, cell: (node) => nodeAddress(node, "InternalIP") },
  { name: "External-IP", priority: 1, cell: (node) => nodeAddress(node, "ExternalIP") },
  { name: "OS-Image", priority: 1, cell: (node) => node.status?.nodeInfo?.osImage || "<unknown>" },
  { name: "Kernel-Version", priority: 1, cell: (node) => node.status?.nodeInfo?.kernelVersion || "<unknown>" },
  {
    name: "Container-Runtime",
    priority: 1,
    cell: (node) => node.status?.nodeInfo?.containerRuntimeVersion || "<unknown>",
  },
];

function nodeStatus(node: Node): string {
  const ready = node.status?.conditions?.find(({ type }) => type === "Ready");
  const health = ready === undefined ? "Unknown" : ready.status === "True" ? "Ready" : "NotReady";
  return node.spec?.unschedulable === true ? `${health},SchedulingDisabled` : health;
}

const rolePrefix = "node-role.kubernetes.io/";

/** The roles that a Node's labels name, sorted. */
export function nodeRoles(node: Node): string[] {
  const roles = new Set<string>();
  for (const [key, value] of Object.entries(node.metadata.labels ?? {})) {
    if (key.startsWith(rolePrefix) && key.length > rolePrefix.length) {
      roles.add(key.slice(rolePrefix.length));
    } else if (key === "kubernetes.io/role" && value !== "") {
      roles.add(value);
    }
  }
  return [...roles].sort();
}

function nodeAddress(node: Node, type: string): string {
  return node.status?.addresses?.find((address) => address.type === type)?.address ?? "<none>";
}
