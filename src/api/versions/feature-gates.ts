import { type EmulatedVersion, isAtLeast } from "./emulated-version.js";

/** From `since` on, a gate is in this stage, and on or off unless the cluster's operator says otherwise. */
interface GateStage {
  readonly since: EmulatedVersion;
  readonly stage: "alpha" | "beta" | "stable";
  readonly on: boolean;
}

function alpha(since: EmulatedVersion): GateStage {
  return { since, stage: "alpha", on: false };
}

function beta(since: EmulatedVersion, on = true): GateStage {
  return { since, stage: "beta", on };
}

function stable(since: EmulatedVersion): GateStage {
  return { since, stage: "stable", on: true };
}

/**
 * The feature gates that change what a Job, a Pod or an output looks like, as upstream keeps them: a row a gate, a stage
 * a change. What was decided before the oldest version stands there with that version.
 * @see kubernetes v1.36 pkg/features/kube_features.go
 */
const featureGates = {
  AppArmorFields: [beta("1.30"), stable("1.31")],
  ClearingNominatedNodeNameAfterBinding: [alpha("1.34"), beta("1.35")],
  ClusterTrustBundleProjection: [alpha("1.29"), beta("1.33", false)],
  ContainerRestartRules: [alpha("1.34"), beta("1.35")],
  ContainerStopSignals: [alpha("1.33")],
  CronJobTimeZone: [alpha("1.24"), beta("1.25"), stable("1.27")],
  CronJobsScheduledAnnotation: [beta("1.28"), stable("1.32")],
  DynamicResourceAllocation: [alpha("1.26"), beta("1.32", false), stable("1.34")],
  ElasticIndexedJob: [beta("1.27"), stable("1.31")],
  EnvFiles: [alpha("1.34"), beta("1.35")],
  GRPCContainerProbe: [alpha("1.23"), beta("1.24"), stable("1.27")],
  GenericWorkload: [alpha("1.36")],
  HostnameOverride: [alpha("1.34"), beta("1.35")],
  IdentifyPodOS: [alpha("1.23"), beta("1.24"), stable("1.25")],
  ImageVolume: [alpha("1.31"), beta("1.33", false), beta("1.35"), stable("1.36")],
  InPlacePodVerticalScaling: [alpha("1.27"), beta("1.33"), stable("1.35")],
  IndexedJob: [beta("1.23"), stable("1.24")],
  JobBackoffLimitPerIndex: [alpha("1.28"), beta("1.29"), stable("1.33")],
  JobManagedBy: [alpha("1.30"), beta("1.32"), stable("1.35")],
  JobMutableNodeSchedulingDirectives: [beta("1.23"), stable("1.27")],
  JobPodFailurePolicy: [alpha("1.25"), beta("1.26"), stable("1.31")],
  JobPodReplacementPolicy: [alpha("1.28"), beta("1.29"), stable("1.34")],
  JobReadyPods: [alpha("1.23"), beta("1.24"), stable("1.29")],
  JobSuccessPolicy: [alpha("1.30"), beta("1.31"), stable("1.33")],
  JobTrackingWithFinalizers: [beta("1.23"), beta("1.24", false), beta("1.25"), stable("1.26")],
  LoadBalancerIPMode: [alpha("1.29"), beta("1.30"), stable("1.32")],
  MatchLabelKeysInPodAffinity: [alpha("1.29"), beta("1.31"), stable("1.33")],
  MatchLabelKeysInPodTopologySpread: [alpha("1.25"), beta("1.27")],
  MaxUnavailableStatefulSet: [alpha("1.24"), beta("1.35")],
  MinDomainsInPodTopologySpread: [alpha("1.24"), beta("1.25", false), beta("1.27"), stable("1.30")],
  MutablePodResourcesForSuspendedJobs: [alpha("1.35"), beta("1.36")],
  MutableSchedulingDirectivesForSuspendedJobs: [alpha("1.35"), beta("1.36")],
  NodeInclusionPolicyInPodTopologySpread: [alpha("1.25"), beta("1.26"), stable("1.33")],
  PersistentVolumeLastPhaseTransitionTime: [alpha("1.28"), beta("1.29"), stable("1.31")],
  PodCertificateRequest: [alpha("1.34"), beta("1.35", false)],
  PodDisruptionConditions: [alpha("1.25"), beta("1.26"), stable("1.31")],
  PodHostIPs: [alpha("1.28"), beta("1.29"), stable("1.30")],
  PodIndexLabel: [beta("1.28"), stable("1.32")],
  PodLevelResources: [alpha("1.32"), beta("1.34")],
  PodLifecycleSleepAction: [alpha("1.29"), beta("1.30"), stable("1.34")],
  PodLifecycleSleepActionAllowZero: [alpha("1.32"), beta("1.33"), stable("1.34")],
  PodObservedGenerationTracking: [alpha("1.33"), beta("1.34"), stable("1.35")],
  PodReadyToStartContainersCondition: [alpha("1.28"), beta("1.29")],
  PodSchedulingReadiness: [alpha("1.26"), beta("1.27"), stable("1.30")],
  PreferSameTrafficDistribution: [alpha("1.33"), beta("1.34")],
  RecursiveReadOnlyMounts: [alpha("1.30"), beta("1.31"), stable("1.33")],
  RelaxedDNSSearchValidation: [alpha("1.32"), beta("1.33"), stable("1.34")],
  RelaxedEnvironmentVariableValidation: [alpha("1.30"), beta("1.32"), stable("1.34")],
  RelaxedServiceNameValidation: [alpha("1.34"), beta("1.35"), stable("1.36")],
  RestartAllContainersOnContainerExits: [alpha("1.35"), beta("1.36")],
  ServerSideFieldValidation: [alpha("1.23"), beta("1.25"), stable("1.27")],
  ServiceTrafficDistribution: [alpha("1.30"), beta("1.31"), stable("1.33")],
  SidecarContainers: [alpha("1.28"), beta("1.29"), stable("1.33")],
  StatefulSetAutoDeletePVC: [alpha("1.23"), beta("1.27"), stable("1.32")],
  StatefulSetStartOrdinal: [alpha("1.26"), beta("1.27"), stable("1.31")],
  SupplementalGroupsPolicy: [alpha("1.31"), beta("1.33")],
  SuspendJob: [beta("1.23"), stable("1.24")],
  TTLAfterFinished: [stable("1.23")],
  UserNamespacesSupport: [alpha("1.25"), beta("1.30", false), beta("1.33")],
  VolumeAttributesClass: [alpha("1.29"), beta("1.31", false), stable("1.34")],
} as const satisfies { readonly [name: string]: readonly GateStage[] };

export type FeatureGate = keyof typeof featureGates;

/** The stage of a gate in a version; undefined in versions that do not have the gate yet. */
function gateStage(gate: FeatureGate, version: EmulatedVersion): GateStage | undefined {
  let current: GateStage | undefined;
  for (const stage of featureGates[gate] as readonly GateStage[]) {
    if (!isAtLeast(version, stage.since)) break;
    current = stage;
  }
  return current;
}

/** Whether a gate is on in a cluster of this version that nobody has configured otherwise. */
export function isEnabled(gate: FeatureGate, version: EmulatedVersion): boolean {
  return gateStage(gate, version)?.on === true;
}

/** The version that brought a gate, and with it the fields that it opens: before, nobody knew them. */
export function firstVersionOf(gate: FeatureGate): EmulatedVersion {
  return featureGates[gate][0].since;
}
