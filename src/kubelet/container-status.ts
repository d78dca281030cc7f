import type { Container, ContainerState, ContainerStateTerminated, ContainerStatus } from "../api/generated/types.js";
import type { EpochMs } from "../api/meta/object.js";
import type { EmulatedVersion } from "../api/versions/emulated-version.js";
import { featuresOf } from "./features.js";
import type { ContainerRow, Ended } from "./pod-row.js";
import { timeText } from "./times.js";

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
  const features = featuresOf(version);
  const last = lastState(row);
  // Written out, not spread together: this runs several times for each of very many Pods.
  const status: Mutable<ContainerStatus> = {
    image: spec.image ?? "",
    imageID: "",
    lastState: last === null ? {} : { terminated: terminatedState(last) },
    name: spec.name,
    ready: isReady(row),
    restartCount: row.restarts,
    started: isStarted(row),
    state: stateOf(facts),
  };
  if (row.id !== null) {
    status.containerID = `containerd://${row.id}`;
    if (names !== undefined) {
      status.image = names.image;
      status.imageID = names.imageId;
    }
    if (features.InPlacePodVerticalScaling) addResources(status, spec);
  }
  if (features.SupplementalGroupsPolicy && row.phase === "running") {
    status.user = { linux: { gid: 0, supplementalGroups: groupsOf(names), uid: 0 } };
  }
  if (features.RecursiveReadOnlyMounts && spec.volumeMounts !== undefined && spec.volumeMounts.length > 0) {
    status.volumeMounts = mountsOf(spec.volumeMounts);
  }
  return status;
}

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

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
      return { running: { startedAt: timeText(row.startedMs as EpochMs) } };
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
  const state: Mutable<ContainerStateTerminated> = {
    exitCode: ended.exitCode,
    finishedAt: timeText(ended.finishedMs),
    reason: ended.reason ?? (ended.exitCode === 0 ? "Completed" : "Error"),
    startedAt: timeText(ended.startedMs),
  };
  if (ended.id !== "") state.containerID = `containerd://${ended.id}`;
  if (ended.message !== undefined && ended.message !== "") state.message = ended.message;
  return state;
}

function addResources(status: Mutable<ContainerStatus>, { resources = {} }: Container): void {
  const { limits, requests } = resources;
  if (requests !== undefined) status.allocatedResources = requests;
  status.resources =
    limits === undefined && requests === undefined
      ? {}
      : { ...(limits === undefined ? {} : { limits }), ...(requests === undefined ? {} : { requests }) };
}

/** Busybox and what is built on it put root into group 10. */
function groupsOf(names: ImageNames | undefined): readonly number[] {
  return names?.image.includes("/busybox:") ? [0, 10] : [0];
}

type Mounts = NonNullable<Container["volumeMounts"]>;

/** By the mounts of a spec, which never change. */
const mountStatuses = new WeakMap<Mounts, NonNullable<ContainerStatus["volumeMounts"]>>();

function mountsOf(mounts: Mounts): NonNullable<ContainerStatus["volumeMounts"]> {
  let statuses = mountStatuses.get(mounts);
  if (statuses === undefined) {
    statuses = mounts.map(({ mountPath, name, readOnly }) =>
      readOnly === true
        ? { mountPath, name, readOnly: true, recursiveReadOnly: "Disabled" as const }
        : { mountPath, name },
    );
    mountStatuses.set(mounts, statuses);
  }
  return statuses;
}
