import type {
  ConfigMap,
  ControllerRevision,
  CronJob,
  DaemonSet,
  Deployment,
  EndpointSlice,
  Endpoints,
  Event,
  Job,
  Lease,
  LimitRange,
  Namespace,
  Node,
  PersistentVolume,
  PersistentVolumeClaim,
  Pod,
  PodDisruptionBudget,
  PodTemplate,
  ReplicaSet,
  ReplicationController,
  ResourceQuota,
  Secret,
  Service,
  ServiceAccount,
  StatefulSet,
} from "./generated/types.js";

/** The object type behind each resource name. Plural names are unique here, so they alone identify a resource. */
export interface ResourceTypes {
  namespaces: Namespace;
  nodes: Node;
  serviceaccounts: ServiceAccount;
  configmaps: ConfigMap;
  secrets: Secret;
  pods: Pod;
  services: Service;
  endpoints: Endpoints;
  endpointslices: EndpointSlice;
  events: Event;
  persistentvolumes: PersistentVolume;
  persistentvolumeclaims: PersistentVolumeClaim;
  jobs: Job;
  cronjobs: CronJob;
  statefulsets: StatefulSet;
  controllerrevisions: ControllerRevision;
  leases: Lease;
  limitranges: LimitRange;
  podtemplates: PodTemplate;
  replicationcontrollers: ReplicationController;
  resourcequotas: ResourceQuota;
  daemonsets: DaemonSet;
  deployments: Deployment;
  replicasets: ReplicaSet;
  poddisruptionbudgets: PodDisruptionBudget;
}

export type ResourceName = keyof ResourceTypes;

/** One kind of object that the API serves. */
export interface Resource<Name extends ResourceName = ResourceName> {
  /** Plural, lower case: `jobs`. */
  readonly name: Name;
  readonly singular: string;
  readonly kind: string;
  /** "" for the core group. */
  readonly group: string;
  readonly version: string;
  readonly namespaced: boolean;
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  readonly subresources: readonly string[];
  /** What clients may do with it, as discovery says. */
  readonly verbs: readonly string[];
}

const allVerbs = ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"];
const readingVerbs = ["get", "list", "watch"];

function resource<Name extends ResourceName>(
  name: Name,
  kind: string,
  groupVersion: string,
  rest: Partial<Pick<Resource, "namespaced" | "shortNames" | "categories" | "subresources" | "verbs">> = {},
): Resource<Name> {
  const [group = "", version = ""] = groupVersion.includes("/") ? groupVersion.split("/") : ["", groupVersion];
  return {
    name,
    kind,
    group,
    version,
    singular: kind.toLowerCase(),
    namespaced: true,
    shortNames: [],
    categories: [],
    subresources: [],
    verbs: allVerbs,
    ...rest,
  };
}

/**
 * Every resource that kjob serves, by name. Of those that can only be read there are never any objects: they are known, so
 * that who asks for them is told that there are none, and who makes one is told that nothing would come of it.
 */
export const resources: { readonly [Name in ResourceName]: Resource<Name> } = {
  namespaces: resource("namespaces", "Namespace", "v1", {
    namespaced: false,
    shortNames: ["ns"],
    verbs: allVerbs.filter((verb) => verb !== "deletecollection"),
    subresources: ["status", "finalize"],
  }),
  nodes: resource("nodes", "Node", "v1", { namespaced: false, shortNames: ["no"], subresources: ["status"] }),
  serviceaccounts: resource("serviceaccounts", "ServiceAccount", "v1", { shortNames: ["sa"], subresources: ["token"] }),
  configmaps: resource("configmaps", "ConfigMap", "v1", { shortNames: ["cm"] }),
  secrets: resource("secrets", "Secret", "v1"),
  pods: resource("pods", "Pod", "v1", {
    shortNames: ["po"],
    categories: ["all"],
    subresources: ["status", "log", "exec", "attach", "eviction", "binding"],
  }),
  services: resource("services", "Service", "v1", {
    shortNames: ["svc"],
    categories: ["all"],
    subresources: ["status"],
  }),
  endpoints: resource("endpoints", "Endpoints", "v1", { shortNames: ["ep"] }),
  endpointslices: resource("endpointslices", "EndpointSlice", "discovery.k8s.io/v1"),
  events: resource("events", "Event", "v1", { shortNames: ["ev"] }),
  persistentvolumes: resource("persistentvolumes", "PersistentVolume", "v1", {
    namespaced: false,
    shortNames: ["pv"],
    subresources: ["status"],
  }),
  persistentvolumeclaims: resource("persistentvolumeclaims", "PersistentVolumeClaim", "v1", {
    shortNames: ["pvc"],
    subresources: ["status"],
  }),
  jobs: resource("jobs", "Job", "batch/v1", { categories: ["all"], subresources: ["status"] }),
  cronjobs: resource("cronjobs", "CronJob", "batch/v1", {
    shortNames: ["cj"],
    categories: ["all"],
    subresources: ["status"],
  }),
  statefulsets: resource("statefulsets", "StatefulSet", "apps/v1", {
    shortNames: ["sts"],
    categories: ["all"],
    subresources: ["status", "scale"],
  }),
  controllerrevisions: resource("controllerrevisions", "ControllerRevision", "apps/v1"),
  leases: resource("leases", "Lease", "coordination.k8s.io/v1"),
  limitranges: resource("limitranges", "LimitRange", "v1", { shortNames: ["limits"], verbs: readingVerbs }),
  podtemplates: resource("podtemplates", "PodTemplate", "v1", { verbs: readingVerbs }),
  replicationcontrollers: resource("replicationcontrollers", "ReplicationController", "v1", {
    shortNames: ["rc"],
    categories: ["all"],
    verbs: readingVerbs,
  }),
  resourcequotas: resource("resourcequotas", "ResourceQuota", "v1", { shortNames: ["quota"], verbs: readingVerbs }),
  daemonsets: resource("daemonsets", "DaemonSet", "apps/v1", {
    shortNames: ["ds"],
    categories: ["all"],
    verbs: readingVerbs,
  }),
  deployments: resource("deployments", "Deployment", "apps/v1", {
    shortNames: ["deploy"],
    categories: ["all"],
    verbs: readingVerbs,
  }),
  replicasets: resource("replicasets", "ReplicaSet", "apps/v1", {
    shortNames: ["rs"],
    categories: ["all"],
    verbs: readingVerbs,
  }),
  poddisruptionbudgets: resource("poddisruptionbudgets", "PodDisruptionBudget", "policy/v1", {
    shortNames: ["pdb"],
    verbs: readingVerbs,
  }),
};

/** Events as their own group shows them: the same objects as those of the core group, under other names of fields. */
export const groupedEvents: Resource<"events"> = { ...resources.events, group: "events.k8s.io", version: "v1" };

/** Every resource at every address that it is served at; the first of one name is the one that the name alone means. */
export const servedResources: readonly Resource[] = [...Object.values<Resource>(resources), groupedEvents];

/** `batch/v1`, or `v1` for the core group. */
export function apiVersionOf({ group, version }: Pick<Resource, "group" | "version">): string {
  return group === "" ? version : `${group}/${version}`;
}

/** The resource whose objects have this apiVersion and kind. */
export function resourceOfKind(apiVersion: string, kind: string): Resource | undefined {
  for (const candidate of servedResources) {
    if (candidate.kind === kind && apiVersionOf(candidate) === apiVersion) return candidate;
  }
  return undefined;
}
