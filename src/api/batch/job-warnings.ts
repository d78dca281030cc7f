import { warningsForPodTemplate } from "../core/pod-warnings.js";
import type { CronJob, Job, JobSpec } from "../generated/types.js";
import { FieldPath } from "../meta/field-path.js";
import { dns1123LabelProblems } from "../meta/identifiers.js";
import { indexedJobLimits } from "./job-validation.js";

const specPath = FieldPath.of("spec");

/**
 * What the API server warns of when it accepts a new Job.
 * @see kubernetes v1.36 pkg/registry/batch/job/strategy.go, WarningsOnCreate
 */
export function warningsForJob(job: Job): readonly string[] {
  const warnings: string[] = [];
  const { name = "" } = job.metadata;
  warnOfName(warnings, name);
  if (job.spec !== undefined) warnings.push(...warningsForJobSpec(job.spec, specPath));
  return warnings;
}

/** What it warns of when a Job changes: nothing while the generation stays. */
export function warningsForJobUpdate(next: Job, previous: Job): readonly string[] {
  if (next.metadata.generation === previous.metadata.generation || next.spec === undefined) return [];
  return warningsForJobSpec(next.spec, specPath);
}

/** @see kubernetes v1.36 pkg/api/job/warnings.go, WarningsForJobSpec */
function warningsForJobSpec(spec: JobSpec, path: FieldPath): readonly string[] {
  const warnings: string[] = [];
  const { completions = 0, parallelism = 0 } = spec;
  if (
    spec.completionMode === "Indexed" &&
    completions > indexedJobLimits.completionsSoftMax &&
    parallelism > indexedJobLimits.parallelismMaxOfManyCompletions
  ) {
    warnings.push(
      `${path}: In Indexed Jobs with a number of completions higher than 10^5 and a parallelism higher than 10^4, ` +
        "Kubernetes might not be able to track completedIndexes when a big number of indexes fail",
    );
  }
  warnings.push(...warningsForPodTemplate(spec.template, path.child("template")));
  return warnings;
}

function warnOfName(warnings: string[], name: string): void {
  const problems = dns1123LabelProblems(name);
  if (problems.length === 0) return;
  warnings.push(
    "metadata.name: this is used in Pod names and hostnames, which can result in surprising behavior; " +
      `a DNS label is recommended: [${problems.join(" ")}]`,
  );
}

/** @see kubernetes v1.36 pkg/registry/batch/cronjob/strategy.go, WarningsOnCreate */
export function warningsForCronJob(cronJob: CronJob): readonly string[] {
  const warnings: string[] = [];
  const { name = "" } = cronJob.metadata;
  warnOfName(warnings, name);
  const { schedule = "", jobTemplate } = cronJob.spec;
  if (jobTemplate?.spec !== undefined) {
    warnings.push(...warningsForJobSpec(jobTemplate.spec, specPath.child("jobTemplate", "spec")));
  }
  if (schedule.includes("TZ")) {
    const path = specPath.child("schedule");
    warnings.push(
      `${path}: CRON_TZ or TZ used in schedule is not officially supported, see https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/ for more details`,
    );
  }
  return warnings;
}
