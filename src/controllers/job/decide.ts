import { IndexSet } from "../../api/batch/index-set.js";
import type { Job, Pod } from "../../api/generated/types.js";
import { type EpochMs, formatTime } from "../../api/meta/object.js";
import { podsToRemove } from "./active-pods.js";
import { type BackoffRecord, backoffLeftMs, recordAfter } from "./backoff.js";
import type { Verdict } from "./conditions.js";
import { deadlineLeftMs } from "./deadline.js";
import type { JobSettings } from "./job-settings.js";
import type { Observation } from "./observation.js";
import { failuresAfter, type IndexFailures, indexesDue } from "./per-index.js";
import { completionIndexOf } from "./pod-state.js";
import { verdictOf } from "./verdict.js";

/** The most Pods that one sync creates, or deletes to run fewer. */
export const podsPerSyncMax = 500;

/** A Pod to be created: of no index, or of one, with what it says about earlier failures there. */
export interface NewPod {
  readonly index?: number;
  readonly failures?: IndexFailures;
}

/** What a sync is going to do to the Job's Pods, before any status is written. */
export interface Plan {
  /** The Job ends: every active Pod is deleted, and counted by its finalizer. */
  readonly verdict: Verdict | undefined;
  readonly startTime: string | undefined;
  readonly remove: readonly Pod[];
  /** Pods that only make room lose their finalizer before they are deleted, so that they are not counted. */
  readonly removeUncounted: boolean;
  readonly create: readonly NewPod[];
  /** Whether the number of Pods was managed at all; it is not once the Job ends or is being deleted. */
  readonly managed: boolean;
  /** Replaces the Job's record once the status that shows these Pods as ended is written. */
  readonly backoff: BackoffRecord;
  /** When to look again although nothing changes. */
  readonly requeueAfterMs: number | undefined;
}

/**
 * Decides what to do about a Job's Pods.
 * 1. A Job that ends keeps no Pods.  2. A Job that is being deleted gets no new ones and loses none here.
 * 3. A suspended Job keeps none.  4. Too many: some go.  5. Too few: some come, unless a wait after failures runs.
 * @see kubernetes v1.36 pkg/controller/job/job_controller.go, syncJob, manageJob
 */
export function decide(
  job: Job,
  settings: JobSettings,
  seen: Observation,
  { backoff: before, now }: { readonly backoff: BackoffRecord; readonly now: EpochMs },
): Plan {
  const startTime = job.status?.startTime ?? (settings.suspended ? undefined : formatTime(now));
  const verdict = verdictOf(job, settings, seen, { startTime, now });
  const backoff = recordAfter(before, { succeeded: seen.newlySucceeded, failed: seen.newlyFailed });
  const unchanged: Plan = {
    verdict,
    startTime,
    remove: [],
    removeUncounted: true,
    create: [],
    managed: verdict === undefined && job.metadata.deletionTimestamp === undefined,
    backoff,
    requeueAfterMs: verdict === undefined ? deadlineLeftMs(settings, startTime, now) : undefined,
  };
  if (verdict !== undefined) return { ...unchanged, remove: seen.active, removeUncounted: false };
  if (!unchanged.managed) return unchanged;

  const indexed = settings.indexed ? { completions: settings.completions ?? 0 } : undefined;
  if (settings.suspended) return { ...unchanged, remove: podsToRemove(seen.active, seen.active.length, indexed) };

  const wanted = wantedActive(settings, seen);
  const remove = podsToRemove(seen.active, Math.max(0, seen.active.length - wanted), indexed);
  if (remove.length > 0) return { ...unchanged, remove: remove.slice(0, podsPerSyncMax) };

  const terminating = settings.replacesOnlyEnded ? seen.terminating.length : 0;
  const missing = wanted - terminating - seen.active.length;
  if (missing <= 0) return unchanged;
  return { ...unchanged, ...additions(settings, seen, unchanged, { missing, now }) };
}

function wantedActive(settings: JobSettings, seen: Observation): number {
  if (settings.completions === undefined) return seen.succeeded > 0 ? seen.active.length : settings.parallelism;
  return Math.max(0, Math.min(settings.completions - seen.succeeded, settings.parallelism));
}

function additions(
  settings: JobSettings,
  seen: Observation,
  { backoff, requeueAfterMs }: Plan,
  { missing, now }: { readonly missing: number; readonly now: EpochMs },
): Pick<Plan, "create" | "requeueAfterMs"> {
  const perIndex = settings.backoffLimitPerIndex !== undefined;
  const waitMs = perIndex ? 0 : backoffLeftMs(backoff, now, settings.behaviour);
  if (waitMs > 0) return { create: [], requeueAfterMs: sooner(requeueAfterMs, waitMs) };

  const count = Math.min(missing, podsPerSyncMax);
  if (!settings.indexed) return { create: new Array<NewPod>(count).fill({}), requeueAfterMs };

  const indexes = lowestFreeIndexes(settings, seen, count);
  if (!perIndex) return { create: indexes.map((index) => ({ index })), requeueAfterMs };

  const { due, waitMs: indexWaitMs } = indexesDue(indexes, seen.awaitingReplacement, settings, now);
  const create = due.map((index) => ({
    index,
    failures: failuresAfter(seen.awaitingReplacement.get(index), settings),
  }));
  return { create, requeueAfterMs: indexWaitMs > 0 ? sooner(requeueAfterMs, indexWaitMs) : requeueAfterMs };
}

/** The lowest indexes that need a Pod: they have none, and have neither succeeded nor failed for good. */
function lowestFreeIndexes(settings: JobSettings, seen: Observation, count: number): number[] {
  const running = settings.replacesOnlyEnded ? [...seen.active, ...seen.terminating] : seen.active;
  const alive = IndexSet.of(running.map(completionIndexOf).filter((index) => index >= 0));
  const taken = seen.succeededIndexes.union(alive).union(seen.failedIndexes ?? IndexSet.empty);
  const free: number[] = [];
  for (const index of IndexSet.firstOnes(settings.completions ?? 0).subtract(taken)) {
    if (free.length === count) break;
    free.push(index);
  }
  return free;
}

/** A wait after failures is never shorter than a second, so that what ends together is counted together. */
function sooner(deadlineMs: number | undefined, waitMs: number): number {
  const laterMs = Math.max(waitMs, 1000);
  return deadlineMs === undefined ? laterMs : Math.min(deadlineMs, laterMs);
}
