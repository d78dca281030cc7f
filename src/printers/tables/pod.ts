import type { Pod } from "../../api/generated/types.js";
import { ageColumn, nameColumn } from "../cell-text.js";
import { formatRestarts, summarizePod } from "../pod-status.js";
import type { Column } from "../table.js";

export const podColumns: readonly Column<Pod>[] = [
  nameColumn,
  {
    name: "Ready",
    cell: (pod, { version }) => {
      const { ready, total } = summarizePod(pod, version);
      return `${ready}/${total}`;
    },
  },
  { name: "Status", cell: (pod, { version }) => summarizePod(pod, version).reason },
  { name: "Restarts", cell: (pod, { version, now }) => formatRestarts(summarizePod(pod, version), now) },
  ageColumn,
  { name: "IP", priority: 1, cell: (pod) => pod.status?.podIPs?.[0]?.ip || pod.status?.podIP || "<none>" },
  { name: "Node", priority: 1, cell: (pod) => pod.spec?.nodeName || "<none>" },
  { name: "Nominated Node", priority: 1, cell: (pod) => pod.status?.nominatedNodeName || "<none>" },
  { name: "Readiness Gates", priority: 1, cell: readinessGates },
];

function readinessGates(pod: Pod): string {
  const gates = pod.spec?.readinessGates ?? [];
  if (gates.length === 0) {
    return "<none>";
  }
  const open = gates.filter(
    ({ conditionType }) => pod.status?.conditions?.find(({ type }) => type === conditionType)?.status === "True",
  );
  return `${open.length}/${gates.length}`;
}
