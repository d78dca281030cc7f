import { type FieldSchema, isObjectType } from "./schemas.js";

/**
 * What the OpenAPI schema leaves out of the Go types: which scalars are pointers (so that a zero that was written is kept),
 * which structs are held by value (so that they are always printed), and the names of string types (which messages carry).
 * Words are the fields of a type; the type's name stands in front.
 * @see k8s.io/api core/v1, batch/v1, apps/v1, discovery/v1, coordination/v1 types.go
 */
const pointerScalars: { readonly [type: string]: string } = {
  ObjectMeta: "deletionGracePeriodSeconds",
  OwnerReference: "blockOwnerDeletion controller",
  NodeFeatures: "supplementalGroupsPolicy",
  NodeRuntimeHandlerFeatures: "recursiveReadOnlyMounts userNamespaces",
  NodeSwapStatus: "capacity",
  ServiceAccount: "automountServiceAccountToken",
  ConfigMap: "immutable",
  Secret: "immutable",
  PodSpec:
    "activeDeadlineSeconds automountServiceAccountToken enableServiceLinks hostUsers hostnameOverride preemptionPolicy priority runtimeClassName setHostnameAsFQDN shareProcessNamespace terminationGracePeriodSeconds",
  Probe: "terminationGracePeriodSeconds",
  GRPCAction: "service",
  Lifecycle: "stopSignal",
  Container: "restartPolicy",
  EphemeralContainer: "restartPolicy",
  SecurityContext:
    "allowPrivilegeEscalation privileged procMount readOnlyRootFilesystem runAsGroup runAsNonRoot runAsUser",
  PodSecurityContext:
    "fsGroup fsGroupChangePolicy runAsGroup runAsNonRoot runAsUser seLinuxChangePolicy supplementalGroupsPolicy",
  WindowsSecurityContextOptions: "gmsaCredentialSpec gmsaCredentialSpecName hostProcess runAsUserName",
  AppArmorProfile: "localhostProfile",
  SeccompProfile: "localhostProfile",
  VolumeMount: "mountPropagation recursiveReadOnly",
  VolumeMountStatus: "recursiveReadOnly",
  PodDNSConfigOption: "value",
  ConfigMapKeySelector: "optional",
  SecretKeySelector: "optional",
  FileKeySelector: "optional",
  ConfigMapEnvSource: "optional",
  SecretEnvSource: "optional",
  PodResourceClaim: "resourceClaimName resourceClaimTemplateName",
  PodResourceClaimStatus: "resourceClaimName",
  PodSchedulingGroup: "podGroupName",
  Toleration: "tolerationSeconds",
  TopologySpreadConstraint: "minDomains nodeAffinityPolicy nodeTaintsPolicy",
  ConfigMapVolumeSource: "defaultMode optional",
  SecretVolumeSource: "defaultMode optional",
  DownwardAPIVolumeSource: "defaultMode",
  DownwardAPIVolumeFile: "mode",
  KeyToPath: "mode",
  ProjectedVolumeSource: "defaultMode",
  ConfigMapProjection: "optional",
  SecretProjection: "optional",
  ServiceAccountTokenProjection: "expirationSeconds",
  ClusterTrustBundleProjection: "name optional signerName",
  PodCertificateProjection: "maxExpirationSeconds",
  AzureDiskVolumeSource: "cachingMode fsType kind readOnly",
  CSIVolumeSource: "fsType readOnly",
  FCVolumeSource: "lun",
  HostPathVolumeSource: "type",
  ISCSIVolumeSource: "initiatorName",
  ISCSIPersistentVolumeSource: "initiatorName",
  AzureFilePersistentVolumeSource: "secretNamespace",
  GlusterfsPersistentVolumeSource: "endpointsNamespace",
  LocalVolumeSource: "fsType",
  PersistentVolumeClaimSpec: "storageClassName volumeAttributesClassName volumeMode",
  PersistentVolumeClaimStatus: "currentVolumeAttributesClassName",
  PersistentVolumeSpec: "volumeAttributesClassName volumeMode",
  PersistentVolumeStatus: "lastPhaseTransitionTime",
  TypedLocalObjectReference: "apiGroup",
  TypedObjectReference: "apiGroup namespace",
  ContainerStatus: "started stopSignal",
  ServiceSpec:
    "allocateLoadBalancerNodePorts internalTrafficPolicy ipFamilyPolicy loadBalancerClass trafficDistribution",
  ServicePort: "appProtocol",
  ClientIPConfig: "timeoutSeconds",
  LoadBalancerIngress: "ipMode",
  PortStatus: "error",
  EndpointAddress: "nodeName",
  EndpointPort: "appProtocol",
  DiscoveryEndpointPort: "appProtocol name port protocol",
  Endpoint: "deprecatedTopology hostname nodeName zone",
  EndpointConditions: "ready serving terminating",
  ListMeta: "remainingItemCount",
  DeleteOptions:
    "gracePeriodSeconds ignoreStoreReadErrorWithClusterBreakingPotential orphanDependents propagationPolicy",
  Preconditions: "resourceVersion uid",
  TokenRequestSpec: "expirationSeconds",
  JobSpec:
    "activeDeadlineSeconds backoffLimit backoffLimitPerIndex completionMode completions managedBy manualSelector maxFailedIndexes parallelism podReplacementPolicy suspend ttlSecondsAfterFinished",
  JobStatus: "failedIndexes ready terminating",
  PodFailurePolicyOnExitCodesRequirement: "containerName",
  SuccessPolicyRule: "succeededCount succeededIndexes",
  CronJobSpec: "failedJobsHistoryLimit startingDeadlineSeconds successfulJobsHistoryLimit suspend timeZone",
  StatefulSetSpec: "replicas revisionHistoryLimit",
  RollingUpdateStatefulSetStrategy: "partition",
  StatefulSetStatus: "collisionCount",
  LeaseSpec: "holderIdentity leaseDurationSeconds leaseTransitions preferredHolder strategy",
};

const valueStructs: { readonly [type: string]: string } = {
  NodeStatus: "daemonEndpoints nodeInfo",
  NodeDaemonEndpoints: "kubeletEndpoint",
  Container: "resources",
  EphemeralContainer: "resources",
  PodTemplateSpec: "metadata spec",
  PodTemplate: "metadata template",
  JobTemplateSpec: "metadata spec",
  JobSpec: "template",
  CronJobSpec: "jobTemplate",
  StatefulSetSpec: "template updateStrategy",
  PersistentVolumeClaimTemplate: "metadata spec",
  PersistentVolumeClaimSpec: "resources",
  ContainerStatus: "lastState state",
  ServiceStatus: "loadBalancer",
  Event: "involvedObject metadata source",
  Binding: "metadata target",
  Endpoint: "conditions",
  WeightedPodAffinityTerm: "podAffinityTerm",
  PreferredSchedulingTerm: "preference",
  ...Object.fromEntries(
    "Namespace Node Pod Service PersistentVolume PersistentVolumeClaim Job CronJob StatefulSet Scale TokenRequest SelfSubjectAccessReview SelfSubjectRulesReview SubjectAccessReview"
      .split(" ")
      .map((kind) => [kind, "metadata spec status"]),
  ),
  ...Object.fromEntries(
    "ServiceAccount ConfigMap Secret Endpoints EndpointSlice ControllerRevision Eviction Status"
      .split(" ")
      .map((kind) => [kind, "metadata"]),
  ),
  Lease: "metadata spec",
  SelfSubjectReview: "metadata status",
};

const stringTypes: { readonly [type: string]: { readonly [field: string]: string } } = {
  ObjectMeta: { uid: "types.UID" },
  OwnerReference: { uid: "types.UID" },
  ObjectReference: { uid: "types.UID" },
  ManagedFieldsEntry: { operation: "v1.ManagedFieldsOperationType" },
  NamespaceStatus: { phase: "v1.NamespacePhase" },
  NodeStatus: { phase: "v1.NodePhase" },
  Taint: { effect: "v1.TaintEffect" },
  Secret: { type: "v1.SecretType" },
  PodSpec: { dnsPolicy: "v1.DNSPolicy", preemptionPolicy: "v1.PreemptionPolicy", restartPolicy: "v1.RestartPolicy" },
  PodStatus: { phase: "v1.PodPhase", qosClass: "v1.PodQOSClass" },
  PodCondition: { type: "v1.PodConditionType", status: "v1.ConditionStatus" },
  PodOS: { name: "v1.OSName" },
  Container: {
    imagePullPolicy: "v1.PullPolicy",
    restartPolicy: "v1.ContainerRestartPolicy",
    terminationMessagePolicy: "v1.TerminationMessagePolicy",
  },
  ContainerPort: { protocol: "v1.Protocol" },
  ContainerResizePolicy: { resourceName: "v1.ResourceName", restartPolicy: "v1.ResourceResizeRestartPolicy" },
  Lifecycle: { stopSignal: "v1.Signal" },
  HTTPGetAction: { scheme: "v1.URIScheme" },
  SecurityContext: { procMount: "v1.ProcMountType" },
  AppArmorProfile: { type: "v1.AppArmorProfileType" },
  SeccompProfile: { type: "v1.SeccompProfileType" },
  PodSecurityContext: {
    fsGroupChangePolicy: "v1.PodFSGroupChangePolicy",
    seLinuxChangePolicy: "v1.PodSELinuxChangePolicy",
    supplementalGroupsPolicy: "v1.SupplementalGroupsPolicy",
  },
  VolumeMount: { mountPropagation: "v1.MountPropagationMode", recursiveReadOnly: "v1.RecursiveReadOnlyMode" },
  EmptyDirVolumeSource: { medium: "v1.StorageMedium" },
  HostPathVolumeSource: { type: "v1.HostPathType" },
  ImageVolumeSource: { pullPolicy: "v1.PullPolicy" },
  Toleration: { effect: "v1.TaintEffect", operator: "v1.TolerationOperator" },
  TopologySpreadConstraint: {
    nodeAffinityPolicy: "v1.NodeInclusionPolicy",
    nodeTaintsPolicy: "v1.NodeInclusionPolicy",
    whenUnsatisfiable: "v1.UnsatisfiableConstraintAction",
  },
  NodeSelectorRequirement: { operator: "v1.NodeSelectorOperator" },
  LabelSelectorRequirement: { operator: "v1.LabelSelectorOperator" },
  ServiceSpec: {
    externalTrafficPolicy: "v1.ServiceExternalTrafficPolicy",
    internalTrafficPolicy: "v1.ServiceInternalTrafficPolicy",
    ipFamilyPolicy: "v1.IPFamilyPolicy",
    sessionAffinity: "v1.ServiceAffinity",
    type: "v1.ServiceType",
  },
  ServicePort: { protocol: "v1.Protocol" },
  EndpointPort: { protocol: "v1.Protocol" },
  DiscoveryEndpointPort: { protocol: "v1.Protocol" },
  EndpointSlice: { addressType: "v1.AddressType" },
  PersistentVolumeClaimSpec: { volumeMode: "v1.PersistentVolumeMode" },
  PersistentVolumeSpec: {
    persistentVolumeReclaimPolicy: "v1.PersistentVolumeReclaimPolicy",
    volumeMode: "v1.PersistentVolumeMode",
  },
  JobSpec: { completionMode: "v1.CompletionMode", podReplacementPolicy: "v1.PodReplacementPolicy" },
  JobCondition: { type: "v1.JobConditionType", status: "v1.ConditionStatus" },
  PodFailurePolicyRule: { action: "v1.PodFailurePolicyAction" },
  PodFailurePolicyOnExitCodesRequirement: { operator: "v1.PodFailurePolicyOnExitCodesOperator" },
  PodFailurePolicyOnPodConditionsPattern: { type: "v1.PodConditionType", status: "v1.ConditionStatus" },
  CronJobSpec: { concurrencyPolicy: "v1.ConcurrencyPolicy" },
  StatefulSetSpec: { podManagementPolicy: "v1.PodManagementPolicyType" },
  StatefulSetUpdateStrategy: { type: "v1.StatefulSetUpdateStrategyType" },
  DeleteOptions: { propagationPolicy: "v1.DeletionPropagation" },
  NamespaceSpec: { finalizers: "v1.FinalizerName" },
  Capabilities: { add: "v1.Capability", drop: "v1.Capability" },
  PersistentVolumeClaimVolumeSource: {},
};

/** Schema names that were lengthened because another group has a type of that name. */
const goStructNames: { readonly [type: string]: string } = { DiscoveryEndpointPort: "EndpointPort" };

function has(table: { readonly [type: string]: string }, type: string, field: string): boolean {
  return table[type]?.split(" ").includes(field) ?? false;
}

/** Whether a written zero (`0`, `""`, `false`) of an optional scalar differs from nothing written, as it does for pointers. */
export function isPointerScalar(type: string, field: string): boolean {
  return has(pointerScalars, type, field);
}

/** The fields of a type that are there, if empty, in every object the server prints: `resources: {}`, `status: {}`. */
export function valueStructFields(type: string): readonly string[] {
  return valueStructs[type]?.split(" ") ?? [];
}

/** `EndpointPort`: the Go struct behind a schema. */
export function goStructName(type: string): string {
  return goStructNames[type] ?? type;
}

const goScalarTypes: { readonly [type: string]: string } = {
  string: "string",
  boolean: "bool",
  quantity: "resource.Quantity",
  intOrString: "intstr.IntOrString",
  time: "v1.Time",
  microTime: "v1.MicroTime",
  bytes: "[]uint8",
  any: "interface {}",
};

/** The Go type of one element or value of a field: `string`, `int32`, `v1.Container`. */
export function goElementType(owner: string, name: string, field: FieldSchema): string {
  if (isObjectType(field.type)) return `v1.${goStructName(field.type)}`;
  if (field.type === "integer") return field.format ?? "int64";
  if (field.type === "string") return stringTypes[owner]?.[name] ?? "string";
  return goScalarTypes[field.type] ?? field.type;
}

/** The Go type of a field: `[]string`, `map[string]string`, `v1.ResourceList`. */
export function goFieldType(owner: string, name: string, field: FieldSchema): string {
  const element = goElementType(owner, name, field);
  if (field.list) return `[]${element}`;
  if (!field.map) return element;
  return field.type === "quantity" ? "v1.ResourceList" : `map[string]${element}`;
}
