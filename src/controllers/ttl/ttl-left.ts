import type { Job } from "../../api/generated/types.js";
import { type EpochMs, parseTime } from "../../api/meta/object.js";

/**
 * Milliseconds until a finished Job is to be deleted; 0 or less when it is time. Undefined where that time never comes as
 * things are: the Job runs, has no `ttlSecondsAfterFinished`, or is being deleted.
 * @see kubernetes v1.36 pkg/controller/ttlafterfinished/ttlafterfinished_controller.go, processTTL
 */
export function ttlLeftMs(job: Job, now: EpochMs): number | undefined {
  const ttlSeconds = job.spec?.ttlSecondsAfterFinished;
  if (ttlSeconds === undefined || job.metadata.deletionTimestamp !== undefined) return undefined;
  const finishedAt = job.status?.conditions?.find(
    ({ type, status }) => (type === "Complete" || type === "Failed") && status === "True",
  )?.lastTransitionTime;
  return finishedAt === undefined ? undefined : parseTime(finishedAt) + ttlSeconds * 1000 - now;
}
