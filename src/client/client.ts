import type { DeleteOptions } from "../api/generated/types.js";
import type { ResourceName, ResourceTypes } from "../api/resources.js";

/** The secondary indexes that the control plane keeps. What has no value is not in the index. */
export interface IndexNames {
  /** Any object by the UID of each of its owners. */
  owner: string;
  /** Pods that a Job still has to look at, by the Job's UID: not finished, or finished and still with the tracking finalizer. */
  "job-live-pods": string;
  /** Pods by node name, as long as they are not finished. */
  "node-pods": string;
  /** Pods without a node. */
  "unscheduled-pods": string;
  /** EndpointSlices by `namespace/name` of the Service that their label names. */
  "service-slices": string;
}
export type IndexName = keyof IndexNames;

/** A write's precondition and manner. Times in seconds, as the API has them. */
export interface DeleteArguments {
  readonly uid?: string;
  readonly resourceVersion?: string;
  readonly gracePeriodSeconds?: number;
  readonly propagationPolicy?: NonNullable<DeleteOptions["propagationPolicy"]>;
}

/**
 * How controllers, scheduler and kubelet reach the API: the registry in process. Every write passes defaulting, admission
 * and validation, and makes a revision. Failures are thrown as StatusError: NotFound, AlreadyExists, Conflict, Invalid.
 * Reads see the latest revision. What comes back is never to be changed in place.
 */
export interface Client {
  get<Name extends ResourceName>(resource: Name, namespace: string, name: string): ResourceTypes[Name] | undefined;
  /** Sorted by namespace, then name. "" is every namespace. */
  list<Name extends ResourceName>(resource: Name, namespace: string): readonly ResourceTypes[Name][];
  /** Objects of one namespace whose names start with `prefix`. Costs what it returns. */
  listByName<Name extends ResourceName>(
    resource: Name,
    namespace: string,
    prefix: string,
  ): readonly ResourceTypes[Name][];
  /** Objects of a resource that an index has under a value, in order of their keys. Costs what it returns. */
  byIndex<Name extends ResourceName>(resource: Name, index: IndexName, value: string): readonly ResourceTypes[Name][];
  /** `resource/namespace/name` of every object that has an owner with this UID. */
  referencesTo(ownerUid: string): readonly string[];
  create<Name extends ResourceName>(resource: Name, object: ResourceTypes[Name]): ResourceTypes[Name];
  /** Compare-and-swap on metadata.resourceVersion where the object carries one. Leaves status as it is. */
  update<Name extends ResourceName>(resource: Name, object: ResourceTypes[Name]): ResourceTypes[Name];
  /** Writes status alone (and, for Pods, what goes with it). */
  updateStatus<Name extends ResourceName>(resource: Name, object: ResourceTypes[Name]): ResourceTypes[Name];
  /**
   * Reads, changes and writes in one step; nothing is written where `change` returns its argument or undefined.
   * Returns undefined where the object does not exist.
   */
  modify<Name extends ResourceName>(
    resource: Name,
    namespace: string,
    name: string,
    change: (object: ResourceTypes[Name]) => ResourceTypes[Name] | undefined,
    subresource?: "status",
  ): ResourceTypes[Name] | undefined;
  /** Starts (graceful, finalizers) or does the deletion; returns the object as it then is. */
  delete<Name extends ResourceName>(
    resource: Name,
    namespace: string,
    name: string,
    options?: DeleteArguments,
  ): ResourceTypes[Name];
  /** Takes away the finalizers in a namespace's spec, as the finalize subresource does; an empty one goes then. */
  finalizeNamespace(name: string): void;
  /** Sets spec.nodeName and the condition PodScheduled, as the binding subresource does. */
  bind(namespace: string, name: string, nodeName: string): void;
}
