import type { Container } from "../api/generated/types.js";
import { featuresOf } from "./features.js";
import { imageByName } from "./image-names.js";
import { podPhase } from "./pod-phase.js";
import { podStatus, saysSomethingNew } from "./pod-status.js";
import type { Work } from "./work.js";

/** @see kubernetes v1.36 pkg/kubelet/active_deadline.go */
export const deadlineText = "Pod was active on the node longer than the specified deadline";

const imageNames = ({ image }: Container) => imageByName(image ?? "") ?? undefined;

/**
 * Writes the Pod's status where it says something new. Before the final one the phase does not tell the end: the
 * API hears of it only when nothing of the Pod can run any more.
 * @see kubernetes v1.36 pkg/kubelet/status/status_manager.go, mergePodStatus
 */
export function publish(work: Work, { isFinal }: { readonly isFinal: boolean }): void {
  const { pod, row, spec, context, nowMs } = work;
  const { version, client } = context;
  const { stop } = row;
  const keepsPhase = stop?.reason === "deleted" && !featuresOf(version).TerminalPhaseOfDeletedPods;
  const computed =
    stop?.reason === "deadline"
      ? "Failed"
      : podPhase({ spec, containers: row.containers, isStopped: stop !== null && !keepsPhase && isFinal });
  const before = pod.status?.phase ?? "Pending";
  const hasEnded = computed === "Succeeded" || computed === "Failed";
  const shown = hasEnded && !isFinal ? before : computed;
  const isDeadline = stop?.reason === "deadline" && shown === "Failed";
  const status = podStatus({
    pod,
    row,
    phase: shown,
    computedPhase: computed,
    reason: isDeadline ? "DeadlineExceeded" : pod.status?.reason,
    message: isDeadline ? deadlineText : pod.status?.message,
    version,
    nowMs,
    imageNames,
  });
  if (!saysSomethingNew(pod, status)) return;
  // The Pod was read in this very step: nobody can have changed it since, and the revision would tell.
  client.updateStatus("pods", { metadata: pod.metadata, status });
}
