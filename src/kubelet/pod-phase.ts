import type { Container, PodSpec, PodStatus } from "../api/generated/types.js";
import type { ContainerRow } from "./pod-row.js";

export type Phase = NonNullable<PodStatus["phase"]>;

export interface PhaseFacts {
  readonly spec: PodSpec;
  readonly containers: readonly ContainerRow[];
  /** Nothing of the Pod is started any more: it is deleted, or past its deadline. */
  readonly isStopped: boolean;
}

/**
 * The phase that a Pod's containers make.
 * @see kubernetes v1.36 pkg/kubelet/kubelet_pods.go, getPhase
 */
export function podPhase({ spec, containers, isStopped }: PhaseFacts): Phase {
  let initializing = 0;
  let failedInit = 0;
  let waiting = 0;
  let running = 0;
  let succeeded = 0;
  let failed = 0;
  let restarting = 0;
  for (const row of containers) {
    const { ended } = row;
    if (row.kind === "init") {
      if (row.phase === "ended" && ended !== null) {
        if (ended.exitCode === 0) continue;
        if (isStopped || restartPolicyOf(spec, row) === "Never") failedInit += 1;
        else initializing += 1;
      } else initializing += 1;
    } else if (row.kind === "sidecar") {
      if (row.phase !== "running" && ended === null && !isStopped) initializing += 1;
    } else if (row.phase === "running") running += 1;
    else if (ended === null) waiting += 1;
    else if (isStopped || !restarts(spec, row)) {
      if (ended.exitCode === 0) succeeded += 1;
      else failed += 1;
    } else restarting += 1;
  }
  if (failedInit > 0) return "Failed";
  if (isStopped && running === 0) {
    return failed > 0 || succeeded === 0 || waiting > 0 ? "Failed" : "Succeeded";
  }
  if (initializing > 0 && running + succeeded + failed + restarting === 0) return "Pending";
  if (waiting > 0) return "Pending";
  if (running > 0 || restarting > 0) return "Running";
  return failed > 0 ? "Failed" : "Succeeded";
}

/** Whether a container that has ended is started again. */
export function restarts(spec: PodSpec, row: ContainerRow): boolean {
  if (row.kind === "sidecar") return true;
  const policy = restartPolicyOf(spec, row);
  if (row.kind === "init") return row.ended?.exitCode !== 0 && policy !== "Never";
  return policy === "Always" || (policy === "OnFailure" && row.ended?.exitCode !== 0);
}

/** The container's own rules, its own policy, or the Pod's. For init containers Always means OnFailure. */
function restartPolicyOf(spec: PodSpec, row: ContainerRow): string {
  const container = containerSpec(spec, row.name);
  const exitCode = row.ended?.exitCode ?? 0;
  for (const { action, exitCodes } of container?.restartPolicyRules ?? []) {
    if (exitCodes === undefined) continue;
    const isListed = exitCodes.values?.includes(exitCode) === true;
    const matches = exitCodes.operator === "NotIn" ? !isListed : isListed;
    if (matches && action === "Restart") return "Always";
  }
  return container?.restartPolicy ?? spec.restartPolicy ?? "Always";
}

export function containerSpec(spec: PodSpec, name: string): Container | undefined {
  return (
    spec.containers.find((container) => container.name === name) ??
    spec.initContainers?.find((container) => container.name === name)
  );
}
