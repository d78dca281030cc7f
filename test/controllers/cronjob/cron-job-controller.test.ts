import { describe, expect, test } from "vitest";
import type { CronJobSpec } from "../../../src/api/generated/types.js";
import { cronJobController } from "../../../src/controllers/cronjob/cron-job-controller.js";
import { jobController } from "../../../src/controllers/job/job-controller.js";
import { exitCodeAnnotation, podTemplate, runAnnotation, TestWorld } from "../test-world.js";

function worldWith(spec: Partial<CronJobSpec>, annotations: { [key: string]: string } = {}): TestWorld {
  const world = new TestWorld([jobController(), cronJobController()]);
  world.client.create("cronjobs", {
    metadata: { name: "tick", namespace: "default" },
    spec: {
      schedule: "* * * * *",
      jobTemplate: { spec: { backoffLimit: 0, template: podTemplate(annotations) } },
      ...spec,
    },
  });
  return world;
}

const jobsOf = (world: TestWorld) => world.client.list("jobs", "default").map(({ metadata }) => metadata.name);
const statusOf = (world: TestWorld) => world.client.get("cronjobs", "default", "tick")?.status ?? {};
const reasonsOf = (world: TestWorld) => world.events("tick").map((line) => line.split(":")[0]);

describe("a CronJob's life", () => {
  test("a Job a minute, named by it, noted when it ends, and kept as long as the history allows", () => {
    const world = worldWith({ successfulJobsHistoryLimit: 1 });
    world.advance(65);
    const minute = Math.floor(world.world.nowMs / 60_000);
    expect(jobsOf(world)).toEqual([`tick-${minute}`]);
    expect(statusOf(world)).toMatchObject({
      active: [{ apiVersion: "batch/v1", kind: "Job", name: `tick-${minute}`, namespace: "default" }],
      lastScheduleTime: "2026-01-03T12:01:00Z",
    });
    world.advance(15);
    expect(statusOf(world)).not.toHaveProperty("active");
    expect(statusOf(world).lastSuccessfulTime).toMatch(/^2026-01-03T12:01:/);
    world.advance(60);
    expect(jobsOf(world)).toEqual([`tick-${minute + 1}`]);
    expect(new Set(reasonsOf(world))).toEqual(new Set(["SuccessfulCreate", "SawCompletedJob", "SuccessfulDelete"]));
  });

  test("Forbid passes a minute over, and catches up when the Job before it is done", () => {
    const world = worldWith({ concurrencyPolicy: "Forbid" }, { [runAnnotation]: "90000" });
    world.advance(130);
    expect(jobsOf(world)).toHaveLength(1);
    expect(reasonsOf(world)).toContain("JobAlreadyActive");
    world.advance(30);
    expect(jobsOf(world)).toHaveLength(2);
    expect(statusOf(world)).toMatchObject({ lastScheduleTime: "2026-01-03T12:02:00Z" });
  });

  test("Replace deletes the Job that still runs", () => {
    const world = worldWith({ concurrencyPolicy: "Replace" }, { [runAnnotation]: "900000" });
    world.advance(125);
    expect(jobsOf(world)).toHaveLength(1);
    expect(statusOf(world).active).toHaveLength(1);
    expect(reasonsOf(world)).toContain("SuccessfulDelete");
  });

  test("failed Jobs that nobody wants to keep go without a word about their end", () => {
    const world = worldWith({ failedJobsHistoryLimit: 0 }, { [exitCodeAnnotation]: "1" });
    world.advance(80);
    expect(jobsOf(world)).toEqual([]);
    expect(statusOf(world)).not.toHaveProperty("active");
    expect(reasonsOf(world)).toEqual(["SuccessfulCreate", "SuccessfulDelete"]);
  });

  test("nothing starts while it is suspended", () => {
    const world = worldWith({ suspend: true });
    world.advance(200);
    expect(jobsOf(world)).toEqual([]);
  });

  test("a day is over quickly", () => {
    const world = worldWith({});
    const start = world.world.nowMs;
    world.advance(86_400);
    expect(world.world.nowMs - start).toBe(86_400_000);
    expect(jobsOf(world)).toHaveLength(3);
  });
});
