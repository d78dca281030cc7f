import type { Event } from "../api/generated/types.js";
import type { KubeObject } from "../api/meta/object.js";

/** Who records: `job-controller`; the kubelet adds its node. The scheduler leaves `component` out of the source. */
export interface EventSourceName {
  readonly component: string;
  readonly host?: string;
  /** Written as events.k8s.io does: reportingComponent instead of source. */
  readonly newStyle?: boolean;
}

/**
 * Writes Events. Repeated ones are counted, similar ones combined, too many of one source about one object dropped, as
 * client-go's EventCorrelator does.
 */
export interface Recorder {
  event(
    source: EventSourceName,
    object: KubeObject,
    type: "Normal" | "Warning",
    reason: string,
    message: string,
    options?: { readonly fieldPath?: string; readonly action?: string },
  ): void;
  /** Nothing more is to be said about an object: what is remembered of its events goes. */
  conclude(object: KubeObject): void;
  /** An Event is no more: what is remembered of it goes, too. */
  forget(event: Event): void;
}
