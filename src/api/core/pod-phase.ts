import type { Pod } from "../generated/types.js";

/** Whether a Pod has come to its end: it will not run again, and takes no room on its node. */
export function isFinished(pod: Pod): boolean {
  return pod.status?.phase === "Succeeded" || pod.status?.phase === "Failed";
}
