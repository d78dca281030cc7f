import type {
  Affinity,
  LabelSelector,
  NodeAffinity,
  NodeSelector,
  NodeSelectorRequirement,
  NodeSelectorTerm,
  PodAffinity,
  PodAffinityTerm,
} from "../generated/types.js";
import { addInvalid, type FieldErrors, forbidden, invalidValue, required } from "../meta/field-error.js";
import type { FieldPath } from "../meta/field-path.js";
import { labelKeyProblems, labelValueProblems, nameIsLabel, nameIsSubdomain } from "../meta/identifiers.js";
import { validateLabelSelector } from "../meta/label-selector-validation.js";

const requiredField = "requiredDuringSchedulingIgnoredDuringExecution";
const preferredField = "preferredDuringSchedulingIgnoredDuringExecution";

/** @see kubernetes v1.36 pkg/apis/core/validation/validation.go, validateAffinity */
export function validateAffinity(errors: FieldErrors, affinity: Affinity | undefined, specPath: FieldPath): void {
  if (affinity === undefined) return;
  const path = specPath.child("affinity");
  if (affinity.nodeAffinity !== undefined) {
    validateNodeAffinity(errors, affinity.nodeAffinity, path.child("nodeAffinity"));
  }
  if (affinity.podAffinity !== undefined) validatePodAffinity(errors, affinity.podAffinity, path.child("podAffinity"));
  if (affinity.podAntiAffinity !== undefined) {
    validatePodAffinity(errors, affinity.podAntiAffinity, path.child("podAntiAffinity"));
  }
}

function validateNodeAffinity(errors: FieldErrors, affinity: NodeAffinity, path: FieldPath): void {
  const needed = affinity[requiredField];
  if (needed !== undefined) validateNodeSelector(errors, needed, path.child(requiredField));
  for (const [position, term] of affinity[preferredField]?.entries() ?? []) {
    const termPath = path.child(preferredField).index(position);
    checkWeight(errors, term.weight, termPath);
    // what a preference compares with may be anything: it never keeps a Pod from a node
    validateNodeSelectorTerm(errors, term.preference ?? {}, termPath.child("preference"), true);
  }
}

function checkWeight(errors: FieldErrors, weight: number, path: FieldPath): void {
  if (weight <= 0 || weight > 100) {
    errors.push(invalidValue(path.child("weight"), weight, "must be in the range 1-100"));
  }
}

function validateNodeSelector(errors: FieldErrors, selector: NodeSelector, path: FieldPath): void {
  const terms = selector.nodeSelectorTerms ?? [];
  const termsPath = path.child("nodeSelectorTerms");
  if (terms.length === 0) errors.push(required(termsPath, "must have at least one node selector term"));
  for (const [position, term] of terms.entries()) validateNodeSelectorTerm(errors, term, termsPath.index(position));
}

function validateNodeSelectorTerm(
  errors: FieldErrors,
  term: NodeSelectorTerm,
  path: FieldPath,
  anyValues = false,
): void {
  for (const [position, requirement] of term.matchExpressions?.entries() ?? []) {
    validateExpression(errors, requirement, path.child("matchExpressions").index(position), anyValues);
  }
  for (const [position, requirement] of term.matchFields?.entries() ?? []) {
    validateFieldMatch(errors, requirement, path.child("matchFields").index(position));
  }
}

function validateExpression(
  errors: FieldErrors,
  requirement: NodeSelectorRequirement,
  path: FieldPath,
  anyValues: boolean,
): void {
  const { key = "", operator, values = [] } = requirement;
  const valuesPath = path.child("values");
  if (operator === "In" || operator === "NotIn") {
    if (values.length === 0) {
      errors.push(required(valuesPath, "must be specified when `operator` is 'In' or 'NotIn'"));
    }
  } else if (operator === "Exists" || operator === "DoesNotExist") {
    if (values.length > 0) {
      errors.push(forbidden(valuesPath, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"));
    }
  } else if (operator === "Gt" || operator === "Lt") {
    if (values.length !== 1) {
      errors.push(required(valuesPath, "must be specified single value when `operator` is 'Lt' or 'Gt'"));
    }
  } else errors.push(invalidValue(path.child("operator"), operator ?? "", "not a valid selector operator"));
  addInvalid(errors, path.child("key"), key, labelKeyProblems(key));
  if (anyValues) return;
  for (const [position, value] of values.entries()) {
    addInvalid(errors, valuesPath.index(position), value, labelValueProblems(value));
  }
}

function validateFieldMatch(errors: FieldErrors, requirement: NodeSelectorRequirement, path: FieldPath): void {
  const { key = "", operator, values = [] } = requirement;
  if (operator === "In" || operator === "NotIn") {
    if (values.length !== 1) {
      const detail = "must be only one value when `operator` is 'In' or 'NotIn' for node field selector";
      errors.push(required(path.child("values"), detail));
    }
  } else errors.push(invalidValue(path.child("operator"), operator ?? "", "not a valid selector operator"));
  if (key !== "metadata.name") {
    errors.push(invalidValue(path.child("key"), key, "not a valid field selector key"));
    return;
  }
  for (const [position, value] of values.entries()) {
    addInvalid(errors, path.child("values").index(position), value, nameIsSubdomain(value, false));
  }
}

function validatePodAffinity(errors: FieldErrors, affinity: PodAffinity, path: FieldPath): void {
  for (const [position, term] of affinity[requiredField]?.entries() ?? []) {
    validatePodAffinityTerm(errors, term, path.child(requiredField).index(position));
  }
  for (const [position, weighted] of affinity[preferredField]?.entries() ?? []) {
    const termPath = path.child(preferredField).index(position);
    checkWeight(errors, weighted.weight, termPath);
    validatePodAffinityTerm(errors, weighted.podAffinityTerm, termPath.child("podAffinityTerm"));
  }
}

function validatePodAffinityTerm(errors: FieldErrors, term: PodAffinityTerm, path: FieldPath): void {
  validateLabelSelector(errors, term.labelSelector, path.child("labelSelector"));
  validateLabelSelector(errors, term.namespaceSelector, path.child("namespaceSelector"));
  for (const name of term.namespaces ?? []) {
    // upstream reports all of them at this path, without position and in the singular
    addInvalid(errors, path.child("namespace"), name, nameIsLabel(name, false));
  }
  validateMatchLabelKeys(errors, term, path);
  const topologyKey = term.topologyKey ?? "";
  if (topologyKey === "") errors.push(required(path.child("topologyKey"), "can not be empty"));
  addInvalid(errors, path.child("topologyKey"), topologyKey, labelKeyProblems(topologyKey));
}

/** Keys whose values come from the Pod, and the selector that they narrow. */
interface KeyedSelector {
  readonly matchLabelKeys?: readonly string[];
  readonly mismatchLabelKeys?: readonly string[];
  readonly labelSelector?: LabelSelector;
}

/**
 * What holds for such keys. A selector that names a key twice does so because the key was added to it already, so that
 * a key which only the selector's labels name passes in a template.
 * @see kubernetes v1.36 pkg/apis/core/validation/validation.go, ValidateMatchLabelKeysAndMismatchLabelKeys
 */
export function validateMatchLabelKeys(errors: FieldErrors, keyed: KeyedSelector, path: FieldPath): void {
  const { matchLabelKeys: keys = [], mismatchLabelKeys: otherKeys = [], labelSelector: selector } = keyed;
  validateLabelKeys(errors, keys, selector, path.child("matchLabelKeys"));
  validateLabelKeys(errors, otherKeys, selector, path.child("mismatchLabelKeys"));
  const named = new Set(Object.keys(selector?.matchLabels ?? {}));
  for (const { key } of selector?.matchExpressions ?? []) {
    const position = keys.lastIndexOf(key);
    // upstream leaves the field's name out of the path
    if (position >= 0 && named.has(key)) errors.push(invalidValue(path.index(position), key, inBoth("labelSelector")));
    named.add(key);
  }
  for (const [position, key] of keys.entries()) {
    if (!otherKeys.includes(key)) continue;
    errors.push(invalidValue(path.child("matchLabelKeys").index(position), key, inBoth("mismatchLabelKeys")));
  }
}

function inBoth(other: string): string {
  return `exists in both matchLabelKeys and ${other}`;
}

function validateLabelKeys(
  errors: FieldErrors,
  keys: readonly string[],
  selector: LabelSelector | undefined,
  path: FieldPath,
): void {
  if (keys.length === 0) return;
  if (selector === undefined) {
    errors.push(forbidden(path, "must not be specified when labelSelector is not set"));
    return;
  }
  for (const [position, key] of keys.entries()) addInvalid(errors, path.index(position), key, labelKeyProblems(key));
}
