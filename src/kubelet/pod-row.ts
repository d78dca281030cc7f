import type { EpochMs } from "../api/meta/object.js";
import type { ContainerMount } from "../container/container-spec.js";
import type { Journal } from "../container/journal.js";
import type { BlackBoxOptions } from "../images/catalog.js";
import type { EngineName } from "../images/engines.js";

/** What the kubelet knows of a Pod on one of its nodes beyond the Pod itself: plain JSON, dropped when the Pod has ended. */
export interface PodRow {
  readonly node: string;
  readonly hostIp: string;
  ip: string | null;
  /** Names of its volumes. */
  readonly volumes: readonly string[];
  readonly admittedMs: EpochMs;
  /** When volumes and sandbox are tried; null once they are there. */
  sandboxAtMs: EpochMs | null;
  /** Waits between tries to mount, doubling. */
  mountWaitMs: number;
  /** The sandbox is up: network and volumes are there. */
  hasSandbox: boolean;
  /** When a status is written next. */
  publishAtMs: EpochMs | null;
  /** Containers are started one after another; not before this instant. */
  nextStartMs: EpochMs;
  /** When the final phase is written, after the end of the last container has been told. */
  finishAtMs: EpochMs | null;
  /** The Pod's containers have to end: by deletion, deadline or eviction. */
  stop: StopRow | null;
  /** The deleted Pod's last status is written; when its object goes. */
  removeAtMs: EpochMs | null;
  /** Init containers, then the others, each in the order of the spec. */
  readonly containers: ContainerRow[];
  /** Its node's machine has failed; nothing of the Pod is left but what the node's disk and the API server know. */
  isLost?: boolean;
  /** What has to be loaded for its containers to run; absent: nothing. */
  engines?: readonly EngineName[];
}

export interface StopRow {
  readonly reason: "deleted" | "deadline";
  readonly sinceMs: EpochMs;
  /** When what still runs is killed. */
  killAtMs: EpochMs;
}

/** What a container has ended with. */
export interface Ended {
  readonly startedMs: EpochMs;
  readonly finishedMs: EpochMs;
  readonly exitCode: number;
  /** Where it is not `Completed` or `Error`: `OOMKilled`, `StartError`, … */
  readonly reason?: string;
  readonly message?: string;
  readonly id: string;
}

/**
 * What a container is doing; `atMs` is when that ends.
 * - `idle`: nothing yet (its turn has not come)
 * - `pulling`, `starting`: on the way to running
 * - `running`
 * - `ended`: for good, or until it is restarted at `atMs`
 * - `crash-back-off`, `pull-back-off`, `pull-error`: waits to be tried again
 * - `error`: could not be made (CreateContainerConfigError and the like), tried again at `atMs`
 */
export type ContainerPhase =
  | "idle"
  | "pulling"
  | "starting"
  | "running"
  | "ended"
  | "crash-back-off"
  | "pull-error"
  | "pull-back-off"
  | "error";

export interface ContainerRow {
  readonly name: string;
  readonly kind: "init" | "sidecar" | "main";
  phase: ContainerPhase;
  /** When the phase began: a pull's start, for its duration. */
  sinceMs: EpochMs;
  atMs: EpochMs | null;
  restarts: number;
  /** Of the instance that runs or has ended last. */
  id: string | null;
  startedMs: EpochMs | null;
  ended: Ended | null;
  /** The instance before that. */
  last: Ended | null;
  /** Waiting reason and message of phases `pull-error`, `pull-back-off`, `error`. */
  reason: string | null;
  message: string | null;
  /** Crash back-off: the last wait, and when the crash was. */
  crash: { waitMs: number; atMs: EpochMs } | null;
  pull: { waitMs: number; atMs: EpochMs } | null;
  /** What the running instance was started with, and what has come into it from outside. */
  made: MadeContainer | null;
  journal: Journal | null;
  /** It has been asked to end: when SIGTERM goes out, after the preStop hook; then null. Absent: not asked. */
  stop?: { termAtMs: EpochMs | null; killAtMs: EpochMs; hook: number | null };
  /** The postStart hook that runs. */
  postStart?: number;
  /** What probes have found; absent where it has none. */
  probes?: ProbesRow;
}

/** A container's settings once all references in its spec are followed: a restart of the program needs them again. */
export interface MadeContainer {
  readonly command: readonly string[] | null;
  readonly args: readonly string[] | null;
  readonly env: readonly { readonly name: string; readonly value: string }[];
  readonly mounts: readonly ContainerMount[];
  readonly hostname: string;
  readonly fqdn: string;
  readonly ip: string;
  readonly files: readonly { readonly path: string; readonly content: string }[];
  /** What its processes may hold together; null: what the node has. */
  readonly memoryBytesMax: number | null;
  readonly blackBox: BlackBoxOptions | null;
}

export interface ProbesRow {
  started: boolean;
  ready: boolean;
  readonly state: Partial<Record<"startup" | "readiness" | "liveness", ProbeRow>>;
}

export interface ProbeRow {
  nextAtMs: EpochMs;
  successes: number;
  failures: number;
  /** The exec that runs, and when it has taken too long. */
  exec: { readonly id: number; readonly deadlineMs: EpochMs; output: string } | null;
}
