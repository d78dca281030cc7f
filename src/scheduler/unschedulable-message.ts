import { type EmulatedVersion, isAtLeast } from "../api/versions/emulated-version.js";
import type { Misfit } from "./filters.js";

const notHelpful = "Preemption is not helpful for scheduling";

/**
 * What keeps a Pod from each node, or, as a text, from all of them:
 * `0/3 nodes are available: 1 Insufficient cpu, 2 node(s) were unschedulable. preemption: …`
 * @see kubernetes pkg/scheduler/framework/types.go, FitError.Error
 */
export function unschedulableMessage(
  nodeCount: number,
  misfits: readonly Misfit[] | string,
  version: EmulatedVersion,
  hasPreempted = false,
): string {
  if (nodeCount === 0) return "no nodes available to schedule pods";
  const isForAll = typeof misfits === "string";
  const reasons = isForAll ? misfits : histogram(misfits.flatMap((misfit) => misfit.reasons));
  let message = `0/${nodeCount} nodes are available: ${reasons}.`;
  // Who has made room for itself says no more than why there was none.
  if (hasPreempted) return message;
  // What is said of claims is then missing, and its absence is all that is said. @see dynamicresources.go, PostFilter
  if (isForAll && isAtLeast(version, "1.34")) return `${message} not found`;
  if (isAtLeast(version, "1.34")) message += " no new claims to deallocate,";
  if (!isAtLeast(version, "1.24")) return message;
  if (isForAll) return `${message} preemption: 0/${nodeCount} nodes are available: ${nodeCount} ${notHelpful}.`;
  const outcomes = misfits.map(({ preemptable }) =>
    preemptable ? "No preemption victims found for incoming pod" : notHelpful,
  );
  return `${message} preemption: 0/${nodeCount} nodes are available: ${histogram(outcomes)}.`;
}

/** `1 x, 2 y`: sorted as text, as upstream sorts them. */
function histogram(reasons: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const reason of reasons) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  return [...counts]
    .map(([reason, count]) => `${count} ${reason}`)
    .sort()
    .join(", ");
}
