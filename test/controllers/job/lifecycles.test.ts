import { describe, expect, test } from "vitest";
import type { JobSpec, JobStatus } from "../../../src/api/generated/types.js";
import type { EmulatedVersion } from "../../../src/api/versions/emulated-version.js";
import { garbageCollector } from "../../../src/controllers/gc/garbage-collector.js";
import { jobController } from "../../../src/controllers/job/job-controller.js";
import { exitCodeAnnotation, failingIndexesAnnotation, runAnnotation, TestWorld } from "../test-world.js";
import { conditionTypes } from "./samples.js";

interface Lifecycle {
  readonly name: string;
  readonly version?: EmulatedVersion;
  readonly spec?: Partial<JobSpec>;
  readonly pods?: { [annotation: string]: string };
  /** What is done to the Job, each step after so many seconds. */
  readonly steps?: readonly (readonly [seconds: number, step: (world: TestWorld) => void])[];
  readonly seconds: number;
  readonly conditions: readonly string[];
  readonly reason?: string;
  readonly status?: Partial<JobStatus>;
  /** Fields of the status that are not there. */
  readonly without?: readonly (keyof JobStatus)[];
  /** Reasons of the Job's events in order; the same one several times in a row stands once. */
  readonly events?: readonly string[];
}

const name = "life";
const change = (spec: Partial<JobSpec>) => (world: TestWorld) => {
  world.client.modify("jobs", "default", name, (job) => ({
    ...job,
    spec: { ...job.spec, template: job.spec?.template ?? {}, ...spec },
  }));
};
const deletePods = (world: TestWorld) => {
  for (const { metadata } of world.pods()) world.client.delete("pods", "default", metadata.name ?? "");
};

const ok = ["SuccessCriteriaMet", "Complete"];
const failed = ["FailureTarget", "Failed"];
const indexed = (completions: number, rest: Partial<JobSpec> = {}): Partial<JobSpec> => ({
  completionMode: "Indexed",
  completions,
  parallelism: completions,
  ...rest,
});
const fails = { [exitCodeAnnotation]: "3" };
const long = { [runAnnotation]: "600000" };
const onExitCode = (action: "FailJob" | "FailIndex" | "Ignore" | "Count", values: number[]) => ({
  podFailurePolicy: { rules: [{ action, onExitCodes: { operator: "In" as const, values } }] },
});

const lifecycles: readonly Lifecycle[] = [
  {
    name: "one Pod succeeds",
    seconds: 15,
    conditions: ok,
    reason: "CompletionsReached",
    status: { succeeded: 1 },
    without: ["active", "failed"],
    events: ["SuccessfulCreate", "Completed"],
  },
  {
    name: "five by two",
    spec: { completions: 5, parallelism: 2 },
    seconds: 40,
    conditions: ok,
    status: { succeeded: 5, ready: 0, terminating: 0 },
  },
  {
    name: "two by five",
    spec: { completions: 2, parallelism: 5 },
    seconds: 15,
    conditions: ok,
    status: { succeeded: 2 },
  },
  {
    name: "a work queue: all three Pods end",
    spec: { parallelism: 3 },
    seconds: 15,
    conditions: ok,
    status: { succeeded: 3 },
  },
  {
    name: "no completions to reach",
    spec: { completions: 0 },
    seconds: 5,
    conditions: ok,
    without: ["succeeded"],
    events: ["Completed"],
  },
  {
    name: "parallelism 0 runs nothing",
    spec: { parallelism: 0, completions: 3 },
    seconds: 30,
    conditions: [],
    status: { ready: 0 },
    without: ["active", "succeeded"],
    events: [],
  },
  {
    name: "parallelism 0, then 1",
    spec: { parallelism: 0, completions: 1 },
    steps: [[5, change({ parallelism: 1 })]],
    seconds: 15,
    conditions: ok,
    status: { succeeded: 1 },
  },
  {
    name: "fewer at once while it runs: those that go are no failures",
    spec: { parallelism: 4, completions: 4 },
    pods: long,
    steps: [[5, change({ parallelism: 1 })]],
    seconds: 10,
    conditions: [],
    status: { active: 1 },
    without: ["failed"],
    events: ["SuccessfulCreate", "SuccessfulDelete"],
  },
  {
    name: "more at once while it runs",
    spec: { parallelism: 1, completions: 4 },
    pods: long,
    steps: [[5, change({ parallelism: 3 })]],
    seconds: 5,
    conditions: [],
    status: { active: 3 },
  },
  {
    name: "limit 0: the first failure ends it",
    spec: { backoffLimit: 0 },
    pods: fails,
    seconds: 15,
    conditions: failed,
    reason: "BackoffLimitExceeded",
    status: { failed: 1 },
    without: ["completionTime", "succeeded"],
    events: ["SuccessfulCreate", "BackoffLimitExceeded"],
  },
  {
    name: "limit 1: the second does, 10 s later",
    spec: { backoffLimit: 1 },
    pods: fails,
    seconds: 30,
    conditions: failed,
    status: { failed: 2 },
  },
  {
    name: "two that fail together exceed limit 1 at once",
    spec: { backoffLimit: 1, parallelism: 2, completions: 2 },
    pods: fails,
    seconds: 12,
    conditions: failed,
    status: { failed: 2 },
  },
  {
    name: "a failing Job waits for its running Pods",
    spec: { activeDeadlineSeconds: 5 },
    pods: long,
    seconds: 6,
    conditions: ["FailureTarget"],
    reason: "DeadlineExceeded",
    status: { failed: 1, terminating: 1 },
    events: ["SuccessfulCreate", "SuccessfulDelete"],
  },
  {
    name: "and fails when they are gone",
    spec: { activeDeadlineSeconds: 5 },
    pods: long,
    seconds: 12,
    conditions: failed,
    status: { failed: 1, terminating: 0 },
    events: ["SuccessfulCreate", "SuccessfulDelete", "DeadlineExceeded"],
  },
  {
    name: "a deadline that is given while it runs",
    pods: long,
    steps: [[20, change({ activeDeadlineSeconds: 5 })]],
    seconds: 5,
    conditions: failed,
    reason: "DeadlineExceeded",
  },
  {
    name: "a deadline during the wait after a failure",
    spec: { activeDeadlineSeconds: 12 },
    pods: fails,
    seconds: 14,
    conditions: failed,
    reason: "DeadlineExceeded",
    status: { failed: 1 },
  },
  {
    name: "the deadline of a suspended Job does not pass",
    spec: { suspend: true, activeDeadlineSeconds: 5 },
    seconds: 60,
    conditions: ["Suspended"],
    without: ["startTime"],
    events: ["Suspended"],
  },
  {
    name: "created suspended, then resumed",
    spec: { suspend: true },
    steps: [[30, change({ suspend: false })]],
    seconds: 15,
    conditions: ["Suspended=False", ...ok],
    events: ["Suspended", "SuccessfulCreate", "Resumed", "Completed"],
  },
  {
    name: "suspended while it runs",
    pods: long,
    steps: [[5, change({ suspend: true })]],
    seconds: 8,
    conditions: ["Suspended"],
    status: { ready: 0, terminating: 0 },
    without: ["failed", "active", "startTime"],
  },
  {
    name: "suspended in 1.34: the start time stays",
    version: "1.34",
    pods: long,
    steps: [[5, change({ suspend: true })]],
    seconds: 8,
    conditions: ["Suspended"],
    status: { startTime: "2026-01-03T12:00:00Z" },
  },
  {
    name: "a Pod is deleted: a failure, and another one",
    pods: long,
    steps: [[5, deletePods]],
    seconds: 20,
    conditions: [],
    status: { failed: 1, active: 1 },
  },
  {
    name: "a Pod is deleted beyond the limit",
    spec: { backoffLimit: 0 },
    pods: long,
    steps: [[5, deletePods]],
    seconds: 6,
    conditions: failed,
    status: { failed: 1 },
  },
  {
    name: "under Failed, a deleted Pod is replaced only when it has ended",
    spec: { podReplacementPolicy: "Failed" },
    pods: long,
    steps: [[5, deletePods]],
    seconds: 1.5,
    conditions: [],
    status: { terminating: 1 },
    without: ["failed", "active"],
  },
  {
    name: "finished Pods that are deleted stay counted",
    spec: { completions: 2 },
    pods: { [runAnnotation]: "8000" },
    steps: [[12, deletePods]],
    seconds: 30,
    conditions: ok,
    status: { succeeded: 2 },
  },
  {
    name: "indexes one after the other",
    spec: indexed(3, { parallelism: 1 }),
    seconds: 40,
    conditions: ok,
    status: { completedIndexes: "0-2", succeeded: 3 },
  },
  { name: "all indexes at once", spec: indexed(4), seconds: 15, conditions: ok, status: { completedIndexes: "0-3" } },
  {
    name: "two indexes print with a comma",
    spec: indexed(2),
    seconds: 15,
    conditions: ok,
    status: { completedIndexes: "0,1" },
  },
  {
    name: "an index fails until the limit is exceeded",
    spec: indexed(3, { backoffLimit: 1 }),
    pods: { [failingIndexesAnnotation]: "1" },
    seconds: 40,
    conditions: failed,
    reason: "BackoffLimitExceeded",
    status: { completedIndexes: "0,2", failed: 2 },
  },
  {
    name: "limit per index: the others finish first",
    spec: indexed(4, { backoffLimitPerIndex: 1 }),
    pods: { [failingIndexesAnnotation]: "0,3" },
    seconds: 60,
    conditions: failed,
    reason: "FailedIndexes",
    status: { completedIndexes: "1,2", failedIndexes: "0,3", failed: 4 },
  },
  {
    name: "limit per index 0: no second attempt",
    spec: indexed(3, { backoffLimitPerIndex: 0 }),
    pods: { [failingIndexesAnnotation]: "1" },
    seconds: 15,
    conditions: failed,
    reason: "FailedIndexes",
    status: { failedIndexes: "1", failed: 1 },
  },
  {
    name: "limit per index, and none fails",
    spec: indexed(3, { backoffLimitPerIndex: 1 }),
    seconds: 15,
    conditions: ok,
    status: { failedIndexes: "", completedIndexes: "0-2" },
  },
  {
    name: "too many failed indexes",
    spec: indexed(6, { parallelism: 3, backoffLimitPerIndex: 0, maxFailedIndexes: 1 }),
    pods: { [failingIndexesAnnotation]: "0,1" },
    seconds: 15,
    conditions: failed,
    reason: "MaxFailedIndexesExceeded",
    status: { failedIndexes: "0,1", completedIndexes: "2" },
  },
  {
    name: "FailJob ends it whatever the limit",
    spec: { backoffLimit: 6, ...onExitCode("FailJob", [3]) },
    pods: fails,
    seconds: 15,
    conditions: failed,
    reason: "PodFailurePolicy",
    status: { failed: 1 },
  },
  {
    name: "FailIndex ends the index",
    spec: indexed(2, { backoffLimitPerIndex: 5, ...onExitCode("FailIndex", [1]) }),
    pods: { [failingIndexesAnnotation]: "1" },
    seconds: 15,
    conditions: failed,
    reason: "FailedIndexes",
    status: { failedIndexes: "1" },
  },
  {
    name: "Ignore never exceeds the limit",
    spec: { backoffLimit: 0, ...onExitCode("Ignore", [3]) },
    pods: fails,
    seconds: 60,
    conditions: [],
    without: ["failed"],
    events: ["SuccessfulCreate"],
  },
  {
    name: "Count counts",
    spec: { backoffLimit: 0, ...onExitCode("Count", [3]) },
    pods: fails,
    seconds: 15,
    conditions: failed,
    reason: "BackoffLimitExceeded",
  },
  {
    name: "a success policy met by one index",
    spec: indexed(3, { parallelism: 1, successPolicy: { rules: [{ succeededIndexes: "0" }] } }),
    seconds: 15,
    conditions: ok,
    reason: "SuccessPolicy",
    status: { completedIndexes: "0", succeeded: 1 },
  },
  {
    name: "a success policy met by a count",
    spec: indexed(5, { parallelism: 2, successPolicy: { rules: [{ succeededCount: 2 }] } }),
    seconds: 15,
    conditions: ok,
    reason: "SuccessPolicy",
    status: { succeeded: 2 },
  },
  {
    name: "elastic: grows",
    spec: indexed(2),
    steps: [[4, change({ completions: 3, parallelism: 3 })]],
    seconds: 20,
    conditions: ok,
    status: { completedIndexes: "0-2" },
  },
  {
    name: "elastic: shrinks, and what is out of range goes uncounted",
    spec: indexed(4),
    pods: long,
    steps: [[5, change({ completions: 2, parallelism: 2 })]],
    seconds: 8,
    conditions: [],
    status: { active: 2 },
    without: ["failed", "succeeded"],
  },
  {
    name: "1.23: Complete alone, nothing of ready or terminating",
    version: "1.23",
    seconds: 15,
    conditions: ["Complete"],
    status: { succeeded: 1 },
    without: ["ready", "terminating"],
    events: ["SuccessfulCreate", "Completed"],
  },
  {
    name: "1.23: Failed alone, its Pods counted",
    version: "1.23",
    spec: { activeDeadlineSeconds: 5 },
    pods: long,
    seconds: 10,
    conditions: ["Failed"],
    reason: "DeadlineExceeded",
    status: { failed: 1 },
  },
  {
    name: "1.28: ready, but not terminating",
    version: "1.28",
    seconds: 15,
    conditions: ["Complete"],
    status: { ready: 0 },
    without: ["terminating"],
  },
  {
    name: "1.30: terminating, and Complete without SuccessCriteriaMet",
    version: "1.30",
    seconds: 15,
    conditions: ["Complete"],
    status: { terminating: 0 },
  },
  {
    name: "1.31: SuccessCriteriaMet first",
    version: "1.31",
    seconds: 15,
    conditions: ok,
    reason: "CompletionsReached",
  },
];

describe("Jobs from beginning to end", () => {
  for (const life of lifecycles) {
    test(life.name, () => {
      const world = new TestWorld([jobController(), garbageCollector()], life.version);
      world.createJob(name, life.spec ?? {}, life.pods);
      for (const [seconds, step] of life.steps ?? []) {
        world.advance(seconds);
        step(world);
      }
      world.advance(life.seconds);
      const status = world.job(name)?.status ?? {};
      expect(conditionTypes(status)).toEqual(life.conditions);
      if (life.reason !== undefined) expect(status.conditions?.at(-1)?.reason).toBe(life.reason);
      expect(status).toMatchObject(life.status ?? {});
      for (const field of life.without ?? []) expect(status).not.toHaveProperty(field);
      const reasons = world.events(name).map((line) => line.split(":")[0]);
      if (life.events !== undefined)
        expect(reasons.filter((reason, at) => reason !== reasons[at - 1])).toEqual(life.events);
    });
  }

  test("a Job that is deleted takes its Pods along", () => {
    const world = new TestWorld([jobController(), garbageCollector()]);
    world.createJob(name, { parallelism: 2, completions: 2 }, long);
    world.advance(5);
    world.client.delete("jobs", "default", name, { propagationPolicy: "Background" });
    world.advance(10);
    expect(world.pods()).toEqual([]);
  });

  test("one that is deleted in the foreground waits for them, and starts no more", () => {
    const world = new TestWorld([jobController(), garbageCollector()]);
    world.createJob(name, { completions: 2 }, long);
    world.advance(5);
    world.client.delete("jobs", "default", name, { propagationPolicy: "Foreground" });
    world.advance(1.5);
    expect(world.job(name)?.status).toMatchObject({ ready: 0, terminating: 1 });
    world.advance(10);
    expect(world.job(name)).toBeUndefined();
    expect(world.pods()).toEqual([]);
  });

  test("a Pod that the selector no longer matches is let go, uncounted, and replaced", () => {
    const world = new TestWorld([jobController(), garbageCollector()]);
    world.createJob(name, {}, long);
    world.advance(5);
    const [stray] = world.pods();
    world.client.modify("pods", "default", stray?.metadata.name ?? "", (pod) => ({
      ...pod,
      metadata: { ...pod.metadata, labels: { herd: "goats" } },
    }));
    world.advance(5);
    expect(world.job(name)?.status).toMatchObject({ active: 1 });
    expect(world.job(name)?.status).not.toHaveProperty("failed");
    expect(world.pods()).toHaveLength(2);
    const free = world.client.get("pods", "default", stray?.metadata.name ?? "")?.metadata;
    expect(free).not.toHaveProperty("ownerReferences");
    expect(free).not.toHaveProperty("finalizers");
  });

  test("orphans live on without owner and finalizer, and a new Job of that name leaves them alone", () => {
    const world = new TestWorld([jobController(), garbageCollector()]);
    world.createJob(name, {}, long);
    world.advance(5);
    world.client.delete("jobs", "default", name, { propagationPolicy: "Orphan" });
    world.advance(5);
    expect(world.pods().map(({ metadata }) => [metadata.ownerReferences ?? [], metadata.finalizers ?? []])).toEqual([
      [[], []],
    ]);
    world.createJob(name, {}, long);
    world.advance(5);
    expect(world.pods()).toHaveLength(2);
    expect(world.job(name)?.status).toMatchObject({ active: 1 });
  });
});
