import { describe, expect, test } from "vitest";
import type { CronJob, CronJobSpec, CronJobStatus, Job } from "../../../src/api/generated/types.js";
import { formatTime } from "../../../src/api/meta/object.js";
import { trackJobs } from "../../../src/controllers/cronjob/active-jobs.js";
import { jobsBeyondHistory } from "../../../src/controllers/cronjob/history.js";
import { jobFromTemplate, timeInZone } from "../../../src/controllers/cronjob/job-from-template.js";
import { nextScheduleDelayMs, type Schedule } from "../../../src/controllers/cronjob/missed-schedules.js";
import { nextRun } from "../../../src/controllers/cronjob/next-run.js";

const minuteMs = 60_000;
const noon = Date.UTC(2026, 0, 3, 12, 0, 0);
const everyMinute: Schedule = { next: (after) => (Math.floor(after / minuteMs) + 1) * minuteMs };
const never: Schedule = { next: () => undefined };

function cronJob(spec: Partial<CronJobSpec> = {}, status: CronJobStatus = {}): CronJob {
  return {
    metadata: { name: "tick", namespace: "default", uid: "cron-uid", creationTimestamp: formatTime(noon - 30_000) },
    spec: { schedule: "* * * * *", jobTemplate: { spec: { template: {} } }, ...spec },
    status,
  };
}

function job(name: string, end?: "Complete" | "Failed", startedAt = noon): Job {
  const completionTime = end === "Complete" ? { completionTime: formatTime(startedAt + 5000) } : {};
  return {
    metadata: { name, namespace: "default", uid: `${name}-uid` },
    status: {
      startTime: formatTime(startedAt),
      ...completionTime,
      ...(end === undefined ? {} : { conditions: [{ type: end, status: "True" }] }),
    },
  };
}

const reference = (name: string) => ({ name, namespace: "default", uid: `${name}-uid` });
const lastRun = (at: number) => ({ lastScheduleTime: formatTime(at) });

describe("what a CronJob does now", () => {
  const cases = [
    { name: "waits for the first full minute", cron: cronJob(), at: noon - 1000, want: { requeueAfterMs: 1100 } },
    { name: "starts the Job of a minute that has come", cron: cronJob(), at: noon + 100, want: { startFor: noon } },
    {
      name: "waits for the next one when that is started",
      cron: cronJob({}, lastRun(noon)),
      at: noon + 200,
      want: { requeueAfterMs: minuteMs - 100 },
    },
    {
      name: "starts only the last of the minutes that it missed",
      cron: cronJob({}, lastRun(noon)),
      at: noon + 5 * minuteMs + 7,
      want: { startFor: noon + 5 * minuteMs },
    },
    {
      name: "does not start twice what is in its list",
      cron: cronJob({}, { active: [reference(`tick-${noon / minuteMs}`)] }),
      at: noon + 100,
      want: { requeueAfterMs: minuteMs },
    },
    {
      name: "starts within the deadline",
      cron: cronJob({ startingDeadlineSeconds: 10 }),
      at: noon + 9_000,
      want: { startFor: noon },
    },
    {
      name: "starts another one beside those that run, by default",
      cron: cronJob({}, { active: [reference("old")], ...lastRun(noon - minuteMs) }),
      at: noon + 100,
      want: { startFor: noon },
    },
  ];
  for (const { name, cron, at, want } of cases)
    test(name, () => expect(nextRun(cron, everyMinute, at)).toEqual({ events: [], ...want }));

  const warnings = [
    {
      name: "Forbid lets the running one finish",
      cron: cronJob({ concurrencyPolicy: "Forbid" }, { active: [reference("old")], ...lastRun(noon - minuteMs) }),
      at: noon + 100,
      want: ["JobAlreadyActive"],
    },
    {
      name: "more than 100 missed minutes",
      cron: cronJob({}, lastRun(noon)),
      at: noon + 102 * minuteMs,
      want: ["TooManyMissedTimes"],
    },
    {
      name: "100 missed minutes are no reason to warn",
      cron: cronJob({}, lastRun(noon)),
      at: noon + 100 * minuteMs,
      want: [],
    },
  ];
  for (const { name, cron, at, want } of warnings) {
    test(name, () => expect(nextRun(cron, everyMinute, at).events.map(({ reason }) => reason)).toEqual(want));
  }

  test("a deadline that is over makes it skip the run", () => {
    const late = cronJob({ startingDeadlineSeconds: 10 }, lastRun(noon - minuteMs));
    expect(nextRun(late, everyMinute, noon + 11_000)).toEqual({ events: [], requeueAfterMs: minuteMs - 11_000 + 100 });
  });

  test("a schedule that never comes is said to be invalid", () => {
    expect(nextRun(cronJob(), never, noon)).toEqual({
      events: [
        {
          type: "Warning",
          reason: "InvalidSchedule",
          message: "invalid schedule: * * * * * : time difference between two schedules is less than 1 second",
        },
      ],
    });
    expect(nextScheduleDelayMs(cronJob(), never, noon)).toBeUndefined();
  });
});

describe("the Jobs of a CronJob", () => {
  test("are called by the minute and know when they were meant to start", () => {
    const template = { metadata: { labels: { a: "b" }, annotations: { note: "x" } }, spec: { template: {} } };
    const made = jobFromTemplate(cronJob({ jobTemplate: template, timeZone: "Europe/Lisbon" }), noon, {
      annotated: true,
    });
    expect(made.metadata).toMatchObject({
      name: `tick-${noon / minuteMs}`,
      labels: { a: "b" },
      annotations: { note: "x", "batch.kubernetes.io/cronjob-scheduled-timestamp": "2026-01-03T12:00:00Z" },
      ownerReferences: [{ kind: "CronJob", name: "tick", controller: true, blockOwnerDeletion: true }],
    });
    expect(jobFromTemplate(cronJob(), noon, { annotated: false }).metadata).not.toHaveProperty("annotations");
  });

  const zones = [
    { zone: undefined, want: "2026-07-01T04:30:00Z" },
    { zone: "Europe/Lisbon", want: "2026-07-01T05:30:00+01:00" },
    { zone: "Asia/Kolkata", want: "2026-07-01T10:00:00+05:30" },
    { zone: "America/New_York", want: "2026-07-01T00:30:00-04:00" },
  ];
  for (const { zone, want } of zones) {
    test(`the time in ${zone ?? "no zone"}`, () => expect(timeInZone(Date.UTC(2026, 6, 1, 4, 30), zone)).toBe(want));
  }

  test("that have finished leave the list, and the last success is noted", () => {
    const before = { active: [reference("a"), reference("b"), reference("c")] };
    const { status, events } = trackJobs(before, [job("a", "Complete"), job("b", "Failed"), job("c")], () => true);
    expect(status).toEqual({ active: [reference("c")], lastSuccessfulTime: formatTime(noon + 5000) });
    expect(events.map(({ message }) => message)).toEqual([
      "Saw completed job: a, condition: Complete",
      "Saw completed job: b, condition: Failed",
    ]);
  });

  test("that it did not start are unexpected, and never active", () => {
    const { status, events } = trackJobs({}, [job("stranger")], () => true);
    expect(status).toEqual({});
    expect(events).toMatchObject([{ type: "Warning", reason: "UnexpectedJob" }]);
  });

  test("that have gone leave the list", () => {
    const { status, events } = trackJobs({ active: [reference("a")] }, [], () => true);
    expect(status).toEqual({});
    expect(events).toMatchObject([{ reason: "MissingJob", message: "Active job went missing: a" }]);
  });

  test("beyond the history limits are those that started first", () => {
    const jobs = [
      job("c", "Complete", noon),
      job("a", "Complete", noon - 2000),
      job("b", "Complete", noon - 1000),
      job("f", "Failed"),
      job("r"),
    ];
    const names = (spec: Partial<CronJobSpec>) =>
      jobsBeyondHistory(cronJob(spec), jobs).map(({ metadata }) => metadata.name);
    expect(names({ successfulJobsHistoryLimit: 1, failedJobsHistoryLimit: 1 })).toEqual(["a", "b"]);
    expect(names({ successfulJobsHistoryLimit: 3, failedJobsHistoryLimit: 0 })).toEqual(["f"]);
    expect(names({})).toEqual([]);
  });
});
