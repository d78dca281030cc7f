import type { EpochMs } from "../api/meta/object.js";
import { StartFailure } from "../container/container.js";
import { SIGTERM, signalNumber } from "../container/signals.js";
import type { ContainerRow } from "./pod-row.js";
import { specificationOf, tell, type Work } from "./work.js";

/** Asks a running container to end: its preStop hook, then SIGTERM, and after the grace period SIGKILL. */
export function stopContainer(work: Work, row: ContainerRow, killAtMs: EpochMs, why?: string): void {
  if (row.phase !== "running") return;
  if (row.stop !== undefined) {
    row.stop.killAtMs = Math.min(row.stop.killAtMs, killAtMs);
    return;
  }
  const { nowMs } = work;
  tell(work, "Normal", "Killing", why ?? `Stopping container ${row.name}`, row);
  const hook = specificationOf(work, row).lifecycle?.preStop;
  row.stop = { termAtMs: nowMs, killAtMs, hook: null };
  if (hook?.exec !== undefined) startHook(work, row, hook.exec.command ?? []);
  else if (hook?.sleep !== undefined) row.stop.termAtMs = Math.min(killAtMs, nowMs + hook.sleep.seconds * 1000);
}

/** Takes the steps of stopping that are due. */
export function continueStop(work: Work, row: ContainerRow): void {
  const { stop } = row;
  if (stop === undefined || row.phase !== "running") return;
  const { runtime, key, pod, nowMs } = work;
  const specification = specificationOf(work, row);
  const container = runtime.container(key, pod, specification, row);
  if (stop.hook !== null) {
    const { exited } = container.execState(stop.hook);
    if (exited !== null) {
      if (exited.exitCode !== 0) {
        const command = JSON.stringify(specification.lifecycle?.preStop?.exec?.command ?? []).replaceAll(",", " ");
        tell(
          work,
          "Warning",
          "FailedPreStopHook",
          `PreStopHook failed: command ${command} exited with ${exited.exitCode}`,
          row,
        );
      }
      stop.hook = null;
      stop.termAtMs = nowMs;
    }
  }
  if (stop.hook === null && stop.termAtMs !== null && nowMs >= stop.termAtMs) {
    stop.termAtMs = null;
    container.signal(stopSignal(specification.lifecycle?.stopSignal), nowMs);
  }
  if (nowMs >= stop.killAtMs) container.kill(nowMs);
}

/** When stopping a container has its next step; null where it waits for the container alone. */
export function stopWakeMs({ stop }: ContainerRow): EpochMs | null {
  if (stop === undefined) return null;
  return stop.hook === null && stop.termAtMs !== null ? Math.min(stop.termAtMs, stop.killAtMs) : stop.killAtMs;
}

function startHook(work: Work, row: ContainerRow, argv: readonly string[]): void {
  const { runtime, key, pod, nowMs } = work;
  const container = runtime.container(key, pod, specificationOf(work, row), row);
  const id = container.exec({ argv, stdin: false, tty: false }, nowMs);
  if (row.stop === undefined) return;
  if (id instanceof StartFailure) {
    tell(work, "Warning", "FailedPreStopHook", "PreStopHook failed", row);
    return;
  }
  row.stop.hook = id;
  row.stop.termAtMs = null;
}

function stopSignal(name: string | undefined): number {
  return name === undefined ? SIGTERM : (signalNumber(name) ?? SIGTERM);
}
