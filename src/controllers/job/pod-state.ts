import type { OwnerReference, Pod } from "../../api/generated/types.js";
import {
  completionIndexAnnotation,
  indexFailureCountAnnotation,
  indexIgnoredFailureCountAnnotation,
  trackingFinalizer,
} from "./job-names.js";

export function hasTrackingFinalizer(pod: Pod): boolean {
  return pod.metadata.finalizers?.includes(trackingFinalizer) === true;
}

/** Neither ended nor being deleted. */
export function isActive(pod: Pod): boolean {
  return pod.metadata.deletionTimestamp === undefined && !hasEnded(pod);
}

/** Being deleted, and not ended yet. */
export function isTerminating(pod: Pod): boolean {
  return pod.metadata.deletionTimestamp !== undefined && !hasEnded(pod);
}

export function hasEnded(pod: Pod): boolean {
  const phase = pod.status?.phase;
  return phase === "Succeeded" || phase === "Failed";
}

export function isReady(pod: Pod): boolean {
  const conditions = pod.status?.conditions;
  if (conditions === undefined) return false;
  for (const condition of conditions) if (condition.type === "Ready") return condition.status === "True";
  return false;
}

/**
 * Whether a Pod counts as failed: it has failed, or, where Pods are replaced as soon as they are deleted, it is being
 * deleted.
 * @see kubernetes v1.36 pkg/controller/job/job_controller.go, isPodFailed
 */
export function isFailed(pod: Pod, replacesOnlyEnded: boolean): boolean {
  const phase = pod.status?.phase;
  if (phase === "Failed") return true;
  return !replacesOnlyEnded && pod.metadata.deletionTimestamp !== undefined && phase !== "Succeeded";
}

/** The Pod's completion index, or -1. */
export function completionIndexOf(pod: Pod): number {
  const text = pod.metadata.annotations?.[completionIndexAnnotation];
  if (text === undefined || text === "") return -1;
  let index = 0;
  for (let at = 0; at < text.length; at++) {
    const digit = text.charCodeAt(at) - 48;
    if (digit < 0 || digit > 9) return -1;
    index = index * 10 + digit;
  }
  return index;
}

/** Failures of the Pod's index before it, those that a policy ignored left out. */
export function indexFailureCountOf(pod: Pod): number {
  return countIn(pod, indexFailureCountAnnotation);
}

export function ignoredIndexFailureCountOf(pod: Pod): number {
  return countIn(pod, indexIgnoredFailureCountAnnotation);
}

/** Annotations can be edited by anyone: what is no count is 0. */
function countIn(pod: Pod, annotation: string): number {
  const count = Number(pod.metadata.annotations?.[annotation] ?? 0);
  return Number.isInteger(count) && count >= 0 && count <= 2 ** 31 - 1 ? count : 0;
}

/** The owner reference of the Job that controls the Pod. */
export function controllingJobOf(pod: Pod): OwnerReference | undefined {
  const owners = pod.metadata.ownerReferences;
  if (owners === undefined) return undefined;
  for (const owner of owners) {
    if (owner.controller === true) return owner.kind === "Job" ? owner : undefined;
  }
  return undefined;
}
