import type { ContainerStatus, Pod } from "../../api/generated/types.js";
import { type EpochMs, parseTime } from "../../api/meta/object.js";

/**
 * When a Pod ended: when its last container did; else when it stopped being ready; else when it was deleted; else when
 * it was created.
 * @see kubernetes v1.36 pkg/controller/job/backoff_utils.go, getFinishedTime
 */
export function finishTimeOf(pod: Pod): EpochMs {
  return (
    lastContainerEnd(pod) ??
    notReadySince(pod) ??
    deletionBegan(pod) ??
    parseTime(pod.metadata.creationTimestamp ?? "1970-01-01T00:00:00Z")
  );
}

function lastContainerEnd(pod: Pod): EpochMs | undefined {
  let last: EpochMs | undefined;
  for (const status of containersThatMatter(pod)) {
    const finishedAt = status.state?.terminated?.finishedAt;
    if (finishedAt === undefined) return undefined;
    const at = parseTime(finishedAt);
    if (last === undefined || at > last) last = at;
  }
  return last;
}

/** The regular containers, and the sidecars, which end after them. */
function containersThatMatter(pod: Pod): readonly ContainerStatus[] {
  const regular = pod.status?.containerStatuses ?? [];
  const sidecars = pod.spec?.initContainers?.filter((container) => container.restartPolicy === "Always");
  if (sidecars === undefined || sidecars.length === 0) return regular;
  const names = new Set(sidecars.map((container) => container.name));
  return [...regular, ...(pod.status?.initContainerStatuses ?? []).filter((status) => names.has(status.name))];
}

function notReadySince(pod: Pod): EpochMs | undefined {
  const ready = pod.status?.conditions?.find((condition) => condition.type === "Ready");
  if (ready?.status !== "False" || ready.lastTransitionTime === undefined) return undefined;
  return parseTime(ready.lastTransitionTime);
}

function deletionBegan(pod: Pod): EpochMs | undefined {
  const { deletionTimestamp, deletionGracePeriodSeconds = 0 } = pod.metadata;
  return deletionTimestamp === undefined ? undefined : parseTime(deletionTimestamp) - deletionGracePeriodSeconds * 1000;
}
