import type { Component } from "../client/component.js";
import { cronJobController } from "../controllers/cronjob/cron-job-controller.js";
import { endpointsController } from "../controllers/endpoints/endpoints-controller.js";
import { eventExpiry } from "../controllers/events/event-expiry.js";
import { garbageCollector } from "../controllers/gc/garbage-collector.js";
import { jobController } from "../controllers/job/job-controller.js";
import { namespaceController } from "../controllers/namespace/namespace-controller.js";
import { nodeLifecycleController } from "../controllers/node/node-lifecycle-controller.js";
import { taintEvictionController } from "../controllers/node/taint-eviction-controller.js";
import { podGarbageCollector } from "../controllers/podgc/pod-garbage-collector.js";
import { serviceAccountController } from "../controllers/serviceaccount/service-account-controller.js";
import { statefulSetController } from "../controllers/statefulset/stateful-set-controller.js";
import { ttlController } from "../controllers/ttl/ttl-controller.js";
import { volumeController } from "../controllers/volume/volume-controller.js";
import { kubelet } from "../kubelet/kubelet.js";
import { scheduler } from "../scheduler/scheduler.js";

/** Everything that runs in a world. A new list for each world: some of them keep caches. */
export function components(): readonly Component[] {
  return [
    jobController(),
    cronJobController(),
    ttlController(),
    garbageCollector(),
    namespaceController(),
    serviceAccountController(),
    statefulSetController(),
    volumeController(),
    endpointsController(),
    nodeLifecycleController(),
    taintEvictionController(),
    podGarbageCollector(),
    eventExpiry(),
    scheduler(),
    kubelet(),
  ];
}
