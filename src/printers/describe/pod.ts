import type { Container, Event, Pod, PodSpec, ResourceRequirements } from "../../api/generated/types.js";
import { milliValue, unitValue } from "../../api/meta/quantity.js";
import { describeContainers, describeResources } from "./containers.js";
import type { DescribeWriter } from "./describe-writer.js";
import { describeEvents } from "./events.js";
import { controlledBy } from "./job.js";
import { describeTolerations, describeTopologySpread } from "./pod-template.js";
import { describeVolumes } from "./volumes.js";

/** @see kubectl pkg/describe/describe.go, describePod */
export function describePod(writer: DescribeWriter, pod: Pod, events: readonly Event[] | undefined): void {
  const { spec, status } = pod;
  describeHead(writer, pod);
  describeStatus(writer, pod);
  if (spec?.resources !== undefined) {
    writer.line(0, "Resources:");
    describeResources(writer, spec.resources, 1);
  }
  const { initContainers = [], containers = [], ephemeralContainers = [] } = spec ?? {};
  if (initContainers.length > 0) {
    const statuses = status?.initContainerStatuses ?? [];
    describeContainers(writer, { title: "Init Containers", containers: initContainers, statuses, pod });
  }
  describeContainers(writer, { title: "Containers", containers, statuses: status?.containerStatuses ?? [], pod });
  if (ephemeralContainers.length > 0) {
    const statuses = status?.ephemeralContainerStatuses ?? [];
    describeContainers(writer, { title: "Ephemeral Containers", containers: ephemeralContainers, statuses, pod });
  }
  describeConditions(writer, pod);
  describeVolumes(writer, spec?.volumes ?? []);
  writer.field(0, "QoS Class", status?.qosClass ?? qosClass(spec));
  writer.labels("Node-Selectors", spec?.nodeSelector);
  describeTolerations(writer, "Tolerations", spec?.tolerations ?? []);
  describeTopologySpread(writer, spec?.topologySpreadConstraints ?? [], "");
  describeEvents(writer, events);
}

function describeHead(writer: DescribeWriter, { metadata, spec, status }: Pod): void {
  writer.field(0, "Name", metadata.name ?? "");
  writer.field(0, "Namespace", metadata.namespace ?? "");
  writer.optionalField("Priority", spec?.priority);
  writer.optionalField("Priority Class Name", spec?.priorityClassName);
  writer.optionalField("Runtime Class Name", spec?.runtimeClassName);
  writer.optionalField("Service Account", spec?.serviceAccountName, { since: "1.26" });
  writer.field(0, "Node", spec?.nodeName ? `${spec.nodeName}/${status?.hostIP ?? ""}` : "<none>");
  if (status?.startTime !== undefined) {
    writer.field(0, "Start Time", writer.time(status.startTime));
  }
  writer.labels("Labels", metadata.labels);
  writer.annotations(metadata.annotations);
}

function describeStatus(writer: DescribeWriter, pod: Pod): void {
  const { metadata, spec, status } = pod;
  const hasEnded = status?.phase === "Failed" || status?.phase === "Succeeded";
  // Before 1.31 a Pod was said to terminate until it was gone, also where it had ended.
  const isTerminating = metadata.deletionTimestamp !== undefined && !(hasEnded && writer.shows({ since: "1.31" }));
  if (isTerminating) {
    writer.field(0, "Status", `Terminating (lasts ${writer.age(metadata.deletionTimestamp)})`);
    writer.field(0, "Termination Grace Period", `${metadata.deletionGracePeriodSeconds ?? 0}s`);
  } else {
    writer.field(0, "Status", status?.phase ?? "");
  }
  writer.optionalField("Reason", status?.reason);
  writer.optionalField("Message", status?.message);
  const profile = spec?.securityContext?.seccompProfile;
  writer.optionalField("SeccompProfile", profile?.type);
  if (profile?.type === "Localhost") {
    writer.field(0, "LocalhostProfile", profile.localhostProfile ?? "");
  }
  writer.field(0, "IP", status?.podIP ?? "");
  const addresses = status?.podIPs ?? [];
  writer.line(0, addresses.length === 0 ? "IPs:\t<none>" : "IPs:");
  for (const { ip } of addresses) {
    writer.field(1, "IP", ip);
  }
  writer.optionalField("Controlled By", controlledBy(pod));
  writer.optionalField("NominatedNodeName", status?.nominatedNodeName);
}

function describeConditions(writer: DescribeWriter, { spec, status }: Pod): void {
  const conditions = status?.conditions ?? [];
  const gates = spec?.readinessGates ?? [];
  if (gates.length > 0) {
    writer.text("Readiness Gates:\n  Type\tStatus\n");
    for (const { conditionType } of gates) {
      const condition = conditions.find(({ type }) => type === conditionType);
      writer.line(1, `${conditionType} \t${condition?.status ?? "<none>"} `);
    }
  }
  if (conditions.length > 0) {
    writer.text("Conditions:\n  Type\tStatus\n");
    for (const condition of conditions) {
      writer.line(1, `${condition.type} \t${condition.status} `);
    }
  }
}

/**
 * The quality of service of a Pod whose status does not say it.
 * @see kubectl pkg/util/qos/qos.go, ComputePodQOS
 */
function qosClass(spec: PodSpec | undefined): string {
  const containers: Container[] = [...(spec?.initContainers ?? []), ...(spec?.containers ?? [])];
  const amounts = (kind: "limits" | "requests", { resources }: { resources?: ResourceRequirements }, name: string) =>
    resources?.[kind]?.[name] === undefined ? 0 : amountOf(name, resources[kind]?.[name] ?? "0");
  const names = ["cpu", "memory"];
  const isBestEffort = containers.every((container) =>
    names.every((name) => amounts("limits", container, name) === 0 && amounts("requests", container, name) === 0),
  );
  if (isBestEffort) {
    return "BestEffort";
  }
  const isGuaranteed = containers.every((container) =>
    names.every((name) => {
      const limit = amounts("limits", container, name);
      return limit > 0 && (amounts("requests", container, name) || limit) === limit;
    }),
  );
  return isGuaranteed ? "Guaranteed" : "Burstable";
}

function amountOf(name: string, amount: string | number): number {
  return name === "cpu" ? milliValue(amount) : unitValue(amount);
}
