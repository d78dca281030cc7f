import type { Pod, Taint, Toleration } from "../generated/types.js";

/** Whether any of the tolerations of a Pod lets it stand a taint. */
export function toleratesTaint(pod: Pod, taint: Taint): boolean {
  return pod.spec?.tolerations?.some((toleration) => tolerates(toleration, taint)) === true;
}

/**
 * Whether one toleration is meant for a taint.
 * @see kubernetes v1.36 staging/src/k8s.io/component-helpers/scheduling/corev1/helpers.go, TolerationsTolerateTaint
 */
export function tolerates(toleration: Toleration, taint: Taint): boolean {
  if (toleration.effect && toleration.effect !== taint.effect) return false;
  if (toleration.key && toleration.key !== taint.key) return false;
  if (toleration.operator === "Exists") return true;
  return Boolean(toleration.key) && (toleration.value ?? "") === (taint.value ?? "");
}
