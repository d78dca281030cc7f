import { podSpecText, podTemplateText } from "../core/pod-internal-form.js";
import type { ValidationOptions } from "../core/pod-validation.js";
import type { Affinity, Job, JobSpec, PodSpec, PodTemplateSpec } from "../generated/types.js";
import { semanticallyEqual } from "../meta/equality.js";
import { type FieldError, type FieldErrors, invalidValue, isImmutable } from "../meta/field-error.js";
import { FieldPath } from "../meta/field-path.js";
import { labelSelectorText } from "../meta/label-selector-validation.js";
import { checkImmutable, validateObjectMetaUpdate } from "../meta/object-meta-validation.js";
import type { EmulatedVersion } from "../versions/emulated-version.js";
import { isEnabled } from "../versions/feature-gates.js";
import { failurePolicyText, successPolicyText } from "./job-policy-validation.js";
import { validateJob } from "./job-validation.js";

const specPath = FieldPath.of("spec");

/**
 * What is wrong with a Job that replaces another; in upstream's order.
 * @see kubernetes v1.36 pkg/apis/batch/validation/validation.go, ValidateJobUpdate
 */
export function validateJobUpdate(next: Job, previous: Job, options: ValidationOptions): readonly FieldError[] {
  const isSameSpec = next.spec === previous.spec && next.metadata.uid === previous.metadata.uid;
  // what holds for a new Job comes first, and that the metadata may not change after it
  const errors: FieldErrors = isSameSpec ? [] : [...validateJob(next, options)];
  validateObjectMetaUpdate(errors, next.metadata, previous.metadata);
  if (next.spec === previous.spec) return errors;
  const spec: JobSpec = next.spec ?? { template: {} };
  const before: JobSpec = previous.spec ?? { template: {} };
  validateCompletionsUpdate(errors, spec, before, options.version);
  checkImmutable(errors, spec.selector, before.selector, specPath, "selector", () => labelSelectorText(spec.selector));
  validateTemplateUpdate(errors, spec, previous, before, options.version);
  checkImmutable(errors, spec.completionMode, before.completionMode, specPath, "completionMode");
  checkImmutable(errors, spec.podFailurePolicy, before.podFailurePolicy, specPath, "podFailurePolicy", () =>
    failurePolicyText(spec.podFailurePolicy),
  );
  checkImmutable(errors, spec.backoffLimitPerIndex, before.backoffLimitPerIndex, specPath, "backoffLimitPerIndex");
  checkImmutable(errors, spec.managedBy, before.managedBy, specPath, "managedBy");
  checkImmutable(errors, spec.successPolicy, before.successPolicy, specPath, "successPolicy", () =>
    successPolicyText(spec.successPolicy),
  );
  return errors;
}

/** An Indexed Job grows and shrinks when its parallelism does; any other keeps its completions. */
function validateCompletionsUpdate(
  errors: FieldErrors,
  spec: JobSpec,
  before: JobSpec,
  version: EmulatedVersion,
): void {
  if (spec.completionMode !== "Indexed" || !isEnabled("ElasticIndexedJob", version)) {
    checkImmutable(errors, spec.completions, before.completions, specPath, "completions");
    return;
  }
  const { completions } = spec;
  // that an Indexed Job has to have completions is said elsewhere
  if (completions === before.completions || completions === undefined || completions === spec.parallelism) return;
  const detail = "can only be modified in tandem with spec.parallelism";
  errors.push(invalidValue(specPath.child("completions"), completions, detail));
}

/** What of the template may change before the Job has run: while it is suspended, and has no Pods any more. */
interface TemplateFreedom {
  /** Labels, annotations, node selector, tolerations, node affinity and scheduling gates. */
  readonly scheduling: boolean;
  /** The requests and limits of its containers. */
  readonly resources: boolean;
}

/** @see kubernetes v1.36 pkg/registry/batch/job/strategy.go, validationOptionsForJob */
function templateFreedom(previous: Job, version: EmulatedVersion): TemplateFreedom {
  const suspended = previous.spec?.suspend === true;
  const conditions = previous.status?.conditions ?? [];
  const isSuspended = conditions.some(({ type, status }) => type === "Suspended" && status === "True");
  const idle = (previous.status?.active ?? 0) === 0;
  const neverStarted = previous.status?.startTime === undefined;
  const relaxed = suspended && isSuspended && idle;
  const scheduling =
    (suspended && neverStarted && isEnabled("JobMutableNodeSchedulingDirectives", version)) ||
    (relaxed && isEnabled("MutableSchedulingDirectivesForSuspendedJobs", version));
  const resources = isEnabled("MutablePodResourcesForSuspendedJobs", version) && suspended && (relaxed || neverStarted);
  return { scheduling, resources };
}

/**
 * A template is fixed but for what the Job's state leaves free. Where that is anything, upstream reports the
 * template's spec, else the template.
 */
function validateTemplateUpdate(
  errors: FieldErrors,
  spec: JobSpec,
  previous: Job,
  before: JobSpec,
  version: EmulatedVersion,
): void {
  if (spec.template === before.template) return;
  const freedom = templateFreedom(previous, version);
  if (!freedom.scheduling && !freedom.resources) {
    checkImmutable(errors, spec.template, before.template, specPath, "template", () => podTemplateText(spec.template));
    return;
  }
  const allowed = withFreeParts(before.template, spec.template, freedom);
  if (semanticallyEqual(allowed, spec.template)) return;
  if (semanticallyEqual(allowed.spec, spec.template.spec)) {
    errors.push(invalidValue(specPath.child("template"), podTemplateText(spec.template), isImmutable));
  } else {
    errors.push(invalidValue(specPath.child("template", "spec"), podSpecText(spec.template.spec), isImmutable));
  }
}

/** The template from before, with what may change as it is now. */
function withFreeParts(before: PodTemplateSpec, now: PodTemplateSpec, freedom: TemplateFreedom): PodTemplateSpec {
  let spec: PodSpec = before.spec ?? { containers: [] };
  const wanted: PodSpec = now.spec ?? { containers: [] };
  if (freedom.resources) {
    spec = {
      ...spec,
      containers: withResources(spec.containers, wanted.containers),
      ...(spec.initContainers === undefined
        ? {}
        : { initContainers: withResources(spec.initContainers, wanted.initContainers ?? []) }),
    };
  }
  if (!freedom.scheduling) return { ...before, spec };
  const { nodeSelector: _n, tolerations: _t, schedulingGates: _g, affinity: _a, ...rest } = spec;
  const affinity = freeAffinity(spec.affinity, wanted.affinity);
  return {
    ...before,
    metadata: { ...before.metadata, ...pick(now.metadata ?? {}, ["labels", "annotations"]) },
    spec: {
      ...rest,
      ...pick(wanted, ["nodeSelector", "tolerations", "schedulingGates"]),
      ...(affinity === undefined ? {} : { affinity }),
    },
  };
}

/** These fields of `object`, those that it lacks as undefined. */
function pick<T extends object, Name extends keyof T>(object: T, names: readonly Name[]): Pick<T, Name> {
  const result = {} as { -readonly [name in Name]: T[name] };
  for (const name of names) result[name] = object[name];
  return result;
}

/** Only the node's side of the affinity may change; it may also be the first or the last of it. */
function freeAffinity(before: Affinity | undefined, now: Affinity | undefined): Affinity | undefined {
  if (before === undefined) return now?.nodeAffinity === undefined ? now && {} : { nodeAffinity: now.nodeAffinity };
  const { nodeAffinity: _, ...rest } = before;
  if (now === undefined) return Object.keys(rest).length === 0 ? undefined : rest;
  return now.nodeAffinity === undefined ? rest : { ...rest, nodeAffinity: now.nodeAffinity };
}

function withResources(before: PodSpec["containers"], now: PodSpec["containers"]): PodSpec["containers"] {
  return before.map((container, position) => {
    const resources = now?.[position]?.resources; // a template without a spec has no list at all
    return resources === undefined ? container : { ...container, resources };
  });
}
