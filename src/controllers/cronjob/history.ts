import type { CronJob, Job } from "../../api/generated/types.js";
import { endOf } from "./job-end.js";

/**
 * The finished Jobs that are more than the history limits keep: of each kind, those that started first.
 * @see kubernetes v1.36 pkg/controller/cronjob/cronjob_controllerv2.go, cleanupFinishedJobs
 */
export function jobsBeyondHistory(cronJob: CronJob, jobs: readonly Job[]): readonly Job[] {
  const { successfulJobsHistoryLimit, failedJobsHistoryLimit } = cronJob.spec;
  return [
    ...oldestBeyond(jobs, "Complete", successfulJobsHistoryLimit),
    ...oldestBeyond(jobs, "Failed", failedJobsHistoryLimit),
  ];
}

function oldestBeyond(jobs: readonly Job[], end: "Complete" | "Failed", limit: number | undefined): readonly Job[] {
  if (limit === undefined) return [];
  const ended = jobs.filter((job) => endOf(job) === end);
  if (ended.length <= limit) return [];
  return ended.sort(compareStarts).slice(0, ended.length - limit);
}

/** Jobs that never started come last. */
function compareStarts(one: Job, other: Job): number {
  const [a, b] = [one.status?.startTime ?? "~", other.status?.startTime ?? "~"];
  if (a !== b) return a < b ? -1 : 1;
  return (one.metadata.name ?? "") < (other.metadata.name ?? "") ? -1 : 1;
}
