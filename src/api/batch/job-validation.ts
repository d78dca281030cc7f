import { type ValidationOptions, validatePodTemplate } from "../core/pod-validation.js";
import type { Job, JobSpec } from "../generated/types.js";
import {
  addInvalid,
  checkNonnegative,
  type FieldError,
  type FieldErrors,
  invalidValue,
  notSupported,
  required,
  tooLong,
} from "../meta/field-error.js";
import { FieldPath } from "../meta/field-path.js";
import {
  dns1123LabelProblems,
  dns1123SubdomainProblems,
  httpPathProblems,
  nameIsSubdomain,
} from "../meta/identifiers.js";
import { matchesLabels, requirementsOf } from "../meta/label-selector.js";
import { labelSelectorText, validateLabelSelector } from "../meta/label-selector-validation.js";
import { validateObjectMeta } from "../meta/object-meta-validation.js";
import { successPolicyText, validatePodFailurePolicy, validateSuccessPolicy } from "./job-policy-validation.js";
import { hasPrefixedJobLabels, jobLabels } from "./job-selector.js";

/** The largest numbers with which an Indexed Job can still be tracked. */
export const indexedJobLimits = {
  parallelismMax: 100_000,
  maxFailedIndexesMax: 100_000,
  /** Above so many completions the two below hold. */
  completionsSoftMax: 100_000,
  parallelismMaxOfManyCompletions: 10_000,
  maxFailedIndexesMaxOfManyCompletions: 10_000,
} as const;

const managedByLengthMax = 63;
const metadataPath = FieldPath.of("metadata");
const specPath = FieldPath.of("spec");
const metaRules = { namespaced: true, nameProblems: nameIsSubdomain };

/**
 * What is wrong with a new Job, after defaulting and with its selector generated; in upstream's order.
 * @see kubernetes v1.36 pkg/apis/batch/validation/validation.go, ValidateJob
 */
export function validateJob(job: Job, options: ValidationOptions): readonly FieldError[] {
  const errors: FieldErrors = [];
  const spec: JobSpec = job.spec ?? { template: {} };
  validateObjectMeta(errors, job.metadata, metaRules);
  validateGeneratedSelector(errors, job, spec, options);
  validateJobSpec(errors, spec, specPath, options);
  validateIndexedName(errors, job, spec);
  return errors;
}

/** The same where the spec is known to be valid, but for what the Job's name and UID mean for it. */
export function validateJobOfValidSpec(job: Job, options: ValidationOptions): readonly FieldError[] {
  const errors: FieldErrors = [];
  const spec: JobSpec = job.spec ?? { template: {} };
  validateObjectMeta(errors, job.metadata, metaRules);
  validateGeneratedSelector(errors, job, spec, options);
  validateIndexedName(errors, job, spec);
  return errors;
}

/** The Pods of an Indexed Job have the index in their host name: the highest one has to fit. */
function validateIndexedName(errors: FieldErrors, job: Job, spec: JobSpec): void {
  const { completions = 0 } = spec;
  if (spec.completionMode !== "Indexed" || completions <= 0) return;
  const { name = "" } = job.metadata;
  const hostname = `${name}-${completions - 1}`;
  if (dns1123LabelProblems(hostname).length === 0) return;
  const detail = `will not able to create pod with invalid DNS label: ${hostname}`;
  errors.push(invalidValue(metadataPath.child("name"), name, detail));
}

/**
 * Where the selector was to be generated, it has to be the generated one, and the template has to carry its labels.
 * @see kubernetes v1.36 pkg/apis/batch/validation/validation.go, validateGeneratedSelector
 */
function validateGeneratedSelector(errors: FieldErrors, job: Job, spec: JobSpec, { version }: ValidationOptions): void {
  if (spec.manualSelector === true || spec.selector === undefined) return;
  const { uid = "", name = "" } = job.metadata;
  if (uid === "") errors.push(required(metadataPath.child("uid")));
  const expected: Record<string, string> = { [jobLabels.legacyControllerUid]: uid, [jobLabels.legacyJobName]: name };
  if (hasPrefixedJobLabels(version)) {
    expected[jobLabels.controllerUid] = uid;
    expected[jobLabels.jobName] = name;
  }
  const labels = spec.template.metadata?.labels ?? {};
  for (const key in expected) {
    if (labels[key] === expected[key]) continue;
    const labelPath = specPath.child("template", "metadata", "labels").key(key);
    const detail = `must be '${expected[key]}'`;
    errors.push(labels[key] === undefined ? required(labelPath, detail) : invalidValue(labelPath, labels, detail));
  }
  const requirements = requirementsOf(spec.selector);
  if (requirements !== undefined && !matchesLabels(requirements, expected)) {
    const selectorPath = specPath.child("selector");
    errors.push(invalidValue(selectorPath, labelSelectorText(spec.selector), "`selector` not auto-generated"));
  }
}

/** What holds for the spec of a Job that exists, on creation and on every update. */
function validateJobSpec(errors: FieldErrors, spec: JobSpec, path: FieldPath, options: ValidationOptions): void {
  validateOpenJobSpec(errors, spec, path, options);
  if (spec.selector === undefined) errors.push(required(path.child("selector")));
  else validateLabelSelector(errors, spec.selector, path.child("selector"));
  // a selector that is not set selects nothing, so it does not match either
  const requirements = spec.selector === undefined ? undefined : requirementsOf(spec.selector);
  if (spec.selector !== undefined && requirements === undefined) return;
  const labels = spec.template.metadata?.labels;
  if (requirements === undefined || !matchesLabels(requirements, labels)) {
    const labelsPath = path.child("template", "metadata", "labels");
    errors.push(invalidValue(labelsPath, labels ?? null, "`selector` does not match template `labels`"));
  }
}

/**
 * What holds for the spec of a Job with or without a selector: also for that inside a CronJob.
 * @see kubernetes v1.36 pkg/apis/batch/validation/validation.go, validateJobSpec
 */
export function validateOpenJobSpec(
  errors: FieldErrors,
  spec: JobSpec,
  path: FieldPath,
  options: ValidationOptions,
): void {
  checkNonnegative(errors, spec.parallelism, path, "parallelism");
  checkNonnegative(errors, spec.completions, path, "completions");
  checkNonnegative(errors, spec.activeDeadlineSeconds, path, "activeDeadlineSeconds");
  checkNonnegative(errors, spec.backoffLimit, path, "backoffLimit");
  checkNonnegative(errors, spec.ttlSecondsAfterFinished, path, "ttlSecondsAfterFinished");
  checkNonnegative(errors, spec.backoffLimitPerIndex, path, "backoffLimitPerIndex");
  checkNonnegative(errors, spec.maxFailedIndexes, path, "maxFailedIndexes");
  if (spec.maxFailedIndexes !== undefined && spec.backoffLimitPerIndex === undefined) {
    errors.push(required(path.child("backoffLimitPerIndex"), "when maxFailedIndexes is specified"));
  }
  if (spec.managedBy !== undefined) validateManagedBy(errors, spec.managedBy, path);
  validateCompletionMode(errors, spec, path);
  if (spec.podFailurePolicy !== undefined) {
    validatePodFailurePolicy(errors, spec, spec.podFailurePolicy, path.child("podFailurePolicy"));
  }
  if (spec.successPolicy !== undefined) {
    const policyPath = path.child("successPolicy");
    if (spec.completionMode !== "Indexed") {
      errors.push(invalidValue(policyPath, successPolicyText(spec.successPolicy), "requires indexed completion mode"));
    } else validateSuccessPolicy(errors, spec, spec.successPolicy, policyPath);
  }
  validateReplacementPolicy(errors, spec, path);
  validatePodTemplate(errors, spec.template, path.child("template"), options);
  validateJobRestartPolicy(errors, spec, path);
}

function validateManagedBy(errors: FieldErrors, managedBy: string, specPathOfJob: FieldPath): void {
  const path = specPathOfJob.child("managedBy");
  const slash = managedBy.indexOf("/");
  if (managedBy === "") errors.push(required(path));
  else if (slash <= 0 || slash === managedBy.length - 1) {
    errors.push(invalidValue(path, managedBy, 'must be a domain-prefixed path (such as "acme.io/foo")'));
  } else {
    const host = managedBy.slice(0, slash);
    const rest = managedBy.slice(slash + 1);
    addInvalid(errors, path, host, dns1123SubdomainProblems(host));
    addInvalid(errors, path, rest, httpPathProblems(rest));
  }
  if (managedBy.length > managedByLengthMax) errors.push(tooLong(path, managedByLengthMax));
}

function validateCompletionMode(errors: FieldErrors, spec: JobSpec, path: FieldPath): void {
  const mode = spec.completionMode;
  if (mode !== undefined && mode !== "NonIndexed" && mode !== "Indexed") {
    errors.push(notSupported(path.child("completionMode"), mode, ["NonIndexed", "Indexed"]));
  }
  if (mode === "Indexed") validateIndexed(errors, spec, path);
  if (mode !== undefined && mode !== "NonIndexed") return;
  for (const name of ["backoffLimitPerIndex", "maxFailedIndexes"] as const) {
    const value = spec[name];
    if (value !== undefined) errors.push(invalidValue(path.child(name), value, "requires indexed completion mode"));
  }
}

function validateIndexed(errors: FieldErrors, spec: JobSpec, path: FieldPath): void {
  const { completions, parallelism = 0, maxFailedIndexes } = spec;
  const limits = indexedJobLimits;
  if (completions === undefined) errors.push(required(path.child("completions"), "when completion mode is Indexed"));
  if (parallelism > limits.parallelismMax) {
    const detail = `must be less than or equal to ${limits.parallelismMax} when completion mode is Indexed`;
    errors.push(invalidValue(path.child("parallelism"), parallelism, detail));
  }
  const failedPath = () => path.child("maxFailedIndexes");
  if (completions !== undefined && maxFailedIndexes !== undefined && maxFailedIndexes > completions) {
    errors.push(invalidValue(failedPath(), maxFailedIndexes, "must be less than or equal to completions"));
  }
  if (maxFailedIndexes !== undefined && maxFailedIndexes > limits.maxFailedIndexesMax) {
    const detail = `must be less than or equal to ${limits.maxFailedIndexesMax}`;
    errors.push(invalidValue(failedPath(), maxFailedIndexes, detail));
  }
  if (completions === undefined || completions <= limits.completionsSoftMax) return;
  if (spec.backoffLimitPerIndex === undefined) return;
  const many = `when completions are above ${limits.completionsSoftMax} and used with backoff limit per index`;
  if (maxFailedIndexes === undefined) {
    const detail = `must be specified when completions is above ${limits.completionsSoftMax}`;
    errors.push(required(failedPath(), detail));
  }
  if (parallelism > limits.parallelismMaxOfManyCompletions) {
    const detail = `must be less than or equal to ${limits.parallelismMaxOfManyCompletions} ${many}`;
    errors.push(invalidValue(path.child("parallelism"), parallelism, detail));
  }
  if (maxFailedIndexes !== undefined && maxFailedIndexes > limits.maxFailedIndexesMaxOfManyCompletions) {
    const detail = `must be less than or equal to ${limits.maxFailedIndexesMaxOfManyCompletions} ${many}`;
    errors.push(invalidValue(failedPath(), maxFailedIndexes, detail));
  }
}

function validateReplacementPolicy(errors: FieldErrors, spec: JobSpec, path: FieldPath): void {
  const policy = spec.podReplacementPolicy;
  if (policy === undefined) return;
  const supported = spec.podFailurePolicy === undefined ? ["Failed", "TerminatingOrFailed"] : ["Failed"];
  if (!supported.includes(policy)) errors.push(notSupported(path.child("podReplacementPolicy"), policy, supported));
}

/** A Job's Pods end, so that they cannot be restarted for ever; `Always` counts as not set, because it is the default. */
function validateJobRestartPolicy(errors: FieldErrors, spec: JobSpec, path: FieldPath): void {
  const policy = spec.template.spec?.restartPolicy;
  if (policy === "Never") return;
  const policyPath = path.child("template", "spec", "restartPolicy");
  if (policy === undefined || policy === "Always" || (policy as string) === "") {
    errors.push(required(policyPath, 'valid values: "OnFailure", "Never"'));
  } else if (policy !== "OnFailure") errors.push(notSupported(policyPath, policy, ["OnFailure", "Never"]));
  else if (spec.podFailurePolicy !== undefined) {
    errors.push(invalidValue(policyPath, policy, 'only "Never" is supported when podFailurePolicy is specified'));
  }
}
