import type { ObjectMeta } from "../api/generated/types.js";
import type { KubeObject } from "../api/meta/object.js";
import { sameJson } from "../api/meta/same-json.js";

/** Whether an object has the very spec that is stored. */
export function hasSpecOf(object: KubeObject, previous: KubeObject): boolean {
  const { spec } = object as { readonly spec?: unknown };
  return spec !== undefined && spec === (previous as { readonly spec?: unknown }).spec;
}

/** Counts a change of the spec. */
export function countGeneration<T extends KubeObject>(next: T, previous: T): T {
  if (sameJson((next as { spec?: unknown }).spec, (previous as { spec?: unknown }).spec)) return next;
  return withGeneration(next, (previous.metadata.generation ?? 0) + 1);
}

/**
 * Parts that say the same are the same value as before. Watchers tell by identity what has changed: what they then do may
 * not depend on how the writer came by the part, from memory or built anew.
 */
export function sharing<T extends KubeObject>(next: T, previous: T): T {
  const { metadata } = next;
  const kept = previous.metadata;
  const { labels, annotations, ownerReferences, finalizers } = metadata;
  const [spec, specBefore] = [(next as { spec?: unknown }).spec, (previous as { spec?: unknown }).spec];
  let shared = next;
  if (
    isCopy(labels, kept.labels) ||
    isCopy(annotations, kept.annotations) ||
    isCopy(ownerReferences, kept.ownerReferences) ||
    isCopy(finalizers, kept.finalizers)
  ) {
    const parts: Mutable<ObjectMeta> = { ...metadata };
    if (isCopy(labels, kept.labels)) parts.labels = kept.labels;
    if (isCopy(annotations, kept.annotations)) parts.annotations = kept.annotations;
    if (isCopy(ownerReferences, kept.ownerReferences)) parts.ownerReferences = kept.ownerReferences;
    if (isCopy(finalizers, kept.finalizers)) parts.finalizers = kept.finalizers;
    shared = { ...shared, metadata: parts };
  }
  return isCopy(spec, specBefore) ? { ...shared, spec: specBefore } : shared;
}

function isCopy<Part>(part: Part | undefined, before: Part | undefined): before is Part {
  return part !== before && part !== undefined && before !== undefined && sameJson(part, before);
}

/** A graceful deletion that begins is a change of generation too. */
export function countDeletion<T extends KubeObject>(next: T, previous: T): T {
  if (previous.metadata.deletionTimestamp !== undefined || previous.metadata.generation === undefined) return next;
  return withGeneration(next, previous.metadata.generation + 1);
}

function withGeneration<T extends KubeObject>(object: T, generation: number): T {
  return { ...object, metadata: { ...object.metadata, generation } };
}

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };
