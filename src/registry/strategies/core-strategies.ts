import {
  defaultConfigMap,
  defaultEndpoints,
  defaultNamespace,
  defaultNode,
  defaultPersistentVolume,
  defaultPersistentVolumeClaim,
  defaultSecret,
  defaultServiceAccount,
} from "../../api/core/cluster-defaults.js";
import type { Event } from "../../api/generated/types.js";
import { plain } from "./plain.js";

/** Namespaces stay, Terminating, until their finalizers in the spec are done. */
export const namespaceStrategy = plain("namespaces", {
  hasStatus: true,
  setDefaults: defaultNamespace,
  prepareForCreate: (namespace) => ({
    ...namespace,
    spec: { ...namespace.spec, finalizers: ["kubernetes"] },
    status: { phase: "Active" },
  }),
  isHeld: (namespace) => (namespace.spec?.finalizers?.length ?? 0) > 0,
  prepareForDelete: (namespace) => ({ ...namespace, status: { ...namespace.status, phase: "Terminating" } }),
  selectableFields: (namespace) => ({ "status.phase": namespace.status?.phase ?? "" }),
});

export const nodeStrategy = plain("nodes", {
  hasStatus: true,
  setDefaults: defaultNode,
  selectableFields: (node) => ({ "spec.unschedulable": String(node.spec?.unschedulable ?? false) }),
});

export const serviceAccountStrategy = plain("serviceaccounts", { setDefaults: defaultServiceAccount });

export const configMapStrategy = plain("configmaps", { setDefaults: defaultConfigMap });

export const secretStrategy = plain("secrets", {
  setDefaults: defaultSecret,
  selectableFields: (secret) => ({ type: secret.type ?? "" }),
});

export const endpointsStrategy = plain("endpoints", { setDefaults: defaultEndpoints });

export const eventStrategy = plain("events", { selectableFields: eventFields });

export const persistentVolumeStrategy = plain("persistentvolumes", {
  hasStatus: true,
  setDefaults: defaultPersistentVolume,
});

export const persistentVolumeClaimStrategy = plain("persistentvolumeclaims", {
  hasStatus: true,
  setDefaults: defaultPersistentVolumeClaim,
});

function eventFields(event: Event): { readonly [field: string]: string } {
  const { involvedObject } = event;
  return {
    "involvedObject.kind": involvedObject.kind ?? "",
    "involvedObject.namespace": involvedObject.namespace ?? "",
    "involvedObject.name": involvedObject.name ?? "",
    "involvedObject.uid": involvedObject.uid ?? "",
    "involvedObject.apiVersion": involvedObject.apiVersion ?? "",
    "involvedObject.resourceVersion": involvedObject.resourceVersion ?? "",
    "involvedObject.fieldPath": involvedObject.fieldPath ?? "",
    reason: event.reason ?? "",
    reportingComponent: event.reportingComponent ?? "",
    source: event.source?.component || (event.reportingComponent ?? ""),
    type: event.type ?? "",
  };
}
