import { describe, expect, it } from "vitest";
import { validateCronJob } from "../../../src/api/batch/cron-job-validation.js";
import { parseCronSchedule } from "../../../src/api/batch/cron-schedule.js";
import { cronTimes } from "../../../src/api/batch/cron-times.js";
import { defaultCronJob } from "../../../src/api/batch/job-defaults.js";
import type { CronJob } from "../../../src/api/generated/types.js";
import { merge } from "../merge.js";

const broken = [
  ["61 * * * *", "end of range (61) above maximum (59): 61"],
  ["* 24 * * *", "end of range (24) above maximum (23): 24"],
  ["* * 0 * *", "beginning of range (0) below minimum (1): 0"],
  ["* * * 13 *", "end of range (13) above maximum (12): 13"],
  ["* * * * 7", "end of range (7) above maximum (6): 7"],
  ["5-3 * * * *", "beginning of range (5) beyond end of range (3): 5-3"],
  ["*/0 * * * *", "step of range should be a positive number: */0"],
  ["1/2/3 * * * *", "too many slashes: 1/2/3"],
  ["1-2-3 * * * *", "too many hyphens: 1-2-3"],
  ["x * * * *", 'failed to parse int from x: strconv.Atoi: parsing "x": invalid syntax'],
  ["* * * *", "expected exactly 5 fields, found 4: [* * * *]"],
  ["@sometimes", "unrecognized descriptor: @sometimes"],
  ["@every soon", 'failed to parse duration @every soon: time: invalid duration "soon"'],
  ["TZ=Moon/Base 0 0 * * *", "provided bad location Moon/Base: unknown time zone Moon/Base"],
] as const;

describe("a schedule that is none", () => {
  it.each(broken)("%s", (text, message) => {
    expect(() => parseCronSchedule(text)).toThrow(message);
  });
});

const times = [
  ["* * * * *", "2026-01-05T10:00:30Z", "UTC", "2026-01-05T10:01:00.000Z"],
  ["0 8 * * 1-5", "2026-01-09T08:00:00Z", "UTC", "2026-01-12T08:00:00.000Z"],
  ["*/15 3 1 jan,JUL ?", "2026-01-01T03:46:00Z", "UTC", "2026-07-01T03:00:00.000Z"],
  ["0 0 13 * fri", "2026-01-10T00:00:00Z", "UTC", "2026-01-13T00:00:00.000Z"],
  ["0 0 29 feb *", "2026-01-01T00:00:00Z", "UTC", "2028-02-29T00:00:00.000Z"],
  ["@hourly", "2026-01-01T00:00:00Z", "UTC", "2026-01-01T01:00:00.000Z"],
  ["@every 90m", "2026-01-01T00:00:10.500Z", "UTC", "2026-01-01T01:30:10.000Z"],
  ["0 8 * * *", "2026-07-01T00:00:00Z", "Europe/Rome", "2026-07-01T06:00:00.000Z"],
  ["0 8 * * *", "2026-01-01T00:00:00Z", "Europe/Rome", "2026-01-01T07:00:00.000Z"],
  ["TZ=Asia/Kolkata 0 6 * * *", "2026-01-01T00:00:00Z", "UTC", "2026-01-01T00:30:00.000Z"],
  // the clocks go forward from 02:00 to 03:00 on 29 March 2026: that day has no 02:30
  ["30 2 * * *", "2026-03-28T12:00:00Z", "Europe/Rome", "2026-03-30T00:30:00.000Z"],
] as const;

describe("the next time of a schedule", () => {
  it.each(times)("%s after %s in %s", (text, after, zone, next) => {
    const time = cronTimes(parseCronSchedule(text), zone)(Date.parse(after));
    expect(new Date(time ?? Number.NaN).toISOString()).toBe(next);
  });

  it("is none for a day that no month has", () => {
    expect(cronTimes(parseCronSchedule("0 0 30 2 *"))(0)).toBeUndefined();
  });
});

const cronJob: CronJob = {
  metadata: { name: "bell", namespace: "tower" },
  spec: {
    schedule: "0 8 * * *",
    jobTemplate: {
      spec: { template: { spec: { restartPolicy: "Never", containers: [{ name: "ring", image: "busybox" }] } } },
    },
  },
};

const cases = [
  { name: "a valid one", patch: {}, errors: [] },
  { name: "it has a schedule", patch: { spec: { schedule: "" } }, errors: ["spec.schedule: Required value"] },
  {
    name: "a zone is not part of the schedule",
    patch: { spec: { schedule: "TZ=Europe/Rome 0 8 * * *" } },
    errors: [
      'spec.schedule: Invalid value: "TZ=Europe/Rome 0 8 * * *": cannot use TZ or CRON_TZ in schedule, use timeZone field instead',
    ],
  },
  {
    name: "a zone is known",
    patch: { spec: { timeZone: "CEST" } },
    errors: ['spec.timeZone: Invalid value: "CEST": unknown time zone CEST'],
  },
  {
    name: "a zone is not empty",
    patch: { spec: { timeZone: "" } },
    errors: ['spec.timeZone: Invalid value: "": timeZone must be nil or non-empty string'],
  },
  {
    name: "a zone is well-formed",
    patch: { spec: { timeZone: "Europe/Ro me" } },
    errors: ['spec.timeZone: Invalid value: "Europe/Ro me": unknown time zone Europe/Ro me'],
  },
  {
    name: "numbers are not negative",
    patch: { spec: { startingDeadlineSeconds: -1, successfulJobsHistoryLimit: -2, failedJobsHistoryLimit: -3 } },
    errors: [
      "spec.startingDeadlineSeconds: Invalid value: -1: must be greater than or equal to 0",
      "spec.successfulJobsHistoryLimit: Invalid value: -2: must be greater than or equal to 0",
      "spec.failedJobsHistoryLimit: Invalid value: -3: must be greater than or equal to 0",
    ],
  },
  {
    name: "the policy is one of three",
    patch: { spec: { concurrencyPolicy: "Queue" } },
    errors: ['spec.concurrencyPolicy: Unsupported value: "Queue": supported values: "Allow", "Forbid", "Replace"'],
  },
  {
    name: "53 characters are too long a name",
    patch: { metadata: { name: "b".repeat(53) } },
    errors: [`metadata.name: Invalid value: "${"b".repeat(53)}": must be no more than 52 characters`],
  },
  {
    name: "a selector is generated later",
    patch: { spec: { jobTemplate: { spec: { selector: { matchLabels: { a: "b" } }, manualSelector: true } } } },
    errors: [
      'spec.jobTemplate.spec.selector: Invalid value: {"matchLabels":{"a":"b"}}: `selector` will be auto-generated',
      'spec.jobTemplate.spec.manualSelector: Unsupported value: true: supported values: "nil", "false"',
    ],
  },
];

describe("a new CronJob", () => {
  it.each(cases)("$name", ({ patch, errors }) => {
    const found = validateCronJob(defaultCronJob(merge(cronJob, patch)), { version: "1.36" });
    expect(found.map(({ field, message }) => `${field}: ${message}`)).toEqual(errors);
  });
});
