import type { ResourceName } from "../api/resources.js";
import { cronJobStrategy, jobStrategy } from "./strategies/batch-strategies.js";
import {
  configMapStrategy,
  endpointsStrategy,
  eventStrategy,
  namespaceStrategy,
  nodeStrategy,
  persistentVolumeClaimStrategy,
  persistentVolumeStrategy,
  secretStrategy,
  serviceAccountStrategy,
} from "./strategies/core-strategies.js";
import {
  controllerRevisionStrategy,
  endpointSliceStrategy,
  leaseStrategy,
  statefulSetStrategy,
} from "./strategies/other-strategies.js";
import { plain } from "./strategies/plain.js";
import { podStrategy } from "./strategies/pod-strategy.js";
import { serviceStrategy } from "./strategies/service-strategy.js";
import type { Strategy } from "./strategy.js";

export type Strategies = { readonly [Name in ResourceName]: Strategy<Name> };

/** The strategy of every resource; made anew for each registry, as some of them remember what they have seen. */
export function createStrategies(): Strategies {
  return {
    namespaces: namespaceStrategy,
    nodes: nodeStrategy,
    serviceaccounts: serviceAccountStrategy,
    configmaps: configMapStrategy,
    secrets: secretStrategy,
    pods: podStrategy(),
    services: serviceStrategy,
    endpoints: endpointsStrategy,
    endpointslices: endpointSliceStrategy,
    events: eventStrategy,
    persistentvolumes: persistentVolumeStrategy,
    persistentvolumeclaims: persistentVolumeClaimStrategy,
    jobs: jobStrategy(),
    cronjobs: cronJobStrategy,
    statefulsets: statefulSetStrategy,
    controllerrevisions: controllerRevisionStrategy,
    leases: leaseStrategy,
    limitranges: plain("limitranges"),
    podtemplates: plain("podtemplates"),
    replicationcontrollers: plain("replicationcontrollers"),
    resourcequotas: plain("resourcequotas"),
    daemonsets: plain("daemonsets"),
    deployments: plain("deployments"),
    replicasets: plain("replicasets"),
    poddisruptionbudgets: plain("poddisruptionbudgets"),
  };
}
