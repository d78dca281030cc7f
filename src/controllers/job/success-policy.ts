import type { SuccessPolicy } from "../../api/generated/types.js";
import { countIndexes, type IndexIntervals, overlapOf, parseIndexes } from "./index-intervals.js";

/**
 * The message of the first rule that the succeeded indexes meet; undefined where none is met.
 * @see kubernetes v1.36 pkg/controller/job/success_policy.go, matchSuccessPolicy
 */
export function matchSuccessPolicy(
  policy: SuccessPolicy | undefined,
  succeeded: IndexIntervals,
  completions: number,
): string | undefined {
  if (policy === undefined || succeeded.length === 0) return undefined;
  for (const [at, { succeededIndexes, succeededCount }] of policy.rules.entries()) {
    if (succeededIndexes === undefined) {
      if (succeededCount !== undefined && countIndexes(succeeded) >= succeededCount) return matchedRule(at);
      continue;
    }
    const required = parseIndexes(succeededIndexes, completions);
    if (required.length === 0) continue;
    const met = overlapOf(required, succeeded);
    if (met === countIndexes(required) || (succeededCount !== undefined && met >= succeededCount)) {
      return matchedRule(at);
    }
  }
  return undefined;
}

function matchedRule(at: number): string {
  return `Matched rules at index ${at}`;
}
