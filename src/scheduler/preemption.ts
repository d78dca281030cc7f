import type { Node, Pod } from "../api/generated/types.js";
import { milliValue } from "../api/meta/quantity.js";
import type { Amounts } from "./node-usage.js";

/** A node on which there would be room for a Pod without these. */
interface Preemption {
  readonly nodeName: string;
  /** The most important first. */
  readonly victims: readonly Pod[];
}

interface PreemptionFacts {
  /** Nodes that lack nothing but room. */
  readonly nodes: readonly Node[];
  readonly podsOn: (nodeName: string) => readonly Pod[];
  readonly requestsOf: (pod: Pod) => Amounts;
}

export function priorityOf(pod: Pod): number {
  return pod.spec?.priority ?? 0;
}

/**
 * Whom a Pod may push away, and from which node; null: nobody, or it may not.
 * @see kubernetes v1.36 pkg/scheduler/framework/preemption/preemption.go, Preempt
 */
export function choosePreemption(pod: Pod, { nodes, podsOn, requestsOf }: PreemptionFacts): Preemption | null {
  if (pod.spec?.preemptionPolicy === "Never") return null;
  const nominated = pod.status?.nominatedNodeName;
  // Who has pushed somebody away waits until he has left.
  if (nominated && podsOn(nominated).some((other) => isLeaving(other) && priorityOf(other) < priorityOf(pod)))
    return null;
  const candidates: Preemption[] = [];
  for (const node of nodes) {
    const nodeName = node.metadata.name ?? "";
    const victims = victimsOn(node, pod, podsOn(nodeName), requestsOf);
    if (victims !== null) candidates.push({ nodeName, victims });
  }
  return candidates.sort(compareCandidates)[0] ?? null;
}

/**
 * The fewest that have to go: all of lower priority, but for those that fit in beside the Pod, the most important first.
 * @see kubernetes v1.36 pkg/scheduler/framework/plugins/defaultpreemption/default_preemption.go, SelectVictimsOnNode
 */
function victimsOn(
  node: Node,
  pod: Pod,
  others: readonly Pod[],
  requestsOf: (pod: Pod) => Amounts,
): readonly Pod[] | null {
  const lower = others.filter((other) => priorityOf(other) < priorityOf(pod)).sort(compareImportance);
  if (lower.length === 0) return null;
  const free = freeOf(node);
  for (const other of others) if (!lower.includes(other)) take(free, requestsOf(other));
  const wanted = requestsOf(pod);
  if (!fits(free, wanted)) return null;
  take(free, wanted);
  const victims: Pod[] = [];
  for (const other of lower) {
    const requests = requestsOf(other);
    if (fits(free, requests)) take(free, requests);
    else victims.push(other);
  }
  return victims.length === 0 ? null : victims;
}

function freeOf({ status }: Node): { [resource: string]: number } {
  const free: { [resource: string]: number } = {};
  for (const name in status?.allocatable) free[name] = milliValue(status.allocatable[name] ?? 0);
  return free;
}

function fits(free: Amounts, requests: Amounts): boolean {
  return Object.keys(requests).every((name) => (requests[name] ?? 0) <= (free[name] ?? 0));
}

function take(free: { [resource: string]: number }, requests: Amounts): void {
  for (const name in requests) free[name] = (free[name] ?? 0) - (requests[name] ?? 0);
}

function isLeaving({ metadata }: Pod): boolean {
  return metadata.deletionTimestamp !== undefined;
}

/** Higher priority first, then who has run longer. */
function compareImportance(one: Pod, other: Pod): number {
  return priorityOf(other) - priorityOf(one) || (startOf(one) < startOf(other) ? -1 : 1);
}

function startOf({ status, metadata }: Pod): string {
  return status?.startTime ?? metadata.creationTimestamp ?? "";
}

/**
 * The least important most important victim, then the smallest sum of priorities, the fewest, and those that started last.
 * @see kubernetes v1.36 pkg/scheduler/framework/preemption/preemption.go, pickOneNodeForPreemption
 */
function compareCandidates(one: Preemption, other: Preemption): number {
  const highest = ({ victims }: Preemption) => Math.max(...victims.map(priorityOf));
  const sum = ({ victims }: Preemption) => victims.reduce((total, victim) => total + priorityOf(victim), 0);
  const earliest = ({ victims }: Preemption) => victims.map(startOf).sort()[0] ?? "";
  return (
    highest(one) - highest(other) ||
    sum(one) - sum(other) ||
    one.victims.length - other.victims.length ||
    (earliest(one) === earliest(other) ? 0 : earliest(one) > earliest(other) ? -1 : 1)
  );
}
