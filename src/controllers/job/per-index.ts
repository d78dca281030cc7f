import type { IndexSet } from "../../api/batch/index-set.js";
import type { Pod } from "../../api/generated/types.js";
import { indexBackoffLeftMs } from "./backoff.js";
import { finishTimeOf } from "./finish-time.js";
import type { JobSettings } from "./job-settings.js";
import { countsAsFailure, matchPodFailurePolicy } from "./pod-failure-policy.js";
import { completionIndexOf, ignoredIndexFailureCountOf, indexFailureCountOf } from "./pod-state.js";

/** What a new Pod of an index says in its annotations about the failures before it. */
export interface IndexFailures {
  readonly counted: number;
  readonly ignored: number;
}

/**
 * Whether a failed Pod is the last of its index: its failures have reached `backoffLimitPerIndex`, or a FailIndex rule
 * says so.
 * @see kubernetes v1.36 pkg/controller/job/indexed_job_utils.go, isIndexFailed
 */
export function endsIndex(pod: Pod, settings: JobSettings): boolean {
  const match = matchPodFailurePolicy(settings.podFailurePolicy, pod);
  if (match?.action === "FailIndex") return true;
  if (match?.action === "Ignore") return false;
  return indexFailureCountOf(pod) >= (settings.backoffLimitPerIndex ?? Number.POSITIVE_INFINITY);
}

/**
 * By index, the failed Pod whose replacement is still to come. It keeps its finalizer until then, because the
 * replacement takes the count of failures from it.
 * @see kubernetes v1.36 pkg/controller/job/indexed_job_utils.go, getPodsWithDelayedDeletionPerIndex
 */
export function podsAwaitingReplacement(
  failed: readonly Pod[],
  done: { readonly active: readonly Pod[]; readonly succeeded: IndexSet; readonly failed: IndexSet },
): ReadonlyMap<number, Pod> {
  const running = new Set(done.active.map(completionIndexOf));
  const awaiting = new Map<number, Pod>();
  for (const pod of failed) {
    const index = completionIndexOf(pod);
    if (running.has(index) || done.succeeded.has(index) || done.failed.has(index)) continue;
    const rival = awaiting.get(index);
    if (rival === undefined || isLater(pod, rival)) awaiting.set(index, pod);
  }
  return awaiting;
}

function isLater(pod: Pod, rival: Pod): boolean {
  return failuresOf(rival) <= failuresOf(pod) && finishTimeOf(pod) >= finishTimeOf(rival);
}

function failuresOf(pod: Pod): number {
  return indexFailureCountOf(pod) + ignoredIndexFailureCountOf(pod);
}

/** @see kubernetes v1.36 pkg/controller/job/indexed_job_utils.go, getNewIndexFailureCounts */
export function failuresAfter(replaced: Pod | undefined, settings: JobSettings): IndexFailures {
  if (replaced === undefined) return { counted: 0, ignored: 0 };
  const counted = indexFailureCountOf(replaced);
  const ignored = ignoredIndexFailureCountOf(replaced);
  return countsAsFailure(settings.podFailurePolicy, replaced)
    ? { counted: counted + 1, ignored }
    : { counted, ignored: ignored + 1 };
}

/**
 * The indexes whose own wait is over; where there is none, the shortest wait.
 * @see kubernetes v1.36 pkg/controller/job/job_controller.go, getPodCreationInfoForIndependentIndexes
 */
export function indexesDue(
  indexes: readonly number[],
  awaiting: ReadonlyMap<number, Pod>,
  settings: JobSettings,
  now: number,
): { readonly due: readonly number[]; readonly waitMs: number } {
  let waitMs = Number.POSITIVE_INFINITY;
  const due = indexes.filter((index) => {
    const leftMs = indexBackoffLeftMs(awaiting.get(index), now, settings.behaviour);
    if (leftMs > 0) waitMs = Math.min(waitMs, leftMs);
    return leftMs === 0;
  });
  return { due, waitMs: due.length > 0 || waitMs === Number.POSITIVE_INFINITY ? 0 : waitMs };
}
