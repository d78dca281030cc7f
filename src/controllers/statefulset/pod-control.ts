import type { OwnerReference, PersistentVolumeClaim, Pod, StatefulSet } from "../../api/generated/types.js";
import { isNamespaceTerminating, isReason, StatusError } from "../../api/meta/status.js";
import { isAtLeast } from "../../api/versions/emulated-version.js";
import type { Context } from "../../client/component.js";
import { claimsOf, ordinalOf } from "./stateful-pod.js";

const source = { component: "statefulset-controller" } as const;

/** Creates a Pod and, before it, its claims. @throws StatusError after an event that says it */
export function createPod(set: StatefulSet, pod: Pod, context: Context): void {
  attempt("create", set, pod, context, () => {
    createClaims(set, pod, context);
    context.client.create("pods", pod);
  });
}

export function deletePod(set: StatefulSet, pod: Pod, context: Context): void {
  const { namespace = "", name = "" } = pod.metadata;
  attempt("delete", set, pod, context, () => {
    try {
      context.client.delete("pods", namespace, name);
    } catch (error) {
      if (!isReason(error, "NotFound")) throw error;
    }
  });
}

function attempt(verb: "create" | "delete", set: StatefulSet, pod: Pod, context: Context, act: () => void): void {
  const Verb = verb === "create" ? "Create" : "Delete";
  const about = `${verbIn(context, verb)} Pod ${pod.metadata.name} in StatefulSet ${set.metadata.name}`;
  try {
    act();
  } catch (error) {
    // In a namespace that goes there is nothing to try again.
    if (isNamespaceTerminating(error)) return;
    if (error instanceof StatusError && error.reason !== "AlreadyExists") {
      context.recorder.event(source, set, "Warning", `Failed${Verb}`, `${about} failed error: ${error.message}`);
    }
    throw error;
  }
  context.recorder.event(source, set, "Normal", `Successful${Verb}`, `${about} successful`);
}

/** Messages begin with a capital since 1.35. */
function verbIn({ version }: Context, verb: "create" | "delete"): string {
  if (!isAtLeast(version, "1.35")) return verb;
  return verb === "create" ? "Create" : "Delete";
}

/** Claims that exist stay as they are: that is what they are for. */
export function createClaims(set: StatefulSet, pod: Pod, context: Context): void {
  const { client, recorder } = context;
  for (const claim of claimsOf(set, ordinalOf(pod))) {
    const { namespace = "", name = "" } = claim.metadata;
    if (client.get("persistentvolumeclaims", namespace, name) !== undefined) continue;
    client.create("persistentvolumeclaims", claim);
    const message = `${verbIn(context, "create")} Claim ${name} Pod ${pod.metadata.name} in StatefulSet ${set.metadata.name} success`;
    recorder.event(source, set, "Normal", "SuccessfulCreate", message);
  }
}

/**
 * Makes claims go with the set, or with a Pod that is scaled away, where the retention policy says so: by owner
 * references, which the garbage collector follows.
 * @see kubernetes v1.36 pkg/controller/statefulset/stateful_set_utils.go, updateClaimOwnerRefForSetAndPod
 */
export function keepClaimOwners(
  set: StatefulSet,
  pod: Pod,
  isCondemned: boolean,
  { client }: Pick<Context, "client">,
): void {
  const { whenDeleted, whenScaled } = set.spec?.persistentVolumeClaimRetentionPolicy ?? {};
  const wanted: OwnerReference[] = [];
  if (whenScaled === "Delete" && isCondemned) wanted.push(reference("v1", "Pod", pod));
  else if (whenDeleted === "Delete") wanted.push(reference("apps/v1", "StatefulSet", set));
  for (const { metadata } of claimsOf(set, ordinalOf(pod))) {
    client.modify("persistentvolumeclaims", metadata.namespace ?? "", metadata.name ?? "", (claim) =>
      withOwners(claim, wanted, [set.metadata.uid, pod.metadata.uid]),
    );
  }
}

function withOwners(
  claim: PersistentVolumeClaim,
  wanted: readonly OwnerReference[],
  ours: readonly (string | undefined)[],
): PersistentVolumeClaim {
  const { ownerReferences = [], ...metadata } = claim.metadata;
  const present = ownerReferences.filter(({ uid }) => ours.includes(uid));
  if (present.length === wanted.length && present.every(({ uid }, at) => uid === wanted[at]?.uid)) return claim;
  const next = [...ownerReferences.filter(({ uid }) => !ours.includes(uid)), ...wanted];
  return { ...claim, metadata: next.length === 0 ? metadata : { ...metadata, ownerReferences: next } };
}

function reference(apiVersion: string, kind: string, { metadata }: StatefulSet | Pod): OwnerReference {
  return { apiVersion, kind, name: metadata.name ?? "", uid: metadata.uid ?? "" };
}
