import { isFinished } from "../../api/core/pod-phase.js";
import type { PersistentVolume, PersistentVolumeClaim, Pod } from "../../api/generated/types.js";
import { formatTime, type KubeObject } from "../../api/meta/object.js";
import { isAtLeast } from "../../api/versions/emulated-version.js";
import { type Component, type Context, watch } from "../../client/component.js";
import { matchVolume } from "./match-volume.js";

const claimFinalizer = "kubernetes.io/pvc-protection";
const volumeFinalizer = "kubernetes.io/pv-protection";
/** Who makes volumes for claims that name a class, or get the default one. */
const provisioner = "kjob.dev/hostpath";
const provisionerAnnotation = "volume.kubernetes.io/storage-provisioner";
/** Milliseconds that the provisioner takes. */
const provisionMs = 800;

const binderSource = { component: "persistentvolume-controller" } as const;
const provisionerSource = { component: provisioner } as const;

/**
 * Binds claims to volumes, and makes a volume for each claim that finds none; keeps both as long as they are in use. Keys:
 * `claim/namespace/name`, `provision/namespace/name`, `volume/name`.
 * @see kubernetes v1.36 pkg/controller/volume/persistentvolume/pv_controller.go
 */
export function volumeController(): Component {
  return {
    name: "volume-controller",
    watches: [
      watch("persistentvolumeclaims", ({ type, object }, enqueue) => {
        const { namespace, name } = object.metadata;
        if (type !== "DELETED") enqueue(`claim/${namespace}/${name}`);
        else if (object.spec?.volumeName) enqueue(`volume/${object.spec.volumeName}`);
      }),
      watch("persistentvolumes", ({ type, object }, enqueue) => {
        if (type !== "DELETED") enqueue(`volume/${object.metadata.name}`);
      }),
      watch("pods", ({ type, object }, enqueue) => {
        if (object.spec?.volumes === undefined || !(type === "DELETED" || isFinished(object))) return;
        for (const name of claimNames(object)) enqueue(`claim/${object.metadata.namespace}/${name}`);
      }),
    ],
    reconcile(key, context) {
      const [kind, ...rest] = key.split("/");
      if (kind === "volume") {
        const volume = context.client.get("persistentvolumes", "", rest[0] ?? "");
        if (volume !== undefined) reconcileVolume(volume, context);
        return;
      }
      const claim = context.client.get("persistentvolumeclaims", rest[0] ?? "", rest[1] ?? "");
      if (claim === undefined) return;
      if (claim.metadata.deletionTimestamp !== undefined) releaseClaim(claim, context);
      else if (claim.status?.phase !== "Bound") bindClaim(claim, kind === "provision", context);
    },
  };
}

function* claimNames(pod: Pod): Iterable<string> {
  for (const { persistentVolumeClaim } of pod.spec?.volumes ?? []) {
    if (persistentVolumeClaim !== undefined) yield persistentVolumeClaim.claimName;
  }
}

function bindClaim(claim: PersistentVolumeClaim, isProvisioned: boolean, context: Context): void {
  const { client, recorder } = context;
  const volume = matchVolume(claim, client.list("persistentvolumes", ""));
  if (volume !== undefined) {
    bind(claim, volume, context);
    return;
  }
  // A volume that is asked for by name is waited for.
  if (claim.spec?.volumeName) return;
  if (!claim.spec?.storageClassName) {
    const message = "no persistent volumes available for this claim and no storage class is set";
    recorder.event(binderSource, claim, "Normal", "FailedBinding", message);
  } else if (isProvisioned) bind(claim, createVolume(claim, context), context);
  else if (claim.metadata.annotations?.[provisionerAnnotation] === undefined) beginProvisioning(claim, context);
}

function beginProvisioning(claim: PersistentVolumeClaim, { client, recorder, version, enqueue }: Context): void {
  const { namespace = "", name = "" } = claim.metadata;
  client.modify("persistentvolumeclaims", namespace, name, (current) => ({
    ...current,
    metadata: {
      ...current.metadata,
      annotations: {
        ...current.metadata.annotations,
        "volume.beta.kubernetes.io/storage-provisioner": provisioner,
        [provisionerAnnotation]: provisioner,
      },
    },
  }));
  recorder.event(
    provisionerSource,
    claim,
    "Normal",
    "Provisioning",
    `External provisioner is provisioning volume for claim "${namespace}/${name}"`,
  );
  const message = isAtLeast(version, "1.28")
    ? `Waiting for a volume to be created either by the external provisioner '${provisioner}' or manually by the system administrator. If volume creation is delayed, please verify that the provisioner is running and correctly registered.`
    : `waiting for a volume to be created, either by external provisioner "${provisioner}" or manually created by system administrator`;
  recorder.event(binderSource, claim, "Normal", "ExternalProvisioning", message);
  enqueue(`provision/${namespace}/${name}`, provisionMs);
}

function createVolume(claim: PersistentVolumeClaim, { client, recorder }: Context): PersistentVolume {
  const { namespace = "", name = "", uid } = claim.metadata;
  const { accessModes, volumeMode, storageClassName, resources } = claim.spec ?? {};
  const volumeName = `pvc-${uid}`;
  const volume = client.create("persistentvolumes", {
    metadata: { name: volumeName, annotations: { "pv.kubernetes.io/provisioned-by": provisioner } },
    spec: {
      ...(accessModes === undefined ? {} : { accessModes }),
      capacity: { storage: resources?.requests?.storage ?? "1Gi" },
      claimRef: referenceTo(claim),
      hostPath: { path: `/var/lib/kjob/volumes/${namespace}/${name}`, type: "DirectoryOrCreate" },
      persistentVolumeReclaimPolicy: "Delete",
      ...(storageClassName === undefined ? {} : { storageClassName }),
      ...(volumeMode === undefined ? {} : { volumeMode }),
    },
  });
  recorder.event(
    provisionerSource,
    claim,
    "Normal",
    "ProvisioningSucceeded",
    `Successfully provisioned volume ${volumeName}`,
  );
  return volume;
}

function referenceTo({ metadata }: PersistentVolumeClaim) {
  const { namespace, name, uid, resourceVersion } = metadata;
  return { kind: "PersistentVolumeClaim", apiVersion: "v1", ...compact({ namespace, name, uid, resourceVersion }) };
}

function compact(fields: { readonly [name: string]: string | undefined }): { readonly [name: string]: string } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [name: string]: string;
  };
}

function bind(claim: PersistentVolumeClaim, volume: PersistentVolume, context: Context): void {
  const { client } = context;
  const volumeName = volume.metadata.name ?? "";
  const { namespace = "", name = "", uid } = claim.metadata;
  if (volume.spec?.claimRef?.uid !== uid) {
    client.modify("persistentvolumes", "", volumeName, (current) => ({
      ...withAnnotation(current, "pv.kubernetes.io/bound-by-controller"),
      spec: { ...current.spec, claimRef: referenceTo(claim) },
    }));
  }
  setPhase(volumeName, "Bound", context);
  const wasAsked = claim.spec?.volumeName === volumeName;
  client.modify("persistentvolumeclaims", namespace, name, (current) => {
    const marked = withAnnotation(current, "pv.kubernetes.io/bind-completed");
    const next = wasAsked ? marked : withAnnotation(marked, "pv.kubernetes.io/bound-by-controller");
    return { ...next, spec: { ...current.spec, volumeName } };
  });
  const { accessModes, capacity } = volume.spec ?? {};
  client.modify(
    "persistentvolumeclaims",
    namespace,
    name,
    (current) => ({
      ...current,
      status: {
        ...current.status,
        phase: "Bound",
        ...(accessModes === undefined ? {} : { accessModes }),
        ...(capacity === undefined ? {} : { capacity }),
      },
    }),
    "status",
  );
}

function withAnnotation<T extends KubeObject>(object: T, name: string): T {
  const annotations = { ...object.metadata.annotations, [name]: "yes" };
  return { ...object, metadata: { ...object.metadata, annotations } };
}

type Phase = NonNullable<NonNullable<PersistentVolume["status"]>["phase"]>;

function setPhase(name: string, phase: Phase, { client, now }: Context): void {
  client.modify(
    "persistentvolumes",
    "",
    name,
    (current) =>
      current.status?.phase === phase
        ? current
        : { ...current, status: { ...current.status, phase, lastPhaseTransitionTime: formatTime(now()) } },
    "status",
  );
}

/** A claim goes when no Pod uses it any more. */
function releaseClaim(claim: PersistentVolumeClaim, context: Context): void {
  const { namespace = "", name = "" } = claim.metadata;
  if (isInUse(namespace, name, context)) return;
  dropFinalizer("persistentvolumeclaims", claim, claimFinalizer, context);
}

function isInUse(namespace: string, claim: string, { client }: Context): boolean {
  for (const node of client.list("nodes", "")) {
    for (const pod of client.byIndex("pods", "node-pods", node.metadata.name ?? "")) {
      if (pod.metadata.namespace === namespace && [...claimNames(pod)].includes(claim)) return true;
    }
  }
  return false;
}

function reconcileVolume(volume: PersistentVolume, context: Context): void {
  const { client } = context;
  const name = volume.metadata.name ?? "";
  const reference = volume.spec?.claimRef;
  if (reference?.uid === undefined) {
    if (volume.metadata.deletionTimestamp !== undefined) {
      dropFinalizer("persistentvolumes", volume, volumeFinalizer, context);
      return;
    }
    setPhase(name, "Available", context);
    for (const { metadata, status } of client.list("persistentvolumeclaims", "")) {
      if (status?.phase !== "Bound") context.enqueue(`claim/${metadata.namespace}/${metadata.name}`);
    }
    return;
  }
  const claim = client.get("persistentvolumeclaims", reference.namespace ?? "", reference.name ?? "");
  if (claim?.metadata.uid === reference.uid) return;
  if (volume.metadata.deletionTimestamp !== undefined) {
    dropFinalizer("persistentvolumes", volume, volumeFinalizer, context);
    return;
  }
  setPhase(name, "Released", context);
  if (volume.spec?.persistentVolumeReclaimPolicy === "Delete") client.delete("persistentvolumes", "", name);
}

function dropFinalizer(
  resource: "persistentvolumes" | "persistentvolumeclaims",
  { metadata }: KubeObject,
  finalizer: string,
  { client }: Context,
): void {
  client.modify(resource, metadata.namespace ?? "", metadata.name ?? "", (current) => {
    const { finalizers = [], ...rest } = current.metadata;
    if (!finalizers.includes(finalizer)) return current;
    const left = finalizers.filter((other) => other !== finalizer);
    return { ...current, metadata: left.length === 0 ? rest : { ...rest, finalizers: left } };
  });
}
