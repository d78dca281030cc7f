import type {
  JobSpec,
  PodFailurePolicy,
  PodFailurePolicyOnExitCodesRequirement,
  PodFailurePolicyOnPodConditionsPattern,
  PodFailurePolicyRule,
  SuccessPolicy,
  SuccessPolicyRule,
} from "../generated/types.js";
import {
  addInvalid,
  checkNonnegative,
  duplicate,
  type FieldErrors,
  invalidValue,
  notSupported,
  omitted,
  RawValue,
  required,
  tooLong,
  tooMany,
} from "../meta/field-error.js";
import type { FieldPath } from "../meta/field-path.js";
import { goJson, quotedList } from "../meta/go-text.js";
import { labelKeyProblems } from "../meta/identifiers.js";
import { checkIndexFormat } from "./index-format.js";

const rulesMax = 20;
const exitCodesMax = 255;
const conditionsMax = 20;
const successIndexesBytesMax = 64 * 1024;

const actions = ["Count", "FailIndex", "FailJob", "Ignore"];
const exitCodeOperators = ["In", "NotIn"];
const conditionStatuses = ["False", "True", "Unknown"];

/** @see kubernetes v1.36 pkg/apis/batch/validation/validation.go, validatePodFailurePolicy */
export function validatePodFailurePolicy(
  errors: FieldErrors,
  spec: JobSpec,
  policy: PodFailurePolicy,
  path: FieldPath,
): void {
  const rules = policy.rules ?? [];
  const rulesPath = path.child("rules");
  if (rules.length > rulesMax) errors.push(tooMany(rulesPath, rules.length, rulesMax));
  for (const [position, rule] of rules.entries()) validateFailureRule(errors, spec, rule, rulesPath.index(position));
}

function validateFailureRule(errors: FieldErrors, spec: JobSpec, rule: PodFailurePolicyRule, path: FieldPath): void {
  const action: string = rule.action ?? "";
  if (action === "") errors.push(required(path.child("action"), `valid values: ${quotedList(actions)}`));
  else if (action === "FailIndex") {
    if (spec.backoffLimitPerIndex === undefined) {
      errors.push(invalidValue(path.child("action"), action, "requires the backoffLimitPerIndex to be set"));
    }
  } else if (!actions.includes(action)) errors.push(notSupported(path.child("action"), action, actions));
  const conditions = rule.onPodConditions ?? [];
  if (rule.onExitCodes !== undefined) validateExitCodes(errors, spec, rule.onExitCodes, path.child("onExitCodes"));
  if (conditions.length > 0) validateConditions(errors, conditions, path.child("onPodConditions"));
  if (rule.onExitCodes !== undefined && conditions.length > 0) {
    const detail = "specifying both OnExitCodes and OnPodConditions is not supported";
    errors.push(invalidValue(path, omitted, detail));
  }
  if (rule.onExitCodes === undefined && conditions.length === 0) {
    errors.push(invalidValue(path, omitted, "specifying one of OnExitCodes and OnPodConditions is required"));
  }
}

function validateExitCodes(
  errors: FieldErrors,
  spec: JobSpec,
  requirement: PodFailurePolicyOnExitCodesRequirement,
  path: FieldPath,
): void {
  const operator: string = requirement.operator ?? "";
  const { containerName, values = [] } = requirement;
  if (operator === "") {
    errors.push(required(path.child("operator"), `valid values: ${quotedList(exitCodeOperators)}`));
  } else if (!exitCodeOperators.includes(operator)) {
    errors.push(notSupported(path.child("operator"), operator, exitCodeOperators));
  }
  if (containerName !== undefined && !hasContainer(spec, containerName)) {
    const detail = "must be one of the container or initContainer names in the pod template";
    errors.push(invalidValue(path.child("containerName"), containerName, detail));
  }
  const valuesPath = path.child("values");
  if (values.length === 0) errors.push(invalidValue(valuesPath, values, "at least one value is required"));
  else if (values.length > exitCodesMax) errors.push(tooMany(valuesPath, values.length, exitCodesMax));
  const seen = new Set<number>();
  let ordered = true;
  for (const [position, value] of values.entries()) {
    if (operator === "In" && value === 0) {
      errors.push(invalidValue(valuesPath.index(position), value, "must not be 0 for the In operator"));
    }
    if (seen.has(value)) errors.push(duplicate(valuesPath.index(position), value));
    seen.add(value);
    if ((values[position - 1] ?? value) > value) ordered = false;
  }
  if (!ordered) errors.push(invalidValue(valuesPath, values, "must be ordered"));
}

function hasContainer(spec: JobSpec, name: string): boolean {
  const { containers = [], initContainers = [] } = spec.template.spec ?? {};
  return containers.some((container) => container.name === name) || initContainers.some((init) => init.name === name);
}

function validateConditions(
  errors: FieldErrors,
  patterns: readonly PodFailurePolicyOnPodConditionsPattern[],
  path: FieldPath,
): void {
  if (patterns.length > conditionsMax) errors.push(tooMany(path, patterns.length, conditionsMax));
  for (const [position, { type = "", status = "" }] of patterns.entries()) {
    const patternPath = path.index(position);
    addInvalid(errors, patternPath.child("type"), type, labelKeyProblems(type));
    if (status === "") {
      errors.push(required(patternPath.child("status"), `valid values: ${quotedList(conditionStatuses)}`));
    } else if (!conditionStatuses.includes(status)) {
      errors.push(notSupported(patternPath.child("status"), status, conditionStatuses));
    }
  }
}

/** @see kubernetes v1.36 pkg/apis/batch/validation/validation.go, validateSuccessPolicy */
export function validateSuccessPolicy(
  errors: FieldErrors,
  spec: JobSpec,
  policy: SuccessPolicy,
  path: FieldPath,
): void {
  const rules = policy.rules ?? [];
  const rulesPath = path.child("rules");
  if (rules.length === 0) {
    errors.push(required(rulesPath, "at least one rules must be specified when the successPolicy is specified"));
  }
  if (rules.length > rulesMax) errors.push(tooMany(rulesPath, rules.length, rulesMax));
  for (const [position, rule] of rules.entries()) {
    validateSuccessRule(errors, spec.completions ?? 0, rule, rulesPath.index(position));
  }
}

function validateSuccessRule(errors: FieldErrors, completions: number, rule: SuccessPolicyRule, path: FieldPath): void {
  const { succeededCount, succeededIndexes } = rule;
  if (succeededCount === undefined && succeededIndexes === undefined) {
    errors.push(required(path, "at least one of succeededCount or succeededIndexes must be specified"));
  }
  let total = 0;
  if (succeededIndexes !== undefined) {
    const indexesPath = path.child("succeededIndexes");
    if (succeededIndexes.length > successIndexesBytesMax) errors.push(tooLong(indexesPath, successIndexesBytesMax));
    const format = checkIndexFormat(succeededIndexes, completions);
    if ("problem" in format) {
      const detail = `error parsing succeededIndexes: ${format.problem}`;
      errors.push(invalidValue(indexesPath, succeededIndexes, detail));
    } else total = format.total;
  }
  if (succeededCount === undefined) return;
  checkNonnegative(errors, succeededCount, path, "succeededCount");
  const countPath = () => path.child("succeededCount");
  if (succeededCount > completions) {
    const detail = `must be less than or equal to ${completions} (the number of specified completions)`;
    errors.push(invalidValue(countPath(), succeededCount, detail));
  }
  if (succeededIndexes !== undefined && succeededCount > total) {
    const detail = `must be less than or equal to ${total} (the number of indexes in the specified succeededIndexes field)`;
    errors.push(invalidValue(countPath(), succeededCount, detail));
  }
}

/** Upstream prints policies in their internal form: Go's names, and every field. */
export function successPolicyText(policy: SuccessPolicy | undefined): RawValue {
  if (policy === undefined) return new RawValue("null");
  const rules = policy.rules?.map(
    ({ succeededIndexes = null, succeededCount = null }) =>
      `{"SucceededIndexes":${goJson(succeededIndexes)},"SucceededCount":${goJson(succeededCount)}}`,
  );
  return new RawValue(`{"Rules":${rules === undefined ? "null" : `[${rules.join(",")}]`}}`);
}

export function failurePolicyText(policy: PodFailurePolicy | undefined): RawValue {
  if (policy === undefined) return new RawValue("null");
  const rules = policy.rules?.map(
    ({ action, onExitCodes, onPodConditions }) =>
      `{"Action":${goJson(action)},"OnExitCodes":${exitCodesText(onExitCodes)},` +
      `"OnPodConditions":${conditionsText(onPodConditions)}}`,
  );
  return new RawValue(`{"Rules":${rules === undefined ? "null" : `[${rules.join(",")}]`}}`);
}

function exitCodesText(requirement: PodFailurePolicyOnExitCodesRequirement | undefined): string {
  if (requirement === undefined) return "null";
  const { containerName = null, operator, values } = requirement;
  return `{"ContainerName":${goJson(containerName)},"Operator":${goJson(operator)},"Values":${goJson(values)}}`;
}

function conditionsText(patterns: readonly PodFailurePolicyOnPodConditionsPattern[] | undefined): string {
  if (patterns === undefined) return "null";
  return `[${patterns
    .map(({ type, status = "" }) => `{"Type":${goJson(type)},"Status":${goJson(status)}}`)
    .join(",")}]`;
}
