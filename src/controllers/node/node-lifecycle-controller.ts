import { downSince } from "../../api/core/node-down.js";
import type { Node, Pod } from "../../api/generated/types.js";
import { formatTime, parseTime } from "../../api/meta/object.js";
import { type Component, type Context, watch } from "../../client/component.js";
import { isReady, noticedAtMs, withHealthTaints, withUnknownHealth } from "./node-health.js";

const eventSource = { component: "node-controller" } as const;

/**
 * Notices nodes that have fallen silent: their conditions become Unknown, their Pods are not ready any more, and they are
 * tainted, until they are back. Keys are names of nodes; keeps no state.
 * @see kubernetes v1.36 pkg/controller/nodelifecycle/node_lifecycle_controller.go
 */
export function nodeLifecycleController(): Component {
  return {
    name: "node-lifecycle-controller",
    watches: [
      watch("nodes", ({ type, object, previous }, enqueue) => {
        const changed = previous?.status?.conditions !== object.status?.conditions;
        const failed = downSince(object) !== downSince(previous);
        if (type !== "DELETED" && (changed || failed)) enqueue(object.metadata.name ?? "");
      }),
    ],
    reconcile(name, context) {
      const node = context.client.get("nodes", "", name);
      if (node === undefined) return;
      const since = downSince(node);
      const now = context.now();
      if (since !== undefined && isReady(node)) {
        const noticedMs = noticedAtMs(node, parseTime(since), context.version);
        if (noticedMs > now) context.enqueue(name, noticedMs - now);
        else loseSight(node, context);
      }
      if (node.status?.conditions === undefined) return;
      context.client.modify("nodes", "", name, (current) => withHealthTaints(current, now));
    },
  };
}

function loseSight(node: Node, context: Context): void {
  const { client, recorder } = context;
  const { name = "" } = node.metadata;
  client.modify("nodes", "", name, (current) => withUnknownHealth(current, context.now()), "status");
  const message = `Node ${name} status is now: NodeNotReady`;
  recorder.event(eventSource, node, "Normal", "NodeNotReady", message);
  for (const pod of client.byIndex("pods", "node-pods", name)) markNotReady(pod, context);
}

/** @see kubernetes v1.36 pkg/controller/util/node/controller_utils.go, MarkPodsNotReady */
function markNotReady(pod: Pod, { client, recorder, now }: Context): void {
  const ready = pod.status?.conditions?.find(({ type }) => type === "Ready");
  if (ready?.status !== "True") return;
  const { namespace = "", name = "" } = pod.metadata;
  const unready = { ...ready, status: "False", lastTransitionTime: formatTime(now()) };
  client.modify(
    "pods",
    namespace,
    name,
    (current) => ({
      ...current,
      status: {
        ...current.status,
        conditions: (current.status?.conditions ?? []).map((each) => (each.type === "Ready" ? unready : each)),
      },
    }),
    "status",
  );
  recorder.event(eventSource, pod, "Warning", "NodeNotReady", "Node is not ready");
}
