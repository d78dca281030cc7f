import type { EpochMs } from "../meta/object.js";
import type { CronFields, CronSchedule } from "./cron-schedule.js";

/** A time on the wall, as numbers: what a calendar and a clock show in some zone. */
interface WallTime {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
}

/** A schedule that names no time within so many years (30 February) never happens. */
const yearsMax = 5;
const minuteMs = 60_000;
const hourMs = 3_600_000;
const dayMs = 86_400_000;

/**
 * A function that gives the first time after another that the schedule names, in milliseconds; undefined if there is none.
 * `zone` is a name of the time zone database and counts unless the schedule has one of its own.
 * @see github.com/robfig/cron v3 spec.go, SpecSchedule.Next
 */
export function cronTimes(schedule: CronSchedule, zone = "UTC"): (after: EpochMs) => EpochMs | undefined {
  if (schedule.kind === "interval") return (after) => Math.floor(after / 1000) * 1000 + schedule.everyMs;
  const clock = wallClock(schedule.zone ?? zone);
  return (after) => nextTime(schedule, after, clock);
}

function nextTime(schedule: CronFields, after: EpochMs, clock: WallClock): EpochMs | undefined {
  const start = Math.floor(after / minuteMs) * minuteMs + minuteMs;
  const first = clock.wall(start);
  let date = Date.UTC(first.year, first.month - 1, first.day);
  const lastDate = Date.UTC(first.year + yearsMax, first.month - 1, first.day);
  for (; date <= lastDate; date += dayMs) {
    const day = new Date(date);
    if (!schedule.months.has(day.getUTCMonth() + 1)) {
      date = Date.UTC(day.getUTCFullYear(), day.getUTCMonth() + 1, 1) - dayMs;
      continue;
    }
    if (!matchesDay(schedule, day)) continue;
    const time = firstOnDay(schedule, date, start, clock);
    if (time !== undefined) return time;
  }
  return undefined;
}

/** Both days and weekdays given: one of them is enough. One of them `*`: the other decides. */
function matchesDay(schedule: CronFields, day: Date): boolean {
  const byDay = schedule.days.has(day.getUTCDate());
  const byWeekday = schedule.weekdays.has(day.getUTCDay());
  return schedule.anyDay || schedule.anyWeekday ? byDay && byWeekday : byDay || byWeekday;
}

/** The first instant of this day that the schedule names and that is not before `start`. */
function firstOnDay(schedule: CronFields, date: number, start: EpochMs, clock: WallClock): EpochMs | undefined {
  const earliestWall = clock.earliestWallFrom(start);
  for (let hour = 0; hour < 24; hour++) {
    if (!schedule.hours.has(hour) || date + (hour + 1) * hourMs <= earliestWall) continue;
    for (let minute = 0; minute < 60; minute++) {
      const wall = date + hour * hourMs + minute * minuteMs;
      if (wall < earliestWall || !schedule.minutes.has(minute)) continue;
      // an hour that a change of the clock skips has no instants; one that it repeats counts once more
      for (const instant of clock.instants(wall)) {
        if (instant >= start) return instant;
      }
    }
  }
  return undefined;
}

interface WallClock {
  wall(instant: EpochMs): WallTime;
  /** The instants at which this wall time (as if it were UTC) is shown: none, one or two, earliest first. */
  instants(wallAsUtc: number): readonly EpochMs[];
  /** No wall time before this one (as if it were UTC) is shown at `start` or later. */
  earliestWallFrom(start: EpochMs): number;
}

const utcClock: WallClock = {
  wall: utcWall,
  instants: (wallAsUtc) => [wallAsUtc],
  earliestWallFrom: (start) => start,
};

function wallClock(zone: string): WallClock {
  if (zone === "UTC" || zone === "Etc/UTC") return utcClock;
  const wall = wallIn(zone);
  const shownAt = (instant: EpochMs): number => {
    const { year, month, day, hour, minute } = wall(instant);
    return Date.UTC(year, month - 1, day, hour, minute);
  };
  return {
    wall,
    instants(wallAsUtc) {
      const offsets = new Set([
        shownAt(wallAsUtc - dayMs) - (wallAsUtc - dayMs),
        shownAt(wallAsUtc) - wallAsUtc,
        shownAt(wallAsUtc + dayMs) - (wallAsUtc + dayMs),
      ]);
      return [...offsets]
        .map((offset) => wallAsUtc - offset)
        .filter((instant) => shownAt(instant) === wallAsUtc)
        .sort((left, right) => left - right);
    },
    earliestWallFrom(start) {
      // where the clock is set back within a day, what it shows twice lies before
      const offsets = [start, start + dayMs].map((instant) => shownAt(instant) - instant);
      return start + Math.min(...offsets);
    },
  };
}

function utcWall(instant: EpochMs): WallTime {
  const time = new Date(instant);
  return {
    year: time.getUTCFullYear(),
    month: time.getUTCMonth() + 1,
    day: time.getUTCDate(),
    hour: time.getUTCHours(),
    minute: time.getUTCMinutes(),
  };
}

function wallIn(zone: string): (instant: EpochMs) => WallTime {
  const format = new Intl.DateTimeFormat("en-US", {
    timeZone: zone,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
  });
  return (instant) => {
    const parts = { year: 0, month: 0, day: 0, hour: 0, minute: 0 };
    for (const { type, value } of format.formatToParts(instant)) {
      if (type in parts) parts[type as keyof typeof parts] = Number(value);
    }
    return parts;
  };
}
