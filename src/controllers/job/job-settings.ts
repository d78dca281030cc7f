import type { Job, PodFailurePolicy, SuccessPolicy } from "../../api/generated/types.js";
import type { JobBehaviour } from "./job-behaviour.js";

/** A Job's spec with every default in place and every question about it answered once a sync. */
export interface JobSettings {
  readonly behaviour: JobBehaviour;
  readonly parallelism: number;
  /** Undefined: any success completes the Job. */
  readonly completions: number | undefined;
  readonly indexed: boolean;
  readonly suspended: boolean;
  readonly backoffLimit: number;
  readonly backoffLimitPerIndex: number | undefined;
  readonly maxFailedIndexes: number | undefined;
  readonly activeDeadlineMs: number | undefined;
  readonly restartsOnFailure: boolean;
  readonly podFailurePolicy: PodFailurePolicy | undefined;
  readonly successPolicy: SuccessPolicy | undefined;
  /** A Pod is replaced only when it has ended, not already when it is being deleted. */
  readonly replacesOnlyEnded: boolean;
  /** Pods that are being deleted are counted, in the status or to delay the end. */
  readonly countsTerminating: boolean;
}

/** @see kubernetes v1.36 pkg/controller/job/job_controller.go, onlyReplaceFailedPods, trackTerminatingPods */
export function settingsOf(job: Job, behaviour: JobBehaviour): JobSettings {
  const spec = job.spec;
  const podFailurePolicy = behaviour.podFailurePolicy ? spec?.podFailurePolicy : undefined;
  const indexed = spec?.completionMode === "Indexed";
  return {
    behaviour,
    parallelism: spec?.parallelism ?? 1,
    completions: spec?.completions,
    indexed,
    suspended: spec?.suspend === true,
    backoffLimit: spec?.backoffLimit ?? 6,
    backoffLimitPerIndex: indexed && behaviour.backoffLimitPerIndex ? spec?.backoffLimitPerIndex : undefined,
    maxFailedIndexes: spec?.maxFailedIndexes,
    activeDeadlineMs: spec?.activeDeadlineSeconds === undefined ? undefined : spec.activeDeadlineSeconds * 1000,
    restartsOnFailure: spec?.template.spec?.restartPolicy === "OnFailure",
    podFailurePolicy,
    successPolicy: indexed && behaviour.successPolicy ? spec?.successPolicy : undefined,
    replacesOnlyEnded:
      (behaviour.terminatingInStatus && spec?.podReplacementPolicy === "Failed") || podFailurePolicy !== undefined,
    countsTerminating: behaviour.terminatingInStatus || behaviour.delayedEnd || podFailurePolicy !== undefined,
  };
}
