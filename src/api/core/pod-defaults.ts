import type { Container, ContainerPort, Pod, PodSpec, PodTemplateSpec } from "../generated/types.js";
import { defaultContainer } from "./container-defaults.js";
import { change, changeItems, fill, fillEmpty } from "./defaulting.js";
import { defaultPodResources } from "./pod-resource-defaults.js";
import { canonicalResourceList, requestsFromLimits } from "./resource-defaults.js";
import { defaultVolume } from "./volume-defaults.js";

const podSpecDefaults: Partial<PodSpec> = {
  dnsPolicy: "ClusterFirst",
  restartPolicy: "Always",
  schedulerName: "default-scheduler",
};
const podSpecPointerDefaults: Partial<PodSpec> = { securityContext: {}, terminationGracePeriodSeconds: 30 };

/**
 * What holds for every Pod spec, in a Pod or in a template.
 * @see kubernetes v1.36 pkg/apis/core/v1/defaults.go, SetDefaults_PodSpec
 */
function defaultPodSpec(spec: PodSpec): PodSpec {
  let result = fill(fillEmpty(spec, podSpecDefaults), podSpecPointerDefaults);
  result = mirrorServiceAccount(result);
  if (result.volumes !== undefined)
    result = change(result, "volumes", (volumes) => changeItems(volumes, defaultVolume));
  result = change(result, "containers", defaultContainers);
  if (result.initContainers !== undefined) result = change(result, "initContainers", defaultContainers);
  if (result.ephemeralContainers !== undefined) {
    result = change(result, "ephemeralContainers", (containers) => changeItems(containers, defaultContainer));
  }
  if (result.overhead !== undefined) result = change(result, "overhead", canonicalResourceList);
  return result;
}

function defaultContainers(containers: readonly Container[]): readonly Container[] {
  return changeItems(containers, defaultContainer);
}

/** The old name of the field, `serviceAccount`, always says the same as the new one. */
function mirrorServiceAccount(spec: PodSpec): PodSpec {
  const name = spec.serviceAccountName || spec.serviceAccount;
  if (!name || (spec.serviceAccountName === name && spec.serviceAccount === name)) return spec;
  return { ...spec, serviceAccountName: name, serviceAccount: name };
}

/** A template as it is kept inside a Job, CronJob or StatefulSet. */
export function defaultPodTemplate(template: PodTemplateSpec): PodTemplateSpec {
  const filled = fill(template, { metadata: {}, spec: emptySpec });
  return change(filled, "spec", defaultPodSpec);
}

const emptySpec: PodSpec = { containers: [] };

/**
 * A Pod as the API server keeps it, before admission adds its own.
 * @see kubernetes v1.36 pkg/apis/core/v1/defaults.go, SetDefaults_Pod; conversion.go, Convert_v1_Pod_To_core_Pod
 */
export function defaultPod(pod: Pod): Pod {
  const filled = fill(pod, { spec: emptySpec, status: {} });
  return change(filled, "spec", defaultPodOnly);
}

function defaultPodOnly(spec: PodSpec): PodSpec {
  let result = defaultPodSpec(spec);
  result = change(result, "containers", containersOnlyInPods);
  if (result.initContainers !== undefined) result = change(result, "initContainers", containersOnlyInPods);
  if (result.resources !== undefined) result = defaultPodResources(result);
  result = fill(result, { enableServiceLinks: true });
  // In a Pod alone: a template keeps what it says.
  if ((result.terminationGracePeriodSeconds ?? 0) < 0) result = { ...result, terminationGracePeriodSeconds: 1 };
  if (result.hostNetwork === true) {
    result = change(result, "containers", hostPorts);
    result = change(result, "initContainers", hostPorts);
  }
  return result;
}

function containersOnlyInPods(containers: readonly Container[]): readonly Container[] {
  return changeItems(containers, (container) =>
    container.resources?.limits === undefined ? container : change(container, "resources", requestsFromLimits),
  );
}

/** On the host's network a container's port is the host's. */
function hostPorts(containers: readonly Container[]): readonly Container[] {
  const withHostPort = (port: ContainerPort) => fillEmpty(port, { hostPort: port.containerPort });
  return changeItems(containers, (container) =>
    change(container, "ports", (ports) => changeItems(ports, withHostPort)),
  );
}
