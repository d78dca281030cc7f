import type { Pod, StatefulSet } from "../../api/generated/types.js";
import type { EpochMs } from "../../api/meta/object.js";
import { availableInMs, isRunningAndReady, isTerminating, ordinalOf, ordinalsOf, revisionOf } from "./stateful-pod.js";

/** What is to be done with a set's Pods now. */
export interface Plan {
  /** Ordinals of Pods to create, in this order. */
  readonly create: readonly number[];
  /** Pods to delete, in this order. */
  readonly remove: readonly Pod[];
  /** Pods that are to go although they match, for the new template. They are part of `remove`. */
  readonly updated: readonly Pod[];
}

interface Observed {
  readonly pods: readonly Pod[];
  readonly updateRevision: string;
  readonly now: EpochMs;
}

/**
 * Decides what comes next. The order: 1. Pods that ended go; 2. missing Pods are created, lowest number first; 3. Pods
 * beyond the wanted number go, highest number first; 4. Pods of an older revision go, highest number first. Under
 * OrderedReady each step waits until all before it are ready, and only one Pod is touched at a time.
 * @see kubernetes v1.36 pkg/controller/statefulset/stateful_set_control.go, updateStatefulSet
 */
export function decide(set: StatefulSet, observed: Observed): Plan {
  if (set.metadata.deletionTimestamp !== undefined) return { create: [], remove: [], updated: [] };
  const isOrdered = set.spec?.podManagementPolicy !== "Parallel";
  const { start, end } = ordinalsOf(set);
  const byOrdinal = new Map(observed.pods.map((pod) => [ordinalOf(pod), pod]));
  const isAvailable = (pod: Pod) => availableInMs(pod, set.spec?.minReadySeconds ?? 0, observed.now) === 0;
  const create: number[] = [];
  const remove: Pod[] = [];
  for (let ordinal = start; ordinal < end; ordinal++) {
    const pod = byOrdinal.get(ordinal);
    if (pod === undefined) create.push(ordinal);
    else if (hasEnded(pod)) {
      if (!isTerminating(pod)) remove.push(pod);
    } else if (!isTerminating(pod) && isAvailable(pod)) continue;
    if (isOrdered) return { create, remove, updated: [] };
  }
  const condemned = [...byOrdinal]
    .filter(([ordinal]) => ordinal >= 0 && (ordinal < start || ordinal >= end))
    .sort(([a], [b]) => b - a)
    .map(([, pod]) => pod);
  const going = isOrdered ? nextCondemned(condemned, isAvailable) : condemned.filter((pod) => !isTerminating(pod));
  remove.push(...going);
  if (isOrdered && condemned.length > 0) return { create, remove, updated: [] };
  const updated = outdated(set, byOrdinal, { ...observed, isAvailable });
  return { create, remove: [...remove, ...updated], updated };
}

function hasEnded({ status }: Pod): boolean {
  return status?.phase === "Failed" || status?.phase === "Succeeded";
}

/** One at a time; a Pod that is not ready holds up all others, but not itself. */
function nextCondemned(condemned: readonly Pod[], isAvailable: (pod: Pod) => boolean): readonly Pod[] {
  const [next] = condemned;
  if (next === undefined || isTerminating(next)) return [];
  const firstUnavailable = condemned.findLast((pod) => isTerminating(pod) || !isAvailable(pod));
  return isAvailable(next) || next === firstUnavailable ? [next] : [];
}

/** The Pods that a rolling update replaces now. */
function outdated(
  set: StatefulSet,
  byOrdinal: ReadonlyMap<number, Pod>,
  { updateRevision, isAvailable }: Observed & { readonly isAvailable: (pod: Pod) => boolean },
): readonly Pod[] {
  const { type, rollingUpdate } = set.spec?.updateStrategy ?? {};
  if (type === "OnDelete") return [];
  const { start, end } = ordinalsOf(set);
  const first = Math.max(start, rollingUpdate?.partition ?? 0);
  const isHealthy = (pod: Pod | undefined) => pod !== undefined && !isTerminating(pod) && isAvailable(pod);
  const unavailableMax = unavailableMaxOf(set);
  let unavailable = 0;
  if (unavailableMax > 1) for (let at = start; at < end; at++) if (!isHealthy(byOrdinal.get(at))) unavailable++;
  const chosen: Pod[] = [];
  for (let ordinal = end - 1; ordinal >= first; ordinal--) {
    const pod = byOrdinal.get(ordinal);
    const isOld = pod !== undefined && revisionOf(pod) !== updateRevision && !isTerminating(pod);
    if (unavailableMax === 1) {
      if (isOld) return [pod];
      if (!isHealthy(pod)) return [];
    } else if (isOld && unavailable + chosen.length < unavailableMax) chosen.push(pod);
  }
  return chosen;
}

/** A share is of all replicas, rounded up; at least one Pod may always be missing. */
function unavailableMaxOf({ spec }: StatefulSet): number {
  const value = spec?.updateStrategy?.rollingUpdate?.maxUnavailable ?? 1;
  if (typeof value === "number") return Math.max(1, value);
  const percent = Number(value.replace("%", ""));
  return Math.max(1, Math.ceil((percent / 100) * (spec?.replicas ?? 1)));
}

/** Whether a missing Pod is made from the older template still: those below the partition of a rolling update. */
export function needsCurrentRevision({ spec }: StatefulSet, ordinal: number): boolean {
  const { type, rollingUpdate } = spec?.updateStrategy ?? {};
  return type === "RollingUpdate" && ordinal < (spec?.ordinals?.start ?? 0) + (rollingUpdate?.partition ?? 0);
}

/** What status counts of the Pods. */
export interface Counts {
  readonly replicas: number;
  readonly ready: number;
  readonly available: number;
  readonly current: number;
  readonly updated: number;
}

export function countPods(
  pods: readonly Pod[],
  about: {
    readonly currentRevision: string;
    readonly updateRevision: string;
    readonly minReadySeconds: number;
    readonly now: EpochMs;
  },
): Counts {
  const counts = { replicas: 0, ready: 0, available: 0, current: 0, updated: 0 };
  for (const pod of pods) {
    counts.replicas++;
    if (isRunningAndReady(pod)) counts.ready++;
    if (availableInMs(pod, about.minReadySeconds, about.now) === 0) counts.available++;
    if (isTerminating(pod)) continue;
    if (revisionOf(pod) === about.currentRevision) counts.current++;
    if (revisionOf(pod) === about.updateRevision) counts.updated++;
  }
  return counts;
}
