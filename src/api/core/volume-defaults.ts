import type {
  DownwardAPIVolumeFile,
  PersistentVolumeClaimSpec,
  ProjectedVolumeSource,
  Volume,
  VolumeProjection,
} from "../generated/types.js";
import { defaultFieldSelector, defaultResourceSelector } from "./container-defaults.js";
import { change, changeItems, fill, fillEmpty } from "./defaulting.js";
import { defaultPullPolicy } from "./image-reference.js";
import { defaultResources } from "./resource-defaults.js";

/** The permissions of projected files: 0644. */
const fileMode = 0o644;

/** @see kubernetes v1.36 pkg/apis/core/v1/defaults.go, SetDefaults_Volume and those of its sources */
export function defaultVolume(volume: Volume): Volume {
  for (const kind in volume) {
    if (kind === "name") continue;
    const defaults = sourceDefaults[kind];
    return defaults === undefined ? volume : defaults(volume);
  }
  return { ...volume, emptyDir: {} };
}

type VolumeDefaults = (volume: Volume) => Volume;

const sourceDefaults: { readonly [kind: string]: VolumeDefaults | undefined } = {
  emptyDir: (volume) => change(volume, "emptyDir", limitAsText),
  configMap: (volume) => change(volume, "configMap", (source) => fill(source, { defaultMode: fileMode })),
  secret: (volume) => change(volume, "secret", (source) => fill(source, { defaultMode: fileMode })),
  hostPath: (volume) => change(volume, "hostPath", (source) => fill(source, { type: "" })),
  downwardAPI: (volume) =>
    change(volume, "downwardAPI", (source) =>
      change(fill(source, { defaultMode: fileMode }), "items", (items) => changeItems(items, defaultDownwardFile)),
    ),
  projected: (volume) => change(volume, "projected", defaultProjected),
  ephemeral: (volume) =>
    change(volume, "ephemeral", (source) =>
      change(source, "volumeClaimTemplate", (template) => change(template, "spec", defaultClaimSpec)),
    ),
  image: (volume) =>
    change(volume, "image", (source) => fillEmpty(source, { pullPolicy: defaultPullPolicy(source.reference ?? "") })),
  iscsi: (volume) => change(volume, "iscsi", (source) => fillEmpty(source, { iscsiInterface: "default" })),
  rbd: (volume) =>
    change(volume, "rbd", (source) => fillEmpty(source, { pool: "rbd", user: "admin", keyring: "/etc/ceph/keyring" })),
  azureDisk: (volume) =>
    change(volume, "azureDisk", (source) =>
      fill(source, { cachingMode: "ReadWrite", kind: "Shared", fsType: "ext4", readOnly: false }),
    ),
  scaleIO: (volume) =>
    change(volume, "scaleIO", (source) => fillEmpty(source, { storageMode: "ThinProvisioned", fsType: "xfs" })),
};

function limitAsText<T extends { readonly sizeLimit?: string | number }>(source: T): T {
  return typeof source.sizeLimit === "number" ? { ...source, sizeLimit: String(source.sizeLimit) } : source;
}

function defaultDownwardFile(file: DownwardAPIVolumeFile): DownwardAPIVolumeFile {
  return change(change(file, "fieldRef", defaultFieldSelector), "resourceFieldRef", defaultResourceSelector);
}

function defaultProjected(source: ProjectedVolumeSource): ProjectedVolumeSource {
  const filled = fill(source, { defaultMode: fileMode });
  return change(filled, "sources", (sources) => changeItems(sources, defaultProjection));
}

function defaultProjection(projection: VolumeProjection): VolumeProjection {
  const filled = change(projection, "serviceAccountToken", (token) => fill(token, { expirationSeconds: 3600 }));
  return change(filled, "downwardAPI", (source) =>
    change(source, "items", (items) => changeItems(items, defaultDownwardFile)),
  );
}

/** A claim is for a file system unless it says otherwise. */
export function defaultClaimSpec(spec: PersistentVolumeClaimSpec): PersistentVolumeClaimSpec {
  return change(fill(spec, { volumeMode: "Filesystem", resources: {} }), "resources", defaultResources);
}
