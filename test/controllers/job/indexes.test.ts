import { describe, expect, test } from "vitest";
import { IndexSet } from "../../../src/api/batch/index-set.js";
import { matchSuccessPolicy } from "../../../src/controllers/job/success-policy.js";
import { job, pod, sync } from "./samples.js";

type Phase = "Pending" | "Running" | "Succeeded" | "Failed";

const indexed = { completionMode: "Indexed" } as const;
const podsOf = (phases: readonly (readonly [index: number | "none", phase: Phase])[]) =>
  phases.map(([index, phase], at) =>
    pod(`p${at}`, { phase, ready: false, endedSecondsAgo: 3600, ...(index === "none" ? {} : { index }) }),
  );
const all = (phase: Phase, ...indexes: number[]) => indexes.map((index) => [index, phase] as const);

/** @see kubernetes v1.36 pkg/controller/job/indexed_job_utils_test.go, TestCalculateSucceededIndexes */
describe("the indexes that have succeeded", () => {
  const cases = [
    { name: "one", before: "", pods: all("Succeeded", 5), completions: 6, want: "5" },
    { name: "two apart", before: "", pods: all("Succeeded", 5, 10), completions: 11, want: "5,10" },
    { name: "two intervals", before: "", pods: all("Succeeded", 2, 3, 5, 6, 7), completions: 8, want: "2,3,5-7" },
    {
      name: "one index and one interval",
      before: "",
      pods: all("Succeeded", 0, 2, 3, 4, 5),
      completions: 6,
      want: "0,2-5",
    },
    { name: "some out of range", before: "", pods: all("Succeeded", 0, 1, 2, 4, 5), completions: 5, want: "0-2,4" },
    { name: "old ones out of range", before: "0-5,8-10", pods: [], completions: 8, want: "0-5" },
    { name: "old ones partly out of range", before: "0-5,8-10", pods: [], completions: 10, want: "0-5,8,9" },
    {
      name: "old and new ones apart",
      before: "0,4,5,10-12",
      pods: all("Succeeded", 2, 7, 8),
      completions: 13,
      want: "0,2,4,5,7,8,10-12",
    },
    {
      name: "old ones between new ones",
      before: "3,4,6",
      pods: all("Succeeded", 2, 7, 8),
      completions: 9,
      want: "2-4,6-8",
    },
    {
      name: "new ones between old ones",
      before: "2,7,8",
      pods: all("Succeeded", 3, 4, 6),
      completions: 9,
      want: "2-4,6-8",
    },
    {
      name: "new ones within old ones",
      before: "2-7",
      pods: all("Succeeded", 0, 3, 5, 9),
      completions: 10,
      want: "0,2-7,9",
    },
    {
      name: "an old text that is broken counts as far as it can be read",
      before: "0,1-foo,bar",
      pods: all("Succeeded", 3),
      completions: 4,
      want: "0,3",
    },
  ];
  for (const { name, before, pods, completions, want } of cases) {
    test(name, () => {
      const spec = { ...indexed, completions, parallelism: 1 };
      const { seen } = sync(job(spec, { completedIndexes: before }), podsOf([...pods, ["none", "Succeeded"]]));
      expect(seen.succeededIndexes.toString()).toBe(want);
    });
  }
});

/** @see kubernetes v1.36 pkg/controller/job/indexed_job_utils_test.go, TestFirstPendingIndexes */
describe("the indexes that come next", () => {
  const cases = [
    { name: "no more than there are", parallelism: 5, completions: 3, want: [0, 1, 2] },
    { name: "no more than may run", parallelism: 2, completions: 5, want: [0, 1] },
    { name: "not those that run", parallelism: 5, completions: 10, active: all("Running", 0, 1), want: [2, 3, 4] },
    { name: "not those that are done", parallelism: 6, completions: 6, done: "4,5", want: [0, 1, 2, 3] },
    {
      name: "neither",
      parallelism: 8,
      completions: 20,
      done: "2-4,9",
      active: all("Running", 3, 5, 8),
      want: [0, 1, 6, 7, 10],
    },
  ];
  for (const { name, parallelism, completions, active = [], done = "", want } of cases) {
    test(name, () => {
      const { plan } = sync(job({ ...indexed, parallelism, completions }, { completedIndexes: done }), podsOf(active));
      expect(plan.create.map(({ index }) => index)).toEqual(want);
    });
  }
});

/** @see kubernetes v1.36 pkg/controller/job/indexed_job_utils_test.go, TestAppendDuplicatedIndexPodsForRemoval */
describe("of Pods of one index", () => {
  const cases = [
    {
      name: "those without one go, and those out of range",
      pods: [
        ["none", "Pending"],
        [2, "Pending"],
        [5, "Running"],
        [6, "Running"],
      ],
      want: ["p0", "p3"],
    },
    {
      name: "the one that has come furthest stays, of equals the later one",
      pods: [
        [5, "Pending"],
        [0, "Running"],
        [3, "Pending"],
        [0, "Running"],
        [3, "Running"],
        [0, "Pending"],
        [6, "Running"],
        [6, "Pending"],
      ],
      want: ["p1", "p2", "p5", "p6", "p7"],
    },
    {
      name: "all others go",
      pods: [
        ["none", "Pending"],
        [0, "Pending"],
        [1, "Pending"],
        [1, "Pending"],
        [1, "Running"],
      ],
      want: ["p0", "p2", "p3"],
    },
  ] as const;
  for (const { name, pods, want } of cases) {
    test(name, () => {
      const { plan } = sync(job({ ...indexed, parallelism: 6, completions: 6 }), podsOf(pods));
      expect(plan.remove.map(({ metadata }) => metadata.name).toSorted()).toEqual(want);
    });
  }
});

/** @see kubernetes v1.36 pkg/controller/job/success_policy_test.go, TestMatchSuccessPolicy */
describe("a success policy", () => {
  const first = "Matched rules at index 0";
  type Case = readonly [rules: readonly (readonly [indexes?: string, count?: number])[], done: string, want?: string];
  const cases: readonly Case[] = [
    [[], "0"],
    [[["invalid-form"]], "0"],
    [[["0-2"]], "0-2,4-7", first],
    [[["3"]], "0-2"],
    [[[undefined, 2]], "0-2", first],
    [[[undefined, 4]], "0-2"],
    [[["9"], ["4,6"]], "0-2,4-7", "Matched rules at index 1"],
    [[["0,1"], ["5"]], "0-2,4-7", first],
    [[["3-6", 2]], "0-2,4-7", first],
    [[["3-6", 2]], "0-2,6-7"],
    [[[undefined, 4]], ""],
    [[["2-4,6-8"]], "1-9", first],
    [[["2-4,6-9"]], "2-4,6-9", first],
    [[["2-4,8-9"]], "2-5,7-9", first],
    [[[""]], "1-3"],
    [[[""]], ""],
    [[["10-12,14-16"]], "1-3,5-7"],
    [[["1-3,5-7"]], "2-4,6-8"],
    [[["1-3,5-7", 4]], "2-4,6-8", first],
    [[["2-4,6-9"]], "1-3,5-7"],
    [[["2-4,6-9", 4]], "1-3,5-7", first],
    [[["0-4,6-9"]], "1-3,7-8"],
    [[["0-4,6-9", 5]], "1-3,7-8", first],
    [[["0-6,8-9"]], "1-3,5-9"],
    [[["0-6,8-9", 7]], "1-3,5-9", first],
    [[["0-5,7-9"]], "1-5,7-9"],
    [[["0-5,7-9", 8]], "1-5,7-9", first],
    [[["0-3,6-9"]], "1-9"],
    [[["0-3,6-9", 7]], "1-9", first],
  ];
  for (const [rules, done, want] of cases) {
    test(`${JSON.stringify(rules)} with ${done || "nothing"} done: ${want === undefined ? "not met" : "met"}`, () => {
      const policy = {
        rules: rules.map(([succeededIndexes, succeededCount]) => ({
          ...(succeededIndexes === undefined ? {} : { succeededIndexes }),
          ...(succeededCount === undefined ? {} : { succeededCount }),
        })),
      };
      expect(matchSuccessPolicy(policy, IndexSet.parse(done, 10), 10)).toBe(want);
    });
  }
});
