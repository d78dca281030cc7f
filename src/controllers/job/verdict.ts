import type { Job } from "../../api/generated/types.js";
import type { EpochMs } from "../../api/meta/object.js";
import { trueCondition, type Verdict } from "./conditions.js";
import { deadlineLeftMs } from "./deadline.js";
import type { JobSettings } from "./job-settings.js";
import type { Observation } from "./observation.js";
import { failJobMessage } from "./pod-failure-policy.js";
import { exceedsRestartLimit } from "./restart-limit.js";
import { matchSuccessPolicy } from "./success-policy.js";

/**
 * Whether the Job is to end now, whatever its Pods still do, and why. The first of these that holds decides:
 * 1. it has met its success criteria before;  2. it has failed before;  3. a Pod matches a FailJob rule;
 * 4. too many Pods failed or containers restarted;  5. the deadline has passed;  6. too many indexes failed;
 * 7. the success policy is met.
 * @see kubernetes v1.36 pkg/controller/job/job_controller.go, syncJob
 */
export function verdictOf(
  job: Job,
  settings: JobSettings,
  seen: Observation,
  { startTime, now }: { readonly startTime: string | undefined; readonly now: EpochMs },
): Verdict | undefined {
  const met = trueCondition(job.status?.conditions, "SuccessCriteriaMet");
  if (met !== undefined) {
    return { type: "SuccessCriteriaMet", reason: met.reason ?? "", message: met.message ?? "" };
  }
  const target = trueCondition(job.status?.conditions, "FailureTarget");
  if (target !== undefined) return { type: "Failed", reason: target.reason ?? "", message: target.message ?? "" };

  const failJob = failJobMessage(settings.podFailurePolicy, seen.pods, settings.replacesOnlyEnded);
  // Also before the other ends had an interim condition, this one did: the Pods' finalizers go, its message must not.
  if (failJob !== undefined) return { type: "FailureTarget", reason: "PodFailurePolicy", message: failJob };

  if (seen.failed > settings.backoffLimit || exceedsRestartLimit(settings, seen.pods)) {
    return failure(settings, "BackoffLimitExceeded", "Job has reached the specified backoff limit");
  }
  if ((deadlineLeftMs(settings, startTime, now) ?? 1) <= 0) {
    return failure(settings, "DeadlineExceeded", "Job was active longer than specified deadline");
  }
  return failedIndexesVerdict(settings, seen) ?? successPolicyVerdict(settings, seen);
}

/** The verdict on a Job whose Pods have all succeeded. */
export function completionVerdict({ behaviour }: JobSettings): Verdict {
  const type = behaviour.delayedEnd ? "SuccessCriteriaMet" : "Complete";
  return behaviour.successPolicy
    ? { type, reason: "CompletionsReached", message: "Reached expected number of succeeded pods" }
    : { type, reason: "", message: "" };
}

function failedIndexesVerdict(settings: JobSettings, seen: Observation): Verdict | undefined {
  if (seen.failedIndexes === undefined) return undefined;
  const failed = seen.failedIndexes.count;
  if (settings.maxFailedIndexes !== undefined && failed > settings.maxFailedIndexes) {
    const message = "Job has exceeded the specified maximal number of failed indexes";
    return failure(settings, "MaxFailedIndexesExceeded", message);
  }
  if (failed > 0 && failed + seen.succeededIndexes.count >= (settings.completions ?? 0)) {
    return failure(settings, "FailedIndexes", "Job has failed indexes");
  }
  return undefined;
}

function successPolicyVerdict(settings: JobSettings, seen: Observation): Verdict | undefined {
  const message = matchSuccessPolicy(settings.successPolicy, seen.succeededIndexes, settings.completions ?? 0);
  return message === undefined ? undefined : { type: "SuccessCriteriaMet", reason: "SuccessPolicy", message };
}

function failure({ behaviour }: JobSettings, reason: string, message: string): Verdict {
  return { type: behaviour.delayedEnd ? "FailureTarget" : "Failed", reason, message };
}
