import type {
  Event,
  NodeSelectorRequirement,
  PersistentVolume,
  PersistentVolumeClaim,
  Pod,
} from "../../api/generated/types.js";
import { formatAccessModes, storageClassOf } from "../cell-text.js";
import { by } from "./containers.js";
import type { DescribeWriter } from "./describe-writer.js";
import { describeEvents } from "./events.js";
import { describeOtherSource } from "./volume-source.js";

/** A claim, or with a level the template of one: that has neither name nor status. */
export function describeClaim(writer: DescribeWriter, claim: PersistentVolumeClaim, templateLevel?: number): void {
  const { metadata, spec, status } = claim;
  const isTemplate = templateLevel !== undefined;
  const level = templateLevel ?? 0;
  const margin = "  ".repeat(level);
  if (!isTemplate) {
    writer.field(0, "Name", metadata.name ?? "");
    writer.field(0, "Namespace", metadata.namespace ?? "");
  }
  writer.field(level, "StorageClass", storageClassOf(claim, spec?.storageClassName));
  if (!isTemplate) {
    writer.field(0, "Status", phaseText(writer, claim));
  }
  writer.field(level, "Volume", spec?.volumeName ?? "");
  writer.labels(`${margin}Labels`, metadata.labels);
  writer.annotations(metadata.annotations, `${margin}Annotations`);
  if (!isTemplate) {
    writer.field(0, "Finalizers", `[${(metadata.finalizers ?? []).join(" ")}]`);
  }
  const isBound = Boolean(spec?.volumeName);
  writer.field(level, "Capacity", isBound ? (status?.capacity?.storage ?? "0") : "");
  writer.field(level, "Access Modes", isBound ? formatAccessModes(status?.accessModes) : "");
  if (spec?.volumeMode !== undefined) {
    writer.field(level, "VolumeMode", spec.volumeMode);
  }
  if (spec?.dataSource !== undefined) {
    writer.line(level, "DataSource:");
    if (spec.dataSource.apiGroup !== undefined) {
      writer.field(level + 1, "APIGroup", spec.dataSource.apiGroup);
    }
    writer.field(level + 1, "Kind", spec.dataSource.kind);
    writer.field(level + 1, "Name", spec.dataSource.name);
  }
}

function phaseText(writer: DescribeWriter, { metadata, status }: PersistentVolume | PersistentVolumeClaim): string {
  return metadata.deletionTimestamp === undefined
    ? (status?.phase ?? "")
    : `Terminating (lasts ${writer.age(metadata.deletionTimestamp)})`;
}

/** @see kubectl pkg/describe/describe.go, describePersistentVolumeClaim */
export function describePersistentVolumeClaim(
  writer: DescribeWriter,
  claim: PersistentVolumeClaim,
  related: { readonly pods: readonly Pod[]; readonly events: readonly Event[] | undefined },
): void {
  describeClaim(writer, claim);
  const users = related.pods.filter((pod) => usesClaim(pod, claim));
  writer.list(
    "Used By",
    users.sort(by(({ metadata }) => metadata.name ?? "")).map(({ metadata }) => metadata.name ?? ""),
  );
  const conditions = claim.status?.conditions ?? [];
  if (conditions.length > 0) {
    writer.line(0, "Conditions:");
    writer.line(1, "Type\tStatus\tLastProbeTime\tLastTransitionTime\tReason\tMessage");
    writer.line(1, "----\t------\t-----------------\t------------------\t------\t-------");
    for (const { type, status, lastProbeTime, lastTransitionTime, reason = "", message = "" } of conditions) {
      const times = `${writer.time(lastProbeTime)} \t${writer.time(lastTransitionTime)}`;
      writer.line(1, `${type} \t${status} \t${times} \t${reason} \t${message}`);
    }
  }
  describeEvents(writer, related.events);
}

function usesClaim(pod: Pod, { metadata }: PersistentVolumeClaim): boolean {
  const isMounted = pod.spec?.volumes?.some(
    ({ persistentVolumeClaim }) => persistentVolumeClaim?.claimName === metadata.name,
  );
  const isOwner = metadata.ownerReferences?.some(({ kind, uid }) => kind === "Pod" && uid === pod.metadata.uid);
  return isMounted === true || isOwner === true;
}

/** @see kubectl pkg/describe/describe.go, describePersistentVolume */
export function describePersistentVolume(
  writer: DescribeWriter,
  volume: PersistentVolume,
  events: readonly Event[] | undefined,
): void {
  const { metadata, spec, status } = volume;
  writer.field(0, "Name", metadata.name ?? "");
  writer.labels("Labels", metadata.labels);
  writer.annotations(metadata.annotations);
  writer.field(0, "Finalizers", `[${(metadata.finalizers ?? []).join(" ")}]`);
  writer.field(0, "StorageClass", storageClassOf(volume, spec?.storageClassName));
  writer.field(0, "Status", phaseText(writer, volume));
  const claim = spec?.claimRef;
  writer.field(0, "Claim", claim === undefined ? "" : `${claim.namespace ?? ""}/${claim.name ?? ""}`);
  writer.field(0, "Reclaim Policy", spec?.persistentVolumeReclaimPolicy ?? "");
  writer.field(0, "Access Modes", formatAccessModes(spec?.accessModes));
  writer.optionalField("VolumeMode", spec?.volumeMode);
  writer.field(0, "Capacity", spec?.capacity?.storage ?? "0");
  describeNodeAffinity(writer, volume);
  writer.field(0, "Message", status?.message ?? "");
  writer.line(0, "Source:");
  describeOtherSource(writer, spec ?? {});
  describeEvents(writer, events);
}

function describeNodeAffinity(writer: DescribeWriter, { spec }: PersistentVolume): void {
  const required = spec?.nodeAffinity?.required;
  if (required === undefined) {
    writer.field(0, "Node Affinity", "<none>");
    return;
  }
  writer.field(0, "Node Affinity", "");
  const { nodeSelectorTerms: terms } = required;
  writer.field(1, "Required Terms", terms.length === 0 ? "<none>" : "");
  for (const [index, { matchExpressions = [] }] of terms.entries()) {
    writer.list(`    Term ${index}`, matchExpressions.map(requirementText));
  }
}

function requirementText({ key, operator, values = [] }: NodeSelectorRequirement): string {
  const start = `${key} ${operator.toLowerCase()}`;
  return values.length === 0 ? start : `${start} [${values.join(", ")}]`;
}
