import { describe, expect, test } from "vitest";
import { formatTime } from "../../../src/api/meta/object.js";
import { createScheduleReader } from "../../../src/controllers/cronjob/schedule-of.js";

function read(schedule: string, timeZone?: string) {
  const spec = { schedule, jobTemplate: {}, ...(timeZone === undefined ? {} : { timeZone }) };
  return createScheduleReader()({ metadata: { name: "tick" }, spec });
}

function runs(schedule: string, timeZone: string | undefined, after: string, count: number): string[] {
  const times: string[] = [];
  let at: number | undefined = Date.parse(after);
  while (times.length < count) {
    at = read(schedule, timeZone).schedule?.next(at ?? Number.NaN);
    if (at === undefined) break;
    times.push(formatTime(at));
  }
  return times;
}

describe("the times of a CronJob", () => {
  const cases = [
    {
      name: "every minute, up to midnight and on",
      args: ["* * * * *", undefined, "2026-01-03T23:58:10Z", 3],
      want: ["2026-01-03T23:59:00Z", "2026-01-04T00:00:00Z", "2026-01-04T00:01:00Z"],
    },
    {
      name: "in the zone's own time",
      args: ["30 4 1 7 *", "Europe/Lisbon", "2026-01-03T00:00:00Z", 1],
      want: ["2026-07-01T03:30:00Z"],
    },
    {
      name: "once an hour through a clock set back",
      args: ["0 * * * *", "Europe/Lisbon", "2026-10-24T23:30:00Z", 3],
      want: ["2026-10-25T00:00:00Z", "2026-10-25T01:00:00Z", "2026-10-25T02:00:00Z"],
    },
    {
      name: "not in an hour that a clock set forward leaves out",
      args: ["30 1 * * *", "Europe/Lisbon", "2026-03-28T12:00:00Z", 1],
      want: ["2026-03-30T00:30:00Z"],
    },
    {
      name: "of a schedule with a zone of its own",
      args: ["TZ=Asia/Kolkata 0 6 * * *", undefined, "2026-01-03T00:00:00Z", 1],
      want: ["2026-01-03T00:30:00Z"],
    },
    { name: "never", args: ["0 0 31 2 *", undefined, "2026-01-03T00:00:00Z", 1], want: [] },
  ] as const;
  for (const { name, args, want } of cases) {
    const [schedule, zone, after, count] = args;
    test(name, () => expect(runs(schedule, zone, after, count)).toEqual(want));
  }

  test("a zone in the schedule is followed, and warned of", () => {
    expect(read("CRON_TZ=UTC 0 0 * * *").warning?.reason).toBe("UnsupportedSchedule");
  });

  test("a zone that does not exist is named", () => {
    expect(read("* * * * *", "Europe/Atlantis").problem).toEqual({
      type: "Warning",
      reason: "UnknownTimeZone",
      message: 'invalid timeZone: "Europe/Atlantis": unknown time zone Europe/Atlantis',
    });
  });

  test("a schedule that cannot be read is quoted", () => {
    expect(read("every day").problem?.message).toBe(
      'unparseable schedule: "every day" : expected exactly 5 fields, found 2: [every day]',
    );
  });
});
