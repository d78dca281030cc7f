import { type EmulatedVersion, isAtLeast } from "../../api/versions/emulated-version.js";
import { type FeatureGate, isEnabled } from "../../api/versions/feature-gates.js";

/** What the Job controller does in some Kubernetes versions and not in others, each with the gate that decides it. */
const gates = {
  /** Pod changes and status writes are gathered for a second before the Job is looked at again. */
  batchedSyncs: "JobReadyPods",
  readyInStatus: "JobReadyPods",
  podFailurePolicy: "JobPodFailurePolicy",
  /** The Pods' index is a label too, and the environment variable reads it there. */
  indexLabel: "PodIndexLabel",
  /** `status.terminating` and `spec.podReplacementPolicy`. */
  terminatingInStatus: "JobPodReplacementPolicy",
  backoffLimitPerIndex: "JobBackoffLimitPerIndex",
  /** `spec.successPolicy`, and the reason CompletionsReached. */
  successPolicy: "JobSuccessPolicy",
  managedBy: "JobManagedBy",
  /** Suspending takes `status.startTime` away. */
  suspendClearsStartTime: "MutableSchedulingDirectivesForSuspendedJobs",
} as const satisfies Record<string, FeatureGate>;

/** What changed without a gate, with the version it changed in. */
const beginnings = {
  /** The longest wait between failed Pods is 10 minutes; it was 6. */
  longBackoff: "1.28",
  /** SuccessCriteriaMet and FailureTarget come first; Complete and Failed wait until no Pod is terminating. */
  delayedEnd: "1.31",
} as const satisfies Record<string, EmulatedVersion>;

export type JobBehaviour = { readonly [Name in keyof typeof gates | keyof typeof beginnings]: boolean };

export function behaviourOf(version: EmulatedVersion): JobBehaviour {
  const gated = Object.entries(gates).map(([name, gate]) => [name, isEnabled(gate, version)]);
  const begun = Object.entries(beginnings).map(([name, since]) => [name, isAtLeast(version, since)]);
  return Object.fromEntries([...gated, ...begun]) as JobBehaviour;
}

/** Milliseconds for which changes of Pods and of the status are gathered before a Job is synced. */
export function syncBatchMs(behaviour: JobBehaviour): number {
  return behaviour.batchedSyncs ? 1000 : 0;
}
