import type { Event, PersistentVolumeClaim, Pod, StatefulSet } from "../../api/generated/types.js";
import { controllerOf } from "../../api/meta/object.js";
import { storageClassOf } from "../cell-text.js";
import type { DescribeWriter } from "./describe-writer.js";
import { describeEvents } from "./events.js";
import { selectorText } from "./job.js";
import { describePodTemplate } from "./pod-template.js";

/** @see kubectl pkg/describe/describe.go, describeStatefulSet */
export function describeStatefulSet(
  writer: DescribeWriter,
  set: StatefulSet,
  related: { readonly pods: readonly Pod[]; readonly events: readonly Event[] | undefined },
): void {
  const { metadata, spec, status } = set;
  writer.field(0, "Name", metadata.name ?? "");
  writer.field(0, "Namespace", metadata.namespace ?? "");
  writer.field(0, "CreationTimestamp", writer.time(metadata.creationTimestamp));
  writer.field(0, "Selector", selectorText(spec?.selector));
  writer.labels("Labels", metadata.labels);
  writer.annotations(metadata.annotations);
  writer.optionalField("Service Name", spec?.serviceName, { since: "1.37" });
  writer.optionalField("Pod Management Policy", spec?.podManagementPolicy, { since: "1.37" });
  writer.field(0, "Replicas", `${spec?.replicas ?? 1} desired | ${status?.replicas ?? 0} total`);
  describeUpdates(writer, set);
  const count = (phase: string) =>
    related.pods.filter((pod) => pod.status?.phase === phase && controllerOf(pod)?.uid === metadata.uid).length;
  const counts = [`${count("Running")} Running`, `${count("Pending")} Waiting`];
  counts.push(`${count("Succeeded")} Succeeded`, `${count("Failed")} Failed`);
  writer.field(0, "Pods Status", counts.join(" / "));
  describePodTemplate(writer, spec?.template);
  describeClaimTemplates(writer, spec?.volumeClaimTemplates ?? []);
  describeEvents(writer, related.events);
}

function describeUpdates(writer: DescribeWriter, { spec }: StatefulSet): void {
  writer.field(0, "Update Strategy", spec?.updateStrategy?.type ?? "");
  const { partition, maxUnavailable } = spec?.updateStrategy?.rollingUpdate ?? {};
  if (partition !== undefined) {
    writer.field(1, "Partition", partition);
    if (maxUnavailable !== undefined) {
      writer.field(1, "MaxUnavailable", maxUnavailable);
    }
  }
  const retention = spec?.persistentVolumeClaimRetentionPolicy;
  if (retention !== undefined && writer.shows({ since: "1.37" })) {
    writer.line(0, "Persistent Volume Claim Retention Policy:");
    writer.field(1, "WhenDeleted", retention.whenDeleted ?? "");
    writer.field(1, "WhenScaled", retention.whenScaled ?? "");
  }
}

function describeClaimTemplates(writer: DescribeWriter, templates: readonly PersistentVolumeClaim[]): void {
  writer.line(0, templates.length === 0 ? "Volume Claims:\t<none>" : "Volume Claims:");
  for (const template of templates) {
    const { metadata, spec } = template;
    writer.field(1, "Name", metadata.name ?? "");
    writer.field(1, "StorageClass", storageClassOf(template, spec?.storageClassName));
    writer.labels("Labels", metadata.labels, "  ");
    writer.labels("Annotations", metadata.annotations, "  ");
    writer.field(1, "Capacity", spec?.resources?.requests?.storage ?? "<default>");
    writer.field(1, "Access Modes", `[${(spec?.accessModes ?? []).join(" ")}]`);
  }
}
