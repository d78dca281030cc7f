import type {
  PodReadinessGate,
  PodSchedulingGate,
  Taint,
  Toleration,
  TopologySpreadConstraint,
} from "../generated/types.js";
import {
  addInvalid,
  duplicate,
  type FieldErrors,
  invalidValue,
  notSupported,
  RawValue,
  required,
} from "../meta/field-error.js";
import type { FieldPath } from "../meta/field-path.js";
import { labelKeyProblems, labelValueProblems } from "../meta/identifiers.js";
import { validateLabelSelector } from "../meta/label-selector-validation.js";
import { validateMatchLabelKeys } from "./affinity-validation.js";
import { escaped } from "./pod-internal-form.js";

const taintEffects: readonly string[] = ["NoSchedule", "PreferNoSchedule", "NoExecute"];

/** @see kubernetes v1.36 pkg/apis/core/validation/validation.go, ValidateTolerations */
export function validateTolerations(
  errors: FieldErrors,
  tolerations: readonly Toleration[] | undefined,
  specPath: FieldPath,
): void {
  for (const [position, toleration] of tolerations?.entries() ?? []) {
    const path = specPath.child("tolerations").index(position);
    const { key = "", operator = "", value = "", effect = "" } = toleration;
    if (key !== "") addInvalid(errors, path.child("key"), key, labelKeyProblems(key));
    else if (operator !== "Exists") {
      const detail = 'operator must be Exists when `key` is empty, which means "match all values and all keys"';
      errors.push(invalidValue(path.child("operator"), operator, detail));
    }
    if (toleration.tolerationSeconds !== undefined && effect !== "NoExecute") {
      const detail = "effect must be 'NoExecute' when `tolerationSeconds` is set";
      errors.push(invalidValue(path.child("effect"), effect, detail));
    }
    if (operator === "Equal" || operator === "") {
      const problems = labelValueProblems(value);
      if (problems.length > 0) errors.push(invalidValue(path.child("operator"), value, problems.join(";")));
    } else if (operator === "Exists") {
      if (value !== "") {
        errors.push(invalidValue(path.child("operator"), value, "value must be empty when `operator` is 'Exists'"));
      }
    } else if (operator === "Lt" || operator === "Gt") {
      // known, but not switched on
      errors.push(notSupported(path.child("operator"), operator, ["Equal", "Exists", "Lt", "Gt"]));
    } else errors.push(notSupported(path.child("operator"), operator, ["Equal", "Exists"]));
    if (effect !== "" && !taintEffects.includes(effect)) {
      errors.push(notSupported(path.child("effect"), effect, taintEffects));
    }
  }
}

/** @see kubernetes v1.36 pkg/apis/core/validation/validation.go, validateNodeTaints */
export function validateTaints(errors: FieldErrors, taints: readonly Taint[] | undefined, path: FieldPath): void {
  const seen = new Set<string>();
  for (const [position, { key = "", value = "", effect = "", timeAdded = null }] of taints?.entries() ?? []) {
    const taintPath = path.child("taints").index(position);
    addInvalid(errors, taintPath.child("key"), key, labelKeyProblems(key));
    const problems = labelValueProblems(value);
    if (problems.length > 0) errors.push(invalidValue(taintPath.child("value"), value, problems.join(";")));
    if ((effect as string) === "") errors.push(required(taintPath.child("effect")));
    else if (!taintEffects.includes(effect)) errors.push(notSupported(taintPath.child("effect"), effect, taintEffects));
    if (seen.has(`${key}:${effect}`)) {
      const detail = "taints must be unique by key and effect pair";
      errors.push(duplicate(taintPath, taintText({ key, value, effect, timeAdded }), detail));
    }
    seen.add(`${key}:${effect}`);
  }
}

/** A taint as a message shows it. */
function taintText({ key, value, effect, timeAdded }: { readonly [name: string]: unknown }): RawValue {
  return new RawValue(escaped(JSON.stringify({ Key: key, Value: value, Effect: effect, TimeAdded: timeAdded })));
}

export function validateGates(
  errors: FieldErrors,
  readiness: readonly PodReadinessGate[] | undefined,
  scheduling: readonly PodSchedulingGate[] | undefined,
  specPath: FieldPath,
): void {
  for (const [position, { conditionType = "" }] of readiness?.entries() ?? []) {
    const path = specPath.child("readinessGates").index(position).child("conditionType");
    addInvalid(errors, path, conditionType, labelKeyProblems(conditionType));
  }
  const seen = new Set<string>();
  for (const [position, { name = "" }] of scheduling?.entries() ?? []) {
    const path = specPath.child("schedulingGates").index(position);
    addInvalid(errors, path, name, labelKeyProblems(name));
    if (seen.has(name)) errors.push(duplicate(path, name));
    seen.add(name);
  }
}

/** @see kubernetes v1.36 pkg/apis/core/validation/validation.go, validateTopologySpreadConstraints */
export function validateSpreadConstraints(
  errors: FieldErrors,
  constraints: readonly TopologySpreadConstraint[] | undefined,
  specPath: FieldPath,
): void {
  if (constraints === undefined) return;
  for (const [position, constraint] of constraints.entries()) {
    const path = specPath.child("topologySpreadConstraints").index(position);
    const { maxSkew = 0, topologyKey = "", whenUnsatisfiable } = constraint;
    if (maxSkew <= 0) errors.push(invalidValue(path.child("maxSkew"), maxSkew, "must be greater than zero"));
    if (topologyKey === "") errors.push(required(path.child("topologyKey"), "can not be empty"));
    const actions = ["DoNotSchedule", "ScheduleAnyway"];
    if (!actions.includes(whenUnsatisfiable)) {
      errors.push(notSupported(path.child("whenUnsatisfiable"), whenUnsatisfiable ?? "", actions));
    }
    const repeated = constraints
      .slice(position + 1)
      .some((other) => other.topologyKey === topologyKey && other.whenUnsatisfiable === whenUnsatisfiable);
    if (repeated) {
      const pair = path.child("{topologyKey, whenUnsatisfiable}");
      errors.push(duplicate(pair, `{${topologyKey}, ${whenUnsatisfiable}}`));
    }
    validateSpreadParts(errors, constraint, path);
  }
}

function validateSpreadParts(errors: FieldErrors, constraint: TopologySpreadConstraint, path: FieldPath): void {
  const { minDomains, whenUnsatisfiable } = constraint;
  const domainsPath = path.child("minDomains");
  if (minDomains !== undefined && minDomains <= 0) {
    errors.push(invalidValue(domainsPath, minDomains, "must be greater than zero"));
  }
  if (minDomains !== undefined && whenUnsatisfiable !== "DoNotSchedule") {
    const detail = `can only use minDomains if whenUnsatisfiable=DoNotSchedule, not ${whenUnsatisfiable}`;
    errors.push(invalidValue(domainsPath, minDomains, detail));
  }
  for (const name of ["nodeAffinityPolicy", "nodeTaintsPolicy"] as const) {
    const policy = constraint[name];
    if (policy !== undefined && policy !== "Honor" && policy !== "Ignore") {
      errors.push(notSupported(path.child(name), policy, ["Honor", "Ignore"]));
    }
  }
  validateMatchLabelKeys(errors, constraint, path);
  validateLabelSelector(errors, constraint.labelSelector, path.child("labelSelector"));
}
