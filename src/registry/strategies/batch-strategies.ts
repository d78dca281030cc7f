import { validateCronJob, validateCronJobUpdate } from "../../api/batch/cron-job-validation.js";
import { defaultCronJob, defaultJob, withTemplateLabels } from "../../api/batch/job-defaults.js";
import { generateJobSelector } from "../../api/batch/job-selector.js";
import { validateJobStatusUpdate } from "../../api/batch/job-status-validation.js";
import { withTrackingAnnotation } from "../../api/batch/job-tracking.js";
import { validateJobUpdate } from "../../api/batch/job-update-validation.js";
import { validateJob } from "../../api/batch/job-validation.js";
import { warningsForCronJob, warningsForJob, warningsForJobUpdate } from "../../api/batch/job-warnings.js";
import { keepStatus, plain } from "./plain.js";

/** Jobs: a selector of their own, and dependents that outlive a delete which does not say otherwise. */
export const jobStrategy = plain("jobs", {
  generation: true,
  setDefaults: (job, { version }) => defaultJob(job, { version }),
  prepareForCreate: (job, { version }) => ({
    ...withTrackingAnnotation(generateJobSelector(job, version), version),
    status: {},
  }),
  prepareForUpdate: keepStatus,
  validate: validateJob,
  canonicalize: withTemplateLabels,
  validateUpdate: validateJobUpdate,
  validateStatusUpdate: validateJobStatusUpdate,
  warnings: (next, previous) => (previous === undefined ? warningsForJob(next) : warningsForJobUpdate(next, previous)),
  defaultPropagation: "Orphan",
  selectableFields: (job) => ({ "status.successful": String(job.status?.succeeded ?? 0) }),
});

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
