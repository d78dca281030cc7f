import { describe, expect, test } from "vitest";
import type { Job, JobSpec, JobStatus, Pod, PodFailurePolicyRule } from "../../../src/api/generated/types.js";
import { noFailures, recordAfter } from "../../../src/controllers/job/backoff.js";
import { finishTimeOf } from "../../../src/controllers/job/finish-time.js";
import { conditionTypes, job, now, pod, secondsAgo, sync } from "./samples.js";

type Phase = "Pending" | "Running" | "Succeeded" | "Failed";

interface PodCounts {
  readonly pending?: number;
  readonly active?: number;
  /** Of the active ones. */
  readonly ready?: number;
  readonly succeeded?: number;
  readonly failed?: number;
  readonly terminating?: number;
  /** Of an Indexed Job: index and phase; "none" is no index at all. */
  readonly indexed?: readonly (readonly [index: number | "none", phase: Phase, failures?: number])[];
}

/** Long ago: nothing has to wait because of it. */
const endedSecondsAgo = 3600;

function podsOf({
  pending = 0,
  active = 0,
  ready = 0,
  succeeded = 0,
  failed = 0,
  terminating = 0,
  indexed = [],
}: PodCounts) {
  const many = (count: number, name: string, sample: Parameters<typeof pod>[1]) =>
    Array.from({ length: count }, (_, at) => pod(`${name}${at}`, { ready: false, endedSecondsAgo, ...sample }));
  return [
    ...many(pending, "pending", { phase: "Pending" }),
    ...many(ready, "ready", { ready: true }),
    ...many(active - ready, "active", {}),
    ...many(succeeded, "succeeded", { phase: "Succeeded" }),
    ...many(failed, "failed", { phase: "Failed" }),
    ...many(terminating, "terminating", { deleted: true }),
    ...indexed.map(([index, phase, failures], at) =>
      pod(`indexed${at}`, {
        phase,
        ready: false,
        endedSecondsAgo,
        ...(index === "none" ? {} : { index }),
        ...(failures === undefined ? {} : { failures }),
      }),
    ),
  ];
}

interface Row {
  readonly name: string;
  readonly spec: Partial<JobSpec>;
  readonly status?: JobStatus;
  readonly deleting?: boolean;
  readonly pods?: PodCounts;
  /** Counts that are left out are 0. */
  readonly want: {
    readonly creates?: number;
    readonly indexes?: readonly number[];
    readonly removes?: number;
    /** Pods that lose their finalizer. */
    readonly patches?: number;
    readonly active?: number;
    readonly ready?: number;
    readonly succeeded?: number;
    readonly failed?: number;
    readonly terminating?: number;
    readonly completedIndexes?: string;
    readonly failedIndexes?: string;
    readonly conditions?: readonly string[];
    readonly reason?: string;
  };
}

const queue = { completions: undefined as never };
const indexed = { completionMode: "Indexed" } as const;
const replaced = (policy: "Failed" | "TerminatingOrFailed") => ({ podReplacementPolicy: policy });
const suspended = { type: "Suspended", status: "True" as const, reason: "JobSuspended", message: "Job suspended" };
const completed = ["SuccessCriteriaMet", "Complete"];
const failed = ["FailureTarget", "Failed"];
const byHand = (type: string) => ({ type, status: "False" as const, reason: "ConditionAddedManually" });

/** One sync each. @see kubernetes v1.36 pkg/controller/job/job_controller_test.go, TestControllerSyncJob */
const rows: readonly Row[] = [
  { name: "it starts", spec: { parallelism: 2, completions: 5 }, want: { creates: 2, active: 2 } },
  { name: "a work queue starts", spec: { ...queue, parallelism: 2 }, want: { creates: 2, active: 2 } },
  {
    name: "Pods that are pending are enough",
    spec: { parallelism: 2, completions: 5 },
    pods: { pending: 2 },
    want: { active: 2 },
  },
  {
    name: "as many Pods as it wants, some of them ready",
    spec: { parallelism: 3, completions: 5 },
    pods: { active: 3, ready: 2 },
    want: { active: 3, ready: 2 },
  },
  {
    name: "too few Pods",
    spec: { parallelism: 2, completions: 5 },
    pods: { active: 1, succeeded: 1 },
    want: { creates: 1, active: 2, succeeded: 1, patches: 1 },
  },
  {
    name: "a work queue with too few Pods",
    spec: { ...queue, parallelism: 2 },
    pods: { active: 1 },
    want: { creates: 1, active: 2 },
  },
  {
    name: "under Failed a Pod that is being deleted is no failure yet",
    spec: { ...queue, ...replaced("Failed"), parallelism: 1 },
    pods: { active: 1, failed: 1, terminating: 1 },
    want: { active: 1, failed: 1, terminating: 1, patches: 1 },
  },
  {
    name: "where nothing is said it is one",
    spec: { parallelism: 1, completions: 1 },
    pods: { active: 1, failed: 1, terminating: 1 },
    want: { active: 1, failed: 2, terminating: 1, patches: 2 },
  },
  {
    name: "under TerminatingOrFailed too, in a work queue",
    spec: { ...queue, ...replaced("TerminatingOrFailed"), parallelism: 1 },
    pods: { active: 1, failed: 1, terminating: 1 },
    want: { active: 1, failed: 2, terminating: 1, patches: 2 },
  },
  {
    name: "more Pods are being deleted than may run: under Failed one of those that run goes",
    spec: { ...replaced("Failed"), parallelism: 1, completions: 1 },
    pods: { active: 2, terminating: 4 },
    want: { removes: 1, active: 1, terminating: 5, patches: 1 },
  },
  {
    name: "with a failure policy likewise",
    spec: { podFailurePolicy: { rules: [] }, parallelism: 1, completions: 1 },
    pods: { active: 2, terminating: 4 },
    want: { removes: 1, active: 1, terminating: 5, patches: 1 },
  },
  {
    name: "too many Pods",
    spec: { parallelism: 2, completions: 5 },
    pods: { active: 3 },
    want: { removes: 1, active: 2, terminating: 1, patches: 1 },
  },
  {
    name: "too many Pods, all ready",
    spec: { parallelism: 2, completions: 5 },
    pods: { active: 3, ready: 3 },
    want: { removes: 1, active: 2, ready: 2, terminating: 1, patches: 1 },
  },
  {
    name: "many more Pods than may run",
    spec: { parallelism: 2, completions: 5 },
    pods: { active: 10 },
    want: { removes: 8, active: 2, terminating: 8, patches: 8 },
  },
  {
    name: "more Pods than are left to complete",
    spec: { parallelism: 3, completions: 4 },
    pods: { active: 3, succeeded: 2 },
    want: { removes: 1, active: 2, succeeded: 2, terminating: 1, patches: 3 },
  },
  {
    name: "a success that came with a failure ends the waiting",
    spec: { parallelism: 2, completions: 5 },
    pods: { active: 1, succeeded: 1, failed: 1 },
    want: { creates: 1, active: 2, succeeded: 1, failed: 1, patches: 2 },
  },
  {
    name: "a failure is replaced",
    spec: { parallelism: 2, completions: 5 },
    pods: { active: 1, failed: 1 },
    want: { creates: 1, active: 2, failed: 1, patches: 1 },
  },
  {
    name: "a failure that was counted before stays counted",
    spec: { parallelism: 1, completions: 1 },
    status: { active: 1, failed: 1 },
    pods: { active: 1 },
    want: { active: 1, failed: 1 },
  },
  {
    name: "it completes",
    spec: { parallelism: 2, completions: 5 },
    pods: { succeeded: 5 },
    want: { succeeded: 5, patches: 5, conditions: completed, reason: "CompletionsReached" },
  },
  {
    name: "a work queue waits for the Pods that still run",
    spec: { ...queue, parallelism: 2 },
    pods: { active: 1, succeeded: 1 },
    want: { active: 1, succeeded: 1, patches: 1 },
  },
  {
    name: "a work queue completes",
    spec: { ...queue, parallelism: 2 },
    pods: { succeeded: 2 },
    want: { succeeded: 2, patches: 2, conditions: completed },
  },
  {
    name: "a work queue completes in spite of a failure",
    spec: { ...queue, parallelism: 2 },
    pods: { succeeded: 1, failed: 1 },
    want: { succeeded: 1, failed: 1, patches: 2, conditions: completed },
  },
  {
    name: "while it is being deleted its Pods are freed and left alone",
    spec: { parallelism: 2, completions: 5 },
    deleting: true,
    pods: { pending: 1, active: 1, succeeded: 1 },
    want: { active: 2, succeeded: 1, patches: 3 },
  },
  {
    name: "while it is being deleted it can fail",
    spec: { parallelism: 2, completions: 5, backoffLimit: 0 },
    deleting: true,
    pods: { failed: 1 },
    want: { failed: 1, patches: 1, conditions: failed, reason: "BackoffLimitExceeded" },
  },
  {
    name: "Pods that were ready are not when it fails",
    spec: { parallelism: 2, completions: 3, backoffLimit: 0 },
    pods: { active: 2, ready: 2, failed: 1 },
    want: { removes: 2, failed: 3, terminating: 2, patches: 3, conditions: ["FailureTarget"] },
  },
  {
    name: "suspending it deletes its Pods",
    spec: { suspend: true, parallelism: 2, completions: 4 },
    pods: { active: 2, ready: 2 },
    want: { removes: 2, terminating: 2, patches: 2, conditions: ["Suspended"], reason: "JobSuspended" },
  },
  {
    name: "resuming it makes Pods",
    spec: { suspend: false, parallelism: 2, completions: 4 },
    status: { conditions: [suspended] },
    want: { creates: 2, active: 2, conditions: ["Suspended=False"], reason: "JobResumed" },
  },
  {
    name: "while it is being deleted it is not suspended",
    spec: { suspend: true, parallelism: 2, completions: 4 },
    deleting: true,
    pods: { active: 2 },
    want: { active: 2, patches: 2 },
  },
  ...["FailureTarget", "SuccessCriteriaMet"].map((type) => ({
    name: `a condition ${type} that is False means nothing`,
    spec: { parallelism: 1, completions: 1 },
    status: { active: 1, conditions: [byHand(type)] },
    pods: { active: 1, ready: 1 },
    want: { active: 1, ready: 1, conditions: [`${type}=False`] },
  })),
  {
    name: "Indexed: it starts with the lowest indexes",
    spec: { ...indexed, parallelism: 2, completions: 5 },
    want: { creates: 2, indexes: [0, 1], active: 2 },
  },
  {
    name: "Indexed: under Failed a Pod that is being deleted keeps a place",
    spec: { ...indexed, ...replaced("Failed"), parallelism: 2, completions: 5 },
    pods: { terminating: 1 },
    want: { creates: 1, indexes: [0], active: 1, terminating: 1 },
  },
  {
    name: "Indexed: under TerminatingOrFailed it does not; without an index it is no failure",
    spec: { ...indexed, ...replaced("TerminatingOrFailed"), parallelism: 2, completions: 5 },
    pods: { terminating: 1 },
    want: { creates: 2, indexes: [0, 1], active: 2, terminating: 1, patches: 1 },
  },
  {
    name: "Indexed: it completes in spite of a failure",
    spec: { ...indexed, parallelism: 2, completions: 3 },
    pods: {
      indexed: [
        [0, "Succeeded"],
        [1, "Failed"],
        [1, "Succeeded"],
        [2, "Succeeded"],
      ],
    },
    want: { succeeded: 3, failed: 1, completedIndexes: "0-2", patches: 4, conditions: completed },
  },
  {
    name: "Indexed: it fails",
    spec: { ...indexed, parallelism: 2, completions: 3, backoffLimit: 0 },
    pods: {
      indexed: [
        [0, "Succeeded"],
        [1, "Failed"],
        [2, "Running"],
      ],
    },
    want: {
      removes: 1,
      succeeded: 1,
      failed: 2,
      terminating: 1,
      completedIndexes: "0",
      patches: 3,
      conditions: ["FailureTarget"],
      reason: "BackoffLimitExceeded",
    },
  },
  {
    name: "Indexed: an index that succeeds twice counts once",
    spec: { ...indexed, parallelism: 2, completions: 3 },
    pods: {
      indexed: [
        [0, "Succeeded"],
        [1, "Succeeded"],
        [1, "Succeeded"],
      ],
    },
    want: { creates: 1, indexes: [2], active: 1, succeeded: 2, completedIndexes: "0,1", patches: 3 },
  },
  {
    name: "Indexed: gaps are filled first",
    spec: { ...indexed, parallelism: 8, completions: 20 },
    pods: {
      indexed: [
        [0, "Running"],
        [2, "Succeeded"],
        [3, "Pending"],
        [4, "Succeeded"],
        [5, "Succeeded"],
        [7, "Succeeded"],
        [8, "Succeeded"],
        [9, "Succeeded"],
      ],
    },
    want: {
      creates: 6,
      indexes: [1, 6, 10, 11, 12, 13],
      active: 8,
      succeeded: 6,
      completedIndexes: "2,4,5,7-9",
      patches: 6,
    },
  },
  {
    name: "Indexed: indexes that failed come again",
    spec: { ...indexed, parallelism: 3, completions: 4 },
    pods: {
      indexed: [
        [0, "Failed"],
        [1, "Pending"],
        [2, "Failed"],
      ],
    },
    want: { creates: 2, indexes: [0, 2], active: 3, failed: 2, patches: 2 },
  },
  {
    name: "Indexed: Pods without an index are freed, and go where they run",
    spec: { ...indexed, parallelism: 2, completions: 5 },
    pods: {
      active: 1,
      succeeded: 1,
      failed: 1,
      indexed: [
        ["none", "Running"],
        ["none", "Succeeded"],
        ["none", "Failed"],
        ["none", "Pending"],
        [0, "Succeeded"],
        [1, "Running"],
        [2, "Running"],
      ],
    },
    want: { removes: 3, active: 2, succeeded: 1, terminating: 3, completedIndexes: "0", patches: 8 },
  },
  {
    name: "Indexed: of two Pods of an index one goes, and nothing is made in that sync",
    spec: { ...indexed, parallelism: 5, completions: 5 },
    pods: {
      succeeded: 1,
      failed: 1,
      indexed: [
        ["none", "Running"],
        [0, "Succeeded"],
        [1, "Running"],
        [2, "Running"],
        [2, "Pending"],
      ],
    },
    want: { removes: 2, active: 2, succeeded: 1, terminating: 2, completedIndexes: "0", patches: 5 },
  },
  {
    name: "Indexed: Pods of indexes that it does not have are freed, and go where they run",
    spec: { ...indexed, parallelism: 2, completions: 5 },
    pods: {
      indexed: [
        [0, "Succeeded"],
        [5, "Running"],
        [6, "Succeeded"],
        [7, "Pending"],
        [8, "Failed"],
      ],
    },
    want: { removes: 2, succeeded: 1, terminating: 2, completedIndexes: "0", patches: 5 },
  },
  {
    name: "Indexed: successes of indexes that it no longer has are forgotten",
    spec: { ...indexed, parallelism: 2, completions: 2 },
    status: { active: 2, succeeded: 1, completedIndexes: "3" },
    pods: {
      indexed: [
        [0, "Running"],
        [1, "Succeeded"],
      ],
    },
    want: { active: 1, succeeded: 1, completedIndexes: "1", patches: 1 },
  },
  {
    name: "Indexed: what was counted before and what is new add up",
    spec: { ...indexed, parallelism: 1, completions: 7 },
    status: { failed: 2, succeeded: 5, completedIndexes: "0-2,4,6,7" },
    pods: {
      indexed: [
        [1, "Succeeded"],
        [3, "Succeeded"],
        [2, "Failed"],
        [5, "Failed"],
      ],
    },
    want: { creates: 1, indexes: [5], active: 1, succeeded: 6, failed: 4, completedIndexes: "0-4,6", patches: 4 },
  },
];

describe("one sync of a Job", () => {
  for (const row of rows) test(row.name, () => expectRow(row));
});

/** @see kubernetes v1.36 pkg/controller/job/job_controller_test.go, TestSyncJobPastDeadline */
describe("one sync of a Job with a deadline", () => {
  const running = (seconds: number, activeDeadlineSeconds = 10) => ({
    spec: { parallelism: 1, completions: 1, activeDeadlineSeconds },
    status: { startTime: secondsAgo(seconds) },
  });
  const exceeded = { conditions: ["FailureTarget"], reason: "DeadlineExceeded" };
  const cases: readonly Row[] = [
    {
      name: "its Pod goes and has failed",
      ...running(15),
      pods: { active: 1 },
      want: { removes: 1, failed: 1, terminating: 1, patches: 1, ...exceeded },
    },
    {
      name: "what has succeeded stays",
      ...running(15),
      spec: { ...running(15).spec, completions: 2 },
      pods: { active: 1, succeeded: 1 },
      want: { removes: 1, succeeded: 1, failed: 1, terminating: 1, patches: 2, ...exceeded },
    },
    { name: "no Pod has started yet", ...running(10), want: { ...exceeded, conditions: failed } },
    {
      name: "the backoff limit speaks first",
      ...running(10, 1),
      spec: { ...running(10, 1).spec, backoffLimit: 0 },
      pods: { failed: 1 },
      want: { failed: 1, patches: 1, conditions: failed, reason: "BackoffLimitExceeded" },
    },
    {
      name: "it is suspended: nothing ends",
      ...running(15),
      spec: { ...running(15).spec, suspend: true },
      want: { conditions: ["Suspended"], reason: "JobSuspended" },
    },
    {
      name: "a condition Failed that is False becomes True",
      spec: running(15).spec,
      status: { ...running(15).status, conditions: [byHand("Failed")] },
      want: { conditions: ["Failed", "FailureTarget"] },
    },
  ];
  for (const row of cases) test(row.name, () => expectRow(row));
});

/** @see kubernetes v1.36 pkg/controller/job/job_controller_test.go, TestSyncJobWithJobSuccessPolicy */
describe("one sync of a Job with a success policy", () => {
  const policy = { rules: [{ succeededIndexes: "0,1", succeededCount: 1 }] };
  const none = 2 ** 31 - 1;
  const spec = { ...indexed, parallelism: 2, completions: 2, backoffLimit: none, successPolicy: policy };
  const met = {
    type: "SuccessCriteriaMet",
    status: "True" as const,
    reason: "SuccessPolicy",
    message: "Matched rules at index 0",
  };
  const target = {
    type: "FailureTarget",
    status: "True" as const,
    reason: "PodFailurePolicy",
    message: "it was evicted",
  };
  const done = { succeeded: 1, completedIndexes: "1", failed: 1 };
  const cases: readonly Row[] = [
    {
      name: "it is met although some indexes fail, and the rest goes",
      spec: { ...spec, parallelism: 3, completions: 3 },
      pods: {
        indexed: [
          [0, "Failed"],
          [0, "Running"],
          [1, "Succeeded"],
          [2, "Running"],
        ],
      },
      want: {
        ...done,
        removes: 2,
        terminating: 2,
        patches: 4,
        conditions: ["SuccessCriteriaMet"],
        reason: "SuccessPolicy",
      },
    },
    {
      name: "with a limit for each index it is met all the same",
      spec: { ...spec, backoffLimitPerIndex: 2 },
      pods: {
        indexed: [
          [0, "Failed"],
          [0, "Running"],
          [1, "Succeeded"],
        ],
      },
      want: { ...done, removes: 1, terminating: 1, patches: 3, failedIndexes: "", conditions: ["SuccessCriteriaMet"] },
    },
    {
      name: "once met it completes when no Pod is left",
      spec,
      status: { conditions: [met] },
      pods: {
        indexed: [
          [0, "Failed"],
          [1, "Succeeded"],
        ],
      },
      want: { ...done, patches: 2, conditions: completed, reason: "SuccessPolicy" },
    },
    {
      name: "once met it waits for Pods that are left, whatever their index",
      spec: { ...spec, parallelism: 3, completions: 3 },
      status: { conditions: [met] },
      pods: {
        indexed: [
          [0, "Failed"],
          [1, "Running"],
          [1, "Succeeded"],
          [2, "Running"],
        ],
      },
      want: { ...done, removes: 2, terminating: 2, patches: 4, conditions: ["SuccessCriteriaMet"] },
    },
    {
      name: "once met it cannot fail by the limit of an index",
      spec: { ...spec, backoffLimitPerIndex: 1, successPolicy: { rules: [{ succeededIndexes: "1" }] } },
      status: { succeeded: 1, completedIndexes: "1", conditions: [met] },
      pods: {
        indexed: [
          [0, "Failed", 1],
          [1, "Succeeded", 0],
        ],
      },
      want: { ...done, patches: 2, failedIndexes: "0", conditions: completed },
    },
    {
      name: "once met it cannot fail by the limit of the Job",
      spec: { ...spec, backoffLimit: 0 },
      status: { succeeded: 1, completedIndexes: "1", conditions: [met] },
      pods: {
        indexed: [
          [0, "Failed"],
          [1, "Succeeded"],
        ],
      },
      want: { ...done, patches: 2, conditions: completed },
    },
    {
      name: "failed indexes speak first",
      spec: { ...spec, backoffLimitPerIndex: 1 },
      pods: {
        indexed: [
          [0, "Failed", 1],
          [1, "Succeeded", 0],
        ],
      },
      want: { ...done, patches: 2, failedIndexes: "0", conditions: failed, reason: "FailedIndexes" },
    },
    {
      name: "the backoff limit speaks first",
      spec: { ...spec, backoffLimit: 1 },
      pods: {
        indexed: [
          [0, "Failed"],
          [0, "Failed"],
          [1, "Succeeded"],
        ],
      },
      want: { ...done, failed: 2, patches: 3, conditions: failed, reason: "BackoffLimitExceeded" },
    },
    {
      name: "a Job that is about to fail does not succeed any more",
      spec,
      status: { failed: 1, completedIndexes: "1", conditions: [target] },
      pods: { indexed: [[1, "Succeeded"]] },
      want: { ...done, patches: 1, conditions: failed, reason: "PodFailurePolicy" },
    },
  ];
  for (const row of cases) test(row.name, () => expectRow(row));

  const onDisruption = {
    podFailurePolicy: { rules: [{ action: "FailJob" as const, onPodConditions: [{ type: "DisruptionTarget" }] }] },
  };
  const evicted = pod("evicted", {
    phase: "Failed",
    index: 0,
    conditions: [{ type: "DisruptionTarget", status: "True" }],
  });
  const others = podsOf({
    indexed: [
      [0, "Running"],
      [1, "Succeeded"],
    ],
  });

  test("the failure policy speaks first", () => {
    const { settlement } = sync(job({ ...spec, ...onDisruption }), [evicted, ...others]);
    expect(settlement.second).toMatchObject({ failed: 2, succeeded: 1, terminating: 1, completedIndexes: "1" });
    expect(conditionTypes(settlement.second)).toEqual(["FailureTarget"]);
  });

  test("once met the failure policy is not asked any more", () => {
    const { settlement } = sync(job({ ...spec, ...onDisruption }, { conditions: [met] }), [
      evicted,
      ...others.slice(1),
    ]);
    expect(settlement.second).toMatchObject({ failed: 1, succeeded: 1 });
    expect(conditionTypes(settlement.second)).toEqual(completed);
  });
});

/** @see kubernetes v1.36 pkg/controller/job/job_controller_test.go, TestSyncJobWithJobBackoffLimitPerIndex */
describe("one sync of a Job with a limit for each index", () => {
  const none = 2 ** 31 - 1;
  const spec = { ...indexed, parallelism: 2, completions: 2, backoffLimit: none, backoffLimitPerIndex: 1 };
  const policy = (action: PodFailurePolicyRule["action"]) => ({
    podFailurePolicy: { rules: [{ action, onExitCodes: { operator: "In" as const, values: [1] } }] },
  });
  const cases: readonly Row[] = [
    {
      name: "an index succeeds after a failure",
      spec,
      pods: {
        indexed: [
          [0, "Failed", 0],
          [0, "Succeeded", 1],
          [1, "Succeeded", 0],
        ],
      },
      want: { succeeded: 2, failed: 1, patches: 3, completedIndexes: "0,1", failedIndexes: "", conditions: completed },
    },
    {
      name: "a failure is not counted before the next Pod of its index runs",
      spec,
      pods: { indexed: [[0, "Failed", 0]] },
      want: { creates: 2, indexes: [0, 1], active: 2, failedIndexes: "" },
    },
    {
      name: "a failure is counted once the next Pod of its index is there",
      spec,
      pods: {
        indexed: [
          [0, "Failed", 0],
          [0, "Pending", 1],
        ],
      },
      want: { creates: 1, indexes: [1], active: 2, failed: 1, patches: 1, failedIndexes: "" },
    },
    {
      name: "an index has failed, the other goes on",
      spec,
      pods: { indexed: [[0, "Failed", 1]] },
      want: { creates: 1, indexes: [1], active: 1, failed: 1, patches: 1, failedIndexes: "0" },
    },
    {
      name: "an index fails at once by FailIndex",
      spec: { ...spec, ...policy("FailIndex") },
      pods: { indexed: [[0, "Failed", 0]] },
      want: { creates: 1, indexes: [1], active: 1, failed: 1, patches: 1, failedIndexes: "0" },
    },
    {
      name: "the Job fails at once by FailJob, and no index has",
      spec: { ...spec, ...policy("FailJob"), backoffLimit: 6 },
      pods: { indexed: [[0, "Failed", 0]] },
      want: { failed: 1, patches: 1, failedIndexes: "", conditions: failed, reason: "PodFailurePolicy" },
    },
    {
      name: "an ignored failure is not counted",
      spec: { ...spec, ...policy("Ignore"), backoffLimit: 6 },
      pods: { indexed: [[0, "Failed", 0]] },
      want: { creates: 2, indexes: [0, 1], active: 2, failedIndexes: "" },
    },
    {
      name: "the limit of the Job is reached before that of an index",
      spec: { ...spec, backoffLimit: 1 },
      pods: {
        indexed: [
          [0, "Failed", 0],
          [1, "Failed", 0],
        ],
      },
      want: { failed: 2, patches: 2, failedIndexes: "", conditions: failed, reason: "BackoffLimitExceeded" },
    },
    {
      name: "all indexes are done and one has failed",
      spec,
      pods: {
        indexed: [
          [0, "Failed", 1],
          [1, "Succeeded", 0],
        ],
      },
      want: {
        succeeded: 1,
        failed: 1,
        patches: 2,
        failedIndexes: "0",
        completedIndexes: "1",
        conditions: failed,
        reason: "FailedIndexes",
      },
    },
    {
      name: "too many indexes have failed",
      spec: { ...spec, parallelism: 4, completions: 4, maxFailedIndexes: 1 },
      pods: {
        indexed: [
          [0, "Failed", 1],
          [1, "Succeeded", 0],
          [2, "Failed", 1],
          [3, "Running", 0],
        ],
      },
      want: {
        removes: 1,
        succeeded: 1,
        failed: 3,
        terminating: 1,
        patches: 4,
        failedIndexes: "0,2",
        completedIndexes: "1",
        conditions: ["FailureTarget"],
        reason: "MaxFailedIndexesExceeded",
      },
    },
  ];
  for (const row of cases) test(row.name, () => expectRow(row));
});

/** @see kubernetes v1.36 pkg/controller/job/backoff_utils_test.go, TestNewBackoffRecord */
describe("the record of failures", () => {
  const ended = (agos: readonly number[]) =>
    agos.map((endedSecondsAgo, at) => pod(`p${at}`, { phase: "Failed", endedSecondsAgo }));
  const cases = [
    { name: "one failure", failed: [0], succeeded: [], want: { failures: 1, lastFailureAt: now } },
    {
      name: "two failures, the latest first",
      failed: [0, 1],
      succeeded: [],
      want: { failures: 2, lastFailureAt: now },
    },
    { name: "two failures, then a success", failed: [2, 1], succeeded: [0], want: noFailures },
    {
      name: "a success among failures",
      failed: [0, 4, 3, 1],
      succeeded: [2],
      want: { failures: 2, lastFailureAt: now },
    },
    { name: "a success and a failure at once", failed: [0], succeeded: [0], want: noFailures },
    { name: "nothing", failed: [], succeeded: [], want: noFailures },
    { name: "one success", failed: [], succeeded: [0], want: noFailures },
  ];
  for (const { name, failed: failures, succeeded, want } of cases) {
    test(name, () =>
      expect(recordAfter(noFailures, { failed: ended(failures), succeeded: ended(succeeded) })).toEqual(want),
    );
  }

  test("a failure after two others", () => {
    const before = { failures: 2, lastFailureAt: now - 60_000 };
    expect(recordAfter(before, { failed: ended([0]), succeeded: [] })).toEqual({ failures: 3, lastFailureAt: now });
  });
});

/** @see kubernetes v1.36 pkg/controller/job/backoff_utils_test.go, TestGetFinishedTime */
describe("when a Pod has ended", () => {
  type State = NonNullable<NonNullable<Pod["status"]>["containerStatuses"]>[number]["state"];
  const at = (seconds: number): State => ({ terminated: { exitCode: 0, finishedAt: secondsAgo(seconds) } });
  const podWith = (
    states: readonly State[],
    metadata: Partial<Pod["metadata"]> = {},
    ready?: "True" | "False",
  ): Pod => ({
    metadata: { name: "p", namespace: "default", ...metadata },
    spec: { containers: [] },
    status: {
      containerStatuses: states.map((state, index) => statusOf(`c${index}`, state)),
      ...(ready === undefined
        ? {}
        : { conditions: [{ type: "Ready", status: ready, lastTransitionTime: secondsAgo(7) }] }),
    },
  });
  const statusOf = (name: string, state: State) => ({
    name,
    image: "",
    imageID: "",
    ready: false,
    restartCount: 0,
    state,
  });
  const running: State = { running: {} };
  const without: State = { terminated: { exitCode: 0 } };
  const deleted = { deletionTimestamp: secondsAgo(0) };
  const cases = [
    { name: "with its last container", pod: podWith([at(1), at(0), at(2)]), want: 0 },
    { name: "with its deletion where a container still runs", pod: podWith([at(1), running, at(2)], deleted), want: 0 },
    { name: "when its grace began", pod: podWith([running], { ...deleted, deletionGracePeriodSeconds: 30 }), want: 30 },
    { name: "when it was no longer ready", pod: podWith([without], {}, "False"), want: 7 },
    { name: "not when it became ready", pod: podWith([without], deleted, "True"), want: 0 },
    { name: "when it was created", pod: podWith([without], { creationTimestamp: secondsAgo(9) }), want: 9 },
  ];
  for (const { name, pod: ended, want } of cases) test(name, () => expect(finishTimeOf(ended)).toBe(now - want * 1000));

  test("with its sidecar, which ends last", () => {
    const ended = podWith([at(1)]);
    const sidecar = { name: "sidecar", restartPolicy: "Always" as const };
    const withSidecar: Pod = {
      ...ended,
      spec: { containers: [], initContainers: [sidecar] },
      status: { ...ended.status, initContainerStatuses: [statusOf("sidecar", at(0))] },
    };
    expect(finishTimeOf(withSidecar)).toBe(now);
  });
});

function expectRow({ spec, status, deleting, pods = {}, want }: Row): void {
  const sample = job(spec, status);
  const metadata = deleting ? { ...sample.metadata, deletionTimestamp: secondsAgo(0) } : sample.metadata;
  const subject: Job = { ...sample, metadata };
  const { plan, settlement } = sync(subject, podsOf(pods));
  const after = settlement.second ?? settlement.first ?? subject.status ?? {};
  const conditions = conditionTypes(after);
  expect({
    creates: plan.create.length,
    removes: plan.remove.length,
    patches: settlement.release.length + (plan.removeUncounted ? plan.remove.length : 0),
    active: after.active ?? 0,
    ready: after.ready ?? 0,
    succeeded: after.succeeded ?? 0,
    failed: after.failed ?? 0,
    terminating: after.terminating ?? 0,
    completedIndexes: after.completedIndexes ?? "",
    failedIndexes: after.failedIndexes,
    conditions,
    ...(want.indexes === undefined ? {} : { indexes: plan.create.map(({ index }) => index) }),
    ...(want.reason === undefined ? {} : { reason: after.conditions?.at(-1)?.reason }),
  }).toEqual({
    creates: 0,
    removes: 0,
    patches: 0,
    active: 0,
    ready: 0,
    succeeded: 0,
    failed: 0,
    terminating: 0,
    completedIndexes: "",
    failedIndexes: undefined,
    conditions: [],
    ...want,
  });
}
