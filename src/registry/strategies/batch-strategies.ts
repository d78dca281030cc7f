import { validateCronJob, validateCronJobUpdate } from "../../api/batch/cron-job-validation.js";
import { defaultCronJob, defaultJob, withTemplateLabels } from "../../api/batch/job-defaults.js";
import { generateJobSelector } from "../../api/batch/job-selector.js";
import { validateJobStatusUpdate } from "../../api/batch/job-status-validation.js";
import { withTrackingAnnotation } from "../../api/batch/job-tracking.js";
import { validateJobUpdate } from "../../api/batch/job-update-validation.js";
import { validateJob, validateJobOfValidSpec } from "../../api/batch/job-validation.js";
import { warningsForCronJob, warningsForJob, warningsForJobUpdate } from "../../api/batch/job-warnings.js";
import type { JobSpec, PodSpec } from "../../api/generated/types.js";
import type { Strategy } from "../strategy.js";
import { keepStatus, plain } from "./plain.js";

/**
 * Jobs: a selector of their own, and dependents that outlive a delete which does not say otherwise. The Jobs of a CronJob
 * are made from one spec, which is worked through once.
 */
export function jobStrategy(): Strategy<"jobs"> {
  const defaulted = new WeakMap<JobSpec, JobSpec>();
  const valid = new WeakSet<PodSpec>();
  return plain("jobs", {
    generation: true,
    setDefaults(job, { version, trusted }) {
      const known = trusted && job.spec !== undefined ? defaulted.get(job.spec) : undefined;
      if (known !== undefined) return withTemplateLabels({ ...job, spec: known, status: job.status ?? {} });
      const filled = defaultJob(job, { version });
      if (trusted && job.spec !== undefined && filled.spec !== undefined) defaulted.set(job.spec, filled.spec);
      return filled;
    },
    prepareForCreate(job, { version }) {
      // Field by field: whatever the Job came with, its fields stand in one order.
      const { apiVersion, kind, metadata, spec } = withTrackingAnnotation(generateJobSelector(job, version), version);
      const head = { ...(apiVersion && { apiVersion }), ...(kind && { kind }), metadata };
      return spec === undefined ? { ...head, status: {} } : { ...head, spec, status: {} };
    },
    prepareForUpdate: keepStatus,
    validate(job, context) {
      const podSpec = job.spec?.template.spec;
      if (!context.trusted || podSpec === undefined) return validateJob(job, context);
      if (valid.has(podSpec)) return validateJobOfValidSpec(job, context);
      const errors = validateJob(job, context);
      if (errors.length === 0) valid.add(podSpec);
      return errors;
    },
    canonicalize: withTemplateLabels,
    validateUpdate: validateJobUpdate,
    validateStatusUpdate: validateJobStatusUpdate,
    warnings: (next, previous) =>
      previous === undefined ? warningsForJob(next) : warningsForJobUpdate(next, previous),
    defaultPropagation: "Orphan",
    selectableFields: (job) => ({ "status.successful": String(job.status?.succeeded ?? 0) }),
  });
}

export const cronJobStrategy = plain("cronjobs", {
  generation: true,
  setDefaults: (cronJob) => defaultCronJob(cronJob),
  prepareForCreate: (cronJob) => ({ ...cronJob, status: {} }),
  prepareForUpdate: keepStatus,
  validate: validateCronJob,
  validateUpdate: validateCronJobUpdate,
  // The name is a matter of creation alone.
  warnings: (next, previous) =>
    warningsForCronJob(next).filter((text) => previous === undefined || !text.startsWith("metadata.name")),
});
