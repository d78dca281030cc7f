import type { ContainerState, ContainerStateTerminated, ContainerStatus, Pod } from "../api/generated/types.js";
import { type EpochMs, parseTime } from "../api/meta/object.js";
import { ageOf } from "./durations.js";
import { isIn, type Versioned } from "./versioned.js";

/** The READY, STATUS and RESTARTS of a Pod. */
interface PodSummary {
  readonly reason: string;
  readonly ready: number;
  readonly total: number;
  readonly restarts: number;
  /** When the container that restarted last had ended; undefined where none did. */
  readonly lastRestart: string | undefined;
}

/** Before, a Pod that had ended was still `Terminating` while a finalizer kept it. */
const endedPodsKeepTheirReason: Versioned = { since: "1.31" };
/** Before, one container that completed hid that another had failed. */
const failureBeatsCompleted: Versioned = { since: "1.36" };

/**
 * What `kubectl get pods` says of a Pod.
 * @see kubernetes v1.36 pkg/printers/internalversion/printers.go, printPod
 */
export function summarizePod(pod: Pod, version: string): PodSummary {
  const init = summarizeInitContainers(pod);
  const initialized = pod.status?.conditions?.some(({ type, status }) => type === "Initialized" && status === "True");
  const main = init.reason === undefined || initialized === true ? summarizeContainers(pod, init, version) : undefined;
  const counted = main ?? { ...init, reason: init.reason ?? plainReason(pod) };
  return {
    reason: deletionReason(pod, version) ?? counted.reason,
    ready: counted.ready,
    total: (pod.spec?.containers.length ?? 0) + sidecarNames(pod).size,
    restarts: counted.restarts,
    lastRestart: counted.lastRestart,
  };
}

/** `2 (15s ago)`, or just the number. */
export function formatRestarts({ restarts, lastRestart }: PodSummary, now: EpochMs): string {
  return restarts !== 0 && lastRestart !== undefined ? `${restarts} (${ageOf(lastRestart, now)} ago)` : `${restarts}`;
}

/** Names of the init containers that go on running beside the others. */
function sidecarNames(pod: Pod): ReadonlySet<string> {
  const sidecars = (pod.spec?.initContainers ?? []).filter(({ restartPolicy }) => restartPolicy === "Always");
  return new Set(sidecars.map(({ name }) => name));
}

function plainReason(pod: Pod): string {
  const gated = pod.status?.conditions?.some(
    ({ type, reason }) => type === "PodScheduled" && reason === "SchedulingGated",
  );
  if (gated === true) {
    return "SchedulingGated";
  }
  return pod.status?.reason || (pod.status?.phase ?? "");
}

function deletionReason(pod: Pod, version: string): string | undefined {
  if (pod.metadata.deletionTimestamp === undefined) {
    return undefined;
  }
  if (pod.status?.reason === "NodeLost") {
    return "Unknown";
  }
  const ended = pod.status?.phase === "Succeeded" || pod.status?.phase === "Failed";
  return ended && isIn(version, endedPodsKeepTheirReason) ? undefined : "Terminating";
}

interface InitSummary {
  /** Undefined once every init container has done its work. */
  readonly reason: string | undefined;
  readonly ready: number;
  readonly restarts: number;
  readonly lastRestart: string | undefined;
  readonly sidecarRestarts: number;
  readonly lastSidecarRestart: string | undefined;
}

function summarizeInitContainers(pod: Pod): InitSummary {
  const sidecars = sidecarNames(pod);
  let reason: string | undefined;
  let ready = 0;
  let restarts = 0;
  let lastRestart: string | undefined;
  let sidecarRestarts = 0;
  let lastSidecarRestart: string | undefined;
  for (const [index, container] of (pod.status?.initContainerStatuses ?? []).entries()) {
    const isSidecar = sidecars.has(container.name);
    restarts += container.restartCount;
    lastRestart = later(lastRestart, container);
    if (isSidecar) {
      sidecarRestarts += container.restartCount;
      lastSidecarRestart = later(lastSidecarRestart, container);
    }
    if (container.state?.terminated?.exitCode === 0) {
      continue;
    }
    if (isSidecar && container.started === true) {
      ready += container.ready ? 1 : 0;
      continue;
    }
    reason = initReason(container.state ?? {}) ?? `Init:${index}/${pod.spec?.initContainers?.length ?? 0}`;
    break;
  }
  return { reason, ready, restarts, lastRestart, sidecarRestarts, lastSidecarRestart };
}

function initReason({ terminated, waiting }: ContainerState): string | undefined {
  if (terminated !== undefined) {
    return `Init:${terminatedReason(terminated)}`;
  }
  return waiting?.reason && waiting.reason !== "PodInitializing" ? `Init:${waiting.reason}` : undefined;
}

function terminatedReason({ reason, signal, exitCode }: ContainerStateTerminated): string {
  return reason || (signal ? `Signal:${signal}` : `ExitCode:${exitCode}`);
}

function summarizeContainers(pod: Pod, init: InitSummary, version: string): Omit<PodSummary, "total"> {
  let reason = init.reason ?? plainReason(pod);
  let failure: string | undefined;
  let ready = init.ready;
  let restarts = init.sidecarRestarts;
  let lastRestart = init.lastSidecarRestart;
  let hasRunning = false;
  // From the last container to the first: the reason of the first one wins.
  for (const container of [...(pod.status?.containerStatuses ?? [])].reverse()) {
    const { waiting, terminated, running } = container.state ?? {};
    restarts += container.restartCount;
    lastRestart = later(lastRestart, container);
    if (waiting?.reason) {
      reason = waiting.reason;
    } else if (terminated !== undefined) {
      reason = terminatedReason(terminated);
      failure = terminated.exitCode === 0 ? failure : reason;
    } else if (container.ready && running !== undefined) {
      hasRunning = true;
      ready += 1;
    }
  }
  if (reason === "Completed") {
    reason = completedReason({ pod, hasRunning, failure: isIn(version, failureBeatsCompleted) ? failure : undefined });
  }
  return { reason, ready, restarts, lastRestart };
}

/** A container that completed does not speak for a Pod of which others still run, or failed. */
function completedReason(facts: { pod: Pod; hasRunning: boolean; failure: string | undefined }): string {
  const { pod, hasRunning, failure } = facts;
  const isReady = pod.status?.conditions?.some(({ type, status }) => type === "Ready" && status === "True");
  if (hasRunning && isReady === true) {
    return "Running";
  }
  return failure ?? (hasRunning ? "NotReady" : "Completed");
}

function later(last: string | undefined, container: ContainerStatus): string | undefined {
  const finishedAt = container.lastState?.terminated?.finishedAt;
  if (finishedAt === undefined || (last !== undefined && parseTime(last) >= parseTime(finishedAt))) {
    return last;
  }
  return finishedAt;
}
