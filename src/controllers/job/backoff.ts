import type { Pod } from "../../api/generated/types.js";
import type { EpochMs } from "../../api/meta/object.js";
import { finishTimeOf } from "./finish-time.js";
import type { JobBehaviour } from "./job-behaviour.js";
import { ignoredIndexFailureCountOf, indexFailureCountOf } from "./pod-state.js";

const podBackoffMsBase = 10_000;
const podBackoffMsMax = 600_000;
const podBackoffMsMaxOld = 360_000;

/** How a Job's Pods have failed since the last one that succeeded. */
export interface BackoffRecord {
  readonly failures: number;
  readonly lastFailureAt: EpochMs;
}

export const noFailures: BackoffRecord = { failures: 0, lastFailureAt: 0 };

/**
 * The record after some more Pods have ended. A success forgets the failures that came before it.
 * @see kubernetes v1.36 pkg/controller/job/backoff_utils.go, newBackoffRecord
 */
export function recordAfter(
  record: BackoffRecord,
  ended: { readonly succeeded: readonly Pod[]; readonly failed: readonly Pod[] },
): BackoffRecord {
  if (ended.succeeded.length === 0) {
    if (ended.failed.length === 0) return record;
    const lastFailureAt = Math.max(...ended.failed.map(finishTimeOf));
    return { failures: record.failures + ended.failed.length, lastFailureAt };
  }
  if (ended.failed.length === 0) return record.failures === 0 ? record : noFailures;
  let lastSuccessAt = Number.NEGATIVE_INFINITY;
  for (const pod of ended.succeeded) lastSuccessAt = Math.max(lastSuccessAt, finishTimeOf(pod));
  const since = ended.failed.map(finishTimeOf).filter((at) => at > lastSuccessAt);
  return since.length === 0 ? noFailures : { failures: since.length, lastFailureAt: Math.max(...since) };
}

/**
 * Milliseconds until the next replacement Pod may be created; 0 when it may be now. Doubles from 10 s to 10 min with
 * each failure since the last success.
 * @see kubernetes v1.36 pkg/controller/job/backoff_utils.go, getRemainingTimeForFailuresCount
 */
export function backoffLeftMs(record: BackoffRecord, now: EpochMs, behaviour: JobBehaviour): number {
  if (record.failures === 0) return 0;
  const max = behaviour.longBackoff ? podBackoffMsMax : podBackoffMsMaxOld;
  const waitMs = Math.min(podBackoffMsBase * 2 ** Math.min(record.failures - 1, 30), max);
  return Math.max(0, waitMs - (now - record.lastFailureAt));
}

/**
 * The same for one index of a Job with `backoffLimitPerIndex`: its failures stand in the annotations of its last Pod.
 * @see kubernetes v1.36 pkg/controller/job/backoff_utils.go, getRemainingTimePerIndex
 */
export function indexBackoffLeftMs(lastFailed: Pod | undefined, now: EpochMs, behaviour: JobBehaviour): number {
  if (lastFailed === undefined) return 0;
  const failures = indexFailureCountOf(lastFailed) + ignoredIndexFailureCountOf(lastFailed) + 1;
  return backoffLeftMs({ failures, lastFailureAt: finishTimeOf(lastFailed) }, now, behaviour);
}
