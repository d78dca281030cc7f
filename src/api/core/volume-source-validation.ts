import type { Volume } from "../generated/types.js";
import { addInvalid, type FieldErrors, invalidValue, notSupported, required, tooLong } from "../meta/field-error.js";
import type { FieldPath } from "../meta/field-path.js";
import { dns1123SubdomainProblems, nameIsSubdomain, rangeMessage } from "../meta/identifiers.js";
import { checkDescendingPath } from "./path-validation.js";

const csiDriverNameMax = 63;

/** What a source of storage outside the cluster has to say: the fields without which it means nothing. */
interface VendorSource {
  /** The name under which upstream reports errors inside the source, where it is not the field's. */
  readonly reportedAs?: string;
  readonly required: readonly string[];
}

/**
 * The sources that need a storage vendor's driver. They are checked so that a manifest is judged as on a real
 * cluster; nothing can mount them here.
 */
export const vendorSources = {
  gitRepo: { required: ["repository"] },
  gcePersistentDisk: { reportedAs: "persistentDisk", required: ["pdName"] },
  awsElasticBlockStore: { required: ["volumeID"] },
  nfs: { required: ["server", "path"] },
  iscsi: { required: ["targetPortal", "iqn"] },
  glusterfs: { required: ["endpoints", "path"] },
  flocker: { required: [] },
  rbd: { required: ["monitors", "image"] },
  cinder: { required: ["volumeID"] },
  cephfs: { required: ["monitors"] },
  quobyte: { required: ["registry", "volume"] },
  fc: { required: [] },
  flexVolume: { required: ["driver"] },
  azureFile: { required: ["secretName", "shareName"] },
  vsphereVolume: { required: ["volumePath"] },
  photonPersistentDisk: { required: ["pdID"] },
  portworxVolume: { required: ["volumeID"] },
  azureDisk: { required: ["diskName", "diskURI"] },
  storageos: { required: ["volumeName"] },
  scaleIO: { required: ["gateway", "system", "volumeName"] },
  csi: { required: ["driver"] },
} as const satisfies { readonly [kind in keyof Volume]?: VendorSource };

type VendorKind = keyof typeof vendorSources;

export function validateVendorSource(
  errors: FieldErrors,
  volume: Volume,
  kind: VendorKind,
  volumePath: FieldPath,
): void {
  const rules: VendorSource = vendorSources[kind];
  const path = volumePath.child(rules.reportedAs ?? kind);
  const source = (volume[kind] ?? {}) as { readonly [name: string]: unknown };
  for (const name of rules.required) {
    if (isEmpty(source[name])) errors.push(required(path.child(name)));
  }
  furtherChecks[kind]?.(errors, volume, path);
}

function isEmpty(value: unknown): boolean {
  return value === undefined || value === "" || (Array.isArray(value) && value.length === 0);
}

type Check = (errors: FieldErrors, volume: Volume, path: FieldPath) => void;

const furtherChecks: { readonly [kind in VendorKind]?: Check } = {
  gitRepo: (errors, { gitRepo }, path) => checkDescendingPath(errors, gitRepo?.directory ?? "", path, "directory"),
  gcePersistentDisk: (errors, { gcePersistentDisk }, path) =>
    checkPartition(errors, gcePersistentDisk?.partition, path),
  awsElasticBlockStore: (errors, { awsElasticBlockStore }, path) =>
    checkPartition(errors, awsElasticBlockStore?.partition, path),
  nfs: (errors, { nfs }, path) => {
    const target = nfs?.path ?? "";
    if (!target.startsWith("/")) errors.push(invalidValue(path.child("path"), target, "must be an absolute path"));
  },
  iscsi: (errors, { iscsi }, path) => {
    const lun = iscsi?.lun ?? 0;
    if (iscsi?.iqn && !/^(iqn|eui|naa)/.test(iscsi.iqn)) {
      errors.push(invalidValue(path.child("iqn"), iscsi.iqn, "must be valid format starting with iqn, eui, or naa"));
    }
    if (lun < 0 || lun > 255) errors.push(invalidValue(path.child("lun"), lun, rangeMessage(0, 255)));
  },
  flocker: (errors, { flocker }, path) => {
    const { datasetName = "", datasetUUID = "" } = flocker ?? {};
    if (datasetName === "" && datasetUUID === "") {
      errors.push(required(path, "one of datasetName and datasetUUID is required"));
    }
    if (datasetName !== "" && datasetUUID !== "") {
      const detail = "datasetName and datasetUUID can not be specified simultaneously";
      errors.push(invalidValue(path, "resource", detail));
    }
    if (datasetName.includes("/")) {
      errors.push(invalidValue(path.child("datasetName"), datasetName, "must not contain '/'"));
    }
  },
  fc: (errors, { fc }, path) => {
    const { targetWWNs = [], wwids = [], lun } = fc ?? {};
    const namesPath = path.child("targetWWNs");
    if (targetWWNs.length === 0 && wwids.length === 0) {
      errors.push(required(namesPath, "must specify either targetWWNs or wwids, but not both"));
    }
    if (targetWWNs.length > 0 && wwids.length > 0) {
      errors.push(invalidValue(namesPath, targetWWNs, "targetWWNs and wwids can not be specified simultaneously"));
    }
    if (targetWWNs.length > 0 && lun === undefined) {
      errors.push(required(path.child("lun"), "lun is required if targetWWNs is specified"));
    } else if (targetWWNs.length > 0 && lun !== undefined && (lun < 0 || lun > 255)) {
      errors.push(invalidValue(path.child("lun"), lun, rangeMessage(0, 255)));
    }
  },
  csi: (errors, { csi }, path) => {
    const driver = csi?.driver ?? "";
    if (driver !== "") {
      if (driver.length > csiDriverNameMax) errors.push(tooLong(path.child("driver"), csiDriverNameMax));
      addInvalid(errors, path.child("driver"), driver, dns1123SubdomainProblems(driver.toLowerCase()));
    }
    const secret = csi?.nodePublishSecretRef;
    if (secret === undefined) return;
    if (!secret.name) errors.push(required(path.child("nodePublishSecretRef", "name")));
    // upstream leaves the reference out of the path of these
    else addInvalid(errors, path.child("name"), secret.name, nameIsSubdomain(secret.name, false));
  },
  azureDisk: (errors, { azureDisk }, path) => {
    const { cachingMode, kind } = azureDisk ?? {};
    const modes = ["None", "ReadOnly", "ReadWrite"];
    const kinds = ["Dedicated", "Managed", "Shared"];
    if (cachingMode !== undefined && !modes.includes(cachingMode)) {
      errors.push(notSupported(path.child("cachingMode"), cachingMode, modes));
    }
    if (kind !== undefined && !kinds.includes(kind)) errors.push(notSupported(path.child("kind"), kind, kinds));
  },
};

function checkPartition(errors: FieldErrors, partition: number | undefined, path: FieldPath): void {
  if (partition !== undefined && (partition < 0 || partition > 255)) {
    errors.push(invalidValue(path.child("partition"), partition, rangeMessage(1, 255)));
  }
}
