import type { Pod, Service } from "../../api/generated/types.js";
import { type LabelRequirements, matchesLabels, requirementsOfLabels } from "../../api/meta/label-selector.js";
import type { Client } from "../../client/client.js";
import { type Backend, backendOf } from "./backend.js";

/** One Service with a selector, and the Pods that it leads to. */
interface Entry {
  readonly requirements: LabelRequirements;
  readonly backends: Map<string, Backend>;
}

/**
 * Which Pods each Service leads to, kept up to date by changes, so that a Pod costs the Services that select it and no
 * others. It is a cache by namespace, read from the store when it is missing.
 */
export class ServiceBackends {
  readonly #namespaces = new Map<string, ReadonlyMap<string, Entry>>();

  /** Takes in a Pod's change; the names of the Services that select it now, or did before. */
  note(pod: Pod, previous: Pod | undefined, isGone: boolean, client: Client): readonly string[] {
    const { namespace = "", name = "", labels } = pod.metadata;
    const services = this.#servicesOf(namespace, client);
    if (services.size === 0) return [];
    const concerned: string[] = [];
    for (const [service, { requirements, backends }] of services) {
      const selected = matchesLabels(requirements, labels);
      const wasSelected = previous !== undefined && matchesLabels(requirements, previous.metadata.labels);
      if (!selected && !wasSelected) continue;
      concerned.push(service);
      const backend = selected && !isGone ? backendOf(pod) : undefined;
      if (backend === undefined) backends.delete(name);
      else backends.set(name, backend);
    }
    return concerned;
  }

  /** The Pods of a Service, by name. */
  of(service: Service, client: Client): readonly Backend[] {
    const { namespace = "", name = "" } = service.metadata;
    const backends = [...(this.#servicesOf(namespace, client).get(name)?.backends.values() ?? [])];
    return backends.sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** A Service of this namespace is new, gone, or selects other Pods. */
  forget(namespace: string): void {
    this.#namespaces.delete(namespace);
  }

  #servicesOf(namespace: string, client: Client): ReadonlyMap<string, Entry> {
    const known = this.#namespaces.get(namespace);
    if (known !== undefined) return known;
    const services = new Map<string, Entry>();
    for (const { metadata, spec } of client.list("services", namespace)) {
      const selector = spec?.selector ?? {};
      // Without a selector, endpoints are the user's affair.
      if (Object.keys(selector).length === 0 || spec?.type === "ExternalName") continue;
      services.set(metadata.name ?? "", { requirements: requirementsOfLabels(selector), backends: new Map() });
    }
    if (services.size > 0) for (const pod of podsOnNodes(namespace, client)) fill(services, pod);
    this.#namespaces.set(namespace, services);
    return services;
  }
}

function fill(services: ReadonlyMap<string, Entry>, pod: Pod): void {
  const backend = backendOf(pod);
  if (backend === undefined) return;
  for (const { requirements, backends } of services.values()) {
    if (matchesLabels(requirements, pod.metadata.labels)) backends.set(backend.name, backend);
  }
}

/** The Pods of a namespace that may have an address, without reading those that have ended. */
function* podsOnNodes(namespace: string, client: Client): Iterable<Pod> {
  for (const node of client.list("nodes", "")) {
    for (const pod of client.byIndex("pods", "node-pods", node.metadata.name ?? "")) {
      if (pod.metadata.namespace === namespace) yield pod;
    }
  }
}
