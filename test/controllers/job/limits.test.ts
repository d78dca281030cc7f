import { describe, expect, test } from "vitest";
import type { JobSpec } from "../../../src/api/generated/types.js";
import { deadlineLeftMs } from "../../../src/controllers/job/deadline.js";
import { behaviourOf } from "../../../src/controllers/job/job-behaviour.js";
import { settingsOf } from "../../../src/controllers/job/job-settings.js";
import { exceedsRestartLimit } from "../../../src/controllers/job/restart-limit.js";
import { ttlLeftMs } from "../../../src/controllers/ttl/ttl-left.js";
import { job, now, pod, secondsAgo } from "./samples.js";

const settings = (spec: Partial<JobSpec>) => settingsOf(job(spec), behaviourOf("1.36"));
const onFailure = { template: { spec: { restartPolicy: "OnFailure" as const, containers: [{ name: "main" }] } } };

describe("the limit of restarts", () => {
  test.each<[string, Partial<JobSpec>, readonly number[], boolean]>([
    ["does not hold for Pods that are never restarted", { backoffLimit: 1 }, [5], false],
    ["is not reached by fewer", { ...onFailure, backoffLimit: 3 }, [2], false],
    ["is reached by as many", { ...onFailure, backoffLimit: 3 }, [3], true],
    ["counts all Pods together", { ...onFailure, backoffLimit: 3 }, [1, 2], true],
    ["of none is passed by the first restart", { ...onFailure, backoffLimit: 0 }, [1], true],
    ["of none holds as long as nothing was restarted", { ...onFailure, backoffLimit: 0 }, [0, 0], false],
  ])("%s", (_name, spec, restarts, isExceeded) => {
    const pods = restarts.map((count, at) => pod(`pi-${at}`, { restarts: count }));
    expect(exceedsRestartLimit(settings(spec), pods)).toBe(isExceeded);
  });

  test("does not count those that have ended", () => {
    const ended = pod("pi-1", { phase: "Failed", restarts: 9 });
    expect(exceedsRestartLimit(settings({ ...onFailure, backoffLimit: 3 }), [ended])).toBe(false);
  });
});

describe("the time that a Job has left", () => {
  test.each<[string, Partial<JobSpec>, string | undefined, number | undefined]>([
    ["is endless without a deadline", {}, secondsAgo(60), undefined],
    ["counts from its start", { activeDeadlineSeconds: 100 }, secondsAgo(60), 40_000],
    ["is over when the deadline has passed", { activeDeadlineSeconds: 50 }, secondsAgo(60), -10_000],
    ["does not run while it is suspended", { activeDeadlineSeconds: 50, suspend: true }, secondsAgo(60), undefined],
    ["does not run before it has started", { activeDeadlineSeconds: 50 }, undefined, undefined],
  ])("%s", (_name, spec, startTime, leftMs) => {
    expect(deadlineLeftMs(settings(spec), startTime, now)).toBe(leftMs);
  });
});

describe("the time that a finished Job is kept", () => {
  const finished = (seconds: number) => ({
    conditions: [{ type: "Complete", status: "True", lastTransitionTime: secondsAgo(seconds) }],
  });
  test.each<[string, Partial<JobSpec>, ReturnType<typeof finished> | undefined, number | undefined]>([
    ["is endless where nothing is said", {}, finished(10), undefined],
    ["counts from its end", { ttlSecondsAfterFinished: 30 }, finished(10), 20_000],
    ["is over at once where it is none", { ttlSecondsAfterFinished: 0 }, finished(0), 0],
    ["does not run before the end", { ttlSecondsAfterFinished: 30 }, undefined, undefined],
  ])("%s", (_name, spec, status, leftMs) => expect(ttlLeftMs(job(spec, status), now)).toBe(leftMs));
});
