import { type EpochMs, parseTime } from "../../api/meta/object.js";
import type { JobSettings } from "./job-settings.js";

/**
 * Milliseconds until the Job's deadline; 0 or less when it has passed. Undefined where none runs: there is none, the
 * Job has not started, or it is suspended.
 * @see kubernetes v1.36 pkg/controller/job/job_controller.go, pastActiveDeadline
 */
export function deadlineLeftMs(settings: JobSettings, startTime: string | undefined, now: EpochMs): number | undefined {
  if (settings.activeDeadlineMs === undefined || settings.suspended || startTime === undefined) return undefined;
  return settings.activeDeadlineMs - (now - parseTime(startTime));
}
