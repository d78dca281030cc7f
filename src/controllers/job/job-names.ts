/** Held by a Pod until its Job has counted it. */
export const trackingFinalizer = "batch.kubernetes.io/job-tracking";
export const completionIndexAnnotation = "batch.kubernetes.io/job-completion-index";
export const indexFailureCountAnnotation = "batch.kubernetes.io/job-index-failure-count";
export const indexIgnoredFailureCountAnnotation = "batch.kubernetes.io/job-index-ignored-failure-count";
/** The value of `spec.managedBy` that means this controller. */
export const jobControllerName = "kubernetes.io/job-controller";
export const completionIndexVariable = "JOB_COMPLETION_INDEX";
