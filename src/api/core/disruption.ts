import type { Pod, PodCondition } from "../generated/types.js";
import { type EpochMs, formatTime } from "../meta/object.js";
import type { EmulatedVersion } from "../versions/emulated-version.js";
import { isEnabled } from "../versions/feature-gates.js";

/**
 * A Pod that says why the control plane ends it: the condition DisruptionTarget. The same Pod where the version has no such
 * condition, or where it is there already.
 */
export function withDisruption(
  pod: Pod,
  why: { readonly reason: string; readonly message: string },
  at: { readonly nowMs: EpochMs; readonly version: EmulatedVersion },
): Pod {
  if (!isEnabled("PodDisruptionConditions", at.version)) return pod;
  const conditions = pod.status?.conditions ?? [];
  const known = conditions.find(({ type }) => type === "DisruptionTarget");
  if (known?.status === "True" && known.reason === why.reason && known.message === why.message) return pod;
  const { generation } = pod.metadata;
  const tells = generation !== undefined && isEnabled("PodObservedGenerationTracking", at.version);
  const condition = {
    type: "DisruptionTarget",
    status: "True",
    ...(tells ? { observedGeneration: generation } : {}),
    lastProbeTime: null,
    lastTransitionTime: known?.status === "True" ? known.lastTransitionTime : formatTime(at.nowMs),
    ...why,
  } as unknown as PodCondition;
  const others = conditions.filter(({ type }) => type !== condition.type);
  return { ...pod, status: { ...pod.status, conditions: [...others, condition] } };
}
