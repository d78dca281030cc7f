import { describe, expect, test } from "vitest";
import type { JobStatus } from "../../../src/api/generated/types.js";
import { type Component, watch } from "../../../src/client/component.js";
import { jobController } from "../../../src/controllers/job/job-controller.js";
import { ttlController } from "../../../src/controllers/ttl/ttl-controller.js";
import { exitCodeAnnotation, failingIndexesAnnotation, runAnnotation, TestWorld } from "../test-world.js";
import { conditionTypes } from "./samples.js";

/** Notes each different thing that a watch of Jobs would show: `conditions completed/active/ready`. */
function statusRows(rows: string[]): Component {
  const row = (status: JobStatus = {}) =>
    `${conditionTypes(status).at(-1) ?? "Running"} ${status.succeeded ?? 0} done, ${status.failed ?? 0} failed, ${status.active ?? 0} active, ${status.ready} ready`;
  return {
    name: "status-rows",
    watches: [
      watch("jobs", ({ object }) => {
        const text = row(object.status);
        if (rows.at(-1) !== text) rows.push(text);
      }),
    ],
    reconcile: () => {},
  };
}

describe("a Job's life", () => {
  test("runs its Pods, counts them, and completes", () => {
    const rows: string[] = [];
    const world = new TestWorld([jobController(), statusRows(rows)]);
    world.createJob("pi", { completions: 2, parallelism: 1 });
    world.advance(20);
    expect(rows).toEqual([
      "Running 0 done, 0 failed, 0 active, undefined ready",
      "Running 0 done, 0 failed, 1 active, 0 ready",
      "Running 0 done, 0 failed, 1 active, 1 ready",
      "Running 0 done, 0 failed, 1 active, 0 ready",
      "Running 1 done, 0 failed, 1 active, 0 ready",
      "Running 1 done, 0 failed, 1 active, 1 ready",
      "SuccessCriteriaMet 1 done, 0 failed, 0 active, 0 ready",
      "Complete 2 done, 0 failed, 0 active, 0 ready",
    ]);
    expect(world.events("pi").map((line) => line.replace(/-\w{5}$/, ""))).toEqual([
      "SuccessfulCreate: Created pod: pi",
      "SuccessfulCreate: Created pod: pi",
      "Completed: Job completed",
    ]);
    expect(world.pods().map(({ metadata }) => metadata.finalizers)).toEqual([undefined, undefined]);
  });

  test("waits longer after each failure, and fails beyond its limit", () => {
    const world = new TestWorld([jobController()]);
    world.createJob("flop", { backoffLimit: 2 }, { [exitCodeAnnotation]: "7" });
    const created: number[] = [];
    for (let second = 0; second < 80; second++) {
      world.advance(1);
      if (world.pods().length > created.length) created.push(second);
    }
    expect(created).toHaveLength(3);
    expect([14, 15, 16]).toContain((created[1] ?? 0) - (created[0] ?? 0));
    expect([24, 25, 26]).toContain((created[2] ?? 0) - (created[1] ?? 0));
    expect(conditionTypes(world.job("flop")?.status)).toEqual(["FailureTarget", "Failed"]);
    expect(world.job("flop")?.status).toMatchObject({ failed: 3, ready: 0, terminating: 0 });
    expect(world.events("flop").at(-1)).toBe("BackoffLimitExceeded: Job has reached the specified backoff limit");
  });

  test("meets its deadline although nothing changes, and fails when its Pods are gone", () => {
    const world = new TestWorld([jobController()]);
    world.createJob("slow", { activeDeadlineSeconds: 10 }, { [runAnnotation]: "3600000" });
    world.advance(11);
    expect(conditionTypes(world.job("slow")?.status)).toEqual(["FailureTarget"]);
    expect(world.job("slow")?.status).toMatchObject({ failed: 1, terminating: 1 });
    world.advance(5);
    expect(conditionTypes(world.job("slow")?.status)).toEqual(["FailureTarget", "Failed"]);
    expect(world.pods()).toEqual([]);
  });

  test("is suspended and resumed: its Pods go uncounted, then come again", () => {
    const world = new TestWorld([jobController()]);
    world.createJob("nap", { parallelism: 2, completions: 2 }, { [runAnnotation]: "25000" });
    world.advance(5);
    const suspend = (value: boolean) =>
      world.client.modify("jobs", "default", "nap", (job) => ({
        ...job,
        spec: { ...job.spec, template: job.spec?.template ?? {}, suspend: value },
      }));
    suspend(true);
    world.advance(5);
    expect(world.pods()).toEqual([]);
    expect(world.job("nap")?.status).not.toHaveProperty("failed");
    expect(world.job("nap")?.status).not.toHaveProperty("startTime");
    suspend(false);
    world.advance(40);
    expect(conditionTypes(world.job("nap")?.status)).toEqual(["Suspended=False", "SuccessCriteriaMet", "Complete"]);
    expect(world.events("nap").map((line) => line.split(":")[0])).toEqual([
      "SuccessfulCreate",
      "SuccessfulCreate",
      "SuccessfulDelete",
      "SuccessfulDelete",
      "Suspended",
      "SuccessfulCreate",
      "SuccessfulCreate",
      "Resumed",
      "Completed",
    ]);
  });

  test("with indexes: each is done once, a failed one again", () => {
    const world = new TestWorld([jobController()]);
    const spec = { completionMode: "Indexed", completions: 4, parallelism: 4, backoffLimitPerIndex: 1 } as const;
    world.createJob("beds", spec, { [failingIndexesAnnotation]: "1" });
    world.advance(8);
    expect(world.job("beds")?.status).toMatchObject({ completedIndexes: "0,2,3", failedIndexes: "" });
    expect(world.job("beds")?.status).not.toHaveProperty("failed");
    world.advance(30);
    expect(world.job("beds")?.status).toMatchObject({ completedIndexes: "0,2,3", failedIndexes: "1", failed: 2 });
    expect(world.events("beds").at(-1)).toBe("FailedIndexes: Job has failed indexes");
  });

  test("a Pod that is deleted is replaced after 10 s", () => {
    const world = new TestWorld([jobController()]);
    world.createJob("lamps", {}, { [runAnnotation]: "60000" });
    world.advance(5);
    world.client.delete("pods", "default", world.pods()[0]?.metadata.name ?? "");
    world.advance(5);
    expect(world.pods()).toEqual([]);
    expect(world.job("lamps")?.status).toMatchObject({ failed: 1, terminating: 0 });
    world.advance(8);
    expect(world.pods()).toHaveLength(1);
  });

  test("a Pod that matches a selector of its own is adopted, even when it has ended", () => {
    const world = new TestWorld([jobController()]);
    const labels = { herd: "sheep" };
    const stray = {
      metadata: { name: "stray", namespace: "default", labels, annotations: { [runAnnotation]: "1000" } },
    };
    const spec = { restartPolicy: "Never" as const, containers: [{ name: "main", image: "busybox" }] };
    world.client.create("pods", { ...stray, spec });
    world.advance(5);
    world.client.create("jobs", {
      metadata: { name: "shepherd", namespace: "default" },
      spec: { manualSelector: true, selector: { matchLabels: labels }, template: { metadata: { labels }, spec } },
    });
    world.advance(5);
    expect(world.pods()[0]?.metadata.ownerReferences).toMatchObject([{ kind: "Job", name: "shepherd" }]);
    expect(conditionTypes(world.job("shepherd")?.status)).toEqual(["SuccessCriteriaMet", "Complete"]);
  });

  test("one that is managed elsewhere is left alone", () => {
    const world = new TestWorld([jobController()]);
    world.createJob("foreign", { managedBy: "acme.io/batch" });
    world.advance(5);
    expect(world.pods()).toEqual([]);
    expect(world.job("foreign")?.status ?? {}).toEqual({});
  });

  test("thousands of Pods are created and counted in batches, each once", () => {
    const world = new TestWorld([jobController()]);
    world.createJob("big", { completions: 2000, parallelism: 400 }, { [runAnnotation]: "1000" });
    world.advance(30);
    expect(world.job("big")?.status).toMatchObject({ succeeded: 2000 });
    expect(world.pods()).toHaveLength(2000);
  });
});

test("a finished Job goes when its time is over", () => {
  const world = new TestWorld([jobController(), ttlController()]);
  world.createJob("ice", { ttlSecondsAfterFinished: 10 });
  world.advance(12);
  expect(conditionTypes(world.job("ice")?.status)).toContain("Complete");
  expect(world.job("ice")?.metadata.deletionTimestamp).toBeUndefined();
  world.advance(8);
  const job = world.job("ice");
  expect(job === undefined || job.metadata.deletionTimestamp !== undefined).toBe(true);
});
