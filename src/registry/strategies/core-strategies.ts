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
import {
  validateConfigMap,
  validateConfigMapUpdate,
  validateNamespace,
  validateNamespaceUpdate,
  validateNode,
  validateNodeUpdate,
  validateSecret,
  validateSecretUpdate,
  validateServiceAccount,
  validateServiceAccountUpdate,
} from "../../api/core/cluster-validation.js";
import {
  validateEndpoints,
  validateEndpointsUpdate,
  validateEvent,
  validateEventUpdate,
} from "../../api/core/event-validation.js";
import {
  validatePersistentVolume,
  validatePersistentVolumeClaim,
  validatePersistentVolumeClaimUpdate,
  validatePersistentVolumeUpdate,
} from "../../api/core/volume-claim-validation.js";
import type { Event } from "../../api/generated/types.js";
import type { KubeObject } from "../../api/meta/object.js";
import { plain } from "./plain.js";

/** The class of claims that name none: admission fills it in upstream, plug-in DefaultStorageClass. */
const defaultStorageClass = "standard";

/** Namespaces stay, Terminating, until their finalizers in the spec are done. */
export const namespaceStrategy = plain("namespaces", {
  hasStatus: true,
  setDefaults: defaultNamespace,
  validate: validateNamespace,
  validateUpdate: validateNamespaceUpdate,
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
  validate: validateNode,
  validateUpdate: validateNodeUpdate,
  selectableFields: (node) => ({ "spec.unschedulable": String(node.spec?.unschedulable ?? false) }),
});

export const serviceAccountStrategy = plain("serviceaccounts", {
  setDefaults: defaultServiceAccount,
  validate: validateServiceAccount,
  validateUpdate: validateServiceAccountUpdate,
});

export const configMapStrategy = plain("configmaps", {
  setDefaults: defaultConfigMap,
  validate: validateConfigMap,
  validateUpdate: validateConfigMapUpdate,
});

export const secretStrategy = plain("secrets", {
  setDefaults: defaultSecret,
  validate: validateSecret,
  validateUpdate: validateSecretUpdate,
  selectableFields: (secret) => ({ type: secret.type ?? "" }),
});

export const endpointsStrategy = plain("endpoints", {
  setDefaults: defaultEndpoints,
  validate: (endpoints, { trusted }) => (trusted ? [] : validateEndpoints(endpoints)),
  validateUpdate: (next, previous, { trusted }) => (trusted ? [] : validateEndpointsUpdate(next, previous)),
});

export const eventStrategy = plain("events", {
  validate: (event, { trusted }) => (trusted ? [] : validateEvent(event)),
  validateUpdate: (next, previous, { trusted }) => (trusted ? [] : validateEventUpdate(next, previous)),
  selectableFields: eventFields,
});

export const persistentVolumeStrategy = plain("persistentvolumes", {
  hasStatus: true,
  setDefaults: defaultPersistentVolume,
  prepareForCreate: (volume) => ({
    ...withFinalizer(volume, "kubernetes.io/pv-protection"),
    status: { phase: "Pending" },
  }),
  validate: validatePersistentVolume,
  validateUpdate: validatePersistentVolumeUpdate,
});

export const persistentVolumeClaimStrategy = plain("persistentvolumeclaims", {
  hasStatus: true,
  setDefaults: defaultPersistentVolumeClaim,
  prepareForCreate: (claim) => {
    const { storageClassName = defaultStorageClass } = claim.spec ?? {};
    const named = { ...claim, spec: { ...claim.spec, storageClassName }, status: { phase: "Pending" as const } };
    return withFinalizer(named, "kubernetes.io/pvc-protection");
  },
  validate: validatePersistentVolumeClaim,
  validateUpdate: validatePersistentVolumeClaimUpdate,
});

/** Keeps an object as long as it is used: admission does it upstream, plug-in StorageObjectInUseProtection. */
function withFinalizer<T extends KubeObject>(object: T, finalizer: string): T {
  const { finalizers = [] } = object.metadata;
  if (finalizers.includes(finalizer)) return object;
  return { ...object, metadata: { ...object.metadata, finalizers: [...finalizers, finalizer] } };
}

function eventFields(event: Event): { readonly [field: string]: string } {
  // Which fields there are is also asked of an object without any.
  const involvedObject: Event["involvedObject"] = event.involvedObject ?? {};
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
