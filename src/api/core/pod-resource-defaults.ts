import type { Container, PodSpec } from "../generated/types.js";
import { addQuantities, compareQuantities, type QuantityText } from "../meta/quantity.js";
import { defaultResources } from "./resource-defaults.js";

type ResourceList = { readonly [name: string]: QuantityText };

/**
 * What the Pod as a whole requests where it has limits of its own: what its containers request together, else
 * the limits.
 * @see kubernetes v1.36 pkg/apis/core/v1/defaults.go, defaultPodRequests
 */
export function defaultPodResources(spec: PodSpec): PodSpec {
  if (spec.resources === undefined) return spec;
  const resources = defaultResources(spec.resources);
  const { limits = {}, requests = {} } = resources;
  const added: Record<string, QuantityText> = {};
  if (Object.keys(limits).length > 0) {
    const together = requestsTogether(spec);
    for (const name in together) {
      if ((name === "cpu" || name === "memory") && requests[name] === undefined) added[name] = together[name] ?? "0";
    }
    for (const name in limits) {
      if (requests[name] === undefined && added[name] === undefined) added[name] = limits[name] ?? "0";
    }
  }
  if (Object.keys(added).length > 0) {
    return { ...spec, resources: { ...resources, requests: { ...requests, ...added } } };
  }
  return resources === spec.resources ? spec : { ...spec, resources };
}

/** The larger of what the containers request together and what an init container needs while it runs. */
export function requestsTogether(spec: PodSpec): ResourceList {
  let running: ResourceList = {};
  for (const container of spec.containers) running = sum(running, requestsOf(container));
  let sidecars: ResourceList = {};
  let starting: ResourceList = {};
  for (const container of spec.initContainers ?? []) {
    if (container.restartPolicy === "Always") {
      sidecars = sum(sidecars, requestsOf(container));
      starting = larger(starting, sidecars);
    } else starting = larger(starting, sum(sidecars, requestsOf(container)));
  }
  return larger(sum(running, sidecars), starting);
}

function requestsOf(container: Container): ResourceList {
  return container.resources?.requests ?? {};
}

function sum(left: ResourceList, right: ResourceList): ResourceList {
  const result: Record<string, QuantityText> = { ...left };
  for (const name in right) result[name] = addQuantities(left[name] ?? "0", right[name] ?? "0");
  return result;
}

function larger(left: ResourceList, right: ResourceList): ResourceList {
  const result: Record<string, QuantityText> = { ...left };
  for (const name in right) {
    const [first = "0", second = "0"] = [left[name], right[name]];
    if (compareQuantities(second, first) > 0) result[name] = second;
  }
  return result;
}
