import type { Container, Pod, PodSchedulingGate, PodSpec, Toleration } from "../generated/types.js";
import { semanticallyEqual } from "../meta/equality.js";
import { type FieldError, type FieldErrors, forbidden, invalidValue, required } from "../meta/field-error.js";
import { FieldPath } from "../meta/field-path.js";
import { nameIsSubdomain, rangeMessage } from "../meta/identifiers.js";
import { validateObjectMetaUpdate } from "../meta/object-meta-validation.js";
import { podDifference } from "./pod-difference.js";
import { type ValidationOptions, validatePodParts } from "./pod-validation.js";
import { podValidationOptions } from "./pod-validation-options.js";

const specPath = FieldPath.of("spec");
const secondsMax = 2 ** 31 - 1;

/**
 * What is wrong with a Pod that replaces another; in upstream's order. Almost nothing of a Pod may change.
 * @see kubernetes v1.36 pkg/apis/core/validation/validation.go, ValidatePodUpdate
 */
export function validatePodUpdate(next: Pod, previous: Pod, { version }: ValidationOptions): readonly FieldError[] {
  const errors: FieldErrors = [];
  validateObjectMetaUpdate(errors, next.metadata, previous.metadata);
  if (next.spec === previous.spec) return errors;
  const spec: PodSpec = next.spec ?? { containers: [] };
  const before: PodSpec = previous.spec ?? { containers: [] };
  validatePodParts(errors, next, podValidationOptions(version, true));
  for (const list of ["containers", "initContainers"] as const) {
    if (!sameNumber(errors, spec[list] ?? [], before[list] ?? [], list)) return errors;
  }
  if (!validateDeadline(errors, spec, before)) return errors;
  validateAddedTolerations(errors, spec.tolerations, before.tolerations);
  validateDeletedGates(errors, spec.schedulingGates, before.schedulingGates);
  if (semanticallyEqual(spec, before)) return errors;
  const comparable = withFreeParts(spec, before);
  if (!semanticallyEqual(comparable, before)) {
    errors.push(forbidden(specPath, `${mayNotChange}\n${podDifference(before, comparable)}`));
  }
  return errors;
}

const mayNotChange = `pod updates may not change fields other than ${[
  "`spec.containers[*].image`",
  "`spec.initContainers[*].image`",
  "`spec.activeDeadlineSeconds`",
  "`spec.tolerations` (only additions to existing tolerations)",
  "`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)",
].join(",")}`;

function sameNumber(
  errors: FieldErrors,
  containers: readonly Container[],
  before: readonly Container[],
  list: string,
): boolean {
  if (containers.length !== before.length) {
    errors.push(forbidden(specPath.child(list), "pod updates may not add or remove containers"));
    return false;
  }
  for (const [position, { image = "" }] of containers.entries()) {
    const path = () => specPath.child(list).index(position).child("image");
    if (image === "") errors.push(required(path()));
    if (image.trim() !== image) {
      errors.push(invalidValue(path(), image, "must not have leading or trailing whitespace"));
    }
  }
  return true;
}

/** A deadline may be set, and come nearer; whether the rest of the update is worth judging. */
function validateDeadline(errors: FieldErrors, spec: PodSpec, before: PodSpec): boolean {
  const path = specPath.child("activeDeadlineSeconds");
  const seconds = spec.activeDeadlineSeconds;
  const earlier = before.activeDeadlineSeconds;
  if (seconds === undefined) {
    if (earlier !== undefined) {
      errors.push(invalidValue(path, null, "must not update from a positive integer to nil value"));
    }
    return true;
  }
  if (seconds < 0 || seconds > secondsMax) {
    errors.push(invalidValue(path, seconds, rangeMessage(0, secondsMax)));
    return false;
  }
  if (earlier !== undefined && earlier < seconds) {
    errors.push(invalidValue(path, seconds, "must be less than or equal to previous value"));
    return false;
  }
  return true;
}

function validateAddedTolerations(
  errors: FieldErrors,
  next: readonly Toleration[] | undefined,
  previous: readonly Toleration[] | undefined,
): void {
  for (const old of previous ?? []) {
    const { tolerationSeconds: _, ...kept } = old;
    const found = next?.some(({ tolerationSeconds: _seconds, ...toleration }) => semanticallyEqual(toleration, kept));
    if (found === true) continue;
    const detail = "existing toleration can not be modified except its tolerationSeconds";
    errors.push(forbidden(specPath.child("tolerations"), detail));
    return;
  }
}

function validateDeletedGates(
  errors: FieldErrors,
  next: readonly PodSchedulingGate[] | undefined,
  previous: readonly PodSchedulingGate[] | undefined,
): void {
  for (const [position, { name }] of next?.entries() ?? []) {
    if (previous?.some((gate) => gate.name === name)) continue;
    const detail = `only deletion is allowed, but found new scheduling gate '${name}'`;
    errors.push(forbidden(specPath.child("schedulingGates").index(position).child("name"), detail));
  }
}

/** The new spec, with what may change as it was before: what still differs then may not. */
function withFreeParts(spec: PodSpec, before: PodSpec): PodSpec {
  const { activeDeadlineSeconds: _d, tolerations: _t, schedulingGates: _g, ...rest } = spec;
  const graceWasNegative = (before.terminationGracePeriodSeconds ?? 0) < 0;
  const graceIsOne = spec.terminationGracePeriodSeconds === 1;
  const gated = (before.schedulingGates?.length ?? 0) > 0;
  return {
    ...rest,
    containers: withImages(spec.containers, before.containers),
    ...(spec.initContainers === undefined
      ? {}
      : { initContainers: withImages(spec.initContainers, before.initContainers ?? []) }),
    ...(before.activeDeadlineSeconds === undefined ? {} : { activeDeadlineSeconds: before.activeDeadlineSeconds }),
    ...(before.tolerations === undefined ? {} : { tolerations: before.tolerations }),
    ...(before.schedulingGates === undefined ? {} : { schedulingGates: before.schedulingGates }),
    ...(graceWasNegative && graceIsOne ? { terminationGracePeriodSeconds: before.terminationGracePeriodSeconds } : {}),
    // a Pod that is held back may still be told where it may go, more narrowly
    ...(gated && narrowsNodeSelector(spec, before) ? { nodeSelector: before.nodeSelector } : {}),
  };
}

function narrowsNodeSelector(spec: PodSpec, before: PodSpec): boolean {
  const old = before.nodeSelector ?? {};
  return Object.keys(old).every((key) => spec.nodeSelector?.[key] === old[key]);
}

function withImages(containers: readonly Container[], before: readonly Container[]): readonly Container[] {
  return containers.map((container, position) => {
    const image = before[position]?.image;
    if (image === container.image || image === undefined) return container;
    return { ...container, image };
  });
}

/** @see kubernetes v1.36 pkg/apis/core/validation/validation.go, ValidatePodStatusUpdate */
export function validatePodStatusUpdate(next: Pod, previous: Pod): readonly FieldError[] {
  const errors: FieldErrors = [];
  validateObjectMetaUpdate(errors, next.metadata, previous.metadata);
  const path = FieldPath.of("status");
  if (next.spec?.nodeName !== previous.spec?.nodeName) {
    errors.push(forbidden(path.child("nodeName"), "may not be changed directly"));
  }
  const nominated = next.status?.nominatedNodeName;
  if (nominated && nominated !== previous.status?.nominatedNodeName) {
    for (const problem of nameIsSubdomain(nominated, false)) {
      errors.push(invalidValue(path.child("nominatedNodeName"), nominated, problem));
    }
  }
  return errors;
}
