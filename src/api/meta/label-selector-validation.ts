import type { LabelSelector, LabelSelectorRequirement } from "../generated/types.js";
import {
  addInvalid,
  type FieldErrors,
  forbidden,
  inOrder,
  invalidValue,
  type RawValue,
  required,
} from "./field-error.js";
import type { FieldPath } from "./field-path.js";
import { labelKeyProblems, labelValueProblems } from "./identifiers.js";
import { validateLabels } from "./object-meta-validation.js";

/** @see k8s.io/apimachinery/pkg/apis/meta/v1/validation/validation.go, ValidateLabelSelector */
export function validateLabelSelector(errors: FieldErrors, selector: LabelSelector | undefined, path: FieldPath): void {
  if (selector === undefined) return;
  validateLabels(errors, selector.matchLabels, path, "matchLabels");
  for (const [position, requirement] of selector.matchExpressions?.entries() ?? []) {
    validateRequirement(errors, requirement, path.child("matchExpressions").index(position));
  }
}

function validateRequirement(errors: FieldErrors, requirement: LabelSelectorRequirement, path: FieldPath): void {
  const { key, operator, values = [] } = requirement;
  if (operator === "In" || operator === "NotIn") {
    if (values.length === 0) {
      errors.push(required(path.child("values"), "must be specified when `operator` is 'In' or 'NotIn'"));
    }
  } else if (operator === "Exists" || operator === "DoesNotExist") {
    if (values.length > 0) {
      errors.push(
        forbidden(path.child("values"), "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"),
      );
    }
  } else errors.push(invalidValue(path.child("operator"), operator ?? "", "not a valid selector operator"));
  addInvalid(errors, path.child("key"), key ?? "", labelKeyProblems(key ?? ""));
  for (const [position, value] of values.entries()) {
    const problems = labelValueProblems(value);
    if (problems.length > 0) addInvalid(errors, path.child("values").index(position), value, problems);
  }
}

/** A selector as a message shows it. */
export function labelSelectorText(selector: LabelSelector | undefined): RawValue {
  return inOrder(selector ?? null, ["matchLabels", "matchExpressions"]);
}
