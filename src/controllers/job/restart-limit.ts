import type { ContainerStatus, Pod } from "../../api/generated/types.js";
import type { JobSettings } from "./job-settings.js";

/**
 * Whether the containers of a Job with restartPolicy OnFailure have been restarted too often: the restarts of all its
 * living Pods are summed, init containers included.
 * @see kubernetes v1.36 pkg/controller/job/job_controller.go, pastBackoffLimitOnFailure
 */
export function exceedsRestartLimit(settings: JobSettings, pods: readonly Pod[]): boolean {
  if (!settings.restartsOnFailure) return false;
  let restarts = 0;
  for (const { status } of pods) {
    if (status?.phase !== "Running" && status?.phase !== "Pending") continue;
    restarts += restartsIn(status.initContainerStatuses) + restartsIn(status.containerStatuses);
  }
  return settings.backoffLimit === 0 ? restarts > 0 : restarts >= settings.backoffLimit;
}

function restartsIn(statuses: readonly ContainerStatus[] | undefined): number {
  let restarts = 0;
  if (statuses !== undefined) for (const status of statuses) restarts += status.restartCount;
  return restarts;
}
