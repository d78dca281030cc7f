import { defaultCronJob, defaultJob } from "../../api/batch/job-defaults.js";
import { generateJobSelector } from "../../api/batch/job-selector.js";
import { keepStatus, plain } from "./plain.js";

/** Jobs: a selector of their own, and dependents that outlive a delete which does not say otherwise. */
export const jobStrategy = plain("jobs", {
  generation: true,
  setDefaults: (job, { version }) => defaultJob(job, { version }),
  prepareForCreate: (job, { version }) => ({ ...generateJobSelector(job, version), status: {} }),
  prepareForUpdate: keepStatus,
  defaultPropagation: "Orphan",
  selectableFields: (job) => ({ "status.successful": String(job.status?.succeeded ?? 0) }),
});

export const cronJobStrategy = plain("cronjobs", {
  generation: true,
  setDefaults: (cronJob) => defaultCronJob(cronJob),
  prepareForCreate: (cronJob) => ({ ...cronJob, status: {} }),
  prepareForUpdate: keepStatus,
});
