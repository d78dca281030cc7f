import { isObjectType, schemaOf, typeOfKind } from "../api/schema/schemas.js";
import { sortKeys } from "./key-order.js";

/**
 * The order in which Go's structs have their fields. A type that is not here is printed with its keys sorted; fields
 * that are not named come behind those that are.
 * @see k8s.io/api batch/v1/types.go, core/v1/types.go; apimachinery meta/v1/types.go
 */
const fieldOrders: Readonly<Record<string, string>> = {
  ObjectMeta:
    "name generateName namespace selfLink uid resourceVersion generation creationTimestamp deletionTimestamp deletionGracePeriodSeconds labels annotations ownerReferences finalizers managedFields",
  OwnerReference: "apiVersion kind name uid controller blockOwnerDeletion",
  ManagedFieldsEntry: "manager operation apiVersion time fieldsType fieldsV1 subresource",
  LabelSelector: "matchLabels matchExpressions",
  LabelSelectorRequirement: "key operator values",
  JobSpec:
    "parallelism completions activeDeadlineSeconds podFailurePolicy successPolicy backoffLimit backoffLimitPerIndex maxFailedIndexes selector manualSelector template ttlSecondsAfterFinished completionMode suspend podReplacementPolicy managedBy",
  JobStatus:
    "conditions startTime completionTime active succeeded failed terminating completedIndexes failedIndexes uncountedTerminatedPods ready",
  JobCondition: "type status lastProbeTime lastTransitionTime reason message",
  CronJobSpec:
    "schedule timeZone startingDeadlineSeconds concurrencyPolicy suspend jobTemplate successfulJobsHistoryLimit failedJobsHistoryLimit",
  CronJobStatus: "active lastScheduleTime lastSuccessfulTime",
  JobTemplateSpec: "metadata spec",
  PodTemplateSpec: "metadata spec",
  PodSpec:
    "volumes initContainers containers ephemeralContainers restartPolicy terminationGracePeriodSeconds activeDeadlineSeconds dnsPolicy nodeSelector serviceAccountName serviceAccount automountServiceAccountToken nodeName hostNetwork hostPID hostIPC shareProcessNamespace securityContext imagePullSecrets hostname subdomain affinity schedulerName tolerations hostAliases priorityClassName priority dnsConfig readinessGates runtimeClassName enableServiceLinks preemptionPolicy overhead topologySpreadConstraints setHostnameAsFQDN os hostUsers schedulingGates resourceClaims resources hostnameOverride",
  Container:
    "name image command args workingDir ports envFrom env resources resizePolicy restartPolicy restartPolicyRules volumeMounts volumeDevices livenessProbe readinessProbe startupProbe lifecycle terminationMessagePath terminationMessagePolicy imagePullPolicy securityContext stdin stdinOnce tty",
  ContainerPort: "name hostPort containerPort protocol hostIP",
  EnvFromSource: "prefix configMapRef secretRef",
  EnvVar: "name value valueFrom",
  EnvVarSource: "fieldRef resourceFieldRef configMapKeyRef secretKeyRef fileKeyRef",
  ObjectFieldSelector: "apiVersion fieldPath",
  ResourceFieldSelector: "containerName resource divisor",
  ConfigMapKeySelector: "name key optional",
  SecretKeySelector: "name key optional",
  ResourceRequirements: "limits requests claims",
  VolumeMount: "name readOnly recursiveReadOnly mountPath subPath mountPropagation subPathExpr",
  VolumeDevice: "name devicePath",
  Probe:
    "exec httpGet tcpSocket grpc initialDelaySeconds timeoutSeconds periodSeconds successThreshold failureThreshold terminationGracePeriodSeconds",
  HTTPGetAction: "path port host scheme httpHeaders",
  TCPSocketAction: "port host",
  Lifecycle: "postStart preStop stopSignal",
  SecurityContext:
    "capabilities privileged seLinuxOptions windowsOptions runAsUser runAsGroup runAsNonRoot readOnlyRootFilesystem allowPrivilegeEscalation procMount seccompProfile appArmorProfile",
  PodSecurityContext:
    "seLinuxOptions windowsOptions runAsUser runAsGroup runAsNonRoot supplementalGroups supplementalGroupsPolicy fsGroup sysctls fsGroupChangePolicy seccompProfile appArmorProfile seLinuxChangePolicy",
  Toleration: "key operator value effect tolerationSeconds",
  Volume: "name hostPath emptyDir gitRepo secret nfs persistentVolumeClaim downwardAPI configMap projected",
  HostPathVolumeSource: "path type",
  EmptyDirVolumeSource: "medium sizeLimit",
  SecretVolumeSource: "secretName items defaultMode optional",
  ConfigMapVolumeSource: "name items defaultMode optional",
  KeyToPath: "key path mode",
  PodFailurePolicyRule: "action onExitCodes onPodConditions",
  PodFailurePolicyOnExitCodesRequirement: "containerName operator values",
  PodFailurePolicyOnPodConditionsPattern: "type status",
  SuccessPolicyRule: "succeededIndexes succeededCount",
  PodStatus:
    "observedGeneration phase conditions message reason nominatedNodeName hostIP hostIPs podIP podIPs startTime initContainerStatuses containerStatuses qosClass ephemeralContainerStatuses resize resourceClaimStatuses",
  ConfigMap: "metadata immutable data binaryData",
  Secret: "metadata immutable data stringData type",
  ServiceAccount: "metadata secrets imagePullSecrets automountServiceAccountToken",
  ServiceSpec:
    "ports selector clusterIP clusterIPs type externalIPs sessionAffinity loadBalancerIP loadBalancerSourceRanges externalName externalTrafficPolicy healthCheckNodePort publishNotReadyAddresses sessionAffinityConfig ipFamilies ipFamilyPolicy allocateLoadBalancerNodePorts loadBalancerClass internalTrafficPolicy trafficDistribution",
  ServicePort: "name protocol appProtocol port targetPort nodePort",
  ServiceStatus: "loadBalancer conditions",
};

/**
 * A copy with its keys in the order in which Go prints the object's struct: kind, apiVersion, then the fields as the
 * type has them. That is what `create --dry-run=client -o json` and other verbs print of objects that kubectl made
 * itself; maps such as labels are sorted. An object of an unknown kind is sorted throughout.
 */
export function goOrder(object: { readonly apiVersion?: string; readonly kind?: string }): unknown {
  const { apiVersion = "", kind = "", ...rest } = object;
  const type = typeOfKind(apiVersion, kind);
  if (type === undefined) {
    return sortKeys(object);
  }
  return { kind, apiVersion, ...(orderFields(rest, type) as object) };
}

function orderValue(value: unknown, type: string): unknown {
  if (Array.isArray(value)) {
    return value.map((item) => orderValue(item, type));
  }
  if (typeof value !== "object" || value === null || !isObjectType(type)) {
    return sortKeys(value);
  }
  return orderFields(value, type);
}

function orderFields(value: object, type: string): unknown {
  const source = value as Record<string, unknown>;
  const { fields } = schemaOf(type);
  const named = (fieldOrders[type] ?? "metadata spec status").split(" ");
  const others = Object.keys(source)
    .filter((key) => !named.includes(key))
    .sort();
  const ordered: Record<string, unknown> = {};
  for (const key of [...named, ...others]) {
    if (source[key] === undefined) {
      continue;
    }
    const field = fields[key];
    // What a map holds is ordered by its own type, the map itself by its keys.
    ordered[key] =
      field === undefined || field.map === true ? sortKeys(source[key]) : orderValue(source[key], field.type);
  }
  return ordered;
}
