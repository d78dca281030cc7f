import { describe, expect, test } from "vitest";
import type { CronJob, CronJobSpec, Job } from "../../../src/api/generated/types.js";
import type { EmulatedVersion } from "../../../src/api/versions/emulated-version.js";
import { ClusterWorld } from "../cluster-world.js";

/** What becomes of one CronJob on a whole cluster. Clusters start at noon, on Saturday, 3 January 2026, UTC. */
interface CronLifecycle {
  readonly name: string;
  readonly version?: EmulatedVersion;
  readonly cronName?: string;
  readonly spec: Partial<CronJobSpec>;
  /** Of each Job: 3 s and success where it does not say otherwise. */
  readonly script?: string;
  readonly jobTemplate?: Job["metadata"];
  readonly steps?: readonly (readonly [seconds: number, step: (cluster: ClusterWorld) => void])[];
  readonly seconds: number;
  /** Times of the day that the names of its Jobs stand for, in the order of the names. */
  readonly jobs?: readonly string[];
  readonly active?: number;
  readonly lastSchedule?: string;
  /** Reasons of its events, each once; those that were counted again stand where they were counted last. */
  readonly events?: readonly string[];
  readonly also?: (cluster: ClusterWorld) => void;
}

const cronName = "tick";
const cronOf = (cluster: ClusterWorld): CronJob | undefined => cluster.client.get("cronjobs", "default", cronName);
const jobsOf = (cluster: ClusterWorld) => cluster.client.list("jobs", "default");
const change = (spec: Partial<CronJobSpec>) => (cluster: ClusterWorld) => {
  cluster.client.modify("cronjobs", "default", cronName, (cron) => ({ ...cron, spec: { ...cron.spec, ...spec } }));
};

function jobTemplate(script = "sleep 3", metadata: Job["metadata"] = {}): CronJobSpec["jobTemplate"] {
  const containers = [{ name: "main", image: "busybox", command: ["sh", "-c", script] }];
  return {
    metadata,
    spec: {
      backoffLimit: 0,
      template: { spec: { restartPolicy: "Never", containers, terminationGracePeriodSeconds: 1 } },
    },
  };
}

/** `12:05` of `tick-29456885`. */
function minuteOf(name = ""): string {
  return new Date(Number(name.slice(name.lastIndexOf("-") + 1)) * 60_000).toISOString().slice(11, 16);
}

function live(life: CronLifecycle): void {
  const cluster = new ClusterWorld(life.version === undefined ? {} : { version: life.version });
  const name = life.cronName ?? cronName;
  const spec = { schedule: "* * * * *", jobTemplate: jobTemplate(life.script, life.jobTemplate), ...life.spec };
  cluster.client.create("cronjobs", { metadata: { name, namespace: "default" }, spec });
  for (const [seconds, step] of life.steps ?? []) {
    cluster.advance(seconds);
    step(cluster);
  }
  cluster.advance(life.seconds);
  const cron = cluster.client.get("cronjobs", "default", name);
  if (life.jobs !== undefined)
    expect(jobsOf(cluster).map(({ metadata }) => minuteOf(metadata.name))).toEqual(life.jobs);
  if (life.active !== undefined) expect(cron?.status?.active?.length ?? 0).toBe(life.active);
  if (life.lastSchedule !== undefined) expect(cron?.status?.lastScheduleTime?.slice(11, 16)).toBe(life.lastSchedule);
  if (life.events !== undefined) {
    expect([...new Set(cluster.events(name).map((line) => line.split(":")[0]))]).toEqual(life.events);
  }
  life.also?.(cluster);
}

const annotationOf = (job: Job | undefined) =>
  job?.metadata.annotations?.["batch.kubernetes.io/cronjob-scheduled-timestamp"];

const lives: readonly CronLifecycle[] = [
  {
    name: "a Job a minute, of which the last three stay",
    spec: {},
    seconds: 330,
    jobs: ["12:03", "12:04", "12:05"],
    active: 0,
    lastSchedule: "12:05",
    events: ["SuccessfulCreate", "SawCompletedJob", "SuccessfulDelete"],
  },
  {
    name: "the time zone says when; the annotation tells it in that zone's words",
    spec: { schedule: "35 17 * * *", timeZone: "Asia/Kolkata" },
    seconds: 600,
    jobs: ["12:05"],
    also: (cluster) => expect(annotationOf(jobsOf(cluster)[0])).toBe("2026-01-03T17:35:00+05:30"),
  },
  {
    name: "before 1.28 nothing tells of the time but the name",
    version: "1.27",
    spec: {},
    seconds: 70,
    jobs: ["12:01"],
    also: (cluster) => expect(annotationOf(jobsOf(cluster)[0])).toBeUndefined(),
  },
  { name: "@hourly is the full hour", spec: { schedule: "@hourly" }, seconds: 7300, jobs: ["13:00", "14:00"] },
  {
    name: "weekdays by name, and steps",
    spec: { schedule: "*/20 12 * * SAT", successfulJobsHistoryLimit: 5 },
    seconds: 3600 * 25,
    jobs: ["12:20", "12:40"],
  },
  {
    name: "Allow lets them run side by side",
    spec: { concurrencyPolicy: "Allow" },
    script: "sleep 600",
    seconds: 200,
    jobs: ["12:01", "12:02", "12:03"],
    active: 3,
  },
  {
    name: "Forbid lets the one that runs finish, then starts the last one that it held back",
    spec: { concurrencyPolicy: "Forbid" },
    script: "sleep 150",
    seconds: 240,
    jobs: ["12:01", "12:03"],
    active: 1,
    lastSchedule: "12:03",
    events: ["SuccessfulCreate", "SawCompletedJob", "JobAlreadyActive"],
  },
  {
    name: "Forbid with a deadline starts nothing late",
    spec: { concurrencyPolicy: "Forbid", startingDeadlineSeconds: 10 },
    script: "sleep 150",
    seconds: 230,
    jobs: ["12:01"],
    active: 0,
    events: ["SuccessfulCreate", "JobAlreadyActive", "SawCompletedJob"],
  },
  {
    name: "Replace deletes the one that runs",
    spec: { concurrencyPolicy: "Replace" },
    script: "sleep 600",
    seconds: 200,
    jobs: ["12:03"],
    active: 1,
    events: ["SuccessfulCreate", "SuccessfulDelete"],
    also: (cluster) => expect(cluster.podNames()).toHaveLength(1),
  },
  {
    name: "nothing starts while it is suspended, and what was missed last starts when it is resumed",
    spec: { suspend: true },
    steps: [
      [
        200,
        (cluster) => {
          expect(jobsOf(cluster)).toEqual([]);
          change({ suspend: false })(cluster);
        },
      ],
    ],
    seconds: 5,
    jobs: ["12:03"],
    lastSchedule: "12:03",
    events: ["SuccessfulCreate"],
  },
  {
    name: "with a deadline nothing that was missed starts when it is resumed",
    spec: { suspend: true, startingDeadlineSeconds: 15 },
    steps: [[230, change({ suspend: false })]],
    seconds: 5,
    jobs: [],
    events: [],
  },
  {
    name: "more than a hundred missed minutes are warned of, and the last one starts",
    spec: { suspend: true },
    steps: [[3 * 3600, change({ suspend: false })]],
    seconds: 5,
    jobs: ["15:00"],
    events: ["TooManyMissedTimes", "SuccessfulCreate"],
  },
  {
    name: "of failed Jobs one stays",
    spec: {},
    script: "exit 1",
    seconds: 200,
    jobs: ["12:03"],
    active: 0,
    also: (cluster) => expect(cronOf(cluster)?.status?.lastSuccessfulTime).toBeUndefined(),
  },
  { name: "a history of none keeps none", spec: { successfulJobsHistoryLimit: 0 }, seconds: 150, jobs: [], active: 0 },
  {
    name: "another schedule counts from its own next time",
    spec: { schedule: "0 0 * * *" },
    steps: [[100, change({ schedule: "*/2 * * * *" })]],
    seconds: 50,
    jobs: ["12:02"],
  },
  {
    name: "a Job with its name that is not its own is left alone",
    spec: {},
    steps: [
      [
        10,
        (cluster) => {
          const minute = Math.ceil(cluster.world.nowMs / 60_000);
          const template = jobTemplate("sleep 600").spec?.template ?? {};
          cluster.client.create("jobs", {
            metadata: { name: `${cronName}-${minute}`, namespace: "default" },
            spec: { template },
          });
        },
      ],
    ],
    seconds: 80,
    jobs: ["12:01"],
    active: 0,
  },
  {
    name: "a Job that somebody made from it is unexpected, never active, and goes with the history",
    spec: { suspend: true, successfulJobsHistoryLimit: 0 },
    steps: [
      [
        5,
        (cluster) => {
          const { uid = "" } = cronOf(cluster)?.metadata ?? {};
          const owner = { apiVersion: "batch/v1", kind: "CronJob", name: cronName, uid, controller: true };
          cluster.client.create("jobs", {
            metadata: { name: "by-hand", namespace: "default", ownerReferences: [owner] },
            spec: jobTemplate().spec ?? { template: {} },
          });
        },
      ],
    ],
    seconds: 60,
    jobs: [],
    active: 0,
    events: ["UnexpectedJob", "SuccessfulDelete"],
  },
  {
    name: "a Job that somebody deletes is missed",
    spec: {},
    script: "sleep 600",
    steps: [
      [
        65,
        (cluster) => {
          for (const { metadata } of jobsOf(cluster))
            cluster.client.delete("jobs", "default", metadata.name ?? "", { propagationPolicy: "Background" });
        },
      ],
    ],
    seconds: 20,
    jobs: [],
    active: 0,
    events: ["SuccessfulCreate", "MissingJob"],
  },
  {
    name: "its Jobs carry the template's labels and annotations",
    spec: {},
    jobTemplate: { labels: { team: "night" }, annotations: { note: "hello" } },
    seconds: 65,
    also: (cluster) => {
      expect(jobsOf(cluster)[0]?.metadata).toMatchObject({ labels: { team: "night" }, annotations: { note: "hello" } });
      expect(jobsOf(cluster)[0]?.metadata.ownerReferences).toMatchObject([
        { kind: "CronJob", name: cronName, controller: true },
      ]);
    },
  },
  {
    name: "the longest name there may be still names its Jobs",
    cronName: "c".repeat(52),
    spec: {},
    seconds: 70,
    jobs: ["12:01"],
    also: (cluster) => expect(jobsOf(cluster)[0]?.metadata.name).toHaveLength(61),
  },
  {
    name: "deleted, it takes its Jobs and their Pods along",
    spec: {},
    script: "sleep 600",
    steps: [
      [70, (cluster) => cluster.client.delete("cronjobs", "default", cronName, { propagationPolicy: "Background" })],
    ],
    seconds: 10,
    jobs: [],
    also: (cluster) => expect(cluster.podNames()).toEqual([]),
  },
  {
    name: "a schedule that names no day that there is starts nothing",
    spec: { schedule: "0 0 31 2 *" },
    seconds: 3600,
    jobs: [],
    events: ["InvalidSchedule"],
  },
];

describe("the life of a CronJob on a cluster", () => {
  for (const life of lives) test(life.name, () => live(life));
});
