import type { OwnerReference } from "../../api/generated/types.js";
import { foregroundFinalizer, orphanFinalizer } from "../../api/meta/finalizers.js";
import type { KubeObject } from "../../api/meta/object.js";
import { isReason } from "../../api/meta/status.js";
import { type ResourceName, type ResourceTypes, resourceOfKind, resources } from "../../api/resources.js";
import {
  type AnyWatch,
  type Change,
  type Component,
  type Context,
  type Enqueue,
  watch,
} from "../../client/component.js";

/** Milliseconds between a deletion and what the collector does about it: upstream's graph and queues take about as long. */
const collectDelayMs = 10;

/**
 * Deletes what has lost its owners, and carries out foreground and orphaning deletions. Keys: `gone/<uid>` for an owner
 * that is no more, `object/<resource>/<namespace>/<name>` for one object to look at.
 * @see kubernetes pkg/controller/garbagecollector/garbagecollector.go, attemptToDeleteItem
 */
export function garbageCollector(): Component {
  return {
    name: "garbage-collector",
    watches: (Object.keys(resources) as ResourceName[])
      .filter((resource) => resource !== "events")
      .map((resource) => watch(resource, (change, enqueue) => heed(resource, change, enqueue)) as AnyWatch),
    reconcile(key, context) {
      const [kind, ...rest] = key.split("/");
      if (kind === "gone") {
        for (const reference of context.client.referencesTo(rest[0] ?? "")) lookAt(reference, context);
      } else lookAt(rest.join("/"), context);
    },
  };
}

function heed(resource: ResourceName, { type, object, previous }: Change, enqueue: Enqueue): void {
  const { metadata } = object;
  const key = `object/${resource}/${metadata.namespace ?? ""}/${metadata.name ?? ""}`;
  if (type === "DELETED") {
    enqueue(`gone/${metadata.uid}`, collectDelayMs);
    // An owner that waits for its dependents in the foreground has one less.
    enqueueOwners(metadata.ownerReferences, metadata.namespace, enqueue);
    return;
  }
  const isGoing = metadata.deletionTimestamp !== undefined && needsCollector(object);
  const ownersChanged = previous !== undefined && previous.metadata.ownerReferences !== metadata.ownerReferences;
  const isNewDependent = type === "ADDED" && hasOwners(object) && !isControllersChild(object);
  if (ownersChanged) enqueueOwners(previous.metadata.ownerReferences, metadata.namespace, enqueue);
  if (isGoing || ownersChanged || isNewDependent) enqueue(key, collectDelayMs);
}

function enqueueOwners(owners: readonly OwnerReference[] = [], namespace: string | undefined, enqueue: Enqueue): void {
  for (const { apiVersion, kind, name } of owners) {
    const found = resourceOfKind(apiVersion, kind);
    if (found === undefined) continue;
    enqueue(`object/${found.name}/${found.namespaced ? namespace : ""}/${name}`, collectDelayMs);
  }
}

/** An object whose owners let go of it, or that never had one, is nobody's to collect. */
function hasOwners({ metadata: { ownerReferences = [] } }: KubeObject): boolean {
  return ownerReferences.length > 0;
}

/** What a controller has just made of its own object has an owner that exists; it hears when that goes. */
function isControllersChild({ metadata }: KubeObject): boolean {
  return (
    metadata.ownerReferences?.length === 1 &&
    metadata.ownerReferences[0]?.controller === true &&
    metadata.generateName !== undefined
  );
}

function needsCollector({ metadata }: KubeObject): boolean {
  return metadata.finalizers?.some((name) => name === foregroundFinalizer || name === orphanFinalizer) === true;
}

function lookAt(reference: string, context: Context): void {
  const [resource, namespace = "", name = ""] = reference.split("/") as [ResourceName, string, string];
  const object: KubeObject | undefined = context.client.get(resource, namespace, name);
  if (object === undefined) return;
  const { metadata } = object;
  if (metadata.deletionTimestamp !== undefined) {
    if (metadata.finalizers?.includes(orphanFinalizer)) orphanDependents(resource, object, context);
    else if (metadata.finalizers?.includes(foregroundFinalizer)) deleteDependents(resource, object, context);
    return;
  }
  if (hasOwners(object)) collect(resource, object, context);
}

/**
 * Deletes an object whose owners are all gone, or wait for it to go; drops references to those where others remain.
 * @see kubernetes v1.36 pkg/controller/garbagecollector/garbagecollector.go, attemptToDeleteItem
 */
function collect(resource: ResourceName, object: KubeObject, context: Context): void {
  const { namespace = "", name = "", uid, ownerReferences = [] } = object.metadata;
  // Nobody can tell whether such an owner is there: the object stays, as upstream leaves it.
  if (ownerReferences.some((reference) => !isKnowable(reference, namespace))) return;
  const owners = ownerReferences.map((reference) => ({ reference, owner: ownerOf(reference, namespace, context) }));
  const solid = owners.filter(({ owner }) => owner !== undefined && !isWaiting(owner));
  const waiting = owners.filter(({ owner }) => owner !== undefined && isWaiting(owner));
  if (solid.length > 0) {
    if (solid.length === owners.length) return;
    const kept = solid.map(({ reference }) => reference);
    context.client.modify(resource, namespace, name, (current) => withOwners(current, kept));
    return;
  }
  const dependents = waiting.length > 0 ? context.client.referencesTo(uid ?? "") : [];
  if (dependents.length === 0) {
    deleteQuietly(resource, object, existingPolicy(object), context);
    return;
  }
  // Objects that own each other would wait for each other for ever: this one blocks nobody.
  if (dependents.some((reference) => isWaitingDependent(reference, context))) {
    context.client.modify(resource, namespace, name, withoutBlocking);
  }
  deleteQuietly(resource, object, "Foreground", context);
}

/** A finalizer that asks for a policy already is honoured. */
function existingPolicy({ metadata: { finalizers } }: KubeObject): "Foreground" | "Background" | "Orphan" {
  if (finalizers?.includes(orphanFinalizer)) return "Orphan";
  return finalizers?.includes(foregroundFinalizer) ? "Foreground" : "Background";
}

function isWaitingDependent(reference: string, { client }: Context): boolean {
  const [resource, namespace = "", name = ""] = reference.split("/") as [ResourceName, string, string];
  const dependent: KubeObject | undefined = client.get(resource, namespace, name);
  return dependent !== undefined && isWaiting(dependent);
}

function withoutBlocking(current: ResourceTypes[ResourceName]): ResourceTypes[ResourceName] {
  const references = current.metadata.ownerReferences ?? [];
  return withOwners(
    current,
    references.map((reference) => ({ ...reference, blockOwnerDeletion: false })),
  );
}

function isWaiting(owner: KubeObject): boolean {
  return (
    owner.metadata.deletionTimestamp !== undefined && owner.metadata.finalizers?.includes(foregroundFinalizer) === true
  );
}

/** Of a kind that this cluster has, and in reach: what has no namespace cannot be owned by what has one. */
function isKnowable({ apiVersion, kind }: OwnerReference, namespace: string): boolean {
  const resource = resourceOfKind(apiVersion, kind);
  return resource !== undefined && !(resource.namespaced && namespace === "");
}

function ownerOf(reference: OwnerReference, namespace: string, context: Context): KubeObject | undefined {
  const resource = resourceOfKind(reference.apiVersion, reference.kind);
  if (resource === undefined) return undefined;
  const owner: KubeObject | undefined = context.client.get(
    resource.name,
    resource.namespaced ? namespace : "",
    reference.name,
  );
  return owner?.metadata.uid === reference.uid ? owner : undefined;
}

/**
 * Has the dependents deleted that an owner waits for, and lets the owner go when there are none left. Dependents that do
 * not block it go after it.
 */
function deleteDependents(resource: ResourceName, owner: KubeObject, context: Context): void {
  const uid = owner.metadata.uid ?? "";
  const references = context.client.referencesTo(uid);
  const last = references.findLast((reference) => blocks(reference, uid, context) !== "no");
  if (last === undefined) {
    dropFinalizer(resource, owner, foregroundFinalizer, context);
    return;
  }
  // They are deleted in order: where the last one is on its way out, all others are, and nothing is left but to wait.
  if (blocks(last, uid, context) === "going") return;
  for (const reference of references)
    if (blocks(reference, uid, context) === "yes") context.enqueue(`object/${reference}`);
}

/** Whether an object keeps an owner that goes in the foreground, and is on its way out itself. */
function blocks(reference: string, ownerUid: string, { client }: Context): "yes" | "going" | "no" {
  const [resource, namespace = "", name = ""] = reference.split("/") as [ResourceName, string, string];
  const dependent: KubeObject | undefined = client.get(resource, namespace, name);
  const link = dependent?.metadata.ownerReferences?.find(({ uid }) => uid === ownerUid);
  if (link?.blockOwnerDeletion !== true) return "no";
  return dependent?.metadata.deletionTimestamp === undefined ? "yes" : "going";
}

function orphanDependents(resource: ResourceName, owner: KubeObject, context: Context): void {
  const uid = owner.metadata.uid ?? "";
  for (const reference of context.client.referencesTo(uid)) {
    const [kind, namespace = "", name = ""] = reference.split("/") as [ResourceName, string, string];
    context.client.modify(kind, namespace, name, (current) =>
      withOwners(current, current.metadata.ownerReferences?.filter((candidate) => candidate.uid !== uid) ?? []),
    );
  }
  dropFinalizer(resource, owner, orphanFinalizer, context);
}

function dropFinalizer(resource: ResourceName, { metadata }: KubeObject, finalizer: string, context: Context): void {
  context.client.modify(resource, metadata.namespace ?? "", metadata.name ?? "", (current) => {
    const finalizers = (current.metadata.finalizers ?? []).filter((name) => name !== finalizer);
    const { finalizers: _old, ...rest } = current.metadata;
    return { ...current, metadata: finalizers.length === 0 ? rest : { ...rest, finalizers } };
  });
}

function withOwners(
  current: ResourceTypes[ResourceName],
  ownerReferences: readonly OwnerReference[],
): ResourceTypes[ResourceName] {
  const { ownerReferences: _old, ...rest } = current.metadata;
  return { ...current, metadata: ownerReferences.length === 0 ? rest : { ...rest, ownerReferences } };
}

function deleteQuietly(
  resource: ResourceName,
  { metadata }: KubeObject,
  propagationPolicy: "Foreground" | "Background" | "Orphan",
  context: Context,
): void {
  try {
    const { namespace = "", name = "", uid } = metadata;
    context.client.delete(resource, namespace, name, { ...(uid === undefined ? {} : { uid }), propagationPolicy });
  } catch (error) {
    if (!isReason(error, "NotFound")) throw error;
  }
}
