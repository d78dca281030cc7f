import type { ResourceName, ResourceTypes } from "../api/resources.js";
import type { Registry } from "../registry/registry.js";
import type { Store } from "../store/store.js";
import type { Client, DeleteArguments, IndexName } from "./client.js";

/** The control plane's own client: straight to the registry, as a trusted part. */
export function createRegistryClient(registry: Registry, store: Store): Client {
  const trusted = { trusted: true };
  return {
    get: (resource, namespace, name) => registry.find(resource, namespace, name),
    list: (resource, namespace) => registry.list(resource, namespace),
    listByName: (resource, namespace, prefix) => registry.listByName(resource, namespace, prefix),
    byIndex: <Name extends ResourceName>(resource: Name, index: IndexName, value: string) =>
      store.byIndex(resource, index, value) as readonly unknown[] as readonly ResourceTypes[Name][],
    referencesTo: (ownerUid) => store.referencesOf("owner", ownerUid),
    create: (resource, object) => registry.create(resource, object, trusted),
    update: (resource, object) => registry.update(resource, object, trusted),
    updateStatus: (resource, object) => registry.updateStatus(resource, object, trusted),
    modify(resource, namespace, name, change, subresource) {
      const object = registry.find(resource, namespace, name);
      if (object === undefined) return undefined;
      const next = change(object);
      if (next === undefined || next === object) return object;
      return subresource === "status"
        ? registry.updateStatus(resource, next, trusted)
        : registry.update(resource, next, trusted);
    },
    delete(resource, namespace, name, options: DeleteArguments = {}) {
      const { uid, resourceVersion, gracePeriodSeconds, propagationPolicy } = options;
      const preconditions = {
        ...(uid === undefined ? {} : { uid }),
        ...(resourceVersion === undefined ? {} : { resourceVersion }),
      };
      const request = {
        preconditions,
        ...(gracePeriodSeconds === undefined ? {} : { gracePeriodSeconds }),
        ...(propagationPolicy === undefined ? {} : { propagationPolicy }),
      };
      return registry.delete(resource, namespace, name, request, trusted).object;
    },
    finalizeNamespace: (name) => registry.finalizeNamespace(name),
    bind: (namespace, name, nodeName) => registry.bind(namespace, name, nodeName),
  };
}
