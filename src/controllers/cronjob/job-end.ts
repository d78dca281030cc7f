import type { Job } from "../../api/generated/types.js";

/** How a Job has ended; undefined while it has not. */
export function endOf(job: Job): "Complete" | "Failed" | undefined {
  for (const { type, status } of job.status?.conditions ?? []) {
    if ((type === "Complete" || type === "Failed") && status === "True") return type;
  }
  return undefined;
}
