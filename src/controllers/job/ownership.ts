import type { Job, Pod } from "../../api/generated/types.js";
import { controllerOf } from "../../api/meta/object.js";
import { trackingFinalizer } from "./job-names.js";
import { ownerReferenceOf } from "./pod-factory.js";
import { hasTrackingFinalizer } from "./pod-state.js";
import { selects } from "./selector.js";

/**
 * Whether a Job takes a Pod that nobody controls: its selector matches, and neither of the two is being deleted. Pods
 * that have ended are taken too.
 * @see kubernetes v1.36 pkg/controller/controller_ref_manager.go, ClaimObject
 */
export function adopts(job: Job, pod: Pod): boolean {
  return (
    controllerOf(pod) === undefined &&
    pod.metadata.deletionTimestamp === undefined &&
    job.metadata.deletionTimestamp === undefined &&
    selects(job.spec?.selector, pod.metadata.labels)
  );
}

/** The Pod as its new Job's own: an owner reference, and the finalizer that keeps it until it is counted. */
export function adopted(job: Job, pod: Pod): Pod {
  const { ownerReferences = [], finalizers = [] } = pod.metadata;
  return {
    ...pod,
    metadata: {
      ...pod.metadata,
      ownerReferences: [...ownerReferences, ownerReferenceOf(job)],
      finalizers: hasTrackingFinalizer(pod) ? finalizers : [...finalizers, trackingFinalizer],
    },
  };
}

/** The Pod without this Job: its labels were changed, so that the selector matches no more. */
export function released(job: Job, pod: Pod): Pod {
  const { ownerReferences = [], ...rest } = pod.metadata;
  const left = ownerReferences.filter(({ uid }) => uid !== job.metadata.uid);
  return withoutFinalizer({ ...pod, metadata: left.length === 0 ? rest : { ...rest, ownerReferences: left } });
}

/** The Pod without the tracking finalizer; the same object where it has none. */
export function withoutFinalizer(pod: Pod): Pod {
  if (!hasTrackingFinalizer(pod)) return pod;
  const { finalizers = [], ...rest } = pod.metadata;
  const left = finalizers.filter((finalizer) => finalizer !== trackingFinalizer);
  return { ...pod, metadata: left.length === 0 ? rest : { ...rest, finalizers: left } };
}
