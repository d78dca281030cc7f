import type { JobCondition, JobStatus } from "../../api/generated/types.js";

/** A Job's status while a sync works on it: what is missing on the wire is 0 or empty here. */
export interface StatusDraft {
  active: number;
  ready: number | undefined;
  terminating: number | undefined;
  succeeded: number;
  failed: number;
  uncountedSucceeded: readonly string[];
  uncountedFailed: readonly string[];
  completedIndexes: string;
  failedIndexes: string | undefined;
  startTime: string | undefined;
  completionTime: string | undefined;
  conditions: readonly JobCondition[];
}

export function draftOf(status: JobStatus | undefined): StatusDraft {
  return {
    active: status?.active ?? 0,
    ready: status?.ready,
    terminating: status?.terminating,
    succeeded: status?.succeeded ?? 0,
    failed: status?.failed ?? 0,
    uncountedSucceeded: status?.uncountedTerminatedPods?.succeeded ?? [],
    uncountedFailed: status?.uncountedTerminatedPods?.failed ?? [],
    completedIndexes: status?.completedIndexes ?? "",
    failedIndexes: status?.failedIndexes,
    startTime: status?.startTime,
    completionTime: status?.completionTime,
    conditions: status?.conditions ?? [],
  };
}

/** The status as the API carries it: zero counts and empty lists are left out, `ready` and `terminating` are not. */
export function statusOf(draft: StatusDraft): JobStatus {
  return {
    ...(draft.active === 0 ? {} : { active: draft.active }),
    ...(draft.completedIndexes === "" ? {} : { completedIndexes: draft.completedIndexes }),
    ...(draft.completionTime === undefined ? {} : { completionTime: draft.completionTime }),
    ...(draft.conditions.length === 0 ? {} : { conditions: draft.conditions }),
    ...(draft.failed === 0 ? {} : { failed: draft.failed }),
    ...(draft.failedIndexes === undefined ? {} : { failedIndexes: draft.failedIndexes }),
    ...(draft.ready === undefined ? {} : { ready: draft.ready }),
    ...(draft.startTime === undefined ? {} : { startTime: draft.startTime }),
    ...(draft.succeeded === 0 ? {} : { succeeded: draft.succeeded }),
    ...(draft.terminating === undefined ? {} : { terminating: draft.terminating }),
    uncountedTerminatedPods: {
      ...(draft.uncountedFailed.length === 0 ? {} : { failed: draft.uncountedFailed }),
      ...(draft.uncountedSucceeded.length === 0 ? {} : { succeeded: draft.uncountedSucceeded }),
    },
  };
}
