import { type EmulatedVersion, isAtLeast } from "../api/versions/emulated-version.js";

/**
 * What of the kubelet differs between versions, by the first version that has it on by default.
 * @see kubernetes v1.36 pkg/features/kube_features.go
 */
const since = {
  /** Condition PodReadyToStartContainers. */
  PodReadyToStartContainersCondition: "1.29",
  /** status.hostIPs. */
  PodHostIPs: "1.29",
  /** observedGeneration in status and in its conditions. */
  PodObservedGenerationTracking: "1.34",
  /** `resources` and `allocatedResources` in container statuses. */
  InPlacePodVerticalScaling: "1.33",
  /** `volumeMounts` in container statuses. */
  RecursiveReadOnlyMounts: "1.31",
  /** `user` in container statuses. */
  SupplementalGroupsPolicy: "1.33",
  /** Init containers with restartPolicy Always. */
  SidecarContainers: "1.29",
  /** restartPolicy and restartPolicyRules of any container. */
  ContainerRestartRules: "1.35",
  /** A deleted Pod gets its final phase before its object goes. */
  TerminalPhaseOfDeletedPods: "1.27",
  /** `Image size: … bytes.` at the end of the event Pulled. */
  ImageSizeInEvent: "1.30",
  /** `(… including waiting)` in the event Pulled. */
  WaitingInPulledEvent: "1.25",
  /** `Created container: x` instead of `Created container x`. */
  ColonInCreatedEvent: "1.32",
  /** `Container created`: the field path of the event says which. */
  NamelessContainerEvents: "1.35",
  /** `… and can be accessed by the pod`. */
  KubeletEnsureSecretPulledImages: "1.35",
  /** `Back-off pulling image "x": ErrImagePull: …` as what a container waits for. */
  PullErrorInBackOff: "1.32",
  /**
   * Pods of a node share a bridge. This is no rule of Kubernetes: a network plug-in decides it, and what people print of
   * 1.23 is mostly from kind, whose plug-in routes each packet, what they print of later versions mostly is not.
   */
  BridgedPods: "1.24",
  /** A sleep as a lifecycle hook. */
  PodLifecycleSleepAction: "1.30",
} as const satisfies Record<string, EmulatedVersion>;

export type KubeletFeature = keyof typeof since;

const featuresByVersion = new Map<EmulatedVersion, Readonly<Record<KubeletFeature, boolean>>>();

/** Which features the kubelet of a version has. The same value each time. */
export function featuresOf(version: EmulatedVersion): Readonly<Record<KubeletFeature, boolean>> {
  let features = featuresByVersion.get(version);
  if (features === undefined) {
    const entries = Object.entries(since).map(([name, first]) => [name, isAtLeast(version, first)]);
    features = Object.fromEntries(entries) as Record<KubeletFeature, boolean>;
    featuresByVersion.set(version, features);
  }
  return features;
}
