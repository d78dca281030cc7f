import { IndexSet } from "../../api/batch/index-set.js";
import type { Job, Pod } from "../../api/generated/types.js";
import type { JobSettings } from "./job-settings.js";
import { endsIndex, podsAwaitingReplacement } from "./per-index.js";
import { countsAsFailure } from "./pod-failure-policy.js";
import { completionIndexOf, hasTrackingFinalizer, isActive, isFailed, isReady, isTerminating } from "./pod-state.js";

/** What a sync sees of a Job's Pods: those that are alive, and those that have ended but are not counted yet. */
export interface Observation {
  readonly pods: readonly Pod[];
  readonly active: readonly Pod[];
  readonly ready: number;
  readonly terminating: readonly Pod[];
  /** Ended since the last sync, with the finalizer and a valid index, and not in `uncountedTerminatedPods`. */
  readonly newlySucceeded: readonly Pod[];
  readonly newlyFailed: readonly Pod[];
  /** Counts that include what is not counted yet. */
  readonly succeeded: number;
  readonly failed: number;
  /** Indexed Jobs: as the status has them, and with the Pods that ended since. */
  readonly succeededIndexesBefore: IndexSet;
  readonly succeededIndexes: IndexSet;
  /** Undefined without `backoffLimitPerIndex`. */
  readonly failedIndexes: IndexSet | undefined;
  readonly awaitingReplacement: ReadonlyMap<number, Pod>;
}

const nothingAwaited: ReadonlyMap<number, Pod> = new Map();

/** Looks once at each of the given Pods; costs what they are, whatever the Job has done before. */
export function observe(job: Job, settings: JobSettings, pods: readonly Pod[]): Observation {
  const status = job.status ?? {};
  const uncounted = status.uncountedTerminatedPods ?? {};
  const alreadySucceeded = new Set(uncounted.succeeded);
  const alreadyFailed = new Set(uncounted.failed);
  const indexEnd = settings.indexed ? (settings.completions ?? 0) : undefined;

  const active: Pod[] = [];
  const terminating: Pod[] = [];
  const newlySucceeded: Pod[] = [];
  const newlyFailed: Pod[] = [];
  const failedWithFinalizer: Pod[] = [];
  let ready = 0;
  for (const pod of pods) {
    if (isActive(pod)) {
      active.push(pod);
      if (isReady(pod)) ready++;
      continue;
    }
    if (isTerminating(pod)) terminating.push(pod);
    if (!hasTrackingFinalizer(pod) || !hasValidIndex(pod, indexEnd)) continue;
    const uid = pod.metadata.uid ?? "";
    if (pod.status?.phase === "Succeeded") {
      if (!alreadySucceeded.has(uid)) newlySucceeded.push(pod);
    } else if (isFailed(pod, settings.replacesOnlyEnded)) {
      failedWithFinalizer.push(pod);
      if (!alreadyFailed.has(uid)) newlyFailed.push(pod);
    }
  }

  const succeededIndexesBefore =
    indexEnd === undefined ? IndexSet.empty : IndexSet.parse(status.completedIndexes, indexEnd);
  const succeededIndexes = succeededIndexesBefore.union(
    indexEnd === undefined ? IndexSet.empty : IndexSet.of(newlySucceeded.map(completionIndexOf)),
  );
  const failedIndexes = failedIndexesOf(job, settings, failedWithFinalizer);
  return {
    pods,
    active,
    ready,
    terminating,
    newlySucceeded,
    newlyFailed,
    succeeded: settings.indexed
      ? succeededIndexes.count
      : (status.succeeded ?? 0) + newlySucceeded.length + alreadySucceeded.size,
    failed: (status.failed ?? 0) + countedFailures(newlyFailed, settings) + alreadyFailed.size,
    succeededIndexesBefore,
    succeededIndexes,
    failedIndexes,
    awaitingReplacement:
      failedIndexes === undefined
        ? nothingAwaited
        : podsAwaitingReplacement(failedWithFinalizer, { active, succeeded: succeededIndexes, failed: failedIndexes }),
  };
}

/** Of an Indexed Job: its index is one of those that the Job has. Of any other: always. */
export function hasValidIndex(pod: Pod, indexEnd: number | undefined): boolean {
  if (indexEnd === undefined) return true;
  const index = completionIndexOf(pod);
  return index >= 0 && index < indexEnd;
}

function failedIndexesOf(job: Job, settings: JobSettings, failed: readonly Pod[]): IndexSet | undefined {
  if (settings.backoffLimitPerIndex === undefined) return undefined;
  const before = IndexSet.parse(job.status?.failedIndexes, settings.completions ?? 0);
  const ended = failed.filter((pod) => endsIndex(pod, settings)).map(completionIndexOf);
  return before.union(IndexSet.of(ended));
}

function countedFailures(failed: readonly Pod[], settings: JobSettings): number {
  if (settings.podFailurePolicy === undefined) return failed.length;
  return failed.filter((pod) => countsAsFailure(settings.podFailurePolicy, pod)).length;
}
