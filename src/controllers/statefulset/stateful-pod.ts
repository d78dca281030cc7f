import type {
  ObjectMeta,
  OwnerReference,
  PersistentVolumeClaim,
  Pod,
  PodTemplateSpec,
  StatefulSet,
  Volume,
} from "../../api/generated/types.js";
import type { EpochMs } from "../../api/meta/object.js";
import type { EmulatedVersion } from "../../api/versions/emulated-version.js";
import { isEnabled } from "../../api/versions/feature-gates.js";

export const revisionLabel = "controller-revision-hash";
const podNameLabel = "statefulset.kubernetes.io/pod-name";
const podIndexLabel = "apps.kubernetes.io/pod-index";

/** The set's name and the number in a Pod's name; null where it is not of that form. */
export function parentAndOrdinal(podName: string): { readonly parent: string; readonly ordinal: number } | null {
  const [, parent, digits] = /^(.*)-([0-9]+)$/.exec(podName) ?? [];
  if (parent === undefined || digits === undefined) return null;
  return { parent, ordinal: Number(digits) };
}

export function ordinalOf(pod: Pod): number {
  return parentAndOrdinal(pod.metadata.name ?? "")?.ordinal ?? -1;
}

/** The numbers of a set's Pods: from the first to the one before `end`. */
export function ordinalsOf({ spec }: StatefulSet): { readonly start: number; readonly end: number } {
  const start = spec?.ordinals?.start ?? 0;
  return { start, end: start + (spec?.replicas ?? 1) };
}

export function ownerReferenceOf({ metadata }: StatefulSet): OwnerReference {
  return {
    apiVersion: "apps/v1",
    kind: "StatefulSet",
    name: metadata.name ?? "",
    uid: metadata.uid ?? "",
    controller: true,
    blockOwnerDeletion: true,
  };
}

/**
 * The Pod of a set with a number, made from the template of one of its revisions.
 * @see kubernetes v1.36 pkg/controller/statefulset/stateful_set_utils.go, newStatefulSetPod
 */
export function newPod(
  set: StatefulSet,
  ordinal: number,
  revision: { readonly name: string; readonly template: PodTemplateSpec },
  version: EmulatedVersion,
): Pod {
  const { metadata: { labels, annotations, finalizers } = {}, spec = { containers: [] } } = revision.template;
  const name = `${set.metadata.name}-${ordinal}`;
  const metadata: ObjectMeta = {
    name,
    generateName: `${set.metadata.name}-`,
    namespace: set.metadata.namespace ?? "",
    labels: {
      ...labels,
      [podNameLabel]: name,
      ...(isEnabled("PodIndexLabel", version) ? { [podIndexLabel]: `${ordinal}` } : {}),
      [revisionLabel]: revision.name,
    },
    ...(annotations === undefined ? {} : { annotations }),
    ...(finalizers === undefined ? {} : { finalizers }),
    ownerReferences: [ownerReferenceOf(set)],
  };
  const claims = claimVolumes(set, ordinal);
  const own = (spec.volumes ?? []).filter((volume) => !claims.some((claim) => claim.name === volume.name));
  const volumes = [...claims, ...own];
  const { serviceName } = set.spec ?? {};
  return {
    metadata,
    spec: {
      ...spec,
      hostname: name,
      ...(serviceName === undefined || serviceName === "" ? {} : { subdomain: serviceName }),
      ...(volumes.length === 0 ? {} : { volumes }),
    },
  };
}

function claimName(set: StatefulSet, template: PersistentVolumeClaim, ordinal: number): string {
  return `${template.metadata.name}-${set.metadata.name}-${ordinal}`;
}

function claimVolumes(set: StatefulSet, ordinal: number): readonly Volume[] {
  return (set.spec?.volumeClaimTemplates ?? []).map((template) => ({
    name: template.metadata.name ?? "",
    persistentVolumeClaim: { claimName: claimName(set, template, ordinal) },
  }));
}

/** The claims of a set's Pod, which outlive it unless the set's retention policy says otherwise. */
export function claimsOf(set: StatefulSet, ordinal: number): readonly PersistentVolumeClaim[] {
  return (set.spec?.volumeClaimTemplates ?? []).map((template) => {
    const { metadata, spec } = template;
    const labels = { ...metadata.labels, ...set.spec?.selector.matchLabels };
    return {
      metadata: {
        name: claimName(set, template, ordinal),
        namespace: set.metadata.namespace ?? "",
        ...(Object.keys(labels).length === 0 ? {} : { labels }),
        ...(metadata.annotations === undefined ? {} : { annotations: metadata.annotations }),
      },
      ...(spec === undefined ? {} : { spec }),
    };
  });
}

export function revisionOf(pod: Pod): string | undefined {
  return pod.metadata.labels?.[revisionLabel];
}

export function isTerminating(pod: Pod): boolean {
  return pod.metadata.deletionTimestamp !== undefined;
}

export function isRunningAndReady({ status }: Pod): boolean {
  return status?.phase === "Running" && readySince(status.conditions) !== undefined;
}

/** Milliseconds until a ready Pod has been ready for long enough; Infinity where it is not ready. */
export function availableInMs(pod: Pod, minReadySeconds: number, now: EpochMs): number {
  if (!isRunningAndReady(pod)) return Number.POSITIVE_INFINITY;
  const since = readySince(pod.status?.conditions) ?? "";
  return minReadySeconds === 0 ? 0 : Math.max(0, Date.parse(since) + minReadySeconds * 1000 - now);
}

function readySince(conditions: NonNullable<Pod["status"]>["conditions"]): string | undefined {
  const ready = conditions?.find(({ type }) => type === "Ready");
  return ready?.status === "True" ? (ready.lastTransitionTime ?? "") : undefined;
}
