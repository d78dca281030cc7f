import { type Component, watch } from "../../client/component.js";
import { ttlLeftMs } from "./ttl-left.js";

/**
 * Deletes finished Jobs, with their Pods, once their `ttlSecondsAfterFinished` is over. Keeps no state.
 * @see kubernetes v1.36 pkg/controller/ttlafterfinished/ttlafterfinished_controller.go
 */
export function ttlController(): Component {
  return {
    name: "ttl-after-finished-controller",
    watches: [
      watch("jobs", ({ type, object: job }, enqueue, context) => {
        if (type === "DELETED" || ttlLeftMs(job, context.now()) === undefined) return;
        enqueue(`${job.metadata.namespace}/${job.metadata.name}`);
      }),
    ],
    reconcile(key, context) {
      const [namespace = "", name = ""] = key.split("/");
      const job = context.client.get("jobs", namespace, name);
      const leftMs = job === undefined ? undefined : ttlLeftMs(job, context.now());
      if (job === undefined || leftMs === undefined) return;
      if (leftMs > 0) context.enqueue(key, leftMs);
      else {
        const { uid } = job.metadata;
        context.client.delete("jobs", namespace, name, {
          ...(uid === undefined ? {} : { uid }),
          propagationPolicy: "Foreground",
        });
      }
    },
  };
}
