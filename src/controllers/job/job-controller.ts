import type { Pod } from "../../api/generated/types.js";
import { controllerOf } from "../../api/meta/object.js";
import type { EmulatedVersion } from "../../api/versions/emulated-version.js";
import { type Change, type Component, type Context, type Enqueue, watch } from "../../client/component.js";
import { behaviourOf, type JobBehaviour, syncBatchMs } from "./job-behaviour.js";
import { createPodFactory } from "./pod-factory.js";
import { controllingJobOf, hasTrackingFinalizer } from "./pod-state.js";
import { type Parts, reconcileGoneJob, reconcileJob, reconcilePod } from "./reconciler.js";

/** Keys of the workqueue that are no Job: a Pod to look at by itself, and the UID of a Job that is gone. */
const podKeyPrefix = "pod ";
const goneKeyPrefix = "gone ";

/**
 * Runs Jobs: creates and deletes their Pods, counts how they end, and says when the Job is complete or has failed.
 * A sync reads the Job's live Pods alone (index `job-live-pods`), so it costs what runs, not what has run.
 * Tables, the first two by the UID of the Job: `backoff` (failures since the last success), `refusals` (syncs in a row that
 * the API server refused), `strays` (Pods waiting to be adopted).
 * @see kubernetes v1.36 pkg/controller/job/job_controller.go
 */
export function jobController(): Component {
  const factory = createPodFactory();
  const behaviours = new Map<EmulatedVersion, JobBehaviour>();
  const behaviourFor = ({ version }: Context): JobBehaviour => {
    const known = behaviours.get(version);
    if (known !== undefined) return known;
    const behaviour = behaviourOf(version);
    behaviours.set(version, behaviour);
    return behaviour;
  };
  return {
    name: "job-controller",
    watches: [
      watch("jobs", ({ type, object: { metadata }, previous }, enqueue, context) => {
        const key = `${metadata.namespace}/${metadata.name}`;
        const onlyStatus = type === "MODIFIED" && metadata.generation === previous?.metadata.generation;
        enqueue(key, onlyStatus ? syncBatchMs(behaviourFor(context)) : 0);
        if (type === "DELETED") enqueue(`${goneKeyPrefix}${metadata.uid}`);
      }),
      watch("pods", (change, enqueue, context) => heedPod(change, enqueue, syncBatchMs(behaviourFor(context)))),
    ],
    reconcile(key, context) {
      const parts: Parts = { context, behaviour: behaviourFor(context), factory };
      if (key.startsWith(podKeyPrefix)) reconcilePod(key.slice(podKeyPrefix.length), parts);
      else if (key.startsWith(goneKeyPrefix)) reconcileGoneJob(key.slice(goneKeyPrefix.length), parts);
      else reconcileJob(key, parts);
    },
  };
}

/** A Pod's own Job hears of each of its changes; the Pod itself is looked at where it may be an orphan or a stray. */
function heedPod({ type, object: pod, previous }: Change<Pod>, enqueue: Enqueue, batchMs: number): void {
  const { metadata } = pod;
  const owner = controllingJobOf(pod);
  if (owner !== undefined) enqueue(`${metadata.namespace}/${owner.name}`, batchMs);
  if (previous !== undefined && previous.metadata.ownerReferences !== metadata.ownerReferences) {
    const before = controllingJobOf(previous);
    if (before !== undefined && before.uid !== owner?.uid) enqueue(`${metadata.namespace}/${before.name}`, batchMs);
  }
  if (type !== "DELETED" && isInDoubt(pod, previous)) enqueue(`${podKeyPrefix}${metadata.namespace}/${metadata.name}`);
}

function isInDoubt(pod: Pod, previous: Pod | undefined): boolean {
  const { metadata } = pod;
  const labelsChanged = previous !== undefined && previous.metadata.labels !== metadata.labels;
  const controller = controllerOf(pod);
  if (controller === undefined) {
    const ownersChanged = previous === undefined || previous.metadata.ownerReferences !== metadata.ownerReferences;
    return labelsChanged || ownersChanged || hasTrackingFinalizer(pod);
  }
  if (controller.kind !== "Job") return false;
  return labelsChanged || (metadata.deletionTimestamp !== undefined && hasTrackingFinalizer(pod));
}
