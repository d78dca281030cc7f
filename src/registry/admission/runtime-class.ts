import type { Pod } from "../../api/generated/types.js";
import { refusal } from "./refusal.js";

/**
 * No cluster here has RuntimeClasses: who names one is refused.
 * @throws StatusError Forbidden
 * @see kubernetes v1.36 plugin/pkg/admission/runtimeclass/admission.go, prepareObjects
 */
export function requireNoRuntimeClass(pod: Pod): void {
  const name = pod.spec?.runtimeClassName;
  if (name !== undefined) throw refusal(pod, `pod rejected: RuntimeClass "${name}" not found`);
}

/**
 * Only a RuntimeClass gives a Pod its overhead. Asked after everything else has been found valid.
 * @throws StatusError Forbidden
 * @see kubernetes v1.36 plugin/pkg/admission/runtimeclass/admission.go, validateOverhead
 */
export function requireNoOverhead(pod: Pod): void {
  if (Object.keys(pod.spec?.overhead ?? {}).length === 0) return;
  throw refusal(pod, "pod rejected: Pod Overhead set without corresponding RuntimeClass defined Overhead");
}
