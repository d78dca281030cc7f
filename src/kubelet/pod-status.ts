import type { Container, ContainerStatus, Pod, PodSpec, PodStatus } from "../api/generated/types.js";
import type { EpochMs } from "../api/meta/object.js";
import { sameJson } from "../api/meta/same-json.js";
import type { EmulatedVersion } from "../api/versions/emulated-version.js";
import { podConditions } from "./conditions.js";
import { containerStatus, type ImageNames } from "./container-status.js";
import { featuresOf } from "./features.js";
import type { Phase } from "./pod-phase.js";
import type { PodRow } from "./pod-row.js";
import { timeText } from "./times.js";

export interface StatusFacts {
  readonly pod: Pod;
  readonly row: PodRow;
  /** As the API is to see it: `Running` until the end of the last container has been told. */
  readonly phase: Phase;
  /** What the containers make it: conditions speak of that one. */
  readonly computedPhase: Phase;
  readonly reason: string | undefined;
  readonly message: string | undefined;
  readonly version: EmulatedVersion;
  readonly nowMs: EpochMs;
  /** How the runtime names the image of a container. */
  readonly imageNames: (container: Container) => ImageNames | undefined;
}

/** The status of a Pod as its kubelet writes it. */
export function podStatus(facts: StatusFacts): PodStatus {
  const { pod, row, phase, version, nowMs } = facts;
  const features = featuresOf(version);
  const spec = pod.spec as PodSpec;
  const podText = podTextOf(pod);
  const initSpecs = spec.initContainers ?? [];
  const statusOf = (container: Container, index: number): ContainerStatus => {
    const containerRow = row.containers[index];
    if (containerRow === undefined) throw new Error(`the kubelet has no row for container ${container.name}`);
    const names = facts.imageNames(container);
    const hasInitContainers = initSpecs.length > 0;
    return keepUnchanged(
      pod,
      containerStatus({ spec: container, row: containerRow, version, names, hasInitContainers, podText }),
    );
  };
  const initStatuses = initSpecs.map((container, index) => statusOf(container, index));
  const statuses = spec.containers.map((container, index) => statusOf(container, initSpecs.length + index));
  const { ip, hostIp } = row;
  const before = pod.status;
  const status: { -readonly [Key in keyof PodStatus]: PodStatus[Key] } = {
    conditions: podConditions({
      pod,
      version,
      phase: facts.computedPhase,
      initStatuses,
      statuses,
      hasSandbox: row.hasSandbox && phase !== "Succeeded" && phase !== "Failed",
      nowMs,
    }),
    containerStatuses: statuses,
    hostIP: hostIp,
    phase,
    startTime: before?.startTime ?? timeText(row.admittedMs),
  };
  if (features.PodHostIPs) status.hostIPs = addresses(before?.hostIPs, hostIp);
  if (initStatuses.length > 0) status.initContainerStatuses = initStatuses;
  if (facts.message !== undefined) status.message = facts.message;
  if (facts.reason !== undefined) status.reason = facts.reason;
  if (before?.nominatedNodeName !== undefined) status.nominatedNodeName = before.nominatedNodeName;
  if (features.PodObservedGenerationTracking && pod.metadata.generation !== undefined) {
    status.observedGeneration = pod.metadata.generation;
  }
  if (ip !== null) {
    status.podIP = ip;
    status.podIPs = addresses(before?.podIPs, ip);
  }
  if (before?.qosClass !== undefined) status.qosClass = before.qosClass;
  if (before?.resize !== undefined) status.resize = before.resize;
  return status;
}

/** The one address as a list; the list that was there where it says the same. */
function addresses(before: PodStatus["podIPs"], ip: string): NonNullable<PodStatus["podIPs"]> {
  return before?.length === 1 && before[0]?.ip === ip ? before : [{ ip }];
}

/** `pi-xk2lp_quiz(8438f59c-…)`, as messages name a Pod. */
export function podTextOf(pod: Pod): string {
  const { name, namespace, uid } = pod.metadata;
  return `${name}_${namespace}(${uid})`;
}

/** The status that was there where it says the same, so that stores and caches hold one object for both. */
function keepUnchanged(pod: Pod, status: ContainerStatus): ContainerStatus {
  const before =
    pod.status?.containerStatuses?.find(({ name }) => name === status.name) ??
    pod.status?.initContainerStatuses?.find(({ name }) => name === status.name);
  return before !== undefined && sameJson(before, status) ? before : status;
}

/** Whether a status says anything that the Pod's own does not say yet. */
export function saysSomethingNew(pod: Pod, status: PodStatus): boolean {
  return !sameJson(pod.status, status);
}
