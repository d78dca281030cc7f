import { type ValidationOptions, validatePodTemplate } from "../core/pod-validation.js";
import type { StatefulSet, StatefulSetSpec } from "../generated/types.js";
import { semanticallyEqual } from "../meta/equality.js";
import {
  checkNonnegative,
  type FieldError,
  type FieldErrors,
  forbidden,
  invalidValue,
  notSupported,
  required,
} from "../meta/field-error.js";
import { FieldPath } from "../meta/field-path.js";
import { nameIsLabel } from "../meta/identifiers.js";
import { matchesLabels, requirementsOf } from "../meta/label-selector.js";
import { validateLabelSelector } from "../meta/label-selector-validation.js";
import { validateObjectMeta, validateObjectMetaUpdate } from "../meta/object-meta-validation.js";

const specPath = FieldPath.of("spec");

/** @see kubernetes v1.36 pkg/apis/apps/validation/validation.go, ValidateStatefulSet */
export function validateStatefulSet(set: StatefulSet, options: ValidationOptions): readonly FieldError[] {
  const errors: FieldErrors = [];
  validateObjectMeta(errors, set.metadata, { namespaced: true, nameProblems: nameIsLabel });
  validateSpec(errors, set.spec ?? { selector: {}, template: {} }, options);
  return errors;
}

function validateSpec(errors: FieldErrors, spec: StatefulSetSpec, options: ValidationOptions): void {
  const policies = ["OrderedReady", "Parallel"];
  const policy: string = spec.podManagementPolicy ?? "";
  if (policy === "") errors.push(required(specPath.child("podManagementPolicy")));
  else if (!policies.includes(policy)) {
    const detail = "must be 'OrderedReady' or 'Parallel'";
    errors.push(invalidValue(specPath.child("podManagementPolicy"), policy, detail));
  }
  validateStrategy(errors, spec);
  checkNonnegative(errors, spec.replicas, specPath, "replicas");
  checkNonnegative(errors, spec.minReadySeconds, specPath, "minReadySeconds");
  checkNonnegative(errors, spec.ordinals?.start, specPath.child("ordinals"), "start");
  const { selector, template } = spec;
  const isEmpty = Object.keys(selector?.matchLabels ?? {}).length + (selector?.matchExpressions ?? []).length === 0;
  if (selector === undefined) errors.push(required(specPath.child("selector")));
  else {
    validateLabelSelector(errors, selector, specPath.child("selector"));
    if (isEmpty) {
      const detail = "empty selector is invalid for statefulset";
      errors.push(invalidValue(specPath.child("selector"), selector, detail));
    }
  }
  const requirements = requirementsOf(selector);
  if (!isEmpty && requirements !== undefined && !matchesLabels(requirements, template.metadata?.labels)) {
    const labelsPath = specPath.child("template", "metadata", "labels");
    const detail = "`selector` does not match template `labels`";
    errors.push(invalidValue(labelsPath, template.metadata?.labels ?? null, detail));
  }
  validatePodTemplate(errors, withClaims(spec), specPath.child("template"), options);
  const restart = template.spec?.restartPolicy;
  if (restart !== "Always") {
    errors.push(notSupported(specPath.child("template", "spec", "restartPolicy"), restart ?? "", ["Always"]));
  }
  if (template.spec?.activeDeadlineSeconds !== undefined) {
    const path = specPath.child("template", "spec", "activeDeadlineSeconds");
    errors.push(forbidden(path, "activeDeadlineSeconds in StatefulSet is not Supported"));
  }
}

/** The template as its Pods will have it: with a volume for each claim, in place of one of that name. */
function withClaims({ template, volumeClaimTemplates = [] }: StatefulSetSpec): StatefulSetSpec["template"] {
  if (template.spec === undefined || volumeClaimTemplates.length === 0) return template;
  const claims = volumeClaimTemplates.map(({ metadata: { name = "" } }) => ({
    name,
    persistentVolumeClaim: { claimName: name },
  }));
  const others = (template.spec.volumes ?? []).filter((volume) => !claims.some(({ name }) => name === volume.name));
  return { ...template, spec: { ...template.spec, volumes: [...others, ...claims] } };
}

function validateStrategy(errors: FieldErrors, spec: StatefulSetSpec): void {
  const path = specPath.child("updateStrategy");
  const { type, rollingUpdate } = spec.updateStrategy ?? {};
  if (type === undefined) errors.push(required(path));
  else if (type === "OnDelete") {
    if (rollingUpdate !== undefined) {
      const detail = "only allowed for updateStrategy 'RollingUpdate'";
      errors.push(invalidValue(path.child("rollingUpdate"), rollingUpdate, detail));
    }
  } else if (type === "RollingUpdate") checkNonnegative(errors, rollingUpdate?.partition, path, "partition");
  else errors.push(invalidValue(path, spec.updateStrategy, "must be 'RollingUpdate' or 'OnDelete'"));
}

const changeable = [
  "replicas",
  "ordinals",
  "template",
  "updateStrategy",
  "revisionHistoryLimit",
  "persistentVolumeClaimRetentionPolicy",
  "minReadySeconds",
] as const satisfies readonly (keyof StatefulSetSpec)[];

/** @see kubernetes v1.36 pkg/apis/apps/validation/validation.go, ValidateStatefulSetUpdate */
export function validateStatefulSetUpdate(
  next: StatefulSet,
  previous: StatefulSet,
  options: ValidationOptions,
): readonly FieldError[] {
  const errors: FieldErrors = [];
  validateObjectMetaUpdate(errors, next.metadata, previous.metadata);
  if (next.spec === previous.spec || next.spec === undefined) return errors;
  validateSpec(errors, next.spec, options);
  const fixed = (set: StatefulSet) => {
    const entries = Object.entries(set.spec ?? {});
    return Object.fromEntries(entries.filter(([name]) => !(changeable as readonly string[]).includes(name)));
  };
  if (!semanticallyEqual(fixed(next), fixed(previous))) {
    const names = changeable.map((name) => `'${name}'`);
    const detail =
      `updates to statefulset spec for fields other than ${names.slice(0, -1).join(", ")} and ` +
      `${names[names.length - 1]} are forbidden`;
    errors.push(forbidden(specPath, detail));
  }
  return errors;
}
