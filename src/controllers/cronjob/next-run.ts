import type { CronJob } from "../../api/generated/types.js";
import { type EpochMs, parseTime } from "../../api/meta/object.js";
import type { CronJobEvent } from "./active-jobs.js";
import { nextScheduleDelayMs, recentSchedule, type Schedule } from "./missed-schedules.js";

/** What a CronJob does now: starts the Job of a scheduled instant, or waits for the next one. */
export interface NextRun {
  readonly events: readonly CronJobEvent[];
  /** The instant whose Job is started now. */
  readonly startFor?: EpochMs;
  /** Undefined: nothing to wait for until the CronJob changes. */
  readonly requeueAfterMs?: number;
}

/**
 * Decides whether it is time for a run that has not been started yet, and whether it may start.
 * @see kubernetes v1.36 pkg/controller/cronjob/cronjob_controllerv2.go, syncCronJob
 */
export function nextRun(cronJob: CronJob, schedule: Schedule, now: EpochMs): NextRun {
  const { mostRecent, missed, error } = recentSchedule(cronJob, schedule, now, { withinDeadline: true });
  if (error !== undefined) {
    const message = `invalid schedule: ${cronJob.spec.schedule} : ${error}`;
    return { events: [{ type: "Warning", reason: "InvalidSchedule", message }] };
  }
  const events: CronJobEvent[] = [];
  const wait = (): NextRun => {
    const requeueAfterMs = nextScheduleDelayMs(cronJob, schedule, now);
    return { events, ...(requeueAfterMs === undefined ? {} : { requeueAfterMs }) };
  };
  if (mostRecent === undefined) return wait();
  if (missed === "many") {
    const message = "too many missed start times. Set or decrease .spec.startingDeadlineSeconds or check clock skew";
    events.push({ type: "Warning", reason: "TooManyMissedTimes", message });
  }
  const { startingDeadlineSeconds, concurrencyPolicy } = cronJob.spec;
  if (startingDeadlineSeconds !== undefined && mostRecent + startingDeadlineSeconds * 1000 < now) {
    const message = `Missed scheduled time to start a job: ${rfc1123(mostRecent)}`;
    events.push({ type: "Warning", reason: "MissSchedule", message });
    return wait();
  }
  if (isStarted(cronJob, mostRecent)) return wait();
  if (concurrencyPolicy === "Forbid" && (cronJob.status?.active?.length ?? 0) > 0) {
    const message = "Not starting job because prior execution is running and concurrency policy is Forbid";
    events.push({ type: "Normal", reason: "JobAlreadyActive", message });
    return wait();
  }
  return { events, startFor: mostRecent };
}

/** `report-29408123`: the name of the Job of a scheduled instant, so that it cannot be started twice. */
export function jobNameFor(cronJob: CronJob, scheduledAt: EpochMs): string {
  return `${cronJob.metadata.name}-${Math.floor(scheduledAt / 60_000)}`;
}

function isStarted(cronJob: CronJob, scheduledAt: EpochMs): boolean {
  const { active = [], lastScheduleTime } = cronJob.status ?? {};
  if (lastScheduleTime !== undefined && parseTime(lastScheduleTime) === scheduledAt) return true;
  const name = jobNameFor(cronJob, scheduledAt);
  return active.some((reference) => reference.name === name && reference.namespace === cronJob.metadata.namespace);
}

/** `Sun, 22 Nov 2026 01:33:00 +0000` */
function rfc1123(at: EpochMs): string {
  return new Date(at).toUTCString().replace("GMT", "+0000");
}
