import { describe, expect, test } from "vitest";
import { job, now, pod, secondsAgo, sync } from "./samples.js";

describe("how many Pods a Job creates", () => {
  const succeeded = { succeeded: 4 };
  const cases = [
    { name: "one by default", job: job(), pods: [], want: 1 },
    { name: "as many as run at once", job: job({ completions: 5, parallelism: 2 }), pods: [], want: 2 },
    { name: "no more than there are completions", job: job({ completions: 2, parallelism: 5 }), pods: [], want: 2 },
    { name: "no more than are left", job: job({ completions: 5, parallelism: 3 }, succeeded), pods: [], want: 1 },
    { name: "none while enough run", job: job(), pods: [pod("a")], want: 0 },
    { name: "none while parallelism is 0", job: job({ parallelism: 0 }), pods: [], want: 0 },
    { name: "none while suspended", job: job({ suspend: true }), pods: [], want: 0 },
    { name: "at most 500 at once", job: job({ completions: 9000, parallelism: 900 }), pods: [], want: 500 },
    {
      name: "without completions: parallelism",
      job: job({ completions: undefined as never, parallelism: 3 }),
      pods: [],
      want: 3,
    },
    {
      name: "without completions, after a success: none",
      job: job({ completions: undefined as never, parallelism: 3 }),
      pods: [pod("a", { phase: "Succeeded" }), pod("b")],
      want: 0,
    },
    {
      name: "the next one when one has succeeded",
      job: job({ completions: 2 }),
      pods: [pod("a", { phase: "Succeeded" })],
      want: 1,
    },
    {
      name: "a replacement for one that is being deleted, after the wait",
      job: job(),
      pods: [pod("a", { deleted: true })],
      want: 0,
    },
  ];
  for (const { name, job, pods, want } of cases) {
    test(name, () => expect(sync(job, pods).plan.create).toHaveLength(want));
  }

  test("a Job that is being deleted gets none", () => {
    const deleted = job();
    const { plan } = sync({ ...deleted, metadata: { ...deleted.metadata, deletionTimestamp: secondsAgo(1) } }, []);
    expect(plan.create).toHaveLength(0);
  });

  test("under podReplacementPolicy Failed a Pod that is being deleted keeps its place", () => {
    const { plan } = sync(job({ podReplacementPolicy: "Failed" }), [pod("a", { deleted: true })]);
    expect(plan).toMatchObject({ create: [], requeueAfterMs: undefined });
  });
});

describe("which indexes come next", () => {
  const indexed = { completionMode: "Indexed", completions: 6, parallelism: 3 } as const;
  const indexesOf = (...args: Parameters<typeof sync>) => sync(...args).plan.create.map(({ index }) => index);

  test("the lowest first", () => expect(indexesOf(job(indexed), [])).toEqual([0, 1, 2]));
  test("those that are done or running are left out", () => {
    expect(indexesOf(job(indexed, { completedIndexes: "0,2" }), [pod("a", { index: 1 })])).toEqual([3, 4]);
  });
  test("one that failed comes again after the wait", () => {
    const failed = pod("a", { index: 0, phase: "Failed", endedSecondsAgo: 11 });
    expect(indexesOf(job(indexed), [failed])).toEqual([0, 1, 2]);
  });
});

describe("which Pods go", () => {
  const namesOf = (...args: Parameters<typeof sync>) => sync(...args).plan.remove.map(({ metadata }) => metadata.name);
  const spec = { completions: 9, parallelism: 1 };

  const cases = [
    { name: "one without a node before one with", pods: [pod("a", { node: "n" }), pod("b")], want: ["b"] },
    {
      name: "a pending one before a running one",
      pods: [pod("a", { node: "n" }), pod("b", { node: "n", phase: "Pending" })],
      want: ["b"],
    },
    {
      name: "one that is not ready before one that is",
      pods: [pod("a", { node: "n" }), pod("b", { node: "n", ready: false })],
      want: ["b"],
    },
    {
      name: "the one that became ready last",
      pods: [pod("a", { node: "n", endedSecondsAgo: 2 }), pod("b", { node: "n", endedSecondsAgo: 9 })],
      want: ["a"],
    },
    {
      name: "the one that was restarted more often",
      pods: [pod("a", { node: "n" }), pod("b", { node: "n", restarts: 2 })],
      want: ["b"],
    },
    {
      name: "the youngest",
      pods: [pod("a", { node: "n", createdSecondsAgo: 3 }), pod("b", { node: "n", createdSecondsAgo: 8 })],
      want: ["a"],
    },
  ];
  for (const { name, pods, want } of cases) test(name, () => expect(namesOf(job(spec), pods)).toEqual(want));

  test("all of them when the Job is suspended", () => {
    const { plan } = sync(job({ ...spec, suspend: true }), [pod("a"), pod("b")]);
    expect(plan).toMatchObject({ removeUncounted: true, remove: [{}, {}] });
  });

  test("of an Indexed Job: duplicates, Pods without an index, and indexes out of range", () => {
    const pods = [pod("a", { index: 0 }), pod("b", { index: 0, ready: false }), pod("c"), pod("d", { index: 7 })];
    const indexed = job({ completionMode: "Indexed", completions: 2, parallelism: 2 });
    expect(namesOf(indexed, pods).sort()).toEqual(["b", "c", "d"]);
  });

  test("when the Job fails they keep their finalizer, so that they are counted", () => {
    const { plan } = sync(job({ activeDeadlineSeconds: 5 }), [pod("a")]);
    expect(plan).toMatchObject({ removeUncounted: false, verdict: { reason: "DeadlineExceeded" } });
  });
});

describe("waiting after failures", () => {
  const failed = (secondsAgo: number) => pod(`f${secondsAgo}`, { phase: "Failed", endedSecondsAgo: secondsAgo });
  const waitOf = (...args: Parameters<typeof sync>) => sync(...args).plan.requeueAfterMs;

  test("10 s after the first", () => expect(waitOf(job(), [failed(4)])).toBe(6000));
  test("20 s when two failed together", () => {
    expect(waitOf(job({ completions: 2, parallelism: 2 }), [failed(4), failed(5)])).toBe(16_000);
  });
  test("40 s after the third", () => {
    expect(waitOf(job(), [failed(4)], { backoff: { failures: 2, lastFailureAt: now - 60_000 } })).toBe(36_000);
  });
  test("never more than 10 minutes", () => {
    const backoff = { failures: 40, lastFailureAt: now };
    expect(waitOf(job({ backoffLimit: 99 }), [], { backoff })).toBe(600_000);
  });
  test("6 minutes before 1.28", () => {
    const backoff = { failures: 40, lastFailureAt: now };
    expect(waitOf(job({ backoffLimit: 99 }), [], { backoff, version: "1.27" })).toBe(360_000);
  });
  test("never less than a second", () => expect(waitOf(job(), [failed(0)], { now: now + 9500 })).toBe(1000));
  test("not at all when a Pod has succeeded since", () => {
    const pods = [failed(4), pod("s", { phase: "Succeeded", endedSecondsAgo: 2 })];
    expect(sync(job({ completions: 2 }), pods).plan).toMatchObject({ requeueAfterMs: undefined, create: [{}] });
  });
  test("no longer than until the deadline", () => {
    expect(waitOf(job({ activeDeadlineSeconds: 63 }), [failed(4)])).toBe(3000);
  });
  test("from when Ready became False where no container has ended", () => {
    const broken = pod("x", { phase: "Failed", endedSecondsAgo: 7 });
    expect(waitOf(job(), [{ ...broken, status: { ...broken.status, containerStatuses: [] } }])).toBe(3000);
  });
});
