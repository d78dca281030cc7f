import type { Job, Pod } from "../../api/generated/types.js";
import { isReason, StatusError } from "../../api/meta/status.js";
import type { Context } from "../../client/component.js";
import type { NewPod, Plan } from "./decide.js";
import type { JobBehaviour } from "./job-behaviour.js";
import { withoutFinalizer } from "./ownership.js";
import type { PodFactory } from "./pod-factory.js";
import { isReady } from "./pod-state.js";
import type { Outcome } from "./settle.js";

export const eventSource = { component: "job-controller" } as const;

/** An {@link Outcome}, and whether the API server refused some of it, so that it has to be tried again later. */
export interface PodChanges extends Outcome {
  readonly refused: boolean;
}

/** Creates and deletes the Pods of a plan, with an event for each. */
export function changePods(
  job: Job,
  plan: Plan,
  { context, factory, behaviour }: { context: Context; factory: PodFactory; behaviour: JobBehaviour },
): PodChanges {
  const removal = removePods(job, plan, context);
  const creation = createPods(job, plan.create, { context, factory, behaviour });
  return {
    created: creation.created,
    removed: removal.removed,
    removedReady: removal.removedReady,
    incomplete: removal.removed < plan.remove.length,
    refused: creation.refused || removal.removed < plan.remove.length,
  };
}

function removePods(job: Job, plan: Plan, context: Context): { removed: number; removedReady: number } {
  let removed = 0;
  let removedReady = 0;
  for (const pod of plan.remove) {
    if (!removePod(job, pod, plan.removeUncounted, context)) continue;
    removed++;
    if (isReady(pod)) removedReady++;
  }
  return { removed, removedReady };
}

/** True also where the Pod is gone already. */
function removePod(job: Job, pod: Pod, uncounted: boolean, { client, recorder }: Context): boolean {
  const { namespace = "", name = "" } = pod.metadata;
  try {
    if (uncounted) client.modify("pods", namespace, name, withoutFinalizer);
    client.delete("pods", namespace, name);
  } catch (error) {
    if (isReason(error, "NotFound")) return true;
    if (!(error instanceof StatusError)) throw error;
    recorder.event(eventSource, job, "Warning", "FailedDelete", `Error deleting: ${error.message}`);
    return false;
  }
  recorder.event(eventSource, job, "Normal", "SuccessfulDelete", `Deleted pod: ${name}`);
  return true;
}

/**
 * Creates Pods in batches of 1, 2, 4 and so on, and stops after a batch in which one failed: what is refused once would
 * be refused every time.
 * @see kubernetes v1.36 pkg/controller/job/job_controller.go, manageJob
 */
function createPods(
  job: Job,
  pods: readonly NewPod[],
  parts: { context: Context; factory: PodFactory; behaviour: JobBehaviour },
): { created: number; refused: boolean } {
  let created = 0;
  let next = 0;
  for (let batch = 1; next < pods.length; batch *= 2) {
    const end = Math.min(next + batch, pods.length);
    let refused = false;
    for (const pod of pods.slice(next, end)) {
      if (createPod(job, pod, parts)) created++;
      else refused = true;
    }
    if (refused) return { created, refused };
    next = end;
  }
  return { created, refused: false };
}

function createPod(
  job: Job,
  pod: NewPod,
  {
    context: { client, recorder },
    factory,
    behaviour,
  }: { context: Context; factory: PodFactory; behaviour: JobBehaviour },
): boolean {
  try {
    const created = client.create("pods", factory.podOf(job, behaviour, pod));
    recorder.event(eventSource, job, "Normal", "SuccessfulCreate", `Created pod: ${created.metadata.name}`);
    return true;
  } catch (error) {
    if (!(error instanceof StatusError)) throw error;
    // In a namespace that is going away every attempt fails: no event, and nothing to try again.
    if (isNamespaceTerminating(error)) return true;
    recorder.event(eventSource, job, "Warning", "FailedCreate", `Error creating: ${error.message}`);
    return false;
  }
}

function isNamespaceTerminating({ status }: StatusError): boolean {
  return status.details?.causes?.some(({ reason }) => reason === "NamespaceTerminating") === true;
}
