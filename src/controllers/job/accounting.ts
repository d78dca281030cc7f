import type { Job, Pod } from "../../api/generated/types.js";
import type { Verdict } from "./conditions.js";
import type { JobSettings } from "./job-settings.js";
import { hasValidIndex, type Observation } from "./observation.js";
import { countsAsFailure } from "./pod-failure-policy.js";
import { completionIndexOf, hasTrackingFinalizer, isFailed } from "./pod-state.js";
import type { StatusDraft } from "./status-draft.js";

/** The most Pods that one sync counts, so that the list of their UIDs in the status stays small. */
export const uncountedPodsMax = 500;

/** Pods that lose their finalizer once the status names them, and so are counted exactly once. */
export interface Accounting {
  readonly release: readonly Pod[];
  /** Whether the draft now says something that has to be written before the finalizers go. */
  readonly changed: boolean;
  /** More Pods than one sync counts: the end of the Job has to wait. */
  readonly partial: boolean;
}

/**
 * Puts the Pods that have ended into the draft: their UIDs into `uncountedTerminatedPods`, or, for successes of an
 * Indexed Job, their index into `completedIndexes`. Under a failing verdict every Pod that is left counts as failed.
 * @see kubernetes v1.36 pkg/controller/job/job_controller.go, trackJobStatusAndRemoveFinalizers
 */
export function accountEndedPods(
  job: Job,
  settings: JobSettings,
  seen: Observation,
  verdict: Verdict | undefined,
  draft: StatusDraft,
): Accounting {
  const indexEnd = settings.indexed ? (settings.completions ?? 0) : undefined;
  const jobEnds = verdict !== undefined || job.metadata.deletionTimestamp !== undefined;
  const fails = verdict?.type === "FailureTarget" || verdict?.type === "Failed";
  const inFailed = new Set(draft.uncountedFailed);
  const inSucceeded = new Set(draft.uncountedSucceeded);
  const uncountedFailed = [...draft.uncountedFailed];
  const uncountedSucceeded = [...draft.uncountedSucceeded];
  const release: Pod[] = [];
  let newIndexes = 0;
  let changed = false;
  let partial = false;
  for (const pod of settings.indexed ? seen.pods.toSorted(compareIndexes) : seen.pods) {
    const phase = pod.status?.phase;
    const failed = isFailed(pod, settings.replacesOnlyEnded);
    const ended = phase === "Succeeded" || (failed && !awaitsReplacement(pod, seen));
    if (!(jobEnds || ended) || !hasTrackingFinalizer(pod)) continue;
    release.push(pod);
    const uid = pod.metadata.uid ?? "";
    if (phase === "Succeeded" && !inFailed.has(uid)) {
      if (settings.indexed) {
        if (hasValidIndex(pod, indexEnd) && !seen.succeededIndexesBefore.has(completionIndexOf(pod))) {
          newIndexes++;
          changed = true;
        }
      } else if (!inSucceeded.has(uid)) {
        uncountedSucceeded.push(uid);
        changed = true;
      }
    } else if ((failed || fails) && !inFailed.has(uid) && hasValidIndex(pod, indexEnd)) {
      if (countsAsFailure(settings.podFailurePolicy, pod)) {
        uncountedFailed.push(uid);
        changed = true;
      }
    }
    if (newIndexes + uncountedSucceeded.length + uncountedFailed.length >= uncountedPodsMax) {
      partial = true;
      break;
    }
  }
  draft.uncountedFailed = uncountedFailed;
  draft.uncountedSucceeded = uncountedSucceeded;
  return { release, changed: accountIndexes(settings, seen, draft) || changed, partial };
}

/** Moves UIDs whose Pods no longer hold the finalizer from the lists to the counts; returns whether there were any. */
export function countReleased(draft: StatusDraft, holdsFinalizer: (uid: string) => boolean): boolean {
  if (draft.uncountedSucceeded.length === 0 && draft.uncountedFailed.length === 0) return false;
  const succeeded = draft.uncountedSucceeded.filter(holdsFinalizer);
  const failed = draft.uncountedFailed.filter(holdsFinalizer);
  const released = draft.uncountedSucceeded.length - succeeded.length + draft.uncountedFailed.length - failed.length;
  draft.succeeded += draft.uncountedSucceeded.length - succeeded.length;
  draft.failed += draft.uncountedFailed.length - failed.length;
  draft.uncountedSucceeded = succeeded;
  draft.uncountedFailed = failed;
  return released > 0;
}

function accountIndexes(settings: JobSettings, seen: Observation, draft: StatusDraft): boolean {
  if (!settings.indexed) return false;
  const completedIndexes = seen.succeededIndexes.toString();
  const failedIndexes = seen.failedIndexes?.toString();
  const changed = completedIndexes !== draft.completedIndexes || failedIndexes !== draft.failedIndexes;
  draft.completedIndexes = completedIndexes;
  draft.failedIndexes = failedIndexes;
  draft.succeeded = seen.succeededIndexes.count;
  return changed;
}

function awaitsReplacement(pod: Pod, seen: Observation): boolean {
  return seen.awaitingReplacement.get(completionIndexOf(pod)) === pod;
}

function compareIndexes(one: Pod, other: Pod): number {
  return completionIndexOf(one) - completionIndexOf(other);
}
