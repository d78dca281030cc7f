import { withDisruption } from "../api/core/disruption.js";
import { isFinished } from "../api/core/pod-phase.js";
import type { Node, Pod } from "../api/generated/types.js";
import { formatTime } from "../api/meta/object.js";
import { isAtLeast } from "../api/versions/emulated-version.js";
import { isEnabled } from "../api/versions/feature-gates.js";
import { type Component, type Context, watch } from "../client/component.js";
import { claimProblem, hasClaims } from "./claims.js";
import { type Misfit, matchesNode, matchesTerm, misfit } from "./filters.js";
import { isSociable, neighboursOf } from "./neighbours.js";
import { NodeUsage } from "./node-usage.js";
import { choosePreemption, priorityOf } from "./preemption.js";
import { unschedulableMessage } from "./unschedulable-message.js";

/** The name that Pods ask for, and that its events carry. */
const schedulerName = "default-scheduler";
const source = { component: schedulerName, newStyle: true };

/** @see kubernetes v1.36 pkg/scheduler/framework/preemption/preemption.go, prepareCandidate */
const preemptionReason = {
  reason: "PreemptionByScheduler",
  message: `${schedulerName}: preempting to accommodate a higher priority pod`,
} as const;

/** The key under which all Pods that found no node are tried again. */
const retryKey = "retry";
/** The key under which those are tried again that a Pod which has gone may have been in the way of. */
const freedKey = "freed";
/** The key under which those are tried again that ask for company. */
const placedKey = "placed";
/** Milliseconds between something that may help waiting Pods and the next try: upstream's shortest back-off. */
const retryAfterMs = 1000;
/** The same where a Pod has left: who waits has mostly waited long enough. Those that leave together are seen together. */
const retryFreedAfterMs = 100;

/**
 * Binds Pods to nodes: filters, then the emptiest node. Keys are `ns/name` of Pods without a node, `retry`, `freed` or `placed`.
 * @see kubernetes pkg/scheduler/schedule_one.go
 */
export function scheduler(): Component {
  let usage: NodeUsage | null = null;
  const usageOf = (context: Context) => {
    if (usage === null) {
      usage = new NodeUsage();
      for (const node of context.client.list("nodes", "")) {
        for (const pod of context.client.byIndex("pods", "node-pods", node.metadata.name ?? "")) usage.note(pod, false);
      }
      for (const pod of context.client.byIndex("pods", "unscheduled-pods", "all")) usage.note(pod, false);
    }
    return usage;
  };
  return {
    name: "scheduler",
    isOrderly: true,
    watches: [
      watch("pods", ({ type, object, previous }, enqueue) => {
        if (type === "DELETED" || changesUse(object, previous)) usage?.note(object, type === "DELETED");
        if (type !== "DELETED" && isWaiting(object)) {
          const changed = previous === undefined || previous.spec !== object.spec;
          if (changed) enqueue(`${object.metadata.namespace}/${object.metadata.name}`);
        }
        const freed = previous !== undefined && hasNode(previous) && (type === "DELETED" || !hasNode(object));
        if (freed) enqueue(freedKey, retryFreedAfterMs);
        const isPlaced = type !== "DELETED" && hasNode(object) && (previous === undefined || !previous.spec?.nodeName);
        if (isPlaced && (usage === null || usage.hasLonely)) enqueue(placedKey, retryAfterMs);
      }),
      watch("persistentvolumeclaims", ({ object, previous }, enqueue) => {
        if (object.status?.phase === "Bound" && previous?.status?.phase !== "Bound") enqueue(retryKey, retryAfterMs);
      }),
      watch("nodes", ({ object, previous }, enqueue) => {
        if (previous?.spec !== object.spec || previous?.metadata.labels !== object.metadata.labels) enqueue(retryKey);
      }),
    ],
    reconcile(key, context) {
      if (key === retryKey || key === freedKey) {
        retryAll(context, usageOf(context), { isFreed: key === freedKey });
      } else if (key === placedKey) {
        if (usageOf(context).hasLonely) retryAll(context, usageOf(context), { isFreed: true }, isSociable);
      } else {
        const [namespace = "", name = ""] = key.split("/");
        const pod = context.client.get("pods", namespace, name);
        if (pod !== undefined && isWaiting(pod)) schedule(pod, context, usageOf(context), { isFreed: false });
      }
    },
  };
}

/** Whether a change may be one of what is asked of a node: most are of a status alone. */
function changesUse(pod: Pod, previous: Pod | undefined): boolean {
  return previous === undefined || previous.spec !== pod.spec || isFinished(previous) !== isFinished(pod);
}

function isWaiting(pod: Pod): boolean {
  const { spec, metadata } = pod;
  if (spec?.nodeName || isFinished(pod) || metadata.deletionTimestamp !== undefined) return false;
  // There are no ResourceClaims here: who asks for one waits for it.
  if ((spec?.schedulingGates?.length ?? 0) > 0 || (spec?.resourceClaims?.length ?? 0) > 0) return false;
  return (spec?.schedulerName ?? schedulerName) === schedulerName;
}

function hasNode(pod: Pod): boolean {
  return Boolean(pod.spec?.nodeName) && !isFinished(pod);
}

/** Tries all that wait, by priority, then oldest first, until those of one shape have failed: the others of that shape would, too. */
function retryAll(context: Context, usage: NodeUsage, cause: Cause, isMeant: (pod: Pod) => boolean = isWaiting): void {
  const hopeless = new Set<unknown>();
  const waiting = context.client
    .byIndex("pods", "unscheduled-pods", "all")
    .filter((pod) => isWaiting(pod) && isMeant(pod));
  const inOrder = [...waiting].sort((a, b) => priorityOf(b) - priorityOf(a) || bornAt(a) - bornAt(b));
  for (const pod of inOrder) {
    const shape = (hasClaims(pod) ? undefined : controllerUid(pod)) ?? pod.metadata.uid;
    if (hopeless.has(shape)) continue;
    if (!schedule(pod, context, usage, cause)) hopeless.add(shape);
  }
}

function bornAt(pod: Pod): number {
  return Date.parse(pod.metadata.creationTimestamp ?? "");
}

function controllerUid(pod: Pod): string | undefined {
  return pod.metadata.ownerReferences?.find(({ controller }) => controller)?.uid;
}

/** Why Pods are tried. */
interface Cause {
  /**
   * A Pod has left its node, or got one, and nothing else has changed: whoever no Pod was in the way of is not tried, and
   * nothing is said of it. @see kubernetes pkg/scheduler/backend/queue/scheduling_queue.go, isPodWorthRequeuing
   */
  readonly isFreed: boolean;
}

function schedule(pod: Pod, context: Context, usage: NodeUsage, { isFreed }: Cause): boolean {
  const { namespace = "", name = "" } = pod.metadata;
  const nodes = context.client.list("nodes", "");
  const problem = claimProblem(pod, context.client);
  if (problem !== null) {
    if (!isFreed) reportUnschedulable(pod, nodes.length, problem, context);
    return false;
  }
  const requests = usage.requestsOf(pod);
  const candidates = () => nodes.filter((node) => matchesNode(pod, node));
  const neighbours = neighboursOf(pod, { nodes, candidates, shy: usage.shy, client: context.client });
  const fitting: Node[] = [];
  const misfits: Misfit[] = [];
  const full: Node[] = [];
  const promised = usage.promisedBefore(pod);
  for (const node of nodes) {
    const use = { requests, used: usage.of(node.metadata.name ?? "", promised) };
    const refusal = misfit(pod, node, use, context.version) ?? neighbours.misfit(node);
    if (refusal === null) fitting.push(node);
    else {
      misfits.push(refusal);
      if (refusal.preemptable) full.push(node);
    }
  }
  const best = emptiest(fitting, pod, context, usage);
  if (best === undefined) {
    if (isFreed && !misfits.some(({ preemptable }) => preemptable)) return false;
    const hasPreempted = priorityOf(pod) > 0 && preempt(pod, full, context, usage);
    reportUnschedulable(pod, nodes.length, misfits, context, hasPreempted);
    return false;
  }
  const nodeName = best.metadata.name ?? "";
  context.client.bind(namespace, name, nodeName);
  const bound = context.client.get("pods", namespace, name) ?? pod;
  context.recorder.event(
    source,
    bound,
    "Normal",
    "Scheduled",
    `Successfully assigned ${namespace}/${name} to ${nodeName}`,
    {
      action: "Binding",
    },
  );
  return true;
}

/** Makes room for a Pod where those that are less important have it; it is scheduled once they have left. */
function preempt(pod: Pod, nodes: readonly Node[], context: Context, usage: NodeUsage): boolean {
  const { client, recorder, version } = context;
  const chosen = choosePreemption(pod, {
    nodes,
    podsOn: (nodeName) => client.byIndex("pods", "node-pods", nodeName),
    requestsOf: (other) => usage.requestsOf(other),
  });
  if (chosen === null) return false;
  const { namespace = "", name = "", uid } = pod.metadata;
  const by = isAtLeast(version, "1.28") ? `pod ${uid}` : `${namespace}/${name}`;
  for (const victim of chosen.victims) {
    if (victim.metadata.deletionTimestamp !== undefined) continue;
    const at = [victim.metadata.namespace ?? "", victim.metadata.name ?? ""] as const;
    const now = { nowMs: context.now(), version };
    client.modify("pods", ...at, (current) => withDisruption(current, preemptionReason, now), "status");
    client.delete("pods", ...at);
    const message = `Preempted by ${by} on node ${chosen.nodeName}`;
    recorder.event(source, victim, "Normal", "Preempted", message, { action: "Preempting" });
  }
  const nominate = (current: Pod): Pod => ({
    ...current,
    status: { ...current.status, nominatedNodeName: chosen.nodeName },
  });
  client.modify("pods", namespace, name, nominate, "status");
  return true;
}

/** Fewest Pods first, after what the Pod prefers; equals are told apart by the seed. */
function emptiest(nodes: readonly Node[], pod: Pod, context: Context, usage: NodeUsage): Node | undefined {
  if (nodes.length <= 1) return nodes[0];
  const preferred = pod.spec?.affinity?.nodeAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? [];
  let best: Node | undefined;
  let bestScore = Number.POSITIVE_INFINITY;
  for (const node of nodes) {
    const name = node.metadata.name ?? "";
    let score = (usage.of(name).pods ?? 0) / 1000 + context.random.fraction("node", pod.metadata.uid ?? "", name) / 2;
    for (const { weight, preference } of preferred) if (matchesTerm(preference, node)) score -= 1000 * weight;
    if (score < bestScore) [best, bestScore] = [node, score];
  }
  return best;
}

function reportUnschedulable(
  pod: Pod,
  nodeCount: number,
  misfits: readonly Misfit[] | string,
  context: Context,
  hasPreempted = false,
): void {
  const message = unschedulableMessage(nodeCount, misfits, context.version, hasPreempted);
  const { namespace = "", name = "" } = pod.metadata;
  context.recorder.event(source, pod, "Warning", "FailedScheduling", message, { action: "Scheduling" });
  const known = pod.status?.conditions?.find(({ type }) => type === "PodScheduled");
  if (known?.message !== message) {
    context.client.modify(
      "pods",
      namespace,
      name,
      (current) => {
        const others = (current.status?.conditions ?? []).filter(({ type }) => type !== "PodScheduled");
        const { generation } = current.metadata;
        const tells = generation !== undefined && isEnabled("PodObservedGenerationTracking", context.version);
        const condition = {
          type: "PodScheduled",
          ...(tells ? { observedGeneration: generation } : {}),
          status: "False",
          lastProbeTime: null,
          lastTransitionTime: formatTime(context.now()),
          reason: "Unschedulable",
          message,
        } as unknown as (typeof others)[number];
        return { ...current, status: { ...current.status, conditions: [...others, condition] } };
      },
      "status",
    );
  }
}
