import { toleratesTaint } from "../api/core/tolerations.js";
import type { Node, NodeSelectorRequirement, NodeSelectorTerm, Pod, Taint } from "../api/generated/types.js";
import { milliValue } from "../api/meta/quantity.js";
import { type EmulatedVersion, isAtLeast } from "../api/versions/emulated-version.js";
import type { Amounts } from "./node-usage.js";

/** Why a node does not take a Pod, in the scheduler's words; whether another Pod's end could change that. */
export interface Misfit {
  readonly reasons: readonly string[];
  readonly preemptable: boolean;
}

/**
 * The filters in upstream's order; the first that refuses speaks. null: the Pod fits.
 * @see kubernetes pkg/scheduler/framework/plugins
 */
export function misfit(
  pod: Pod,
  node: Node,
  use: { readonly requests: Amounts; readonly used: Amounts },
  version: EmulatedVersion,
): Misfit | null {
  const final = (reason: string): Misfit => ({ reasons: [reason], preemptable: false });
  if (isAtLeast(version, "1.34") && isRuledOutByName(pod, node))
    return final("node(s) didn't satisfy plugin(s) [NodeAffinity]");
  if (node.spec?.unschedulable && !toleratesTaint(pod, unschedulableTaint)) return final("node(s) were unschedulable");
  const name = pod.spec?.nodeName;
  if (name && name !== node.metadata.name) return final("node(s) didn't match the requested node name");
  const taint = node.spec?.taints?.find(
    (candidate) => candidate.effect !== "PreferNoSchedule" && !toleratesTaint(pod, candidate),
  );
  if (taint !== undefined) {
    const text = `{${taint.key}: ${taint.value ?? ""}}`;
    if (isAtLeast(version, "1.35")) return final("node(s) had untolerated taint(s)");
    return final(
      isAtLeast(version, "1.24")
        ? `node(s) had untolerated taint ${text}`
        : `node(s) had taint ${text}, that the pod didn't tolerate`,
    );
  }
  if (!matchesNode(pod, node)) return final("node(s) didn't match Pod's node affinity/selector");
  const { reasons, isTooLarge } = shortages(node, use);
  if (reasons.length === 0) return null;
  return { reasons, preemptable: !(isTooLarge && isAtLeast(version, "1.34")) };
}

const unschedulableTaint: Taint = { key: "node.kubernetes.io/unschedulable", effect: "NoSchedule" };

interface Shortages {
  readonly reasons: readonly string[];
  /** More is asked for than the node has: no other Pod's end would help. */
  readonly isTooLarge: boolean;
}

const noShortages: Shortages = { reasons: [], isTooLarge: false };

/** @see kubernetes v1.36 pkg/scheduler/framework/plugins/noderesources/fit.go, fitsRequest */
function shortages(node: Node, { requests, used }: { readonly requests: Amounts; readonly used: Amounts }): Shortages {
  const allocatable = allocatableOf(node);
  let short: string[] | undefined;
  let isTooLarge = false;
  for (const resource in requests) {
    const requested = requests[resource] ?? 0;
    const has = allocatable[resource] ?? 0;
    if ((used[resource] ?? 0) + requested <= has) continue;
    short ??= [];
    short.push(resource === "pods" ? "Too many pods" : `Insufficient ${resource}`);
    if (resource !== "pods" && requested > has) isTooLarge = true;
  }
  return short === undefined ? noShortages : { reasons: short.sort(), isTooLarge };
}

type Quantities = NonNullable<NonNullable<Node["status"]>["allocatable"]>;

/** By the list as the node has it: it is read for each Pod, and hardly ever changes. */
const allocatableAmounts = new WeakMap<Quantities, Amounts>();

function allocatableOf({ status }: Node): Amounts {
  const quantities = status?.allocatable ?? {};
  let amounts = allocatableAmounts.get(quantities);
  if (amounts === undefined) {
    amounts = Object.fromEntries(Object.entries(quantities).map(([name, amount]) => [name, milliValue(amount)]));
    allocatableAmounts.set(quantities, amounts);
  }
  return amounts;
}

/** Whether a node is one that the Pod's node selector and required node affinity ask for. */
export function matchesNode(pod: Pod, node: Node): boolean {
  const labels = node.metadata.labels ?? {};
  const selector = pod.spec?.nodeSelector;
  for (const key in selector) if (labels[key] !== selector[key]) return false;
  const terms = pod.spec?.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms;
  return terms === undefined || terms.some((term) => matchesTerm(term, node));
}

/**
 * Whether each term of a Pod's affinity names nodes, and none of them this one: such nodes are not looked at further.
 * @see kubernetes v1.36 pkg/scheduler/framework/plugins/nodeaffinity/node_affinity.go, PreFilter
 */
function isRuledOutByName(pod: Pod, node: Node): boolean {
  const terms = pod.spec?.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms;
  if (terms === undefined || terms.length === 0) return false;
  return terms.every(({ matchFields = [] }) => {
    const names = matchFields.filter(({ key, operator }) => key === "metadata.name" && operator === "In");
    return names.some(({ values = [] }) => !values.includes(node.metadata.name ?? ""));
  });
}

/** Whether a node is what a term describes; an empty term describes none. */
export function matchesTerm(term: NodeSelectorTerm, node: Node): boolean {
  const expressions = term.matchExpressions ?? [];
  const fields = term.matchFields ?? [];
  if (expressions.length + fields.length === 0) return false;
  const labels = node.metadata.labels ?? {};
  return (
    expressions.every((requirement) => matchesRequirement(requirement, labels[requirement.key])) &&
    fields.every((requirement) => matchesRequirement(requirement, node.metadata.name))
  );
}

function matchesRequirement({ operator, values = [] }: NodeSelectorRequirement, actual: string | undefined): boolean {
  switch (operator) {
    case "In":
      return actual !== undefined && values.includes(actual);
    case "NotIn":
      return actual === undefined || !values.includes(actual);
    case "Exists":
      return actual !== undefined;
    case "DoesNotExist":
      return actual === undefined;
    case "Gt":
      return actual !== undefined && Number(actual) > Number(values[0]);
    case "Lt":
      return actual !== undefined && Number(actual) < Number(values[0]);
    default:
      return false;
  }
}
