import { describe, expect, test } from "vitest";
import type { Job } from "../../../src/api/generated/types.js";
import { ttlLeftMs } from "../../../src/controllers/ttl/ttl-left.js";

const now = Date.UTC(2026, 0, 3, 12, 0, 0);
const finishedAt = "2026-01-03T11:59:50Z";

function job(ttlSecondsAfterFinished: number | undefined, conditions: { type: string; status: string }[]): Job {
  return {
    metadata: { name: "ice" },
    spec: { template: {}, ...(ttlSecondsAfterFinished === undefined ? {} : { ttlSecondsAfterFinished }) },
    status: { conditions: conditions.map((condition) => ({ ...condition, lastTransitionTime: finishedAt })) },
  };
}

const complete = { type: "Complete", status: "True" };

describe("how long a finished Job is kept", () => {
  const cases = [
    { name: "the rest of its time", job: job(30, [complete]), want: 20_000 },
    { name: "no longer when its time is over", job: job(5, [complete]), want: -5_000 },
    { name: "no time at all with a ttl of 0", job: job(0, [{ type: "Failed", status: "True" }]), want: -10_000 },
    { name: "for ever without a ttl", job: job(undefined, [complete]), want: undefined },
    { name: "until further notice while it runs", job: job(30, []), want: undefined },
    {
      name: "until further notice while its end is only announced",
      job: job(30, [{ type: "SuccessCriteriaMet", status: "True" }]),
      want: undefined,
    },
  ];
  for (const { name, job, want } of cases) test(name, () => expect(ttlLeftMs(job, now)).toBe(want));

  test("a Job that is being deleted already is left alone", () => {
    const deleted = job(0, [complete]);
    expect(ttlLeftMs({ ...deleted, metadata: { deletionTimestamp: finishedAt } }, now)).toBeUndefined();
  });
});
