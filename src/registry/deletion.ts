import type { DeleteOptions, ObjectMeta } from "../api/generated/types.js";
import { foregroundFinalizer, orphanFinalizer } from "../api/meta/finalizers.js";
import { formatTime, type KubeObject } from "../api/meta/object.js";

/** What a delete has to do with an object: take it out of the store, or write it with these changes. */
type DeletionPlan<T> = { readonly kind: "remove" } | { readonly kind: "write"; readonly object: T };

/**
 * Decides how a delete begins, or goes on: finalizers of the propagation policy first, then the grace period, then gone.
 * An object that is on its way out already only ever gets a shorter grace period.
 * @see k8s.io/apiserver pkg/registry/rest/delete.go, BeforeDelete; pkg/registry/generic/registry/store.go, deletionFinalizersForGarbageCollection
 */
export function planDeletion<T extends KubeObject>(
  object: T,
  request: {
    readonly graceSeconds: number;
    readonly propagation: DeleteOptions["propagationPolicy"];
    readonly nowMs: number;
    /** Something besides its finalizers keeps the object. */
    readonly held: boolean;
  },
): DeletionPlan<T> {
  const finalizers = finalizersFor(object.metadata.finalizers ?? [], request.propagation);
  const pending = finalizers.length > 0;
  const { graceSeconds, held } = request;
  if (!pending && !held && graceSeconds === 0) return { kind: "remove" };
  const { deletionTimestamp, deletionGracePeriodSeconds } = object.metadata;
  const metadata: Mutable<ObjectMeta> = { ...object.metadata };
  if (pending) metadata.finalizers = finalizers;
  else delete metadata.finalizers;
  if (deletionTimestamp === undefined) {
    metadata.deletionTimestamp = formatTime(request.nowMs + graceSeconds * 1000);
    metadata.deletionGracePeriodSeconds = graceSeconds;
  } else if (graceSeconds < (deletionGracePeriodSeconds ?? 0)) {
    const start = Date.parse(deletionTimestamp) - (deletionGracePeriodSeconds ?? 0) * 1000;
    metadata.deletionTimestamp = formatTime(start + graceSeconds * 1000);
    metadata.deletionGracePeriodSeconds = graceSeconds;
  } else if (sameList(finalizers, object.metadata.finalizers ?? [])) {
    return { kind: "write", object };
  }
  return { kind: "write", object: { ...object, metadata } };
}

/** Whether an object that waits for its deletion has nothing left to wait for. */
export function isReadyToGo(object: KubeObject): boolean {
  const { deletionTimestamp, deletionGracePeriodSeconds = 0, finalizers = [] } = object.metadata;
  return deletionTimestamp !== undefined && deletionGracePeriodSeconds === 0 && finalizers.length === 0;
}

function finalizersFor(
  finalizers: readonly string[],
  propagation: DeleteOptions["propagationPolicy"],
): readonly string[] {
  if (propagation === undefined) return finalizers;
  const others = finalizers.filter((finalizer) => finalizer !== foregroundFinalizer && finalizer !== orphanFinalizer);
  if (propagation === "Foreground") return [...others, foregroundFinalizer];
  if (propagation === "Orphan") return [...others, orphanFinalizer];
  return others;
}

function sameList(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((item, at) => item === b[at]);
}

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };
