import type { Job, JobSpec, PodTemplateSpec } from "../generated/types.js";
import { type EmulatedVersion, isAtLeast } from "../versions/emulated-version.js";

/** The labels that tie Pods to their Job; those without prefix are what versions before 1.27 knew. */
export const jobLabels = {
  controllerUid: "batch.kubernetes.io/controller-uid",
  jobName: "batch.kubernetes.io/job-name",
  legacyControllerUid: "controller-uid",
  legacyJobName: "job-name",
} as const;

/** Whether this version gives Pods the labels with the prefix. */
export function hasPrefixedJobLabels(version: EmulatedVersion): boolean {
  return isAtLeast(version, "1.27");
}

/**
 * A new Job with its selector, and with the labels on its template that the selector finds. Where the person
 * wrote such a label, theirs stays (validation will tell), and so does their selector, with the uid added.
 * Labels that the Job has from its template grow with them; a template without labels gives the Job none before it is
 * stored (see `withTemplateLabels`).
 * Jobs with `manualSelector: true` come back as they are. The uid has to be set.
 * @see kubernetes v1.36 pkg/registry/batch/job/strategy.go, generateSelector
 */
export function generateJobSelector(job: Job, version: EmulatedVersion): Job {
  const { spec } = job;
  if (spec === undefined || spec.manualSelector === true) return job;
  const { uid = "", name = "" } = job.metadata;
  const prefixed = hasPrefixedJobLabels(version);
  const templateLabels = spec.template.metadata?.labels;
  const labels: Record<string, string> = {
    ...(prefixed ? { [jobLabels.controllerUid]: uid, [jobLabels.jobName]: name } : {}),
    [jobLabels.legacyControllerUid]: uid,
    [jobLabels.legacyJobName]: name,
    ...templateLabels,
  };
  const template: PodTemplateSpec = { ...spec.template, metadata: { ...spec.template.metadata, labels } };
  const selectorLabel = prefixed ? jobLabels.controllerUid : jobLabels.legacyControllerUid;
  const selector: JobSpec["selector"] = {
    ...spec.selector,
    matchLabels: { [selectorLabel]: uid, ...spec.selector?.matchLabels },
  };
  const shared = templateLabels !== undefined && job.metadata.labels === templateLabels;
  return {
    ...job,
    ...(shared ? { metadata: { ...job.metadata, labels } } : {}),
    spec: { ...spec, selector, template },
  };
}
