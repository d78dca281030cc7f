import type { Job } from "../generated/types.js";
import { type EmulatedVersion, isAtLeast } from "../versions/emulated-version.js";
import { isEnabled } from "../versions/feature-gates.js";

const trackingAnnotation = "batch.kubernetes.io/job-tracking";
/** From here on all Jobs are tracked by finalizers, and none says so. */
const annotationEnd: EmulatedVersion = "1.27";

/**
 * A new Job with the annotation by which API servers told Jobs that are tracked by finalizers from older ones.
 * @see kubernetes v1.26 pkg/registry/batch/job/strategy.go, addJobTrackingAnnotation
 */
export function withTrackingAnnotation(job: Job, version: EmulatedVersion): Job {
  if (isAtLeast(version, annotationEnd) || !isEnabled("JobTrackingWithFinalizers", version)) return job;
  return {
    ...job,
    metadata: { ...job.metadata, annotations: { ...job.metadata.annotations, [trackingAnnotation]: "" } },
  };
}
