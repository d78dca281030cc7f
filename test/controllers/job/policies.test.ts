import { describe, expect, test } from "vitest";
import { IndexSet } from "../../../src/api/batch/index-set.js";
import type { PodFailurePolicyRule } from "../../../src/api/generated/types.js";
import { matchPodFailurePolicy } from "../../../src/controllers/job/pod-failure-policy.js";
import { matchSuccessPolicy } from "../../../src/controllers/job/success-policy.js";
import { conditionTypes, job, pod, sync } from "./samples.js";

describe("pod failure policy", () => {
  const onCode = (
    action: PodFailurePolicyRule["action"],
    operator: "In" | "NotIn",
    values: number[],
    containerName?: string,
  ) => ({
    action,
    onExitCodes: { operator, values, ...(containerName === undefined ? {} : { containerName }) },
  });
  const disruption: PodFailurePolicyRule = { action: "Ignore", onPodConditions: [{ type: "DisruptionTarget" }] };
  const failed = pod("a", { phase: "Failed", exitCode: 42 });
  const evicted = pod("a", { phase: "Failed", conditions: [{ type: "DisruptionTarget", status: "True" }] });
  const cases = [
    { name: "exit code 42 matches In [42]", rules: [onCode("FailJob", "In", [42])], pod: failed, want: "FailJob" },
    { name: "exit code 42 does not match In [1]", rules: [onCode("FailJob", "In", [1])], pod: failed, want: undefined },
    { name: "exit code 42 matches NotIn [1]", rules: [onCode("Count", "NotIn", [1])], pod: failed, want: "Count" },
    {
      name: "exit code 42 does not match NotIn [42]",
      rules: [onCode("Count", "NotIn", [42])],
      pod: failed,
      want: undefined,
    },
    {
      name: "another container's exit code does not count",
      rules: [onCode("FailJob", "In", [42], "side")],
      pod: failed,
      want: undefined,
    },
    {
      name: "the named container's exit code does",
      rules: [onCode("FailIndex", "In", [42], "main")],
      pod: failed,
      want: "FailIndex",
    },
    {
      name: "the first rule that matches decides",
      rules: [onCode("Ignore", "In", [42]), onCode("FailJob", "In", [42])],
      pod: failed,
      want: "Ignore",
    },
    { name: "a condition matches by its type and status", rules: [disruption], pod: evicted, want: "Ignore" },
    { name: "a condition that is absent does not match", rules: [disruption], pod: failed, want: undefined },
  ];
  for (const { name, rules, pod, want } of cases) {
    test(name, () => expect(matchPodFailurePolicy({ rules }, pod)?.action).toBe(want));
  }

  test("exit code 0 is no failure, not even for NotIn", () => {
    const odd = pod("a", { phase: "Failed", exitCode: 0 });
    expect(matchPodFailurePolicy({ rules: [onCode("FailJob", "NotIn", [1])] }, odd)).toBeUndefined();
  });

  test("FailJob names the container, the Pod, the code and the rule", () => {
    const rules = [disruption, onCode("FailJob", "In", [42])];
    expect(matchPodFailurePolicy({ rules }, failed)?.failJobMessage).toBe(
      "Container main for pod default/a failed with exit code 42 matching FailJob rule at index 1",
    );
    const onCondition = [{ ...disruption, action: "FailJob" as const }];
    expect(matchPodFailurePolicy({ rules: onCondition }, evicted)?.failJobMessage).toBe(
      "Pod default/a has condition DisruptionTarget matching FailJob rule at index 0",
    );
  });

  test("an ignored failure is not counted, but its finalizer goes and it still makes the next Pod wait", () => {
    const lenient = job({ backoffLimit: 0, podFailurePolicy: { rules: [onCode("Ignore", "In", [42])] } });
    const { plan, settlement } = sync(lenient, [failed]);
    expect(plan).toMatchObject({ verdict: undefined, create: [], requeueAfterMs: 9000 });
    expect(settlement.release).toHaveLength(1);
    expect(settlement.first).not.toHaveProperty("failed");
  });
});

describe("backoff limit", () => {
  const failed = pod("a", { phase: "Failed" });
  test("one failure too many ends the Job", () => {
    const { plan } = sync(job({ backoffLimit: 2 }, { failed: 2 }), [failed]);
    expect(plan.verdict).toMatchObject({ type: "FailureTarget", reason: "BackoffLimitExceeded" });
  });
  test("as many failures as allowed do not", () => {
    expect(sync(job({ backoffLimit: 2 }, { failed: 1 }), [failed]).plan.verdict).toBeUndefined();
  });

  const onFailure = { template: { spec: { restartPolicy: "OnFailure" as const, containers: [{ name: "main" }] } } };
  const restarts = [
    { name: "as many restarts as the limit end it", limit: 3, counts: [2, 1], want: true },
    { name: "fewer do not", limit: 4, counts: [2, 1], want: false },
    { name: "with limit 0 the first one does", limit: 0, counts: [1], want: true },
    { name: "with limit 0 none does not", limit: 0, counts: [0], want: false },
  ];
  for (const { name, limit, counts, want } of restarts) {
    test(`under OnFailure ${name}`, () => {
      const pods = counts.map((count, n) => pod(`p${n}`, { restarts: count }));
      const { plan } = sync(job({ ...onFailure, backoffLimit: limit, parallelism: 2, completions: 2 }), pods);
      expect(plan.verdict !== undefined).toBe(want);
    });
  }
});

describe("backoff limit per index", () => {
  const spec = {
    completionMode: "Indexed",
    completions: 3,
    parallelism: 3,
    backoffLimit: 2 ** 31 - 1,
    backoffLimitPerIndex: 1,
  } as const;
  const failedOnce = pod("a", { phase: "Failed", index: 0, failures: 0, endedSecondsAgo: 4 });

  test("a failed Pod keeps its finalizer until its replacement exists", () => {
    const { plan, settlement } = sync(job(spec), [failedOnce, pod("b", { index: 1 }), pod("c", { index: 2 })]);
    expect(plan).toMatchObject({ create: [], requeueAfterMs: 6000 });
    expect(settlement.release).toEqual([]);
    expect(settlement.first).toMatchObject({ failedIndexes: "" });
  });

  test("its replacement knows of the failure", () => {
    const later = pod("a", { phase: "Failed", index: 0, failures: 0, endedSecondsAgo: 11 });
    expect(sync(job(spec), [later]).plan.create[0]).toEqual({ index: 0, failures: { counted: 1, ignored: 0 } });
  });

  test("it is counted once the replacement runs", () => {
    const pods = [failedOnce, pod("r", { index: 0, failures: 1 }), pod("b", { index: 1 }), pod("c", { index: 2 })];
    expect(sync(job(spec), pods).settlement.second).toMatchObject({ failed: 1 });
  });

  test("an index that has used up its limit has failed, the others go on", () => {
    const last = pod("a", { phase: "Failed", index: 0, failures: 1 });
    const { plan, settlement } = sync(job(spec), [last, pod("b", { index: 1 }), pod("c", { index: 2 })]);
    expect(plan.create).toEqual([]);
    expect(settlement.first).toMatchObject({ failedIndexes: "0" });
    expect(settlement.second).toMatchObject({ failed: 1 });
  });

  test("when every index is done and one has failed, the Job fails", () => {
    const last = pod("a", { phase: "Failed", index: 0, failures: 1 });
    const { plan, settlement } = sync(job(spec, { completedIndexes: "1,2", succeeded: 2 }), [last]);
    expect(plan.verdict).toMatchObject({ reason: "FailedIndexes", message: "Job has failed indexes" });
    expect(conditionTypes(settlement.second)).toEqual(["FailureTarget", "Failed"]);
  });

  test("more failed indexes than allowed end it at once", () => {
    const last = pod("a", { phase: "Failed", index: 0, failures: 1 });
    const { plan } = sync(job({ ...spec, maxFailedIndexes: 0 }), [last, pod("b", { index: 1 })]);
    expect(plan.verdict?.reason).toBe("MaxFailedIndexesExceeded");
  });

  test("FailIndex ends an index whatever its limit", () => {
    const podFailurePolicy = {
      rules: [{ action: "FailIndex" as const, onExitCodes: { operator: "In" as const, values: [1] } }],
    };
    const { settlement } = sync(job({ ...spec, podFailurePolicy }), [failedOnce]);
    expect(settlement.first).toMatchObject({ failedIndexes: "0" });
  });

  test("an ignored failure is told apart in the replacement's annotations", () => {
    const podFailurePolicy = {
      rules: [{ action: "Ignore" as const, onExitCodes: { operator: "In" as const, values: [1] } }],
    };
    const later = pod("a", { phase: "Failed", index: 0, failures: 0, endedSecondsAgo: 11 });
    expect(sync(job({ ...spec, podFailurePolicy }), [later]).plan.create[0]?.failures).toEqual({
      counted: 0,
      ignored: 1,
    });
  });
});

describe("success policy", () => {
  const cases = [
    {
      name: "all of the named indexes",
      rules: [{ succeededIndexes: "0,2-3" }],
      done: "0-3",
      want: "Matched rules at index 0",
    },
    { name: "not all of them", rules: [{ succeededIndexes: "0,2-3" }], done: "0-2", want: undefined },
    {
      name: "enough of them",
      rules: [{ succeededIndexes: "0-4", succeededCount: 2 }],
      done: "1,4",
      want: "Matched rules at index 0",
    },
    { name: "enough of any", rules: [{ succeededCount: 2 }], done: "3,5", want: "Matched rules at index 0" },
    {
      name: "the second rule",
      rules: [{ succeededIndexes: "0" }, { succeededCount: 1 }],
      done: "5",
      want: "Matched rules at index 1",
    },
    { name: "nothing yet", rules: [{ succeededCount: 1 }], done: "", want: undefined },
    { name: "only indexes that are out of range", rules: [{ succeededIndexes: "8-9" }], done: "0", want: undefined },
  ];
  for (const { name, rules, done, want } of cases) {
    test(name, () => expect(matchSuccessPolicy({ rules }, IndexSet.parse(done, 6), 6)).toBe(want));
  }

  test("when it is met the rest goes and is not counted", () => {
    const spec = {
      completionMode: "Indexed",
      completions: 3,
      parallelism: 3,
      successPolicy: { rules: [{ succeededIndexes: "0" }] },
    } as const;
    const { plan, settlement } = sync(job(spec, { active: 3 }), [
      pod("a", { index: 0, phase: "Succeeded" }),
      pod("b", { index: 1 }),
    ]);
    expect(plan.verdict).toEqual({
      type: "SuccessCriteriaMet",
      reason: "SuccessPolicy",
      message: "Matched rules at index 0",
    });
    expect(plan.remove).toHaveLength(1);
    expect(settlement.release).toHaveLength(2);
    expect(settlement.first).toMatchObject({ succeeded: 1, terminating: 1 });
    expect(settlement.first).not.toHaveProperty("failed");
    expect(conditionTypes(settlement.first)).toEqual(["SuccessCriteriaMet"]);
  });
});
