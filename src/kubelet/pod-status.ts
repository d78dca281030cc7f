import type { Container, ContainerStatus, Pod, PodSpec, PodStatus } from "../api/generated/types.js";
import { type EpochMs, formatTime } from "../api/meta/object.js";
import type { EmulatedVersion } from "../api/versions/emulated-version.js";
import { podConditions } from "./conditions.js";
import { containerStatus, type ImageNames } from "./container-status.js";
import { featuresOf } from "./features.js";
import type { Phase } from "./pod-phase.js";
import type { PodRow } from "./pod-row.js";

export interface StatusFacts {
  readonly pod: Pod;
  readonly row: PodRow;
  /** As the API is to see it: `Running` until the end of the last container has been told. */
  readonly phase: Phase;
  /** What the containers make it: conditions speak of that one. */
  readonly computedPhase: Phase;
  readonly reason?: string;
  readonly message?: string;
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
  if (statuses.length > 1) statuses.sort((left, right) => (left.name < right.name ? -1 : 1));
  const { ip, hostIp } = row;
  return {
    ...(features.InPlacePodVerticalScaling ? kept(pod, "resize") : {}),
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
    ...(features.PodHostIPs ? { hostIPs: [{ ip: hostIp }] } : {}),
    ...(initStatuses.length === 0 ? {} : { initContainerStatuses: initStatuses }),
    ...(facts.message === undefined ? {} : { message: facts.message }),
    ...kept(pod, "nominatedNodeName"),
    ...(features.PodObservedGenerationTracking && pod.metadata.generation !== undefined
      ? { observedGeneration: pod.metadata.generation }
      : {}),
    phase,
    ...(ip === null ? {} : { podIP: ip, podIPs: [{ ip }] }),
    ...kept(pod, "qosClass"),
    ...(facts.reason === undefined ? {} : { reason: facts.reason }),
    startTime: pod.status?.startTime ?? formatTime(row.admittedMs),
  };
}

/** `pi-xk2lp_quiz(8438f59c-…)`, as messages name a Pod. */
export function podTextOf(pod: Pod): string {
  const { name, namespace, uid } = pod.metadata;
  return `${name}_${namespace}(${uid})`;
}

function kept<Key extends keyof PodStatus>(pod: Pod, key: Key): Partial<Pick<PodStatus, Key>> {
  const value = pod.status?.[key];
  return value === undefined ? {} : ({ [key]: value } as Partial<Pick<PodStatus, Key>>);
}

/** The status that was there where it says the same, so that stores and caches hold one object for both. */
function keepUnchanged(pod: Pod, status: ContainerStatus): ContainerStatus {
  const before =
    pod.status?.containerStatuses?.find(({ name }) => name === status.name) ??
    pod.status?.initContainerStatuses?.find(({ name }) => name === status.name);
  return before !== undefined && isSame(before, status) ? before : status;
}

function isSame(left: unknown, right: unknown): boolean {
  if (left === right) return true;
  if (typeof left !== "object" || typeof right !== "object" || left === null || right === null) return false;
  if (Array.isArray(left) !== Array.isArray(right)) return false;
  const leftKeys = Object.keys(left);
  if (leftKeys.length !== Object.keys(right).length) return false;
  const [a, b] = [left as Record<string, unknown>, right as Record<string, unknown>];
  return leftKeys.every((key) => isSame(a[key], b[key]));
}

/** Whether a status says anything that the Pod's own does not say yet. */
export function saysSomethingNew(pod: Pod, status: PodStatus): boolean {
  return !isSame(pod.status, status);
}
