import type { Container, ContainerState, ContainerStateTerminated, ContainerStatus } from "../api/generated/types.js";
import { type EpochMs, formatTime } from "../api/meta/object.js";
import type { EmulatedVersion } from "../api/versions/emulated-version.js";
import { featuresOf } from "./features.js";
import type { ContainerRow, Ended } from "./pod-row.js";

/** An image as the container runtime names it. */
export interface ImageNames {
  /** `docker.io/library/busybox:latest` */
  readonly image: string;
  /** `docker.io/library/busybox@sha256:…` */
  readonly imageId: string;
}

export interface ContainerFacts {
  readonly spec: Container;
  readonly row: ContainerRow;
  readonly version: EmulatedVersion;
  /** Undefined as long as the image is not there. */
  readonly names: ImageNames | undefined;
  /** The Pod has init containers, which changes what a container waits for at first. */
  readonly hasInitContainers: boolean;
  /** `quiz/pi-xk2lp`-like parts of back-off messages: `name_namespace(uid)`. */
  readonly podText: string;
}

/**
 * What the kubelet tells of one container.
 * @see kubernetes v1.36 pkg/kubelet/kubelet_pods.go, convertToAPIContainerStatuses
 */
export function containerStatus(facts: ContainerFacts): ContainerStatus {
  const { spec, row, version, names } = facts;
  const hasRun = row.id !== null;
  const isRunning = row.phase === "running";
  const features = featuresOf(version);
  const last = lastState(row);
  return {
    ...(features.InPlacePodVerticalScaling && hasRun ? resourcesOf(spec) : {}),
    ...(hasRun ? { containerID: `containerd://${row.id}` } : {}),
    image: (hasRun ? names?.image : undefined) ?? spec.image ?? "",
    imageID: hasRun ? (names?.imageId ?? "") : "",
    lastState: last === null ? {} : { terminated: terminatedState(last) },
    name: spec.name,
    ready: isReady(row),
    restartCount: row.restarts,
    started: isStarted(row),
    state: stateOf(facts),
    ...(features.SupplementalGroupsPolicy && isRunning
      ? { user: { linux: { gid: 0, supplementalGroups: groupsOf(names), uid: 0 } } }
      : {}),
    ...(features.RecursiveReadOnlyMounts && spec.volumeMounts !== undefined && spec.volumeMounts.length > 0
      ? { volumeMounts: mountsOf(spec) }
      : {}),
  };
}

/** Whether readiness holds: of a running container its probes, of an init container its success. */
export function isReady(row: ContainerRow): boolean {
  if (row.kind === "init") return row.phase === "ended" && row.ended?.exitCode === 0;
  return row.phase === "running" && (row.probes?.ready ?? true);
}

export function isStarted(row: ContainerRow): boolean {
  return row.phase === "running" && (row.probes?.started ?? true);
}

function stateOf({ row, hasInitContainers, podText }: ContainerFacts): ContainerState {
  switch (row.phase) {
    case "running":
      return { running: { startedAt: formatTime(row.startedMs as EpochMs) } };
    case "ended":
      return row.ended === null ? initialState(hasInitContainers) : { terminated: terminatedState(row.ended) };
    case "crash-back-off":
      return {
        waiting: {
          message: `back-off ${backOffText(row.crash?.waitMs ?? 0)} restarting failed container=${row.name} pod=${podText}`,
          reason: "CrashLoopBackOff",
        },
      };
    case "pull-error":
    case "pull-back-off":
    case "error":
      return {
        waiting: { ...(row.message ? { message: row.message } : {}), reason: row.reason ?? "ContainerCreating" },
      };
    case "idle":
    case "pulling":
    case "starting":
      // A restart is under way: until it is done, the end of the last instance is what there is to tell.
      return row.ended === null ? initialState(hasInitContainers) : { terminated: terminatedState(row.ended) };
  }
}

function initialState(hasInitContainers: boolean): ContainerState {
  return { waiting: { reason: hasInitContainers ? "PodInitializing" : "ContainerCreating" } };
}

/** While the last instance is shown as `state`, the one before it is `lastState`. */
function lastState(row: ContainerRow): Ended | null {
  switch (row.phase) {
    case "crash-back-off":
    case "pull-error":
    case "pull-back-off":
    case "error":
      return row.ended ?? row.last;
    default:
      return row.last;
  }
}

/** `10s`, `1m20s`, `5m0s`: Go's Duration.String. */
export function backOffText(ms: number): string {
  const seconds = Math.round(ms / 1000);
  return seconds < 60 ? `${seconds}s` : `${Math.floor(seconds / 60)}m${seconds % 60}s`;
}

export function terminatedState(ended: Ended): ContainerStateTerminated {
  return {
    ...(ended.id === "" ? {} : { containerID: `containerd://${ended.id}` }),
    exitCode: ended.exitCode,
    finishedAt: formatTime(ended.finishedMs),
    ...(ended.message === undefined || ended.message === "" ? {} : { message: ended.message }),
    reason: ended.reason ?? (ended.exitCode === 0 ? "Completed" : "Error"),
    startedAt: formatTime(ended.startedMs),
  };
}

function resourcesOf(spec: Container): Pick<ContainerStatus, "allocatedResources" | "resources"> {
  const { limits, requests } = spec.resources ?? {};
  return {
    ...(requests === undefined ? {} : { allocatedResources: requests }),
    resources: {
      ...(limits === undefined ? {} : { limits }),
      ...(requests === undefined ? {} : { requests }),
    },
  };
}

/** Busybox and what is built on it put root into group 10. */
function groupsOf(names: ImageNames | undefined): readonly number[] {
  return names?.image.includes("/busybox:") ? [0, 10] : [0];
}

function mountsOf(spec: Container): NonNullable<ContainerStatus["volumeMounts"]> {
  return (spec.volumeMounts ?? []).map(({ mountPath, name, readOnly }) =>
    readOnly === true
      ? { mountPath, name, readOnly: true, recursiveReadOnly: "Disabled" as const }
      : { mountPath, name },
  );
}
