import { describe, expect, test } from "vitest";
import type { CronJob, CronJobSpec } from "../../../src/api/generated/types.js";
import { formatTime } from "../../../src/api/meta/object.js";
import { nextScheduleDelayMs, recentSchedule } from "../../../src/controllers/cronjob/missed-schedules.js";
import { jobNameFor, nextRun } from "../../../src/controllers/cronjob/next-run.js";
import { createScheduleReader } from "../../../src/controllers/cronjob/schedule-of.js";

/** A Thursday. */
const top = Date.UTC(2016, 4, 19, 10);
const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
/** A CronJob is looked at so much after its time. */
const delta = 100;

interface Sample {
  readonly schedule: string;
  /** Milliseconds after the top of the hour. */
  readonly created?: number;
  readonly lastRun?: number;
  readonly deadlineSeconds?: number;
}

function sampleOf({ schedule, created = 0, lastRun, deadlineSeconds }: Sample, spec: Partial<CronJobSpec> = {}) {
  const deadline = deadlineSeconds === undefined ? {} : { startingDeadlineSeconds: deadlineSeconds };
  const cronJob: CronJob = {
    metadata: { name: "tick", namespace: "default", creationTimestamp: formatTime(top + created) },
    spec: { schedule, jobTemplate: { spec: { template: {} } }, ...deadline, ...spec },
    status: lastRun === undefined ? {} : { lastScheduleTime: formatTime(top + lastRun) },
  };
  const read = createScheduleReader()(cronJob).schedule;
  if (read === undefined) throw new Error(`${schedule} is no schedule`);
  return { cronJob, schedule: read };
}

/** @see kubernetes v1.36 pkg/controller/cronjob/utils_test.go, TestMostRecentScheduleTime */
describe("the last time at which a Job should have started", () => {
  const workdays = "30 6-16/4 * * 1-5";
  const cases: readonly (Sample & {
    readonly name: string;
    readonly at: number;
    readonly withinDeadline?: boolean;
    readonly recent?: number;
    readonly earliest: number;
    readonly missed?: "few" | "many";
  })[] = [
    { name: "it is not time yet", schedule: "0 * * * *", at: 30_000, earliest: 0 },
    { name: "it has just been time", schedule: "0 * * * *", at: 61 * minute, recent: hour, earliest: 0 },
    {
      name: "five were missed",
      schedule: "0 * * * *",
      created: 10_000,
      at: 301 * minute,
      recent: 300 * minute,
      earliest: 10_000,
      missed: "few",
    },
    {
      name: "uneven times, a day on",
      schedule: workdays,
      lastRun: 30 * minute,
      at: day + 31 * minute,
      recent: day + 30 * minute,
      earliest: 30 * minute,
      missed: "few",
    },
    {
      name: "the estimate is beyond the last one of the week",
      schedule: "30 10,11,12 * * 1-5",
      lastRun: 30 * minute,
      at: 30 * hour + 30 * minute,
      earliest: 30 * minute,
      missed: "few",
    },
    {
      name: "uneven times, over a weekend",
      schedule: workdays,
      lastRun: 30 * minute,
      at: 4 * day + 31 * minute,
      recent: 4 * day + 30 * minute,
      earliest: 30 * minute,
      missed: "few",
    },
    {
      name: "uneven times, never run before",
      schedule: workdays,
      at: day + 31 * minute,
      recent: day + 30 * minute,
      earliest: 0,
      missed: "few",
    },
    {
      name: "a steady distance, missed for a week",
      schedule: "@every 1h",
      created: -59 * minute,
      lastRun: minute,
      deadlineSeconds: 10,
      at: 7 * day,
      recent: 6 * day + 23 * hour + minute,
      earliest: minute,
      missed: "many",
    },
    { name: "created and run at once", schedule: "0 * * * *", lastRun: 0, at: 30_000, earliest: 0 },
    {
      name: "since the last run",
      schedule: "*/5 * * * *",
      lastRun: 30 * minute,
      at: 31 * minute,
      earliest: 30 * minute,
    },
    {
      name: "the deadline reaches the last run",
      schedule: "*/5 * * * *",
      lastRun: 30 * minute,
      deadlineSeconds: 60,
      withinDeadline: true,
      at: 31 * minute,
      earliest: 30 * minute,
    },
    {
      name: "the deadline does not reach the last run",
      schedule: "*/5 * * * *",
      lastRun: 30 * minute,
      deadlineSeconds: 60,
      withinDeadline: true,
      at: 32 * minute,
      earliest: 31 * minute,
    },
  ];
  for (const { name, at, recent, earliest, missed = "none", withinDeadline = false, ...sample } of cases) {
    test(name, () => {
      const { cronJob, schedule } = sampleOf(sample);
      expect(recentSchedule(cronJob, schedule, top + at, { withinDeadline })).toEqual({
        earliest: top + earliest,
        mostRecent: recent === undefined ? undefined : top + recent,
        missed,
      });
    });
  }

  test("there is no such day", () => {
    const { cronJob, schedule } = sampleOf({ schedule: "59 23 31 2 *", created: 10_000 });
    expect(recentSchedule(cronJob, schedule, top + hour, { withinDeadline: false }).error).toBeDefined();
  });
});

/** @see kubernetes v1.36 pkg/controller/cronjob/utils_test.go, TestNextScheduleTimeDuration */
describe("how long it is until the next time", () => {
  const cases: readonly (Sample & { readonly name: string; readonly at: number; readonly want: number })[] = [
    {
      name: "later that day",
      schedule: "30 6-16/4 * * 1-5",
      lastRun: 30 * minute,
      at: day + 31 * minute,
      want: 3 * hour + 59 * minute,
    },
    {
      name: "over a weekend, from the estimate on",
      schedule: "30 10,11,12 * * 1-5",
      lastRun: 30 * minute,
      at: 30 * hour + 30 * minute,
      want: 66 * hour,
    },
    {
      name: "once a week, two missed",
      schedule: "0 12 * * 4",
      lastRun: 2 * hour,
      at: 19 * day + hour + 30 * minute,
      want: 48 * hour + 30 * minute,
    },
    { name: "never run before", schedule: "0 12 * * 5", at: 6 * hour, want: 20 * hour },
  ];
  for (const { name, at, want, ...sample } of cases) {
    test(name, () => {
      const { cronJob, schedule } = sampleOf(sample);
      expect(nextScheduleDelayMs(cronJob, schedule, top + at)).toBe(want + delta);
    });
  }
});

/** @see kubernetes v1.36 pkg/controller/cronjob/cronjob_controllerv2_test.go, TestControllerV2SyncCronJob */
describe("what an hourly CronJob does", () => {
  const before = { at: -minute, startFor: undefined, wait: minute };
  const after = { at: minute, startFor: 0, wait: undefined };
  const waits = { at: minute, startFor: undefined, wait: 59 * minute };
  const weekLater = { at: 7 * day, startFor: 7 * day, wait: undefined };
  const few = { events: [] };
  const many = { events: ["TooManyMissedTimes"] };
  const short = 10;
  const medium = 2 * 60 * 60;
  const long = 1_000_000;
  const all = ["Allow", "Forbid", "Replace"] as const;
  const cases = [
    { name: "never ran, it is not time", history: "new", policies: all, ...before, ...few },
    { name: "never ran, it is time", history: "new", policies: all, ...after, ...few },
    { name: "never ran, the deadline is over", history: "new", policies: all, deadline: short, ...waits, ...few },
    { name: "never ran, within the deadline", history: "new", policies: all, deadline: long, ...after, ...few },
    { name: "ran and is done, it is not time", history: "done", policies: all, ...before, ...few },
    { name: "ran and is done, it is time", history: "done", policies: all, ...after, ...few },
    {
      name: "ran and is done, the deadline is over",
      history: "done",
      policies: all,
      deadline: short,
      ...waits,
      ...few,
    },
    { name: "ran and is done, within the deadline", history: "done", policies: all, deadline: long, ...after, ...few },
    { name: "still runs, it is not time", history: "active", policies: all, ...before, ...few },
    { name: "still runs, it is time", history: "active", policies: ["Allow", "Replace"], ...after, ...few },
    { name: "still runs, it is time", history: "active", policies: ["Forbid"], ...waits, events: ["JobAlreadyActive"] },
    { name: "still runs, the deadline is over", history: "active", policies: all, deadline: short, ...waits, ...few },
    { name: "a week is missed, no deadline", history: "done", policies: all, ...weekLater, ...many },
    {
      name: "a week is missed, a long deadline",
      history: "done",
      policies: all,
      deadline: long,
      ...weekLater,
      ...many,
    },
    {
      name: "a week is missed, a deadline of hours",
      history: "done",
      policies: all,
      deadline: medium,
      ...weekLater,
      ...few,
    },
    {
      name: "a week is missed, a short deadline",
      history: "done",
      policies: all,
      deadline: short,
      ...weekLater,
      ...few,
    },
    { name: "this one runs already", history: "this", policies: all, deadline: long, ...waits, ...few },
  ] as const;
  for (const { name, history, policies, at, startFor, wait, events, ...rest } of cases) {
    for (const concurrencyPolicy of policies) {
      test(`${name}, under ${concurrencyPolicy}`, () => {
        const ran = history === "new" ? { created: -minute } : { created: -61 * minute, lastRun: -59 * minute };
        const deadline = "deadline" in rest ? { deadlineSeconds: rest.deadline } : {};
        const { cronJob, schedule } = sampleOf({ schedule: "0 * * * ?", ...ran, ...deadline }, { concurrencyPolicy });
        const name = history === "this" ? jobNameFor(cronJob, top) : "tick-before";
        const active = history === "active" || history === "this" ? { active: [{ name, namespace: "default" }] } : {};
        const run = nextRun({ ...cronJob, status: { ...cronJob.status, ...active } }, schedule, top + at);
        expect({ ...run, events: run.events.map(({ reason }) => reason) }).toEqual({
          events,
          ...(startFor === undefined ? {} : { startFor: top + startFor }),
          ...(wait === undefined ? {} : { requeueAfterMs: wait + delta }),
        });
      });
    }
  }
});
