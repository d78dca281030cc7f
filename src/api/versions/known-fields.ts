import { type EmulatedVersion, isAtLeast } from "./emulated-version.js";
import { type FeatureGate, firstVersionOf, isEnabled } from "./feature-gates.js";

/** A field of a type that not every version has, and the gate that came with it. */
interface GatedField {
  readonly type: string;
  readonly field: string;
  readonly gate: FeatureGate;
}

/**
 * The fields that came after the oldest version, of the types that make a Job or a Pod. Before its gate came a field is
 * unknown, as a typing error is; while the gate is off it is known and dropped without a word.
 */
const gatedFields: readonly GatedField[] = [
  { type: "JobSpec", field: "podFailurePolicy", gate: "JobPodFailurePolicy" },
  { type: "JobSpec", field: "backoffLimitPerIndex", gate: "JobBackoffLimitPerIndex" },
  { type: "JobSpec", field: "maxFailedIndexes", gate: "JobBackoffLimitPerIndex" },
  { type: "JobSpec", field: "podReplacementPolicy", gate: "JobPodReplacementPolicy" },
  { type: "JobSpec", field: "successPolicy", gate: "JobSuccessPolicy" },
  { type: "JobSpec", field: "managedBy", gate: "JobManagedBy" },
  { type: "JobStatus", field: "failedIndexes", gate: "JobBackoffLimitPerIndex" },
  { type: "JobStatus", field: "terminating", gate: "JobPodReplacementPolicy" },
  { type: "JobStatus", field: "ready", gate: "JobReadyPods" },
  { type: "CronJobSpec", field: "timeZone", gate: "CronJobTimeZone" },
  { type: "PodSpec", field: "os", gate: "IdentifyPodOS" },
  { type: "PodSpec", field: "hostUsers", gate: "UserNamespacesSupport" },
  { type: "PodSpec", field: "schedulingGates", gate: "PodSchedulingReadiness" },
  { type: "PodSpec", field: "schedulingGroup", gate: "GenericWorkload" },
  { type: "PodSpec", field: "resourceClaims", gate: "DynamicResourceAllocation" },
  { type: "PodSpec", field: "resources", gate: "PodLevelResources" },
  { type: "PodSpec", field: "hostnameOverride", gate: "HostnameOverride" },
  { type: "Container", field: "restartPolicy", gate: "SidecarContainers" },
  { type: "Container", field: "restartPolicyRules", gate: "ContainerRestartRules" },
  { type: "Container", field: "resizePolicy", gate: "InPlacePodVerticalScaling" },
  { type: "ResourceRequirements", field: "claims", gate: "DynamicResourceAllocation" },
  { type: "Lifecycle", field: "stopSignal", gate: "ContainerStopSignals" },
  { type: "LifecycleHandler", field: "sleep", gate: "PodLifecycleSleepAction" },
  { type: "EnvVarSource", field: "fileKeyRef", gate: "EnvFiles" },
  { type: "Probe", field: "grpc", gate: "GRPCContainerProbe" },
  { type: "VolumeMount", field: "recursiveReadOnly", gate: "RecursiveReadOnlyMounts" },
  { type: "Volume", field: "image", gate: "ImageVolume" },
  { type: "VolumeProjection", field: "clusterTrustBundle", gate: "ClusterTrustBundleProjection" },
  { type: "VolumeProjection", field: "podCertificate", gate: "PodCertificateRequest" },
  { type: "PodSecurityContext", field: "appArmorProfile", gate: "AppArmorFields" },
  { type: "PodSecurityContext", field: "supplementalGroupsPolicy", gate: "SupplementalGroupsPolicy" },
  { type: "SecurityContext", field: "appArmorProfile", gate: "AppArmorFields" },
  { type: "TopologySpreadConstraint", field: "minDomains", gate: "MinDomainsInPodTopologySpread" },
  { type: "TopologySpreadConstraint", field: "matchLabelKeys", gate: "MatchLabelKeysInPodTopologySpread" },
  { type: "TopologySpreadConstraint", field: "nodeAffinityPolicy", gate: "NodeInclusionPolicyInPodTopologySpread" },
  { type: "TopologySpreadConstraint", field: "nodeTaintsPolicy", gate: "NodeInclusionPolicyInPodTopologySpread" },
  { type: "PodAffinityTerm", field: "matchLabelKeys", gate: "MatchLabelKeysInPodAffinity" },
  { type: "PodAffinityTerm", field: "mismatchLabelKeys", gate: "MatchLabelKeysInPodAffinity" },
  { type: "PodStatus", field: "hostIPs", gate: "PodHostIPs" },
  { type: "PodStatus", field: "observedGeneration", gate: "PodObservedGenerationTracking" },
  { type: "PodStatus", field: "resourceClaimStatuses", gate: "DynamicResourceAllocation" },
  { type: "PodCondition", field: "observedGeneration", gate: "PodObservedGenerationTracking" },
  { type: "ContainerStatus", field: "volumeMounts", gate: "RecursiveReadOnlyMounts" },
  { type: "ContainerStatus", field: "user", gate: "SupplementalGroupsPolicy" },
  { type: "ContainerStatus", field: "resources", gate: "InPlacePodVerticalScaling" },
  { type: "ContainerStatus", field: "allocatedResources", gate: "InPlacePodVerticalScaling" },
  { type: "ContainerStatus", field: "stopSignal", gate: "ContainerStopSignals" },
  { type: "PersistentVolumeClaimSpec", field: "volumeAttributesClassName", gate: "VolumeAttributesClass" },
  { type: "PersistentVolumeSpec", field: "volumeAttributesClassName", gate: "VolumeAttributesClass" },
  { type: "PersistentVolumeStatus", field: "lastPhaseTransitionTime", gate: "PersistentVolumeLastPhaseTransitionTime" },
  { type: "ServiceSpec", field: "trafficDistribution", gate: "ServiceTrafficDistribution" },
  { type: "LoadBalancerIngress", field: "ipMode", gate: "LoadBalancerIPMode" },
  { type: "EndpointHints", field: "forNodes", gate: "PreferSameTrafficDistribution" },
  { type: "StatefulSetSpec", field: "ordinals", gate: "StatefulSetStartOrdinal" },
  { type: "StatefulSetSpec", field: "persistentVolumeClaimRetentionPolicy", gate: "StatefulSetAutoDeletePVC" },
  { type: "RollingUpdateStatefulSetStrategy", field: "maxUnavailable", gate: "MaxUnavailableStatefulSet" },
];

/** What becomes of a field that a version does not take. */
type Refusal = "unknown" | "disabled";

type RefusedFields = ReadonlyMap<string, ReadonlyMap<string, Refusal>>;

const refusedByVersion = new Map<EmulatedVersion, RefusedFields>();

/** The fields that a version does not take, by type. The same value each time. */
function refusedFields(version: EmulatedVersion): RefusedFields {
  const known = refusedByVersion.get(version);
  if (known !== undefined) return known;
  const refused = new Map<string, Map<string, Refusal>>();
  for (const { type, field, gate } of gatedFields) {
    if (isEnabled(gate, version)) continue;
    const fields = refused.get(type) ?? new Map();
    refused.set(type, fields.set(field, isAtLeast(version, firstVersionOf(gate)) ? "disabled" : "unknown"));
  }
  refusedByVersion.set(version, refused);
  return refused;
}

/** The fields that the API of a version does not have, by type. */
export function unknownFields(version: EmulatedVersion): ReadonlyMap<string, ReadonlySet<string>> {
  const unknown = new Map<string, ReadonlySet<string>>();
  for (const [type, fields] of refusedFields(version)) {
    unknown.set(type, new Set([...fields.keys()].filter((field) => fields.get(field) === "unknown")));
  }
  return unknown;
}

/** What a type's schema says of a field: the type inside it, if that is another type of the API. */
export interface FieldTypes {
  /** The type of a field of a type; undefined where it is a plain value, or not known. */
  typeOf(type: string, field: string): string | undefined;
}

/** An object without what its version does not take, and the paths of those fields that the version has never heard of. */
interface Dropped<T> {
  readonly object: T;
  readonly unknownPaths: readonly string[];
}

/**
 * `object` without the fields that a version does not take; the object itself where it takes all. Lists and maps are
 * searched through.
 * @param type the name of the object's type: `Job`
 */
export function dropUnknownFields<T extends object>(
  object: T,
  type: string,
  version: EmulatedVersion,
  types: FieldTypes,
): Dropped<T> {
  const refused = refusedFields(version);
  if (refused.size === 0) return { object, unknownPaths: [] };
  const unknownPaths: string[] = [];
  const result = dropIn(object, type, "", { refused, types, unknownPaths });
  return { object: result as T, unknownPaths };
}

interface Search {
  readonly refused: RefusedFields;
  readonly types: FieldTypes;
  readonly unknownPaths: string[];
}

function dropIn(value: unknown, type: string, path: string, search: Search): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) {
    const items = value.map((item, position) => dropIn(item, type, `${path}[${position}]`, search));
    return items.some((item, position) => item !== value[position]) ? items : value;
  }
  const fields = value as { readonly [name: string]: unknown };
  const gone = search.refused.get(type);
  let copy: Record<string, unknown> | undefined;
  for (const name in fields) {
    const fieldPath = path === "" ? name : `${path}.${name}`;
    const refusal = gone?.get(name);
    if (refusal !== undefined) {
      copy ??= { ...fields };
      delete copy[name];
      if (refusal === "unknown") search.unknownPaths.push(fieldPath);
      continue;
    }
    const inner = search.types.typeOf(type, name);
    if (inner === undefined) continue;
    const changed = dropIn(fields[name], inner, fieldPath, search);
    if (changed === fields[name]) continue;
    copy ??= { ...fields };
    copy[name] = changed;
  }
  return copy ?? value;
}
