import { IndexSet } from "../../api/batch/index-set.js";
import type { SuccessPolicy } from "../../api/generated/types.js";

/**
 * The message of the first rule that the succeeded indexes meet; undefined where none is met.
 * @see kubernetes v1.36 pkg/controller/job/success_policy.go, matchSuccessPolicy
 */
export function matchSuccessPolicy(
  policy: SuccessPolicy | undefined,
  succeeded: IndexSet,
  completions: number,
): string | undefined {
  if (policy === undefined || succeeded.isEmpty) return undefined;
  for (const [at, { succeededIndexes, succeededCount }] of policy.rules.entries()) {
    if (succeededIndexes === undefined) {
      if (succeededCount !== undefined && succeeded.count >= succeededCount) return matchedRule(at);
      continue;
    }
    const required = IndexSet.parse(succeededIndexes, completions);
    if (required.isEmpty) continue;
    const met = required.intersect(succeeded).count;
    if (met === required.count || (succeededCount !== undefined && met >= succeededCount)) {
      return matchedRule(at);
    }
  }
  return undefined;
}

function matchedRule(at: number): string {
  return `Matched rules at index ${at}`;
}
