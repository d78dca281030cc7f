import { tolerates } from "../../api/core/tolerations.js";
import type { Pod, Taint } from "../../api/generated/types.js";

/** Taints that drive Pods away. */
export function evictingTaints(taints: readonly Taint[] | undefined): readonly Taint[] {
  return (taints ?? []).filter(({ effect }) => effect === "NoExecute");
}

/**
 * Milliseconds that a Pod may stay on a node with these NoExecute taints: as long as the shortest of the tolerations that it
 * needs, 0 where a taint is not tolerated; undefined: for ever.
 * @see kubernetes v1.36 pkg/controller/tainteviction/taint_eviction.go, processPodOnNode
 */
export function evictionDelayMs(pod: Pod, taints: readonly Taint[]): number | undefined {
  let delayMs: number | undefined;
  for (const taint of taints) {
    const toleration = pod.spec?.tolerations?.find((candidate) => tolerates(candidate, taint));
    if (toleration === undefined) return 0;
    const { tolerationSeconds } = toleration;
    if (tolerationSeconds === undefined) continue;
    delayMs = Math.min(delayMs ?? Number.POSITIVE_INFINITY, Math.max(0, tolerationSeconds * 1000));
  }
  return delayMs;
}
