import type { Pod, StatefulSet, StatefulSetStatus } from "../../api/generated/types.js";
import { semanticallyEqual } from "../../api/meta/equality.js";
import { selects } from "../../api/meta/label-selector.js";
import { controllerOf } from "../../api/meta/object.js";
import { type Component, type Context, watch } from "../../client/component.js";
import { type Counts, countPods, decide, needsCurrentRevision } from "./decide.js";
import { createClaims, createPod, deletePod, keepClaimOwners } from "./pod-control.js";
import { type Revisions, syncRevisions, trimHistory } from "./revisions.js";
import {
  availableInMs,
  isTerminating,
  newPod,
  ordinalOf,
  ordinalsOf,
  ownerReferenceOf,
  parentAndOrdinal,
  revisionOf,
} from "./stateful-pod.js";

/**
 * Keeps the Pods of StatefulSets: stable names, in order, with claims of their own. Keys: `namespace/name`.
 * @see kubernetes v1.36 pkg/controller/statefulset
 */
export function statefulSetController(): Component {
  return {
    name: "statefulset-controller",
    watches: [
      watch("statefulsets", ({ type, object, previous }, enqueue) => {
        if (type === "MODIFIED" && previous?.spec === object.spec && previous?.metadata === object.metadata) return;
        enqueue(`${object.metadata.namespace}/${object.metadata.name}`);
      }),
      watch("pods", ({ object, previous }, enqueue) => {
        for (const pod of previous === undefined ? [object] : [object, previous]) {
          const name = setOf(pod);
          if (name !== undefined) enqueue(`${pod.metadata.namespace}/${name}`);
        }
      }),
    ],
    reconcile(key, context) {
      const [namespace = "", name = ""] = key.split("/");
      const set = context.client.get("statefulsets", namespace, name);
      if (set !== undefined) reconcile(set, context);
    },
  };
}

/** The set that keeps a Pod, or that might take it: one that nobody keeps is known by its name. */
function setOf(pod: Pod): string | undefined {
  const owner = controllerOf(pod);
  if (owner !== undefined) return owner.kind === "StatefulSet" ? owner.name : undefined;
  return parentAndOrdinal(pod.metadata.name ?? "")?.parent;
}

function reconcile(set: StatefulSet, context: Context): void {
  const { client, version } = context;
  const pods = claimPods(set, context);
  const revisions = syncRevisions(set, client);
  const now = context.now();
  const plan = decide(set, { pods, updateRevision: revisions.update.name, now });
  try {
    for (const ordinal of plan.create) {
      const revision = needsCurrentRevision(set, ordinal) ? revisions.current : revisions.update;
      createPod(set, newPod(set, ordinal, revision, version), context);
    }
    keepClaims(set, pods, context);
    for (const pod of plan.remove) deletePod(set, pod, context);
  } finally {
    writeStatus(set, revisions, claimedPods(set, context), context);
  }
  const inUse = new Set([revisions.current.name, revisions.update.name, ...pods.map(revisionOf)]);
  trimHistory(set, inUse, client);
  const minReadySeconds = set.spec?.minReadySeconds ?? 0;
  const waits = pods.map((pod) => availableInMs(pod, minReadySeconds, now)).filter((ms) => ms > 0 && ms < Infinity);
  if (waits.length > 0) context.enqueue(`${set.metadata.namespace}/${set.metadata.name}`, Math.min(...waits));
}

function claimedPods(set: StatefulSet, { client }: Context): readonly Pod[] {
  return client
    .byIndex("pods", "owner", set.metadata.uid ?? "")
    .filter((pod) => controllerOf(pod)?.uid === set.metadata.uid);
}

/** The set's Pods, after those have been taken or let go whose labels say so. */
function claimPods(set: StatefulSet, context: Context): readonly Pod[] {
  const { client } = context;
  const { namespace = "", name = "" } = set.metadata;
  const isSelected = (pod: Pod) => selects(set.spec?.selector, pod.metadata.labels);
  for (const pod of claimedPods(set, context)) {
    if (!isSelected(pod))
      client.modify("pods", namespace, pod.metadata.name ?? "", (current) => released(current, set));
  }
  if (set.metadata.deletionTimestamp === undefined) {
    for (const pod of client.listByName("pods", namespace, `${name}-`)) {
      const isOrphan = controllerOf(pod) === undefined && !isTerminating(pod) && isSelected(pod);
      if (!isOrphan || parentAndOrdinal(pod.metadata.name ?? "")?.parent !== name) continue;
      client.modify("pods", namespace, pod.metadata.name ?? "", (current) => ({
        ...current,
        metadata: {
          ...current.metadata,
          ownerReferences: [...(current.metadata.ownerReferences ?? []), ownerReferenceOf(set)],
        },
      }));
    }
  }
  return claimedPods(set, context);
}

function released(pod: Pod, set: StatefulSet): Pod {
  const { ownerReferences = [], ...metadata } = pod.metadata;
  const left = ownerReferences.filter(({ uid }) => uid !== set.metadata.uid);
  return { ...pod, metadata: left.length === 0 ? metadata : { ...metadata, ownerReferences: left } };
}

function keepClaims(set: StatefulSet, pods: readonly Pod[], context: Context): void {
  if ((set.spec?.volumeClaimTemplates ?? []).length === 0) return;
  const { start, end } = ordinalsOf(set);
  for (const pod of pods) {
    const ordinal = ordinalOf(pod);
    const isCondemned = ordinal < start || ordinal >= end;
    if (!isCondemned && pod.status?.phase === "Pending") createClaims(set, pod, context);
    keepClaimOwners(set, pod, isCondemned, context);
  }
}

function writeStatus(set: StatefulSet, revisions: Revisions, pods: readonly Pod[], { client, now }: Context): void {
  const { current, update, collisionCount } = revisions;
  const counts = countPods(pods, {
    currentRevision: current.name,
    updateRevision: update.name,
    minReadySeconds: set.spec?.minReadySeconds ?? 0,
    now: now(),
  });
  const status = statusOf(set, counts, { current: current.name, update: update.name, collisionCount });
  const { namespace = "", name = "" } = set.metadata;
  client.modify(
    "statefulsets",
    namespace,
    name,
    (latest) => (semanticallyEqual(latest.status, status) ? latest : { ...latest, status }),
    "status",
  );
}

/** A rolling update is over when all Pods are of the new revision and ready: that is the current one then. */
function statusOf(
  { metadata, spec, status }: StatefulSet,
  counts: Counts,
  revisions: { readonly current: string; readonly update: string; readonly collisionCount: number },
): StatefulSetStatus {
  const { replicas, ready, updated } = counts;
  const isDone =
    spec?.updateStrategy?.type === "RollingUpdate" &&
    updated === replicas &&
    ready === replicas &&
    replicas === (spec.replicas ?? 1);
  const current = isDone ? updated : counts.current;
  return {
    ...(status?.conditions === undefined ? {} : { conditions: status.conditions }),
    ...(metadata.generation === undefined ? {} : { observedGeneration: metadata.generation }),
    replicas,
    ...(ready === 0 ? {} : { readyReplicas: ready }),
    availableReplicas: counts.available,
    ...(current === 0 ? {} : { currentReplicas: current }),
    ...(updated === 0 ? {} : { updatedReplicas: updated }),
    currentRevision: isDone ? revisions.update : revisions.current,
    updateRevision: revisions.update,
    collisionCount: revisions.collisionCount,
  };
}
