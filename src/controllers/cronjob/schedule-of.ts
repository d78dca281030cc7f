import { CronScheduleError, isTimeZone, parseCronSchedule } from "../../api/batch/cron-schedule.js";
import { cronTimes } from "../../api/batch/cron-times.js";
import type { CronJob, CronJobSpec } from "../../api/generated/types.js";
import { quote } from "../../api/meta/go-text.js";
import type { EpochMs } from "../../api/meta/object.js";
import type { CronJobEvent } from "./active-jobs.js";
import type { Schedule } from "./missed-schedules.js";

/** A CronJob's schedule, or why it has none that can be followed. */
export interface ReadSchedule {
  readonly schedule: Schedule | undefined;
  /** Said at every look, although the schedule is followed. */
  readonly warning?: CronJobEvent;
  readonly problem?: CronJobEvent;
}

/** Reads the schedules of CronJobs; each spec is read once. */
export function createScheduleReader(): (cronJob: CronJob) => ReadSchedule {
  const known = new WeakMap<CronJobSpec, ReadSchedule>();
  return ({ spec }) => {
    let read = known.get(spec);
    if (read === undefined) {
      read = readSchedule(spec);
      known.set(spec, read);
    }
    return read;
  };
}

function readSchedule({ schedule: text, timeZone }: CronJobSpec): ReadSchedule {
  if (timeZone !== undefined && !isTimeZone(timeZone)) {
    const message = `invalid timeZone: ${quote(timeZone)}: unknown time zone ${timeZone}`;
    return { schedule: undefined, problem: { type: "Warning", reason: "UnknownTimeZone", message } };
  }
  try {
    const schedule = remembering(cronTimes(parseCronSchedule(text), timeZone));
    return text.includes("TZ") ? { schedule, warning: zoneInSchedule(text) } : { schedule };
  } catch (error) {
    if (!(error instanceof CronScheduleError)) throw error;
    const message = `unparseable schedule: ${quote(text)} : ${error.message}`;
    return { schedule: undefined, problem: { type: "Warning", reason: "UnparseableSchedule", message } };
  }
}

/** The same few instants are asked for at every look within a minute. */
function remembering(next: (after: EpochMs) => EpochMs | undefined): Schedule {
  const answersMax = 8;
  const answers = new Map<EpochMs, EpochMs | undefined>();
  return {
    next(after) {
      if (answers.has(after)) return answers.get(after);
      const answer = next(after);
      const [oldest] = answers.keys();
      if (answers.size >= answersMax && oldest !== undefined) answers.delete(oldest);
      answers.set(after, answer);
      return answer;
    },
  };
}

function zoneInSchedule(text: string): CronJobEvent {
  const message =
    `CRON_TZ or TZ used in schedule ${quote(text)} is not officially supported, ` +
    "see https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/ for more details";
  return { type: "Warning", reason: "UnsupportedSchedule", message };
}
