import type { ResourceRequirements } from "../generated/types.js";
import { canonicalResourceAmount, QuantityError, type QuantityText } from "../meta/quantity.js";
import { change } from "./defaulting.js";

type ResourceList = { readonly [name: string]: QuantityText };

/** Every amount in its canonical text, rounded up to thousandths. What is no amount stays, for validation to find. */
export function canonicalResourceList(list: ResourceList): ResourceList {
  let copy: Record<string, QuantityText> | undefined;
  for (const name in list) {
    const amount = list[name] as QuantityText; // the name comes from the list
    const canonical = canonicalOrSame(amount);
    if (canonical === amount) continue;
    copy ??= { ...list };
    copy[name] = canonical;
  }
  return copy ?? list;
}

function canonicalOrSame(amount: QuantityText): QuantityText {
  try {
    return canonicalResourceAmount(amount);
  } catch (error) {
    if (error instanceof QuantityError) return amount;
    throw error;
  }
}

/** @see kubernetes v1.36 pkg/apis/core/v1/defaults.go, SetDefaults_ResourceList */
export function defaultResources<T extends ResourceRequirements>(resources: T): T {
  return change(change(resources, "limits", canonicalResourceList), "requests", canonicalResourceList);
}

/** Requests that are not set are those of the limits. Only of a Pod, never of a template. */
export function requestsFromLimits(resources: ResourceRequirements): ResourceRequirements {
  const { limits, requests = {} } = resources;
  if (limits === undefined) return resources;
  let copy: Record<string, QuantityText> | undefined;
  for (const name in limits) {
    if (requests[name] !== undefined) continue;
    copy ??= { ...requests };
    copy[name] = limits[name] as QuantityText; // the name comes from the list
  }
  return copy === undefined ? resources : { ...resources, requests: copy };
}
