import type { Pod, PodSpec } from "../../api/generated/types.js";
import { refusal } from "./refusal.js";

/** The classes that every cluster has; others cannot be made here. @see kubernetes v1.36 pkg/apis/scheduling/v1/helpers.go */
const systemClasses: Readonly<Record<string, number>> = {
  "system-cluster-critical": 2_000_000_000,
  "system-node-critical": 2_000_001_000,
};

const usualPolicy = "PreemptLowerPriority";

/**
 * The priority that a Pod's class gives it; 0 without a class. Nobody chooses a number for himself.
 * @throws StatusError Forbidden
 * @see kubernetes v1.36 plugin/pkg/admission/priority/admission.go, admitPod
 */
export function withPriority(spec: PodSpec, pod: Pod): PodSpec {
  const name = spec.priorityClassName ?? "";
  const priority = name === "" ? 0 : systemClasses[name];
  if (priority === undefined) throw refusal(pod, `no PriorityClass with name ${name} was found`);
  const computed = (what: string, given: string | number, wanted: string | number) =>
    refusal(
      pod,
      `the ${what} (${given}) must not be provided in pod spec; priority admission controller computed ${wanted} from the given PriorityClass name`,
    );
  if (spec.priority !== undefined && spec.priority !== priority) {
    throw computed("integer value of priority", spec.priority, priority);
  }
  if (spec.preemptionPolicy !== undefined && spec.preemptionPolicy !== usualPolicy) {
    throw computed("string value of PreemptionPolicy", spec.preemptionPolicy, usualPolicy);
  }
  if (spec.priority !== undefined && spec.preemptionPolicy !== undefined) return spec;
  return { ...spec, priority, preemptionPolicy: usualPolicy };
}
