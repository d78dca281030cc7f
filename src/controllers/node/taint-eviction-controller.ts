import { withDisruption } from "../../api/core/disruption.js";
import { isFinished } from "../../api/core/pod-phase.js";
import type { Node, Pod, Taint } from "../../api/generated/types.js";
import type { EpochMs } from "../../api/meta/object.js";
import { type Component, type Context, watch } from "../../client/component.js";
import { evictingTaints, evictionDelayMs } from "./eviction-delay.js";

/** A Pod that is to go: since when it has had reason to, and when it goes. */
interface Appointment {
  readonly uid: string;
  readonly sinceMs: EpochMs;
  readonly dueMs: EpochMs;
}

const eventSource = { component: "taint-eviction-controller" } as const;
const why = { reason: "DeletionByTaintManager", message: "Taint manager: deleting due to NoExecute taint" } as const;

/** Of keys that are the name of a node. */
const nodeKeyPrefix = "node ";

/**
 * Deletes Pods from nodes with taints that they do not tolerate, or no longer. Keys: `ns/name` of a Pod, `node NAME`.
 * Table `appointments`, by the Pod's key: it is empty as long as no node is tainted.
 * @see kubernetes v1.36 pkg/controller/tainteviction/taint_eviction.go
 */
export function taintEvictionController(): Component {
  let tainted: Set<string> | null = null;
  const taintedNodes = (context: Context) => {
    tainted ??= new Set(context.client.list("nodes", "").filter(hasEvictingTaint).map(nameOf));
    return tainted;
  };
  return {
    name: "taint-eviction-controller",
    watches: [
      watch("nodes", ({ type, object, previous }, enqueue, context) => {
        const nodes = taintedNodes(context);
        if (type !== "DELETED" && hasEvictingTaint(object)) nodes.add(nameOf(object));
        else nodes.delete(nameOf(object));
        const taintsBefore = evictingTaints(previous?.spec?.taints);
        const isNews = hasEvictingTaint(object) || taintsBefore.length > 0;
        if (isNews && previous?.spec?.taints !== object.spec?.taints) enqueue(nodeKeyPrefix + nameOf(object));
      }),
      watch("pods", ({ type, object, previous }, enqueue, context) => {
        const nodeName = object.spec?.nodeName;
        if (type === "DELETED" || !nodeName || !taintedNodes(context).has(nodeName)) return;
        const changed = previous?.spec !== object.spec || previous?.metadata.uid !== object.metadata.uid;
        if (changed) enqueue(keyOf(object));
      }),
    ],
    reconcile(key, context) {
      if (!key.startsWith(nodeKeyPrefix)) {
        const [namespace = "", name = ""] = key.split("/");
        reconcilePod(key, context.client.get("pods", namespace, name), context);
        return;
      }
      const name = key.slice(nodeKeyPrefix.length);
      for (const pod of context.client.byIndex("pods", "node-pods", name)) reconcilePod(keyOf(pod), pod, context);
    },
  };
}

function reconcilePod(key: string, pod: Pod | undefined, context: Context): void {
  const table = context.table<Appointment>("appointments", undefined, { small: true });
  const known = table.get(key);
  const appointment = known !== undefined && known.uid === pod?.metadata.uid ? known : undefined;
  const isGoing = pod === undefined || pod.metadata.deletionTimestamp !== undefined || isFinished(pod);
  const delayMs = isGoing ? undefined : evictionDelayMs(pod, taintsOn(pod, context));
  if (delayMs === undefined) {
    if (known !== undefined) table.delete(key);
    if (appointment !== undefined && !isGoing) tell(pod, `Cancelling deletion of Pod ${key}`, context);
    return;
  }
  const now = context.now();
  const sinceMs = appointment?.sinceMs ?? now;
  const dueMs = sinceMs + delayMs;
  if (dueMs <= now) {
    if (known !== undefined) table.delete(key);
    if (pod !== undefined) evict(pod, key, context);
    return;
  }
  table.put(key, { uid: pod?.metadata.uid ?? "", sinceMs, dueMs });
  context.enqueue(key, dueMs - now);
}

function taintsOn(pod: Pod, { client }: Context): readonly Taint[] {
  return evictingTaints(client.get("nodes", "", pod.spec?.nodeName ?? "")?.spec?.taints);
}

function evict(pod: Pod, key: string, context: Context): void {
  const { client, version } = context;
  const { namespace = "", name = "", uid = "" } = pod.metadata;
  tell(pod, `Marking for deletion Pod ${key}`, context);
  const at = { nowMs: context.now(), version };
  client.modify("pods", namespace, name, (current) => withDisruption(current, why, at), "status");
  client.delete("pods", namespace, name, { uid });
}

function tell(pod: Pod, message: string, { recorder }: Context): void {
  recorder.event(eventSource, pod, "Normal", "TaintManagerEviction", message);
}

function hasEvictingTaint({ spec }: Node): boolean {
  return evictingTaints(spec?.taints).length > 0;
}

function nameOf({ metadata }: Node): string {
  return metadata.name ?? "";
}

function keyOf({ metadata }: Pod): string {
  return `${metadata.namespace}/${metadata.name}`;
}
