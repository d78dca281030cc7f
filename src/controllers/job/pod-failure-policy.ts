import type {
  ContainerStatus,
  Pod,
  PodFailurePolicy,
  PodFailurePolicyOnExitCodesRequirement,
  PodFailurePolicyRule,
} from "../../api/generated/types.js";
import { isFailed } from "./pod-state.js";

export interface FailurePolicyMatch {
  readonly action: PodFailurePolicyRule["action"];
  /** Why the Job fails, where the action is FailJob. */
  readonly failJobMessage?: string;
}

/**
 * The first rule that a failed Pod matches. Undefined where none does: the failure then counts.
 * @see kubernetes v1.36 pkg/controller/job/pod_failure_policy.go, matchPodFailurePolicy
 */
export function matchPodFailurePolicy(policy: PodFailurePolicy | undefined, pod: Pod): FailurePolicyMatch | undefined {
  if (policy === undefined) return undefined;
  for (const [at, rule] of policy.rules.entries()) {
    const what = whatMatched(rule, pod);
    if (what === undefined) continue;
    if (rule.action !== "FailJob") return { action: rule.action };
    return { action: rule.action, failJobMessage: `${what} matching FailJob rule at index ${at}` };
  }
  return undefined;
}

/** Whether a failed Pod counts towards `backoffLimit`. */
export function countsAsFailure(policy: PodFailurePolicy | undefined, pod: Pod): boolean {
  return matchPodFailurePolicy(policy, pod)?.action !== "Ignore";
}

/** The message of the first failed Pod that ends the Job. */
export function failJobMessage(
  policy: PodFailurePolicy | undefined,
  pods: readonly Pod[],
  replacesOnlyEnded: boolean,
): string | undefined {
  if (policy === undefined) return undefined;
  for (const pod of pods) {
    if (!isFailed(pod, replacesOnlyEnded)) continue;
    const message = matchPodFailurePolicy(policy, pod)?.failJobMessage;
    if (message !== undefined) return message;
  }
  return undefined;
}

function whatMatched(rule: PodFailurePolicyRule, pod: Pod): string | undefined {
  const name = `${pod.metadata.namespace}/${pod.metadata.name}`;
  if (rule.onExitCodes !== undefined) {
    const status =
      containerMatching(pod.status?.containerStatuses, rule.onExitCodes) ??
      containerMatching(pod.status?.initContainerStatuses, rule.onExitCodes);
    if (status === undefined) return undefined;
    return `Container ${status.name} for pod ${name} failed with exit code ${status.state?.terminated?.exitCode}`;
  }
  for (const condition of pod.status?.conditions ?? []) {
    const matches = rule.onPodConditions?.some(
      ({ type, status = "True" }) => type === condition.type && status === condition.status,
    );
    if (matches) return `Pod ${name} has condition ${condition.type}`;
  }
  return undefined;
}

function containerMatching(
  statuses: readonly ContainerStatus[] | undefined,
  { containerName, operator, values }: PodFailurePolicyOnExitCodesRequirement,
): ContainerStatus | undefined {
  return statuses?.find((status) => {
    const exitCode = status.state?.terminated?.exitCode;
    // Exit code 0 is no failure, so no rule speaks of it, not even NotIn.
    if (exitCode === undefined || exitCode === 0) return false;
    if (containerName !== undefined && containerName !== status.name) return false;
    return values.includes(exitCode) === (operator === "In");
  });
}
