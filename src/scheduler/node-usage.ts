import { isFinished } from "../api/core/pod-phase.js";
import type { Pod, PodSpec } from "../api/generated/types.js";
import { milliValue } from "../api/meta/quantity.js";
import { isShy, isSociable } from "./neighbours.js";
import { priorityOf } from "./preemption.js";

/** What Pods ask of a node, in thousandths of each resource's unit; `pods` counts them. */
export type Amounts = { readonly [resource: string]: number };

/** The sum of what the Pods on each node ask for, kept up to date from changes. */
export class NodeUsage {
  readonly #byPod = new Map<string, { readonly node: string; readonly requests: Amounts }>();
  readonly #byNode = new Map<string, { [resource: string]: number }>();
  readonly #shy = new Map<string, Pod>();
  readonly #lonely = new Set<string>();
  readonly #nominated = new Map<string, Pod>();
  readonly #requests = new WeakMap<PodSpec["containers"], Amounts>();

  /** What is asked of a node, together with what is promised there. */
  of(node: string, promised: readonly Pod[] = []): Amounts {
    const used = this.#byNode.get(node) ?? {};
    const guests = promised.filter(({ status }) => status?.nominatedNodeName === node);
    if (guests.length === 0) return used;
    const total = { ...used };
    for (const guest of guests) addAmounts(total, this.requestsOf(guest), 1);
    return total;
  }

  /** Pods without a node that have made room for themselves, and come before another one. */
  promisedBefore(pod: Pod): readonly Pod[] {
    if (this.#nominated.size === 0) return [];
    return [...this.#nominated.values()].filter(
      (other) => other.metadata.uid !== pod.metadata.uid && priorityOf(other) >= priorityOf(pod),
    );
  }

  /** Pods on nodes that keep others away. */
  get shy(): Iterable<Pod> {
    return this.#shy.values();
  }

  /** Whether a Pod without a node asks for the company of others. */
  get hasLonely(): boolean {
    return this.#lonely.size > 0;
  }

  /** Takes in a Pod as it is now; one that has finished or is gone asks for nothing. */
  note(pod: Pod, isGone: boolean): void {
    const key = `${pod.metadata.namespace}/${pod.metadata.name}`;
    const node = isGone || isFinished(pod) ? undefined : pod.spec?.nodeName;
    if (node === undefined && !isGone && pod.status?.nominatedNodeName && !isFinished(pod))
      this.#nominated.set(key, pod);
    else if (this.#nominated.size > 0) this.#nominated.delete(key);
    if (node === undefined && !isGone && isSociable(pod) && !isFinished(pod)) this.#lonely.add(key);
    else if (this.#lonely.size > 0) this.#lonely.delete(key);
    const known = this.#byPod.get(key);
    if (known?.node === node) return;
    if (known !== undefined) this.#add(known.node, known.requests, -1);
    this.#shy.delete(key);
    if (node === undefined) {
      this.#byPod.delete(key);
      return;
    }
    if (isShy(pod)) this.#shy.set(key, pod);
    const requests = this.requestsOf(pod);
    this.#byPod.set(key, { node, requests });
    this.#add(node, requests, 1);
  }

  /**
   * Sum over containers, or the largest init container where that is more; sidecars count as containers. What the Pod
   * itself asks for comes before that.
   */
  requestsOf(pod: Pod): Amounts {
    const spec = pod.spec ?? { containers: [] };
    const known = this.#requests.get(spec.containers);
    if (known !== undefined) return known;
    const total: { [resource: string]: number } = {};
    for (const container of spec.containers) addTo(total, container.resources?.requests, 1);
    let sidecars: { [resource: string]: number } = {};
    for (const container of spec.initContainers ?? []) {
      const needs = { ...sidecars };
      addTo(needs, container.resources?.requests, 1);
      if (container.restartPolicy === "Always") {
        sidecars = needs;
        addTo(total, container.resources?.requests, 1);
      } else for (const [name, amount] of Object.entries(needs)) total[name] = Math.max(total[name] ?? 0, amount);
    }
    const own = spec.resources?.requests;
    for (const name in own) total[name] = milliValue(own[name] ?? 0);
    addTo(total, spec.overhead, 1);
    total.pods = 1000;
    this.#requests.set(spec.containers, total);
    return total;
  }

  #add(node: string, requests: Amounts, sign: 1 | -1): void {
    let usage = this.#byNode.get(node);
    if (usage === undefined) {
      usage = {};
      this.#byNode.set(node, usage);
    }
    addAmounts(usage, requests, sign);
  }
}

function addAmounts(total: { [resource: string]: number }, amounts: Amounts, sign: 1 | -1): void {
  for (const name in amounts) total[name] = (total[name] ?? 0) + sign * (amounts[name] ?? 0);
}

function addTo(
  total: { [resource: string]: number },
  list: { readonly [resource: string]: string | number } | undefined,
  sign: 1 | -1,
): void {
  for (const name in list) total[name] = (total[name] ?? 0) + sign * milliValue(list[name] ?? 0);
}
