import type { KubeObject } from "../../api/meta/object.js";
import type { ResourceName, ResourceTypes } from "../../api/resources.js";
import type { Strategy } from "../strategy.js";

/**
 * The strategy of a resource that differs from the usual in what is given: no generation, status (if it has one) kept
 * apart from the rest, everything else accepted as it is.
 */
export function plain<Name extends ResourceName>(
  resource: Name,
  particular: Partial<Strategy<Name>> & { readonly hasStatus?: boolean } = {},
): Strategy<Name> {
  const { hasStatus = false, ...rest } = particular;
  return {
    resource,
    generation: false,
    setDefaults: (object) => object,
    prepareForCreate: (object) => object,
    prepareForUpdate: (next, previous) => (hasStatus ? keepStatus<ResourceTypes[Name]>(next, previous) : next),
    validate: () => [],
    validateUpdate: () => [],
    ...rest,
  };
}

/** An update of the rest leaves status as it was. */
export function keepStatus<T extends KubeObject>(next: T, previous: T): T {
  const { status } = previous as { status?: unknown };
  if ((next as { status?: unknown }).status === status) return next;
  if (status !== undefined) return { ...next, status };
  const { status: _dropped, ...rest } = next as T & { status?: unknown };
  return rest as T;
}
