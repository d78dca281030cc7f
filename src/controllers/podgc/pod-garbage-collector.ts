import { withDisruption } from "../../api/core/disruption.js";
import { isFinished } from "../../api/core/pod-phase.js";
import type { Node, Pod } from "../../api/generated/types.js";
import { type Component, type Context, watch } from "../../client/component.js";

/** Milliseconds between two rounds of the collector, and for which a node has to be gone. */
const roundMs = 20_000;
const quarantineMs = 40_000;

const outOfService = "node.kubernetes.io/out-of-service";
const nodeIsGone = { reason: "DeletionByPodGC", message: "PodGC: node no longer exists" } as const;

/** The key of Pods without a node; no node is called that. */
const withoutNode = "";

/**
 * Removes Pods that no kubelet will ever remove: those of nodes that are gone or never were, and those that are being deleted without
 * a node, or on nodes that somebody has declared out of service. Keys are names of nodes; keeps no state.
 * @see kubernetes v1.36 pkg/controller/podgc/gc_controller.go
 */
export function podGarbageCollector(): Component {
  return {
    name: "pod-garbage-collector",
    watches: [
      watch("nodes", ({ type, object }, enqueue, context) => {
        if (type === "DELETED") enqueue(object.metadata.name ?? "", untilSure(context));
        else if (isOutOfService(object)) enqueue(object.metadata.name ?? "", untilRound(context));
      }),
      watch("pods", ({ type, object }, enqueue, context) => {
        const { nodeName = "" } = object.spec ?? {};
        if (nodeName === "" && type !== "DELETED" && object.metadata.deletionTimestamp !== undefined) {
          enqueue(withoutNode, untilRound(context));
        }
        if (type !== "ADDED" || nodeName === "" || context.client.get("nodes", "", nodeName) !== undefined) return;
        enqueue(nodeName, untilSure(context));
      }),
    ],
    reconcile(name, context) {
      if (name === withoutNode) {
        for (const pod of context.client.byIndex("pods", "unscheduled-pods", "all")) {
          if (pod.metadata.deletionTimestamp !== undefined) remove(pod, pod, context);
        }
        return;
      }
      const node = context.client.get("nodes", "", name);
      if (node === undefined) {
        const orphans = context.client.list("pods", "").filter(({ spec }) => spec?.nodeName === name);
        for (const pod of orphans) remove(withDisruption(pod, nodeIsGone, atNow(context)), pod, context);
        return;
      }
      if (!isOutOfService(node)) return;
      for (const pod of context.client.byIndex("pods", "node-pods", name)) {
        if (pod.metadata.deletionTimestamp !== undefined) remove(pod, pod, context);
      }
      context.enqueue(name, roundMs);
    },
  };
}

function untilRound(context: Context): number {
  return roundMs - (context.now() % roundMs);
}

/** One round sees that the node is not there; it is sure only in the round after the quarantine. */
function untilSure(context: Context): number {
  return untilRound(context) + quarantineMs + roundMs;
}

function atNow(context: Context) {
  return { nowMs: context.now(), version: context.version };
}

function isOutOfService({ spec, status }: Node): boolean {
  const isReady = status?.conditions?.some((each) => each.type === "Ready" && each.status === "True") === true;
  return !isReady && spec?.taints?.some(({ key }) => key === outOfService) === true;
}

/** What had not ended has failed; then it goes at once. */
function remove(marked: Pod, pod: Pod, { client }: Context): void {
  const { namespace = "", name = "", uid = "" } = pod.metadata;
  if (!isFinished(pod)) {
    client.modify(
      "pods",
      namespace,
      name,
      () => ({ ...marked, status: { ...marked.status, phase: "Failed" } }),
      "status",
    );
  }
  client.delete("pods", namespace, name, { uid, gracePeriodSeconds: 0 });
}
