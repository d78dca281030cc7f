import type { CronJob } from "../../api/generated/types.js";
import { type EpochMs, parseTime } from "../../api/meta/object.js";

/** When something is scheduled. */
export interface Schedule {
  /** The first scheduled instant after this one; undefined where there is none within five years. */
  next(after: EpochMs): EpochMs | undefined;
}

/** Milliseconds by which a CronJob is looked at after the full minute, so that a clock a little slow misses nothing. */
const nextScheduleDeltaMs = 100;
/** More missed times than this get a warning. */
const missedTimesMax = 100;

export interface RecentSchedule {
  /** Where the search began: the last run, or the creation of the CronJob. */
  readonly earliest: EpochMs;
  /** The latest scheduled instant that has passed since; undefined where there is none. */
  readonly mostRecent: EpochMs | undefined;
  /** Estimated from the distance of the first two, as upstream does. */
  readonly missed: "none" | "few" | "many";
  /** Set where the schedule has no two instants that are a second apart. */
  readonly error?: string;
}

/**
 * The last instant at which a Job should have been started.
 * @see kubernetes v1.36 pkg/controller/cronjob/utils.go, mostRecentScheduleTime
 */
export function recentSchedule(
  cronJob: CronJob,
  schedule: Schedule,
  now: EpochMs,
  { withinDeadline }: { readonly withinDeadline: boolean },
): RecentSchedule {
  const lastRun = cronJob.status?.lastScheduleTime ?? cronJob.metadata.creationTimestamp;
  let earliest = lastRun === undefined ? now : parseTime(lastRun);
  const deadlineSeconds = cronJob.spec.startingDeadlineSeconds;
  if (withinDeadline && deadlineSeconds !== undefined) earliest = Math.max(earliest, now - deadlineSeconds * 1000);

  const first = schedule.next(earliest);
  if (first !== undefined && now < first) return { earliest, mostRecent: undefined, missed: "none" };
  const second = first === undefined ? undefined : schedule.next(first);
  if (first !== undefined && second !== undefined && now < second)
    return { earliest, mostRecent: first, missed: "none" };
  const apartMs = first === undefined || second === undefined ? 0 : Math.round((second - first) / 1000) * 1000;
  if (first === undefined || apartMs < 1000) {
    const error = "time difference between two schedules is less than 1 second";
    return { earliest, mostRecent: undefined, missed: "none", error };
  }
  // Steps over what was missed in one go, and back by one, since not all schedules are even.
  const missedCount = Math.floor((now - first) / apartMs) + 1;
  let mostRecent: EpochMs | undefined;
  for (
    let at = schedule.next(first + (missedCount - 2) * apartMs);
    at !== undefined && at <= now;
    at = schedule.next(at)
  ) {
    mostRecent = at;
  }
  return { earliest, mostRecent, missed: missedCount > missedTimesMax ? "many" : "few" };
}

/**
 * Milliseconds until the CronJob is to be looked at again; undefined where its schedule never comes.
 * @see kubernetes v1.36 pkg/controller/cronjob/utils.go, nextScheduleTimeDuration
 */
export function nextScheduleDelayMs(cronJob: CronJob, schedule: Schedule, now: EpochMs): number | undefined {
  const { earliest, mostRecent, missed, error } = recentSchedule(cronJob, schedule, now, { withinDeadline: false });
  const from = mostRecent ?? (error === undefined && missed === "none" ? earliest : now);
  const next = schedule.next(from);
  return next === undefined ? undefined : next + nextScheduleDeltaMs - now;
}
