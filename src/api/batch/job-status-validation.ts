import type { ValidationOptions } from "../core/pod-validation.js";
import type { Job, JobStatus } from "../generated/types.js";
import {
  checkNonnegative,
  duplicate,
  type FieldError,
  type FieldErrors,
  invalidValue,
  omitted,
  required,
} from "../meta/field-error.js";
import { FieldPath } from "../meta/field-path.js";
import { parseTime } from "../meta/object.js";
import { validateObjectMetaUpdate } from "../meta/object-meta-validation.js";
import { type EmulatedVersion, isAtLeast } from "../versions/emulated-version.js";
import { checkIndexFormat } from "./index-format.js";
import { IndexSet } from "./index-set.js";

const statusPath = FieldPath.of("status");
/** From this version on every end of a Job passes through FailureTarget or SuccessCriteriaMet. */
const endInTwoStepsSince: EmulatedVersion = "1.31";

/**
 * What is wrong with a new status of a Job; in upstream's order. A status that only goes forward passes.
 * @see kubernetes v1.36 pkg/apis/batch/validation/validation.go, ValidateJobUpdateStatus
 */
export function validateJobStatusUpdate(next: Job, previous: Job, options: ValidationOptions): readonly FieldError[] {
  const errors: FieldErrors = [];
  validateObjectMetaUpdate(errors, next.metadata, previous.metadata);
  const status = next.status ?? {};
  validateCounters(errors, status);
  if (!isAtLeast(options.version, endInTwoStepsSince)) return errors;
  validateEnds(errors, next, status);
  validateIndexes(errors, next, status);
  validateProgress(errors, next, previous);
  return errors;
}

function hasCondition(status: JobStatus | undefined, type: string): boolean {
  return status?.conditions?.some((condition) => condition.type === type && condition.status === "True") === true;
}

function validateCounters(errors: FieldErrors, status: JobStatus): void {
  for (const name of ["active", "succeeded", "failed", "ready", "terminating"] as const) {
    checkNonnegative(errors, status[name], statusPath, name);
  }
  const uncounted = status.uncountedTerminatedPods;
  if (uncounted?.succeeded === undefined && uncounted?.failed === undefined) return;
  const seen = new Set<string>();
  for (const list of ["succeeded", "failed"] as const) {
    for (const [position, uid] of uncounted[list]?.entries() ?? []) {
      const path = () => statusPath.child("uncountedTerminatedPods", list).index(position);
      if (uid === "") errors.push(invalidValue(path(), uid, "must not be empty"));
      else if (seen.has(uid)) errors.push(duplicate(path(), uid));
      seen.add(uid);
    }
  }
}

function validateEnds(errors: FieldErrors, job: Job, status: JobStatus): void {
  const complete = hasCondition(status, "Complete");
  const failed = hasCondition(status, "Failed");
  const failing = hasCondition(status, "FailureTarget");
  const succeeding = hasCondition(status, "SuccessCriteriaMet");
  const refuse = (detail: string) => errors.push(invalidValue(statusPath.child("conditions"), omitted, detail));
  const time = status.completionTime;
  const timePath = statusPath.child("completionTime");
  if (complete && failed) refuse("cannot set Complete=True and Failed=true conditions");
  if (complete && failing) refuse("cannot set Complete=True and FailureTarget=true conditions");
  if (time !== undefined && !complete) {
    errors.push(invalidValue(timePath, time, "cannot set completionTime when there is no Complete=True condition"));
  }
  if (time === undefined && complete) {
    errors.push(required(timePath, "completionTime is required for Complete jobs"));
  }
  if (time !== undefined && status.startTime !== undefined && parseTime(time) < parseTime(status.startTime)) {
    errors.push(invalidValue(timePath, time, "must be equal to or after `startTime`"));
  }
  if (failed && !failing) refuse("cannot set Failed=True condition without the FailureTarget=true condition");
  if (complete && !succeeding) {
    refuse("cannot set Complete=True condition without the SuccessCriteriaMet=true condition");
  }
  if (complete || failed) validateFinished(errors, job, status);
  if (succeeding && failed) refuse("cannot set SuccessCriteriaMet=True and Failed=true conditions");
  if (succeeding && failing) refuse("cannot set SuccessCriteriaMet=True and FailureTarget=true conditions");
}

function validateFinished(errors: FieldErrors, job: Job, status: JobStatus): void {
  const { active = 0, terminating = 0, uncountedTerminatedPods: uncounted } = status;
  if (active > 0) {
    errors.push(invalidValue(statusPath.child("active"), active, "active>0 is invalid for finished job"));
  }
  if (status.startTime === undefined) {
    errors.push(required(statusPath.child("startTime"), "startTime is required for finished job"));
  }
  if ((uncounted?.failed?.length ?? 0) + (uncounted?.succeeded?.length ?? 0) > 0) {
    const detail = "must be empty for finished job";
    errors.push(invalidValue(statusPath.child("uncountedTerminatedPods"), uncounted, detail));
  }
  if (terminating > 0 && job.spec !== undefined) {
    const detail = "terminating>0 is invalid for finished job";
    errors.push(invalidValue(statusPath.child("terminating"), terminating, detail));
  }
}

function validateIndexes(errors: FieldErrors, { spec }: Job, status: JobStatus): void {
  const { completedIndexes = "", failedIndexes, ready, active = 0 } = status;
  const completions = spec?.completions;
  const check = (name: "completedIndexes" | "failedIndexes", text: string) => {
    const format = checkIndexFormat(text, completions ?? 0);
    if (!("problem" in format)) return;
    errors.push(invalidValue(statusPath.child(name), text, `error parsing ${name}: ${format.problem}`));
  };
  if (completions !== undefined && completedIndexes !== "") check("completedIndexes", completedIndexes);
  if (completions !== undefined && spec?.backoffLimitPerIndex !== undefined && failedIndexes) {
    check("failedIndexes", failedIndexes);
  }
  if (completedIndexes !== "" && spec?.completionMode !== "Indexed") {
    const detail = "cannot set non-empty completedIndexes when non-indexed completion mode";
    errors.push(invalidValue(statusPath.child("completedIndexes"), completedIndexes, detail));
  }
  if (failedIndexes !== undefined && spec?.backoffLimitPerIndex === undefined) {
    const detail = "cannot set non-null failedIndexes when backoffLimitPerIndex is null";
    errors.push(invalidValue(statusPath.child("failedIndexes"), failedIndexes, detail));
  }
  if (failedIndexes && completedIndexes !== "") {
    const both = IndexSet.parse(completedIndexes).intersect(IndexSet.parse(failedIndexes)).intervals[0];
    if (both !== undefined) {
      const detail = `failedIndexes and completedIndexes overlap at index: ${both.first}`;
      errors.push(invalidValue(statusPath.child("failedIndexes"), failedIndexes, detail));
    }
  }
  if (ready !== undefined && ready > active) {
    errors.push(invalidValue(statusPath.child("ready"), ready, "cannot set more ready pods than active"));
  }
}

/** What has happened stays so: ends, counters, times. */
function validateProgress(errors: FieldErrors, next: Job, previous: Job): void {
  const status = next.status ?? {};
  const before = previous.status ?? {};
  const refuse = (detail: string) => errors.push(invalidValue(statusPath.child("conditions"), omitted, detail));
  for (const type of ["Failed", "Complete", "FailureTarget"]) {
    if (hasCondition(before, type) && !hasCondition(status, type)) {
      refuse(`cannot disable the terminal ${type}=True condition`);
    }
  }
  for (const name of ["failed", "succeeded"] as const) {
    const count = status[name] ?? 0;
    if (count < (before[name] ?? 0)) {
      errors.push(invalidValue(statusPath.child(name), count, `cannot decrease the ${name} counter`));
    }
  }
  const { completionTime, startTime } = status;
  if (completionTime !== undefined && before.completionTime !== undefined && completionTime !== before.completionTime) {
    errors.push(invalidValue(statusPath.child("completionTime"), completionTime, "completionTime cannot be mutated"));
  }
  if (before.startTime !== undefined && startTime !== before.startTime && next.spec?.suspend !== true) {
    errors.push(required(statusPath.child("startTime"), "startTime cannot be removed for unsuspended job"));
  }
  const succeeding = hasCondition(status, "SuccessCriteriaMet");
  const succeeded = hasCondition(before, "SuccessCriteriaMet");
  if (succeeded && !succeeding) refuse("cannot disable the SuccessCriteriaMet=True condition");
  if (hasCondition(before, "Complete") && !succeeded && succeeding) {
    refuse("cannot set SuccessCriteriaMet=True for Job already has Complete=true conditions");
  }
}
