import type { Job, JobCondition } from "../../api/generated/types.js";
import { type EpochMs, formatTime } from "../../api/meta/object.js";

export type JobConditionType = "Suspended" | "SuccessCriteriaMet" | "FailureTarget" | "Complete" | "Failed";

/** What a condition says, without the time at which it began. */
export interface Verdict {
  readonly type: JobConditionType;
  readonly reason: string;
  readonly message: string;
}

export function conditionOf({ type, reason, message }: Verdict, now: EpochMs, status = "True"): JobCondition {
  const at = formatTime(now);
  return {
    type,
    status,
    lastProbeTime: at,
    lastTransitionTime: at,
    ...(reason === "" ? {} : { reason }),
    ...(message === "" ? {} : { message }),
  };
}

/** The condition of this type if it is True. */
export function trueCondition(
  conditions: readonly JobCondition[] | undefined,
  type: JobConditionType,
): JobCondition | undefined {
  if (conditions === undefined) return undefined;
  for (const condition of conditions) if (condition.type === type && condition.status === "True") return condition;
  return undefined;
}

/** Complete or Failed: nothing of the Job changes any more. */
export function finishedCondition(job: Job): JobCondition | undefined {
  const conditions = job.status?.conditions;
  return trueCondition(conditions, "Complete") ?? trueCondition(conditions, "Failed");
}

/**
 * The conditions with this one among them: changed in its place, appended, or left out where it is False and was never
 * there. Returns its argument where nothing changes.
 * @see kubernetes v1.36 pkg/controller/job/job_controller.go, ensureJobConditionStatus
 */
export function withCondition(
  conditions: readonly JobCondition[],
  verdict: Verdict,
  now: EpochMs,
  status: "True" | "False" = "True",
): readonly JobCondition[] {
  const place = conditions.findIndex((condition) => condition.type === verdict.type);
  const old = conditions[place];
  if (old === undefined) return status === "False" ? conditions : [...conditions, conditionOf(verdict, now, status)];
  const same =
    old.status === status && (old.reason ?? "") === verdict.reason && (old.message ?? "") === verdict.message;
  return same ? conditions : conditions.with(place, conditionOf(verdict, now, status));
}
