import { describe, expect, test } from "vitest";
import { conditionTypes, job, pod, secondsAgo, sync } from "./samples.js";

const uncountedNone = { uncountedTerminatedPods: {} };

describe("the writes of a sync", () => {
  test("the first one starts the clock and says how many Pods there are", () => {
    const fresh = { ...job({ completions: 3, parallelism: 2 }), status: {} };
    const { settlement } = sync(fresh, []);
    expect(settlement.first).toEqual({
      startTime: secondsAgo(0),
      active: 2,
      ready: 0,
      terminating: 0,
      ...uncountedNone,
    });
    expect(settlement.second).toBeUndefined();
  });

  test("before 1.24 nothing is said of ready and terminating Pods", () => {
    const { settlement } = sync({ ...job(), status: {} }, [], { version: "1.23" });
    expect(settlement.first).toEqual({ startTime: secondsAgo(0), active: 1, ...uncountedNone });
  });

  test("nothing is written when nothing has changed", () => {
    const running = job({}, { active: 1, ready: 1, terminating: 0, ...uncountedNone });
    expect(sync(running, [pod("a")]).settlement).toMatchObject({ first: undefined, second: undefined, release: [] });
  });

  test("a success is named first and counted when its finalizer has gone", () => {
    const running = job({ completions: 5 }, { active: 1, ready: 1, terminating: 0, succeeded: 2 });
    const { settlement } = sync(running, [pod("a", { phase: "Succeeded" })]);
    expect(settlement.first).toMatchObject({
      active: 1,
      ready: 0,
      succeeded: 2,
      uncountedTerminatedPods: { succeeded: ["a-uid"] },
    });
    expect(settlement.release).toHaveLength(1);
    expect(settlement.second).toMatchObject({ succeeded: 3, ...uncountedNone });
  });

  test("the last completion announces the end with the old count, then ends with the new one", () => {
    const { settlement } = sync(job({ completions: 5 }, { succeeded: 4, active: 1 }), [
      pod("a", { phase: "Succeeded" }),
    ]);
    expect(settlement.first).toMatchObject({ succeeded: 4 });
    expect(conditionTypes(settlement.first)).toEqual(["SuccessCriteriaMet"]);
    expect(settlement.second).toMatchObject({ succeeded: 5, completionTime: secondsAgo(0), ready: 0, terminating: 0 });
    expect(conditionTypes(settlement.second)).toEqual(["SuccessCriteriaMet", "Complete"]);
    expect(settlement.second?.conditions?.[1]).toMatchObject({
      reason: "CompletionsReached",
      message: "Reached expected number of succeeded pods",
    });
    expect(settlement.eventsAfter).toEqual([{ type: "Normal", reason: "Completed", message: "Job completed" }]);
  });

  test("before 1.31 Complete comes alone and without a reason", () => {
    const { settlement } = sync(job({}, { active: 1 }), [pod("a", { phase: "Succeeded" })], { version: "1.30" });
    expect(conditionTypes(settlement.first)).toEqual([]);
    expect(settlement.second?.conditions).toEqual([
      { type: "Complete", status: "True", lastProbeTime: secondsAgo(0), lastTransitionTime: secondsAgo(0) },
    ]);
  });

  test("an Indexed Job counts at once", () => {
    const indexed = job(
      { completionMode: "Indexed", completions: 3 },
      { completedIndexes: "0,1", succeeded: 2, active: 1 },
    );
    const { settlement } = sync(indexed, [pod("a", { phase: "Succeeded", index: 2 })]);
    expect(settlement.first).toMatchObject({ completedIndexes: "0-2", succeeded: 3, ...uncountedNone });
    expect(conditionTypes(settlement.second)).toEqual(["SuccessCriteriaMet", "Complete"]);
  });

  test("more than 500 Pods are counted in several syncs, and the end waits", () => {
    const pods = Array.from({ length: 600 }, (_, n) => pod(`p${n}`, { phase: "Succeeded" }));
    const { settlement } = sync(job({ completions: 600, parallelism: 600 }), pods);
    expect(settlement.release).toHaveLength(500);
    expect(settlement.second).toMatchObject({ succeeded: 500 });
    expect(conditionTypes(settlement.second)).toEqual(["SuccessCriteriaMet"]);
  });

  test("a Pod that a crash left in the list is counted once", () => {
    const interrupted = job(
      { completions: 3 },
      { active: 1, ready: 1, uncountedTerminatedPods: { succeeded: ["gone-uid"] } },
    );
    expect(sync(interrupted, [pod("a")]).settlement.first).toMatchObject({ succeeded: 1, ...uncountedNone });
  });

  test("too many successes are warned of before the end", () => {
    const { settlement } = sync(job({ completions: 2 }, { succeeded: 2, active: 1 }), [
      pod("a", { phase: "Succeeded" }),
    ]);
    expect(settlement.eventsAfter.map(({ reason }) => reason)).toEqual(["TooManySucceededPods", "Completed"]);
  });
});

describe("the end of a failing Job", () => {
  test("its running Pods count as failed, and Failed waits until they are gone", () => {
    const { settlement } = sync(job({ activeDeadlineSeconds: 50 }, { active: 1, ready: 1 }), [pod("a")]);
    expect(conditionTypes(settlement.first)).toEqual(["FailureTarget"]);
    expect(settlement.first).toMatchObject({
      ready: 0,
      terminating: 1,
      uncountedTerminatedPods: { failed: ["a-uid"] },
    });
    expect(settlement.second).toMatchObject({ failed: 1, ...uncountedNone });
    expect(conditionTypes(settlement.second)).toEqual(["FailureTarget"]);
    expect(settlement.eventsAfter).toEqual([]);
  });

  test("Failed takes its words from FailureTarget, and has no completion time", () => {
    const target = {
      type: "FailureTarget",
      status: "True",
      reason: "DeadlineExceeded",
      message: "Job was active longer than specified deadline",
    };
    const { settlement } = sync(job({}, { conditions: [target], failed: 1, ready: 0, terminating: 1 }), []);
    expect(conditionTypes(settlement.second)).toEqual(["FailureTarget", "Failed"]);
    expect(settlement.second).not.toHaveProperty("completionTime");
    expect(settlement.eventsAfter).toEqual([{ type: "Warning", reason: target.reason, message: target.message }]);
  });

  test("before 1.31 Failed comes at once, when the Pods are counted", () => {
    const { settlement } = sync(job({ activeDeadlineSeconds: 50 }), [pod("a")], { version: "1.23" });
    expect(conditionTypes(settlement.second)).toEqual(["Failed"]);
  });

  test("it is not declared while a Pod could not be deleted", () => {
    const { settlement } = sync(job({ activeDeadlineSeconds: 50 }), [pod("a")], {
      outcome: { removed: 0, incomplete: true },
    });
    expect(conditionTypes(settlement.first)).toEqual([]);
  });
});

describe("suspending and resuming", () => {
  const suspended = { type: "Suspended", status: "True", reason: "JobSuspended", message: "Job suspended" };

  test("a Job that is created suspended does not start", () => {
    const { settlement } = sync({ ...job({ suspend: true }), status: {} }, []);
    expect(settlement.first).toMatchObject({ ready: 0, terminating: 0, ...uncountedNone });
    expect(settlement.first).not.toHaveProperty("startTime");
    expect(settlement.eventsBefore).toEqual([{ type: "Normal", reason: "Suspended", message: "Job suspended" }]);
  });

  test("suspending takes the start time away since 1.36, and kept it before", () => {
    const { settlement } = sync(job({ suspend: true }, { active: 1, ready: 1 }), [pod("a")]);
    expect(settlement.first).toMatchObject({ terminating: 1, ready: 0 });
    expect(settlement.first).not.toHaveProperty("startTime");
    const older = sync(job({ suspend: true }, { active: 1 }), [pod("a")], { version: "1.34" });
    expect(older.settlement.first).toHaveProperty("startTime");
  });

  test("Pods that go because of it are not counted", () => {
    const { settlement } = sync(job({ suspend: true }, { active: 1 }), [pod("a", { deleted: true, tracked: false })]);
    expect(settlement.first).not.toHaveProperty("failed");
  });

  test("resuming sets the start time anew and keeps the condition's place", () => {
    const { settlement } = sync(job({}, { conditions: [suspended] }), []);
    expect(settlement.first).toMatchObject({ startTime: secondsAgo(0), active: 1 });
    expect(settlement.first?.conditions).toMatchObject([{ type: "Suspended", status: "False", reason: "JobResumed" }]);
    expect(settlement.eventsBefore).toEqual([{ type: "Normal", reason: "Resumed", message: "Job resumed" }]);
  });

  test("the deadline does not run meanwhile", () => {
    expect(sync(job({ suspend: true, activeDeadlineSeconds: 5 }), []).plan.verdict).toBeUndefined();
  });
});

test("a Pod that is being deleted is a failure at once under TerminatingOrFailed, and none under Failed", () => {
  const deleted = pod("a", { deleted: true });
  expect(sync(job(), [deleted]).settlement.second).toMatchObject({ failed: 1 });
  const patient = sync(job({ podReplacementPolicy: "Failed" }), [deleted]).settlement;
  expect(patient.first).toMatchObject({ terminating: 1 });
  expect(patient.first).not.toHaveProperty("failed");
});
