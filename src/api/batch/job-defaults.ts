import { change, changeItems, fill, fillEmpty } from "../core/defaulting.js";
import { defaultPodTemplate } from "../core/pod-defaults.js";
import type { CronJob, CronJobSpec, Job, JobSpec, PodFailurePolicy } from "../generated/types.js";
import { type EmulatedVersion, isAtLeast } from "../versions/emulated-version.js";
import { isEnabled } from "../versions/feature-gates.js";

/** With a limit for each index, the Job as a whole may fail as often as a 32-bit number can count. */
const unlimitedBackoff = 2 ** 31 - 1;

/** From this version on `manualSelector: false` is written out. */
const manualSelectorWrittenSince: EmulatedVersion = "1.29";

interface VersionOptions {
  readonly version: EmulatedVersion;
}

/**
 * A Job as the API server keeps it, before its selector and labels are generated.
 * @see kubernetes v1.36 pkg/apis/batch/v1/defaults.go, SetDefaults_Job
 */
export function defaultJob(job: Job, options: VersionOptions): Job {
  const filled = fill(job, { spec: emptySpec, status: {} });
  const defaulted = change(filled, "spec", (spec) => defaultJobSpec(spec, options));
  return withTemplateLabels(defaulted);
}

/**
 * A Job without labels of its own has those of its template. Upstream does so whenever it reads a Job, also from the
 * store: after validation, call it again, because the template has the generated labels then.
 */
export function withTemplateLabels(job: Job): Job {
  const labels = job.spec?.template.metadata?.labels;
  if (labels === undefined || hasLabels(job)) return job;
  return { ...job, metadata: { ...job.metadata, labels } };
}

const emptySpec: JobSpec = { template: {} };

function hasLabels(job: Job): boolean {
  for (const _ in job.metadata.labels) return true;
  return false;
}

/** @see kubernetes v1.36 pkg/apis/batch/v1/defaults.go, SetDefaults_Job */
function defaultJobSpec(spec: JobSpec, { version }: VersionOptions): JobSpec {
  const limitsIndexes = spec.backoffLimitPerIndex !== undefined && isEnabled("JobBackoffLimitPerIndex", version);
  let result = fill(spec, {
    template: {},
    parallelism: 1,
    ...(spec.completions === undefined && spec.parallelism === undefined ? { completions: 1 } : {}),
    backoffLimit: limitsIndexes ? unlimitedBackoff : 6,
    completionMode: "NonIndexed",
    suspend: false,
    ...(isEnabled("JobPodReplacementPolicy", version)
      ? { podReplacementPolicy: spec.podFailurePolicy === undefined ? "TerminatingOrFailed" : "Failed" }
      : {}),
    ...(isAtLeast(version, manualSelectorWrittenSince) ? { manualSelector: false } : {}),
  });
  result = change(result, "podFailurePolicy", defaultFailurePolicy);
  return change(result, "template", defaultPodTemplate);
}

function defaultFailurePolicy(policy: PodFailurePolicy): PodFailurePolicy {
  return change(fill(policy, { rules: [] }), "rules", (rules) =>
    changeItems(rules, (rule) =>
      change(rule, "onPodConditions", (patterns) =>
        changeItems(patterns, (pattern) => fillEmpty(pattern, { status: "True" })),
      ),
    ),
  );
}

const cronJobSpecDefaults: Partial<CronJobSpec> = {
  concurrencyPolicy: "Allow",
  suspend: false,
  successfulJobsHistoryLimit: 3,
  failedJobsHistoryLimit: 1,
};

/**
 * A CronJob as the API server keeps it. The Job inside stays open: its defaults come when a Job is made of it, only
 * the Pod template's come now.
 * @see kubernetes v1.36 pkg/apis/batch/v1/defaults.go, SetDefaults_CronJob
 */
export function defaultCronJob(cronJob: CronJob): CronJob {
  const filled = fill(cronJob, { spec: { schedule: "", jobTemplate: {} }, status: {} });
  return change(filled, "spec", (spec) => {
    const concurrency = spec.concurrencyPolicy?.length === 0 ? { ...spec, concurrencyPolicy: "Allow" as const } : spec;
    const complete = fill(fill(concurrency, cronJobSpecDefaults), { jobTemplate: {} });
    return change(complete, "jobTemplate", (template) =>
      change(fill(template, { metadata: {}, spec: emptySpec }), "spec", (jobSpec) => {
        const withTemplate = change(fill(jobSpec, { template: {} }), "template", defaultPodTemplate);
        return change(withTemplate, "podFailurePolicy", defaultFailurePolicy);
      }),
    );
  });
}
