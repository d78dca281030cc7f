import type { Node, Pod, PodAffinityTerm, TopologySpreadConstraint } from "../api/generated/types.js";
import { selects } from "../api/meta/label-selector.js";
import type { Client } from "../client/client.js";
import type { Misfit } from "./filters.js";

/** What other Pods mean for where a Pod may go: its own terms, those of Pods that run, ports, and how Pods are spread. */
interface Neighbours {
  /** Why a node does not take the Pod; null: it does. */
  misfit(node: Node): Misfit | null;
}

const reasons = {
  ports: "node(s) didn't have free ports for the requested pod ports",
  spread: "node(s) didn't match pod topology spread constraints",
  spreadLabel: "node(s) didn't match pod topology spread constraints (missing required label)",
  affinity: "node(s) didn't match pod affinity rules",
  antiAffinity: "node(s) didn't match pod anti-affinity rules",
  existing: "node(s) didn't satisfy existing pods anti-affinity rules",
} as const;

/** Nothing is looked up for Pods without wishes of this kind, where nobody else has any either. */
const none: Neighbours = { misfit: () => null };

/**
 * @param shy Pods on nodes with a required anti-affinity
 * @param candidates the nodes that the Pod's own node selector allows, among which it is spread
 * @see kubernetes pkg/scheduler/framework/plugins: nodeports, podtopologyspread, interpodaffinity
 */
export function neighboursOf(
  pod: Pod,
  {
    nodes,
    candidates,
    shy,
    client,
  }: {
    readonly nodes: readonly Node[];
    readonly candidates: () => readonly Node[];
    readonly shy: Iterable<Pod>;
    readonly client: Client;
  },
): Neighbours {
  const affinity = requiredTerms(pod, "podAffinity");
  const antiAffinity = requiredTerms(pod, "podAntiAffinity");
  const spread = (pod.spec?.topologySpreadConstraints ?? []).filter(
    ({ whenUnsatisfiable }) => whenUnsatisfiable === "DoNotSchedule",
  );
  const ports = hostPorts(pod);
  const others = [...shy];
  if (affinity.length + antiAffinity.length + spread.length + ports.length + others.length === 0) return none;
  const byNode = new Map(nodes.map((node) => [node, client.byIndex("pods", "node-pods", node.metadata.name ?? "")]));
  const domains = (term: PodAffinityTerm, owner: Pod) => matchingDomains(term, owner, byNode, client);
  const near = affinity.map((term) => ({ term, found: domains(term, pod) }));
  const far = antiAffinity.map((term) => ({ key: term.topologyKey, found: domains(term, pod) }));
  const forbidden = forbiddenDomains(pod, others, nodes, client);
  const counts = spread.map((constraint) => spreadCounts(constraint, pod, candidates(), byNode));
  // The first of a group whose members want to be together has nobody to be with yet.
  const isFirst =
    near.every(({ found }) => found.size === 0) && affinity.every((term) => matchesTerm(term, pod, pod, client));
  return {
    misfit(node) {
      const labels = node.metadata.labels ?? {};
      const taken = byNode.get(node) ?? [];
      if (ports.length > 0 && taken.some((other) => hostPorts(other).some((port) => ports.includes(port)))) {
        return { reasons: [reasons.ports], preemptable: true };
      }
      for (const { constraint, byDomain, least, isOwn } of counts) {
        const domain = labels[constraint.topologyKey];
        if (domain === undefined) return { reasons: [reasons.spreadLabel], preemptable: false };
        const skew = (byDomain.get(domain) ?? 0) + (isOwn ? 1 : 0) - least;
        if (skew > constraint.maxSkew) return { reasons: [reasons.spread], preemptable: true };
      }
      const isNear = ({ term, found }: (typeof near)[number]) => found.has(labels[term.topologyKey] ?? "");
      const hasKeys = affinity.every(({ topologyKey }) => labels[topologyKey] !== undefined);
      if (!hasKeys || !(isFirst || near.every(isNear))) return { reasons: [reasons.affinity], preemptable: false };
      if (far.some(({ key, found }) => found.has(labels[key] ?? ""))) {
        return { reasons: [reasons.antiAffinity], preemptable: true };
      }
      if (forbidden.some(({ key, domain }) => labels[key] === domain)) {
        return { reasons: [reasons.existing], preemptable: true };
      }
      return null;
    },
  };
}

/** Whether a Pod keeps others away from where it is. */
export function isShy(pod: Pod): boolean {
  return requiredTerms(pod, "podAntiAffinity").length > 0;
}

/** Whether a Pod asks for the company of others. */
export function isSociable(pod: Pod): boolean {
  return requiredTerms(pod, "podAffinity").length > 0;
}

function requiredTerms(pod: Pod, kind: "podAffinity" | "podAntiAffinity"): readonly PodAffinityTerm[] {
  return pod.spec?.affinity?.[kind]?.requiredDuringSchedulingIgnoredDuringExecution ?? [];
}

function hostPorts(pod: Pod): readonly string[] {
  const found: string[] = [];
  for (const { ports = [] } of pod.spec?.containers ?? []) {
    for (const { hostPort, protocol = "TCP" } of ports) if (hostPort) found.push(`${hostPort}/${protocol}`);
  }
  return found;
}

/** Where there is a Pod that a term speaks of. */
function matchingDomains(
  term: PodAffinityTerm,
  owner: Pod,
  byNode: ReadonlyMap<Node, readonly Pod[]>,
  client: Client,
): ReadonlySet<string> {
  const found = new Set<string>();
  for (const [node, pods] of byNode) {
    const domain = node.metadata.labels?.[term.topologyKey];
    if (domain === undefined || found.has(domain)) continue;
    if (pods.some((pod) => matchesTerm(term, owner, pod, client))) found.add(domain);
  }
  return found;
}

/** Whether a term of `owner` speaks of `pod`. */
function matchesTerm(term: PodAffinityTerm, owner: Pod, pod: Pod, client: Client): boolean {
  const namespace = pod.metadata.namespace ?? "";
  const { namespaces = [], namespaceSelector } = term;
  const isOwn = namespaces.length === 0 && namespaceSelector === undefined;
  const isNamed = isOwn ? namespace === owner.metadata.namespace : namespaces.includes(namespace);
  const isChosen =
    isNamed || selects(namespaceSelector, client.get("namespaces", "", namespace)?.metadata.labels ?? {});
  return isChosen && selects(term.labelSelector, pod.metadata.labels);
}

function forbiddenDomains(
  pod: Pod,
  others: readonly Pod[],
  nodes: readonly Node[],
  client: Client,
): readonly { readonly key: string; readonly domain: string }[] {
  const found: { key: string; domain: string }[] = [];
  for (const other of others) {
    const node = nodes.find(({ metadata }) => metadata.name === other.spec?.nodeName);
    for (const term of requiredTerms(other, "podAntiAffinity")) {
      const domain = node?.metadata.labels?.[term.topologyKey];
      if (domain !== undefined && matchesTerm(term, other, pod, client)) found.push({ key: term.topologyKey, domain });
    }
  }
  return found;
}

function spreadCounts(
  constraint: TopologySpreadConstraint,
  pod: Pod,
  candidates: readonly Node[],
  byNode: ReadonlyMap<Node, readonly Pod[]>,
) {
  const { topologyKey, labelSelector, minDomains = 1 } = constraint;
  const byDomain = new Map<string, number>();
  for (const node of candidates) {
    const domain = node.metadata.labels?.[topologyKey];
    if (domain === undefined) continue;
    const matching = (byNode.get(node) ?? []).filter(
      ({ metadata }) =>
        metadata.namespace === pod.metadata.namespace &&
        metadata.deletionTimestamp === undefined &&
        selects(labelSelector, metadata.labels),
    );
    byDomain.set(domain, (byDomain.get(domain) ?? 0) + matching.length);
  }
  const least = byDomain.size < minDomains ? 0 : Math.min(...byDomain.values());
  return { constraint, byDomain, least, isOwn: selects(labelSelector, pod.metadata.labels) };
}
