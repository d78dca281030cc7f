import type { Job, JobStatus, Pod } from "../../api/generated/types.js";
import { type EpochMs, formatTime } from "../../api/meta/object.js";
import { accountEndedPods, countReleased } from "./accounting.js";
import { conditionOf, trueCondition, type Verdict, withCondition } from "./conditions.js";
import type { Plan } from "./decide.js";
import type { JobSettings } from "./job-settings.js";
import type { Observation } from "./observation.js";
import { hasTrackingFinalizer } from "./pod-state.js";
import { draftOf, type StatusDraft, statusOf } from "./status-draft.js";
import { completionVerdict } from "./verdict.js";

/** What became of a plan: how many Pods were really created and deleted. */
export interface Outcome {
  readonly created: number;
  readonly removed: number;
  readonly removedReady: number;
  /** Some Pods could not be created or deleted: the Job cannot be declared ended yet. */
  readonly incomplete: boolean;
}

export interface JobEvent {
  readonly type: "Normal" | "Warning";
  readonly reason: string;
  readonly message: string;
}

/** The writes that end a sync, in their order. Each status is a revision, and so a row in a watch. */
export interface Settlement {
  readonly eventsBefore: readonly JobEvent[];
  /** 1. Names the Pods that are about to be counted, and why the Job ends. */
  readonly first: JobStatus | undefined;
  /** 2. Pods that lose their finalizer. */
  readonly release: readonly Pod[];
  /** 3. Counts them, and ends the Job where nothing is left to wait for. */
  readonly second: JobStatus | undefined;
  readonly eventsAfter: readonly JobEvent[];
}

/**
 * What is written once the Pods are created and deleted.
 * @see kubernetes v1.36 pkg/controller/job/job_controller.go, syncJob, flushUncountedAndRemoveFinalizers
 */
export function settle(
  job: Job,
  settings: JobSettings,
  seen: Observation,
  { plan, outcome, now }: { readonly plan: Plan; readonly outcome: Outcome; readonly now: EpochMs },
): Settlement {
  const draft = draftOf(job.status);
  draft.startTime = plan.startTime;
  const counts = countsAfter(settings, seen, outcome);
  const verdict = verdictAfter(settings, seen, plan, { active: counts.active, incomplete: outcome.incomplete });
  const suspension = verdict === undefined && plan.managed ? noteSuspension(settings, draft, now) : undefined;

  let changed = suspension !== undefined;
  changed = updateCounts(settings, draft, counts) || changed;
  changed = countReleased(draft, holdersOfFinalizer(seen.pods, draft)) || changed;
  const accounting = accountEndedPods(job, settings, seen, verdict, draft);
  const interim = noteInterimCondition(draft, verdict, now);
  const first = changed || accounting.changed || interim ? statusOf(draft) : undefined;

  let changedAgain = countReleased(draft, holdersOfFinalizer(seen.pods, draft, accounting.release));
  const waits = accounting.partial || (settings.behaviour.delayedEnd && counts.terminating > 0);
  const finished = waits ? undefined : finish(draft, verdict, now);
  changedAgain ||= finished !== undefined;
  return {
    eventsBefore: suspension === undefined ? [] : [suspension],
    first,
    release: accounting.release,
    second: changedAgain ? statusOf(draft) : undefined,
    eventsAfter: finished === undefined ? [] : endingEvents(settings, draft, finished),
  };
}

interface Counts {
  readonly active: number;
  readonly ready: number;
  readonly terminating: number;
}

function countsAfter(settings: JobSettings, seen: Observation, outcome: Outcome): Counts {
  return {
    active: seen.active.length + outcome.created - outcome.removed,
    ready: seen.ready - outcome.removedReady,
    terminating: settings.countsTerminating ? seen.terminating.length + outcome.removed : 0,
  };
}

function verdictAfter(
  settings: JobSettings,
  seen: Observation,
  plan: Plan,
  { active, incomplete }: { readonly active: number; readonly incomplete: boolean },
): Verdict | undefined {
  if (plan.verdict !== undefined) return incomplete ? undefined : plan.verdict;
  // Without completions, one success is enough, and the Pods that still run are waited for.
  const complete = seen.succeeded >= (settings.completions ?? 1) && active === 0;
  return complete ? completionVerdict(settings) : undefined;
}

function noteSuspension(settings: JobSettings, draft: StatusDraft, now: EpochMs): JobEvent | undefined {
  const verdict: Verdict = settings.suspended
    ? { type: "Suspended", reason: "JobSuspended", message: "Job suspended" }
    : { type: "Suspended", reason: "JobResumed", message: "Job resumed" };
  const conditions = withCondition(draft.conditions, verdict, now, settings.suspended ? "True" : "False");
  if (conditions === draft.conditions) return undefined;
  draft.conditions = conditions;
  if (!settings.suspended) draft.startTime = formatTime(now);
  else if (settings.behaviour.suspendClearsStartTime) draft.startTime = undefined;
  return { type: "Normal", reason: settings.suspended ? "Suspended" : "Resumed", message: verdict.message };
}

function updateCounts(settings: JobSettings, draft: StatusDraft, counts: Counts): boolean {
  const ready = settings.behaviour.readyInStatus ? counts.ready : undefined;
  const terminating = settings.behaviour.terminatingInStatus ? counts.terminating : undefined;
  const same = draft.active === counts.active && draft.ready === ready && draft.terminating === terminating;
  draft.active = counts.active;
  draft.ready = ready;
  draft.terminating = terminating;
  return !same;
}

/** Tells which Pods hold the tracking finalizer; builds no set where the draft has no Pod to ask about. */
function holdersOfFinalizer(
  pods: readonly Pod[],
  draft: StatusDraft,
  except: readonly Pod[] = [],
): (uid: string) => boolean {
  if (draft.uncountedSucceeded.length === 0 && draft.uncountedFailed.length === 0) return () => false;
  const holders = new Set<string>();
  for (const pod of pods) if (hasTrackingFinalizer(pod)) holders.add(pod.metadata.uid ?? "");
  for (const pod of except) holders.delete(pod.metadata.uid ?? "");
  return (uid) => holders.has(uid);
}

/** Puts the condition that announces the end first, so that no Pod's finalizer goes before the reason is kept. */
function noteInterimCondition(draft: StatusDraft, verdict: Verdict | undefined, now: EpochMs): boolean {
  if (verdict?.type !== "FailureTarget" && verdict?.type !== "SuccessCriteriaMet") return false;
  if (trueCondition(draft.conditions, verdict.type) !== undefined) return false;
  draft.conditions = [...draft.conditions, conditionOf(verdict, now)];
  return true;
}

/** Adds Complete or Failed where every Pod is counted; returns the condition's words. */
function finish(draft: StatusDraft, verdict: Verdict | undefined, now: EpochMs): Verdict | undefined {
  if (verdict === undefined) return undefined;
  if (draft.uncountedSucceeded.length > 0 || draft.uncountedFailed.length > 0) return undefined;
  const succeeded = verdict.type === "SuccessCriteriaMet" || verdict.type === "Complete";
  const final: Verdict = { ...verdict, type: succeeded ? "Complete" : "Failed" };
  draft.conditions = withCondition(draft.conditions, final, now);
  if (succeeded) draft.completionTime = formatTime(now);
  return final;
}

function endingEvents(settings: JobSettings, draft: StatusDraft, { type, reason, message }: Verdict): JobEvent[] {
  if (type === "Failed") return [{ type: "Warning", reason, message }];
  const completed: JobEvent = { type: "Normal", reason: "Completed", message: "Job completed" };
  if (settings.completions === undefined || draft.succeeded <= settings.completions) return [completed];
  const surplus = "Too many succeeded pods running after completion count reached";
  return [{ type: "Warning", reason: "TooManySucceededPods", message: surplus }, completed];
}
