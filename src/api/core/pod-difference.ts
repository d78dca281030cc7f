import type { PodSpec } from "../generated/types.js";
import { unifiedDiff } from "../meta/unified-diff.js";
import { escaped, podSpecForm } from "./pod-internal-form.js";

/**
 * In which lines two Pod specs differ, as the API server tells it.
 * @see k8s.io/apimachinery/pkg/util/diff/diff.go
 */
export function podDifference(before: PodSpec, after: PodSpec): string {
  return unifiedDiff(formOf(before), formOf(after));
}

function formOf(spec: PodSpec): string {
  return escaped(JSON.stringify(podSpecForm(spec), null, 1));
}
