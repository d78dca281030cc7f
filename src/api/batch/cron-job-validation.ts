import type { ValidationOptions } from "../core/pod-validation.js";
import type { CronJob, CronJobSpec, JobTemplateSpec } from "../generated/types.js";
import {
  checkNonnegative,
  type FieldError,
  type FieldErrors,
  invalidValue,
  notSupported,
  required,
} from "../meta/field-error.js";
import { FieldPath } from "../meta/field-path.js";
import { nameIsSubdomain } from "../meta/identifiers.js";
import { labelSelectorText } from "../meta/label-selector-validation.js";
import { validateObjectMeta, validateObjectMetaUpdate } from "../meta/object-meta-validation.js";
import { CronScheduleError, isTimeZone, parseCronSchedule } from "./cron-schedule.js";
import { validateOpenJobSpec } from "./job-validation.js";

/** Its Jobs get eleven characters more, and have to fit a label. */
const nameLengthMax = 52;
const concurrencyPolicies = ["Allow", "Forbid", "Replace"];
const metaRules = { namespaced: true, nameProblems: nameIsSubdomain };
const specPath = FieldPath.of("spec");

/** @see kubernetes v1.36 pkg/apis/batch/validation/validation.go, ValidateCronJobCreate */
export function validateCronJob(cronJob: CronJob, options: ValidationOptions): readonly FieldError[] {
  const errors: FieldErrors = [];
  validateObjectMeta(errors, cronJob.metadata, metaRules);
  validateSpec(errors, cronJob.spec, undefined, options);
  const { name = "" } = cronJob.metadata;
  if (name.length > nameLengthMax) {
    const detail = `must be no more than ${nameLengthMax} characters`;
    errors.push(invalidValue(FieldPath.of("metadata", "name"), name, detail));
  }
  return errors;
}

export function validateCronJobUpdate(
  next: CronJob,
  previous: CronJob,
  options: ValidationOptions,
): readonly FieldError[] {
  const errors: FieldErrors = [];
  validateObjectMetaUpdate(errors, next.metadata, previous.metadata);
  if (next.spec !== previous.spec) validateSpec(errors, next.spec, previous.spec, options);
  return errors;
}

function validateSpec(
  errors: FieldErrors,
  spec: CronJobSpec,
  before: CronJobSpec | undefined,
  options: ValidationOptions,
): void {
  if (!spec.schedule) errors.push(required(specPath.child("schedule")));
  else validateSchedule(errors, spec, before);
  checkNonnegative(errors, spec.startingDeadlineSeconds, specPath, "startingDeadlineSeconds");
  if (before === undefined || before.timeZone !== spec.timeZone) validateTimeZone(errors, spec.timeZone);
  const policy: string = spec.concurrencyPolicy ?? "";
  if (policy === "") errors.push(required(specPath.child("concurrencyPolicy")));
  else if (!concurrencyPolicies.includes(policy)) {
    errors.push(notSupported(specPath.child("concurrencyPolicy"), policy, concurrencyPolicies));
  }
  validateJobTemplate(errors, spec.jobTemplate ?? {}, options);
  checkNonnegative(errors, spec.successfulJobsHistoryLimit, specPath, "successfulJobsHistoryLimit");
  checkNonnegative(errors, spec.failedJobsHistoryLimit, specPath, "failedJobsHistoryLimit");
}

function validateSchedule(errors: FieldErrors, spec: CronJobSpec, before: CronJobSpec | undefined): void {
  const { schedule } = spec;
  const path = specPath.child("schedule");
  try {
    parseCronSchedule(schedule);
  } catch (error) {
    if (!(error instanceof CronScheduleError)) throw error;
    errors.push(invalidValue(path, schedule, error.message));
  }
  if (!schedule.includes("TZ")) return;
  // a zone in the schedule was never meant to work; what is there already may stay
  if (before?.schedule.includes("TZ") !== true) {
    errors.push(invalidValue(path, schedule, "cannot use TZ or CRON_TZ in schedule, use timeZone field instead"));
  } else if (spec.timeZone !== undefined) {
    errors.push(invalidValue(path, schedule, "cannot use both timeZone field and TZ or CRON_TZ in schedule"));
  }
}

const zonePartPattern = /^[A-Za-z.\-_0-9+]{1,14}$/;

function validateTimeZone(errors: FieldErrors, zone: string | undefined): void {
  if (zone === undefined) return;
  const path = specPath.child("timeZone");
  if (zone === "") {
    errors.push(invalidValue(path, zone, "timeZone must be nil or non-empty string"));
    return;
  }
  const wellFormed = zone
    .split("/")
    .every((part) => part !== "." && part !== ".." && !part.startsWith("-") && zonePartPattern.test(part));
  if (!wellFormed) {
    errors.push(invalidValue(path, zone, `unknown time zone ${zone}`));
    return;
  }
  if (zone.toLowerCase() === "local") {
    const detail = "timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones";
    errors.push(invalidValue(path, zone, detail));
    if (zone === "Local") return;
  }
  if (!isTimeZone(zone)) errors.push(invalidValue(path, zone, `unknown time zone ${zone}`));
}

/** @see kubernetes v1.36 pkg/apis/batch/validation/validation.go, ValidateJobTemplateSpec */
function validateJobTemplate(errors: FieldErrors, template: JobTemplateSpec, options: ValidationOptions): void {
  const path = specPath.child("jobTemplate", "spec");
  const spec = template.spec ?? { template: {} };
  validateOpenJobSpec(errors, spec, path, options);
  if (spec.selector !== undefined) {
    const shown = labelSelectorText(spec.selector);
    errors.push(invalidValue(path.child("selector"), shown, "`selector` will be auto-generated"));
  }
  if (spec.manualSelector === true) errors.push(notSupported(path.child("manualSelector"), true, ["nil", "false"]));
}
