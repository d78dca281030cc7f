import type { ContainerStatus, Pod } from "../../api/generated/types.js";
import { type EpochMs, parseTime } from "../../api/meta/object.js";
import { completionIndexOf, isReady } from "./pod-state.js";

const phaseRanks: Record<string, number> = { Pending: 0, Unknown: 1, Running: 2 };

/**
 * Which Pods go when fewer shall run: at least `count` of the active ones; of an Indexed Job also those without an
 * index, with one that is out of range, and all but the furthest of those that share one.
 * @see kubernetes v1.36 pkg/controller/job/job_controller.go, activePodsForRemoval
 */
export function podsToRemove(
  active: readonly Pod[],
  count: number,
  indexed: { readonly completions: number } | undefined,
): readonly Pod[] {
  if (indexed === undefined) return count === 0 ? [] : active.toSorted(compareProgress).slice(0, count);
  const { surplus, rest } = splitByIndex(active, indexed.completions);
  if (surplus.length >= count) return surplus;
  return [...surplus, ...rest.toSorted(compareProgress).slice(0, count - surplus.length)];
}

/** @see kubernetes v1.36 pkg/controller/job/indexed_job_utils.go, appendDuplicatedIndexPodsForRemoval */
function splitByIndex(active: readonly Pod[], completions: number): { surplus: Pod[]; rest: Pod[] } {
  const surplus: Pod[] = [];
  const beyond: Pod[] = [];
  const kept = new Map<number, Pod>();
  for (const pod of active) {
    const index = completionIndexOf(pod);
    const rival = kept.get(index);
    if (index < 0) surplus.push(pod);
    else if (index >= completions) beyond.push(pod);
    else if (rival === undefined) kept.set(index, pod);
    else if (compareProgress(rival, pod) > 0) surplus.push(pod);
    else {
      surplus.push(rival);
      kept.set(index, pod);
    }
  }
  return { surplus: [...surplus, ...beyond], rest: [...kept.values()] };
}

/**
 * Orders Pods by how little is lost with them: without a node first, then pending, not ready, ready for the shortest
 * time, restarted most often, youngest.
 * @see kubernetes v1.36 pkg/controller/controller_utils.go, ActivePods
 */
export function compareProgress(one: Pod, other: Pod): number {
  return (
    Number(one.spec?.nodeName !== undefined) - Number(other.spec?.nodeName !== undefined) ||
    rankOf(one) - rankOf(other) ||
    Number(isReady(one)) - Number(isReady(other)) ||
    readySince(other) - readySince(one) ||
    restartsOf(other.status?.containerStatuses) - restartsOf(one.status?.containerStatuses) ||
    restartsOf(other.status?.initContainerStatuses) - restartsOf(one.status?.initContainerStatuses) ||
    createdAt(other) - createdAt(one)
  );
}

function rankOf(pod: Pod): number {
  return phaseRanks[pod.status?.phase ?? "Pending"] ?? 1;
}

function readySince(pod: Pod): EpochMs {
  const ready = pod.status?.conditions?.find(({ type, status }) => type === "Ready" && status === "True");
  return ready?.lastTransitionTime === undefined ? 0 : parseTime(ready.lastTransitionTime);
}

function restartsOf(statuses: readonly ContainerStatus[] | undefined): number {
  return statuses?.reduce((most, status) => Math.max(most, status.restartCount), 0) ?? 0;
}

function createdAt(pod: Pod): EpochMs {
  return pod.metadata.creationTimestamp === undefined ? 0 : parseTime(pod.metadata.creationTimestamp);
}
