import { isFinished } from "../api/core/pod-phase.js";
import type { EndpointSlice, Pod } from "../api/generated/types.js";
import { controllerOf, type KubeObject } from "../api/meta/object.js";
import type { IndexName } from "../client/client.js";
import type { IndexDefinition } from "../store/store.js";

/** The finalizer by which the Job controller keeps a finished Pod until it has counted it. */
const jobTrackingFinalizer = "batch.kubernetes.io/job-tracking";

/** By this label a slice belongs to its Service. */
const serviceNameLabel = "kubernetes.io/service-name";

/** All secondary indexes, as IndexNames describes them. */
export const indexDefinitions: readonly (IndexDefinition & { readonly name: IndexName })[] = [
  {
    name: "owner",
    resource: null,
    valuesOf: (object: KubeObject) => {
      const owners = object.metadata.ownerReferences;
      if (owners === undefined) return undefined;
      return owners.length === 1 ? owners[0]?.uid : owners.map((owner) => owner.uid);
    },
  },
  {
    name: "job-live-pods",
    resource: "pods",
    valuesOf: (pod: Pod) => {
      const owner = controllerOf(pod);
      if (owner?.kind !== "Job") return undefined;
      const tracked = pod.metadata.finalizers?.includes(jobTrackingFinalizer) === true;
      return tracked || !isFinished(pod) ? owner.uid : undefined;
    },
  },
  {
    name: "node-pods",
    resource: "pods",
    valuesOf: (pod: Pod) => (pod.spec?.nodeName && !isFinished(pod) ? pod.spec.nodeName : undefined),
  },
  {
    name: "unscheduled-pods",
    resource: "pods",
    valuesOf: (pod: Pod) => (pod.spec?.nodeName || isFinished(pod) ? undefined : "all"),
  },
  {
    name: "service-slices",
    resource: "endpointslices",
    valuesOf: ({ metadata }: EndpointSlice) => {
      const service = metadata.labels?.[serviceNameLabel];
      return service === undefined ? undefined : `${metadata.namespace}/${service}`;
    },
  },
];
