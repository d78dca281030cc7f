import type { Pod, PodSpec } from "../api/generated/types.js";
import { type EpochMs, parseTime } from "../api/meta/object.js";
import { internalIp, usesHostNetwork } from "./addresses.js";
import { backOff, latencyMs } from "./latencies.js";
import { podPhase, restarts } from "./pod-phase.js";
import type { ContainerRow, PodRow } from "./pod-row.js";
import { podTextOf } from "./pod-status.js";
import { nextProbeMs, runProbes, startProbes } from "./probes.js";
import { deadlineText, publish } from "./publish.js";
import { begin, createAndStart, pullBackOff, pulled } from "./start-container.js";
import { continueStop, stopContainer, stopWakeMs } from "./stop-container.js";
import { specificationOf, tell, type Work } from "./work.js";

/** A Pod that its node has just been given. */
export function newPodRow(work: Omit<Work, "row">): PodRow {
  const { context, spec, uid, nowMs } = work;
  const hostIp = internalIp(context.client.get("nodes", "", spec.nodeName ?? ""));
  return {
    node: spec.nodeName ?? "",
    hostIp,
    ip: null,
    volumes: (spec.volumes ?? []).map(({ name }) => name),
    admittedMs: nowMs,
    sandboxAtMs: nowMs + latencyMs(context.random, "sandbox", uid),
    mountWaitMs: 0,
    hasSandbox: false,
    nextStartMs: nowMs,
    publishAtMs: nowMs,
    finishAtMs: null,
    stop: null,
    removeAtMs: null,
    containers: [
      ...(spec.initContainers ?? []).map(({ name, restartPolicy }) =>
        newContainerRow(name, restartPolicy === "Always" ? "sidecar" : "init", nowMs),
      ),
      ...spec.containers.map(({ name }) => newContainerRow(name, "main", nowMs)),
    ],
  };
}

function newContainerRow(name: string, kind: ContainerRow["kind"], nowMs: EpochMs): ContainerRow {
  return {
    name,
    kind,
    phase: "idle",
    sinceMs: nowMs,
    atMs: null,
    restarts: 0,
    id: null,
    startedMs: null,
    ended: null,
    last: null,
    reason: null,
    message: null,
    crash: null,
    pull: null,
    made: null,
    journal: null,
  };
}

/**
 * Does for a Pod all that is due at this instant.
 * @returns when there is something to do next; null: nothing before something changes; "gone": the Pod needs nothing more
 */
export function workOn(work: Work): EpochMs | null | "gone" {
  const { row, nowMs } = work;
  checkStop(work);
  if (row.stop === null) startSandbox(work);
  for (const container of row.containers) runContainer(work, container);
  if (row.stop === null) startContainers(work);
  else stopContainers(work);
  stopSidecars(work);
  if (row.publishAtMs !== null && nowMs >= row.publishAtMs && !isStarting(work)) {
    row.publishAtMs = null;
    publishNow(work);
  }
  if (row.finishAtMs !== null && nowMs >= row.finishAtMs) {
    publish(work, { isFinal: true });
    return "gone";
  }
  if (row.removeAtMs !== null && nowMs >= row.removeAtMs) return "gone";
  return nextMs(work);
}

/** Tells the status as it is; where all containers have ended for good, sets when the Pod ends. */
function publishNow(work: Work): void {
  const { row, nowMs, context, uid } = work;
  const hasEnded = isAllOver(work);
  const isDeleted = row.stop?.reason === "deleted";
  publish(work, { isFinal: hasEnded && isDeleted });
  if (!hasEnded) return;
  if (isDeleted) row.removeAtMs ??= nowMs + latencyMs(context.random, "remove", uid);
  else row.finishAtMs ??= nowMs + latencyMs(context.random, "finish", uid);
}

/** Sets when a status is told, if that is not to be sooner. */
function publishSoon({ row, nowMs, context, uid }: Work, ...keys: readonly (string | number)[]): void {
  row.publishAtMs ??= nowMs + latencyMs(context.random, "publish", uid, ...keys);
}

/** While containers are pulled and started, the kubelet tells nothing: it does one thing after another for a Pod. */
function isStarting({ row }: Work): boolean {
  return row.stop === null && row.containers.some(({ phase }) => phase === "pulling" || phase === "starting");
}

/** Deletion and activeDeadlineSeconds end the Pod. */
function checkStop(work: Work): void {
  const { pod, row, spec, nowMs } = work;
  const { deletionTimestamp, deletionGracePeriodSeconds = 0 } = pod.metadata;
  if (deletionTimestamp !== undefined) {
    const graceMs = deletionGracePeriodSeconds * 1000;
    if (row.stop?.reason === "deleted") {
      row.stop.killAtMs = Math.min(row.stop.killAtMs, row.stop.sinceMs + graceMs);
    } else {
      row.stop = { reason: "deleted", sinceMs: nowMs, killAtMs: nowMs + graceMs };
      row.finishAtMs = null;
      publishSoon(work, "stop");
    }
    return;
  }
  const deadlineMs = deadlineOf(work);
  if (row.stop === null && row.finishAtMs === null && deadlineMs !== null && nowMs >= deadlineMs) {
    const graceMs = (spec.terminationGracePeriodSeconds ?? 30) * 1000;
    row.stop = { reason: "deadline", sinceMs: nowMs, killAtMs: nowMs + graceMs };
    tell(work, "Normal", "DeadlineExceeded", deadlineText);
    publishSoon(work, "stop");
  }
}

function deadlineOf({ pod, spec, row }: Work): EpochMs | null {
  const { activeDeadlineSeconds } = spec;
  if (activeDeadlineSeconds === undefined) return null;
  const start = pod.status?.startTime;
  return (start === undefined ? row.admittedMs : parseTime(start)) + activeDeadlineSeconds * 1000;
}

/** @see kubernetes v1.36 pkg/util/goroutinemap/exponentialbackoff: how long a mount that failed waits */
const mountWaitMs = { min: 500, max: 122_000 };

function startSandbox(work: Work): void {
  const { row, nowMs, runtime, context, pod, key } = work;
  if (row.sandboxAtMs === null || nowMs < row.sandboxAtMs) return;
  const failure = runtime.volumes.mountFailure(pod, { ip: row.ip, hostIp: row.hostIp }, nowMs);
  if (failure !== null) {
    tell(work, "Warning", "FailedMount", failure);
    row.mountWaitMs = row.mountWaitMs === 0 ? mountWaitMs.min : Math.min(mountWaitMs.max, row.mountWaitMs * 2);
    row.sandboxAtMs = nowMs + row.mountWaitMs;
    return;
  }
  const node = context.client.get("nodes", "", row.node);
  if (usesHostNetwork(pod)) row.ip = row.hostIp;
  else row.ip = node === undefined ? null : runtime.addresses.take(node, key);
  row.sandboxAtMs = null;
  row.hasSandbox = true;
}

/** Runs a container's programs, and sees whether it has ended. */
function runContainer(work: Work, row: ContainerRow): void {
  if (row.phase !== "running") return;
  const { runtime, key, pod, nowMs } = work;
  const container = runtime.container(key, pod, specificationOf(work, row), row);
  container.run(nowMs);
  if (container.exited === null) continueStop(work, row);
  if (container.exited === null && row.probes !== undefined && row.stop === undefined) {
    if (runProbes(work, row, container)) publishSoon(work, "probe", nowMs);
    continueStop(work, row);
  }
  if (container.exited === null) runPostStart(work, row);
  runtime.volumes.save();
  if (container.exited === null) return;
  const { exitCode, isOutOfMemory = false } = container.exited;
  const specification = specificationOf(work, row);
  let message = container.terminationMessage;
  if (message === "" && exitCode !== 0 && specification.terminationMessagePolicy === "FallbackToLogsOnError") {
    message = runtime.logs.tail(key, row.name);
  }
  row.ended = {
    startedMs: row.startedMs ?? nowMs,
    finishedMs: nowMs,
    exitCode,
    ...(isOutOfMemory ? { reason: "OOMKilled" } : {}),
    ...(message === "" ? {} : { message }),
    id: row.id ?? "",
  };
  row.phase = "ended";
  row.atMs = nowMs;
  row.made = null;
  row.journal = null;
  if (row.stop !== undefined) delete row.stop;
  runtime.drop(key, row);
  work.row.nextStartMs = nowMs + latencyMs(work.context.random, "next", work.uid, row.name, row.restarts);
  publishSoon(work, row.name, "ended", row.restarts);
}

/** A postStart hook that fails ends its container. */
function runPostStart(work: Work, row: ContainerRow): void {
  if (row.postStart === undefined) return;
  const { runtime, key, pod, nowMs, spec } = work;
  const container = runtime.container(key, pod, specificationOf(work, row), row);
  const { exited } = container.execState(row.postStart);
  if (exited === null) return;
  delete row.postStart;
  if (exited.exitCode === 0) return;
  tell(work, "Warning", "FailedPostStartHook", "PostStartHook failed", row);
  const graceMs = (spec.terminationGracePeriodSeconds ?? 30) * 1000;
  stopContainer(work, row, nowMs + graceMs, `FailedPostStartHook`);
  continueStop(work, row);
}

/**
 * Starts what is to start: init containers one after another, then the others, one pull and start at a time.
 * @see kubernetes v1.36 pkg/kubelet/kuberuntime/kuberuntime_manager.go, computePodActions
 */
function startContainers(work: Work): void {
  const { row } = work;
  if (!row.hasSandbox || isAllOver(work)) return;
  for (const container of row.containers) {
    if (!advance(work, container)) return;
    if (container.kind === "init" && !(container.phase === "ended" && container.ended?.exitCode === 0)) return;
    // The next one waits until a sidecar has started, which a startup probe may say.
    if (container.kind === "sidecar" && !(container.phase === "running" && (container.probes?.started ?? true))) {
      if (container.ended === null) return;
    }
  }
}

/**
 * Takes the steps of one container that are due.
 * @returns false where it is on its way to run, which the containers after it wait for
 */
function advance(work: Work, row: ContainerRow): boolean {
  const { nowMs } = work;
  for (;;) {
    const isDue = row.atMs === null || nowMs >= row.atMs;
    switch (row.phase) {
      case "running":
        return true;
      case "idle":
        if (nowMs < work.row.nextStartMs) return false;
        begin(work, row);
        break;
      case "pulling":
        if (!isDue) return false;
        pulled(work, row);
        break;
      case "starting":
        if (!isDue) return false;
        createAndStart(work, row);
        // What was held back while it started is told together with the start.
        if (work.row.publishAtMs !== null && work.row.publishAtMs <= nowMs) work.row.publishAtMs = null;
        if ((row.phase as string) === "running") afterStart(work, row);
        break;
      case "pull-error":
        if (!isDue) return true;
        pullBackOff(work, row);
        publishSoon(work, row.name, "pull-back-off", nowMs);
        return true;
      case "crash-back-off":
        if (!isDue) return true;
        countCrash(row, nowMs);
        begin(work, row);
        break;
      case "pull-back-off":
      case "error":
        if (!isDue) return true;
        begin(work, row);
        break;
      case "ended":
        if (row.ended === null || !restarts(work.spec, row) || isOver(work)) return true;
        if (nowMs < work.row.nextStartMs) return true;
        if (!crashBackOff(work, row)) begin(work, row);
        break;
    }
    if (row.phase === "pulling" || row.phase === "starting") return false;
    publishSoon(work, row.name, row.phase, row.restarts);
    if ((row.phase as string) !== "running") return true;
  }
}

/** Probes and the postStart hook begin with the container. */
function afterStart(work: Work, row: ContainerRow): void {
  const { runtime, key, pod, nowMs } = work;
  const specification = specificationOf(work, row);
  startProbes(work, row);
  if (row.kind === "sidecar") {
    // The kubelet hears that it runs before it looks for what comes next.
    work.row.nextStartMs = nowMs + latencyMs(work.context.random, "next", work.uid, row.name, row.restarts);
  }
  const command = specification.lifecycle?.postStart?.exec?.command;
  if (command !== undefined) {
    const id = runtime.container(key, pod, specification, row).exec({ argv: command, stdin: false, tty: false }, nowMs);
    if (typeof id === "number") row.postStart = id;
  }
  // A program that ends at once has ended before anybody looks.
  runContainer(work, row);
}

/**
 * Whether the container has to wait before it is started again: the first time not, then 10 s from its end, doubling.
 * @see kubernetes v1.36 pkg/kubelet/kuberuntime/kuberuntime_manager.go, doBackOff; client-go util/flowcontrol/backoff.go
 */
function crashBackOff(work: Work, row: ContainerRow): boolean {
  const { nowMs, context, uid, pod } = work;
  const endedMs = row.ended?.finishedMs ?? nowMs;
  const isForgotten = row.crash !== null && endedMs - row.crash.atMs > 2 * backOff.maxMs;
  if (row.crash !== null && !isForgotten && nowMs - endedMs < row.crash.waitMs) {
    row.phase = "crash-back-off";
    const { waitMs } = row.crash;
    row.atMs = endedMs + waitMs + context.random.between(200, 1000, "crash", uid, row.name, row.restarts);
    tell(work, "Warning", "BackOff", `Back-off restarting failed container ${row.name} in pod ${podTextOf(pod)}`, row);
    return true;
  }
  countCrash(row, nowMs);
  return false;
}

/** The next crash will wait twice as long as this one, if it comes soon. */
function countCrash(row: ContainerRow, nowMs: EpochMs): void {
  const endedMs = row.ended?.finishedMs ?? nowMs;
  const isFirst = row.crash === null || endedMs - row.crash.atMs > 2 * backOff.maxMs;
  const waitMs = isFirst ? backOff.baseMs : Math.min(backOff.maxMs, (row.crash?.waitMs ?? 0) * 2);
  row.crash = { waitMs, atMs: endedMs };
}

function stopContainers(work: Work): void {
  const { row } = work;
  if (row.stop === null) return;
  const { killAtMs } = row.stop;
  for (const container of row.containers) {
    if (container.kind !== "sidecar") stopContainer(work, container, killAtMs);
    if (container.phase !== "running" && container.phase !== "ended") {
      // What has not run will not: it goes on telling what it waited for.
      container.atMs = null;
    }
  }
  for (const container of row.containers) runContainer(work, container);
  if (row.removeAtMs === null && row.finishAtMs === null && isAllOver(work)) publishSoon(work, "stopped");
}

/** Sidecars end after the others, the last one first. */
function stopSidecars(work: Work): void {
  const { row, spec, nowMs } = work;
  if (spec.initContainers === undefined) return;
  const sidecars = row.containers.filter(({ kind, phase }) => kind === "sidecar" && phase === "running");
  if (sidecars.length === 0) return;
  const mustStop = row.stop !== null || isOver(work);
  if (!mustStop || row.containers.some(({ kind, phase }) => kind !== "sidecar" && phase === "running")) return;
  const last = sidecars.at(-1);
  if (last === undefined) return;
  stopContainer(work, last, row.stop?.killAtMs ?? nowMs + (spec.terminationGracePeriodSeconds ?? 30) * 1000);
  runContainer(work, last);
  if ((last.phase as string) !== "running") stopSidecars(work);
}

/** Whether the Pod's own work is done or given up: sidecars do not count. */
function isOver({ row, spec }: Work): boolean {
  const phase = podPhase({ spec, containers: row.containers, isStopped: row.stop !== null });
  return phase === "Succeeded" || phase === "Failed";
}

function isAllOver(work: Work): boolean {
  const { row } = work;
  if (row.containers.some(({ phase }) => phase === "running")) return false;
  return row.stop !== null || isOver(work);
}

function nextMs(work: Work): EpochMs | null {
  const { row, nowMs, runtime, key, pod } = work;
  let next = Number.POSITIVE_INFINITY;
  const at = (ms: EpochMs | null) => {
    if (ms !== null && ms < next) next = ms;
  };
  if (!isStarting(work)) at(row.publishAtMs);
  at(row.finishAtMs);
  at(row.removeAtMs);
  if (row.stop === null) {
    at(row.sandboxAtMs);
    if (row.finishAtMs === null) at(deadlineOf(work));
    if (row.hasSandbox && row.nextStartMs > nowMs) at(row.nextStartMs);
  }
  for (const container of row.containers) {
    if (container.phase === "running") {
      at(runtime.container(key, pod, specificationOf(work, container), container).wakeAtMs);
      at(stopWakeMs(container));
      if (container.stop === undefined) at(nextProbeMs(container));
    } else if (row.stop === null && container.atMs !== null && container.atMs > nowMs) at(container.atMs);
  }
  return next === Number.POSITIVE_INFINITY ? null : Math.max(next, nowMs);
}

export function podSpecOf(pod: Pod): PodSpec {
  if (pod.spec === undefined) throw new Error(`Pod ${pod.metadata.name} has no spec`);
  return pod.spec;
}
