import type { Container as ContainerSpecification, Pod, PodSpec } from "../api/generated/types.js";
import type { EpochMs } from "../api/meta/object.js";
import type { Context } from "../client/component.js";
import type { ContainerRow, PodRow } from "./pod-row.js";
import type { Runtime } from "./runtime.js";

/** One Pod at one instant: what the steps of its kubelet work on. */
export interface Work {
  readonly runtime: Runtime;
  readonly context: Context;
  readonly key: string;
  readonly uid: string;
  readonly pod: Pod;
  readonly spec: PodSpec;
  readonly row: PodRow;
  readonly nowMs: EpochMs;
}

/** The container in the Pod's spec that a row is about. */
export function specificationOf({ spec, row }: Work, container: ContainerRow): ContainerSpecification {
  const index = row.containers.indexOf(container);
  const initCount = spec.initContainers?.length ?? 0;
  const specification = index < initCount ? spec.initContainers?.[index] : spec.containers[index - initCount];
  if (specification === undefined) throw new Error(`the Pod has no container ${container.name}`);
  return specification;
}

/** An event about the Pod, or about one of its containers. */
export function tell(
  work: Work,
  type: "Normal" | "Warning",
  reason: string,
  message: string,
  container?: ContainerRow,
): void {
  const { context, pod, row } = work;
  const field = container === undefined || container.kind === "main" ? "containers" : "initContainers";
  context.recorder.event(
    { component: "kubelet", host: row.node },
    pod,
    type,
    reason,
    message,
    container === undefined ? undefined : { fieldPath: `spec.${field}{${container.name}}` },
  );
}
