import type { PodSpec, ResourceRequirements } from "../generated/types.js";
import { type FieldErrors, invalidValue } from "../meta/field-error.js";
import type { FieldPath } from "../meta/field-path.js";
import { canonicalResourceAmount, compareQuantities } from "../meta/quantity.js";
import { requestsTogether } from "./pod-resource-defaults.js";

/**
 * What a Pod as a whole asks for covers what its containers ask for together, and its limits cover each of theirs.
 * @see kubernetes v1.36 pkg/apis/core/validation/validation.go, validatePodResourceConsistency
 */
export function validatePodResourcesTogether(
  errors: FieldErrors,
  spec: PodSpec,
  { requests = {}, limits = {} }: ResourceRequirements,
  path: FieldPath,
): void {
  const together = requestsTogether({ ...spec, containers: spec.containers ?? [] });
  for (const name of Object.keys(together).sort()) {
    const request = requests[name];
    const sum = together[name] ?? "0";
    if (request === undefined || compareQuantities(sum, request) <= 0) continue;
    const detail = `must be greater than or equal to aggregate container requests of ${canonicalResourceAmount(sum)}`;
    errors.push(invalidValue(path.child("requests").key(name), canonicalResourceAmount(request), detail));
  }
  for (const [position, { resources }] of spec.containers?.entries() ?? []) {
    for (const name of Object.keys(resources?.limits ?? {}).sort()) {
      const [limit, podLimit] = [resources?.limits?.[name], limits[name]];
      if (limit === undefined || podLimit === undefined || compareQuantities(limit, podLimit) <= 0) continue;
      const detail = `must be less than or equal to pod limits of ${canonicalResourceAmount(podLimit)}`;
      const limitPath = path.child("containers").index(position).key(name).child("limits");
      errors.push(invalidValue(limitPath, canonicalResourceAmount(limit), detail));
    }
  }
}
