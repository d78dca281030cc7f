import type { PodTemplateSpec, Toleration, TopologySpreadConstraint } from "../../api/generated/types.js";
import { formatLabelSelector } from "../cell-text.js";
import { by, describeContainers } from "./containers.js";
import type { DescribeWriter } from "./describe-writer.js";
import { describeVolumes } from "./volumes.js";

/** Older kubectl printed a template's containers and volumes only. */
const schedulingIsShown = { since: "1.30" };

/** @see kubectl pkg/describe/describe.go, DescribePodTemplate */
export function describePodTemplate(writer: DescribeWriter, template: PodTemplateSpec | undefined): void {
  writer.line(0, "Pod Template:");
  if (template === undefined) {
    writer.text("  <unset>");
    return;
  }
  const { metadata, spec } = template;
  writer.labels("  Labels", metadata?.labels);
  if (Object.keys(metadata?.annotations ?? {}).length > 0) {
    writer.annotations(metadata?.annotations, "  Annotations");
  }
  if (spec?.serviceAccountName) {
    writer.field(1, "Service Account", spec.serviceAccountName);
  }
  const { initContainers = [], containers = [] } = spec ?? {};
  if (initContainers.length > 0) {
    describeContainers(writer, { title: "Init Containers", containers: initContainers, indent: "  " });
  }
  describeContainers(writer, { title: "Containers", containers, indent: "  " });
  describeVolumes(writer, spec?.volumes ?? [], "  ");
  describeTopologySpread(writer, spec?.topologySpreadConstraints ?? [], "  ");
  if (spec?.priorityClassName) {
    writer.field(1, "Priority Class Name", spec.priorityClassName);
  }
  if (writer.shows(schedulingIsShown)) {
    writer.labels("  Node-Selectors", spec?.nodeSelector);
    describeTolerations(writer, "  Tolerations", spec?.tolerations ?? []);
  }
}

export function describeTolerations(writer: DescribeWriter, title: string, tolerations: readonly Toleration[]): void {
  const sorted = [...tolerations].sort(by(({ key }) => key ?? ""));
  writer.list(title, sorted.map(tolerationText));
}

/** `key=value:NoSchedule op=Exists for 300s` */
function tolerationText({ key, value, effect, operator, tolerationSeconds }: Toleration): string {
  const target = `${key ?? ""}${value ? `=${value}` : ""}${effect ? `:${effect}` : ""}`;
  const exists = operator === "Exists" && !value ? `${target === "" ? "" : " "}op=Exists` : "";
  return `${target}${exists}${tolerationSeconds === undefined ? "" : ` for ${tolerationSeconds}s`}`;
}

export function describeTopologySpread(
  writer: DescribeWriter,
  constraints: readonly TopologySpreadConstraint[],
  indent: string,
): void {
  const sorted = [...constraints].sort(by(({ topologyKey }) => topologyKey));
  for (const [index, constraint] of sorted.entries()) {
    const selector = constraint.labelSelector;
    const forSelector = selector === undefined ? "" : ` for selector ${formatLabelSelector(selector)}`;
    const start = `${indent}${index === 0 ? "Topology Spread Constraints:" : ""}\t`;
    const rule = `${constraint.topologyKey}:${constraint.whenUnsatisfiable} when max skew ${constraint.maxSkew} is exceeded`;
    writer.text(`${start}${rule}${forSelector}\n`);
  }
}
