import { type ResourceName, resources } from "../../api/resources.js";
import { type Component, watch } from "../../client/component.js";

/** Milliseconds until the content of a namespace that goes is looked at again. */
const recheckMs = 1000;

/** Deletes all that is in a namespace that goes, then lets it go. @see kubernetes pkg/controller/namespace/deletion */
export function namespaceController(): Component {
  return {
    name: "namespace-controller",
    watches: [
      watch("namespaces", ({ type, object }, enqueue) => {
        if (type !== "DELETED" && object.metadata.deletionTimestamp !== undefined) enqueue(object.metadata.name ?? "");
      }),
    ],
    reconcile(name, context) {
      const { client } = context;
      const namespace = client.get("namespaces", "", name);
      if (namespace?.metadata.deletionTimestamp === undefined) return;
      let left = 0;
      for (const resource of Object.keys(resources) as ResourceName[]) {
        if (!resources[resource].namespaced) continue;
        for (const { metadata } of client.list(resource, name)) {
          if (metadata.deletionTimestamp === undefined) {
            client.delete(resource, name, metadata.name ?? "", { propagationPolicy: "Background" });
          }
        }
        left += client.list(resource, name).length;
      }
      if (left > 0) context.enqueue(name, recheckMs);
      else client.finalizeNamespace(name);
    },
  };
}
