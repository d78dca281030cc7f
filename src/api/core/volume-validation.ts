import type { KeyToPath, ProjectedVolumeSource, Volume, VolumeProjection } from "../generated/types.js";
import {
  addInvalid,
  duplicate,
  type FieldErrors,
  forbidden,
  invalidValue,
  notSupported,
  required,
} from "../meta/field-error.js";
import type { FieldPath } from "../meta/field-path.js";
import { dns1123LabelProblems, nameIsSubdomain } from "../meta/identifiers.js";
import { validateLabelSelector } from "../meta/label-selector-validation.js";
import { parseQuantity } from "../meta/quantity.js";
import { validateDownwardFile } from "./downward-api-validation.js";
import { checkFileMode, checkNoBacksteps, checkNonReservedPath } from "./path-validation.js";
import type { PodValidationOptions } from "./pod-validation-options.js";
import { validateClaimSpec } from "./volume-claim-validation.js";
import { validateVendorSource, type vendorSources } from "./volume-source-validation.js";

/** The volumes of a Pod that are valid, by name: what mounts may refer to. */
export type Volumes = ReadonlyMap<string, Volume>;

const noVolumes: Volumes = new Map();

/** The kinds of source, in the order in which upstream looks at them. */
const sourceKinds = [
  "emptyDir",
  "hostPath",
  "gitRepo",
  "gcePersistentDisk",
  "awsElasticBlockStore",
  "secret",
  "nfs",
  "iscsi",
  "glusterfs",
  "flocker",
  "persistentVolumeClaim",
  "rbd",
  "cinder",
  "cephfs",
  "quobyte",
  "downwardAPI",
  "fc",
  "flexVolume",
  "configMap",
  "azureFile",
  "vsphereVolume",
  "photonPersistentDisk",
  "portworxVolume",
  "azureDisk",
  "storageos",
  "projected",
  "scaleIO",
  "csi",
  "ephemeral",
  "image",
] as const satisfies readonly (keyof Volume)[];

type SourceKind = (typeof sourceKinds)[number];

/** The names under which upstream reports a second source, where they are not the field's. */
const reportedKinds: { readonly [kind in SourceKind]?: string } = { cephfs: "cephFS", downwardAPI: "downwarAPI" };

/** @see kubernetes v1.36 pkg/apis/core/validation/validation.go, ValidateVolumes */
export function validateVolumes(
  errors: FieldErrors,
  volumes: readonly Volume[] | undefined,
  specPath: FieldPath,
  options: PodValidationOptions,
  podName: string,
): Volumes {
  if (volumes === undefined || volumes.length === 0) return noVolumes;
  const valid = new Map<string, Volume>();
  for (const [position, volume] of volumes.entries()) {
    const path = specPath.child("volumes").index(position);
    const before = errors.length;
    validateSource(errors, volume, path, options, podName);
    const name = volume.name ?? "";
    if (name === "") errors.push(required(path.child("name")));
    else addInvalid(errors, path.child("name"), name, dns1123LabelProblems(name));
    if (valid.has(name)) errors.push(duplicate(path.child("name"), name));
    if (errors.length === before) valid.set(name, volume);
    validateNotOwnClaim(errors, volume, volumes, path, podName);
  }
  return valid;
}

/** A claim that is made for the Pod cannot be referred to as one that exists. */
function validateNotOwnClaim(
  errors: FieldErrors,
  volume: Volume,
  volumes: readonly Volume[],
  path: FieldPath,
  podName: string,
): void {
  const claim = volume.persistentVolumeClaim?.claimName;
  if (claim === undefined || podName === "") return;
  if (volumes.some((other) => other.ephemeral !== undefined && `${podName}-${other.name}` === claim)) {
    const detail = "must not reference a PVC that gets created for an ephemeral volume";
    errors.push(invalidValue(path.child("persistentVolumeClaim", "claimName"), claim, detail));
  }
}

function validateSource(
  errors: FieldErrors,
  volume: Volume,
  path: FieldPath,
  options: PodValidationOptions,
  podName: string,
): void {
  let found = false;
  for (const kind of sourceKinds) {
    if (volume[kind] === undefined) continue;
    if (found) {
      errors.push(forbidden(path.child(reportedKinds[kind] ?? kind), "may not specify more than 1 volume type"));
      continue;
    }
    found = true;
    validateSourceOf(errors, volume, kind, path, options, podName);
  }
  if (!found) errors.push(required(path, "must specify a volume type"));
}

function validateSourceOf(
  errors: FieldErrors,
  volume: Volume,
  kind: SourceKind,
  path: FieldPath,
  options: PodValidationOptions,
  podName: string,
): void {
  const sourcePath = path.child(kind);
  switch (kind) {
    case "emptyDir":
      validateEmptyDir(errors, volume, path);
      break;
    case "hostPath":
      validateHostPath(errors, volume, sourcePath);
      break;
    case "configMap":
      validateKeyedSource(errors, volume.configMap ?? {}, sourcePath, "name", volume.configMap?.name);
      break;
    case "secret":
      validateKeyedSource(errors, volume.secret ?? {}, sourcePath, "secretName", volume.secret?.secretName);
      break;
    case "persistentVolumeClaim":
      if (!volume.persistentVolumeClaim?.claimName) errors.push(required(sourcePath.child("claimName")));
      break;
    case "downwardAPI":
      checkFileMode(errors, volume.downwardAPI?.defaultMode, sourcePath, "defaultMode");
      for (const file of volume.downwardAPI?.items ?? []) validateDownwardFile(errors, file, sourcePath, options);
      break;
    case "projected":
      validateProjected(errors, volume.projected ?? {}, sourcePath, options);
      break;
    case "ephemeral":
      validateEphemeral(errors, volume, path, podName);
      break;
    case "image":
      validateImageSource(errors, volume, sourcePath, options);
      break;
    default:
      validateVendorSource(errors, volume, kind satisfies keyof typeof vendorSources, path);
  }
}

function validateEmptyDir(errors: FieldErrors, { emptyDir }: Volume, path: FieldPath): void {
  if (emptyDir?.sizeLimit === undefined || parseQuantity(emptyDir.sizeLimit).nano >= 0n) return;
  errors.push(forbidden(path.child("emptyDir", "sizeLimit"), "SizeLimit field must be a valid resource quantity"));
}

const hostPathTypes = [
  "",
  "BlockDevice",
  "CharDevice",
  "Directory",
  "DirectoryOrCreate",
  "File",
  "FileOrCreate",
  "Socket",
];

function validateHostPath(errors: FieldErrors, { hostPath }: Volume, path: FieldPath): void {
  if (!hostPath?.path) {
    errors.push(required(path.child("path")));
    return;
  }
  checkNoBacksteps(errors, hostPath.path, path, "path");
  if (hostPath.type !== undefined && !hostPathTypes.includes(hostPath.type)) {
    errors.push(notSupported(path.child("type"), hostPath.type, hostPathTypes));
  }
}

interface KeyedSource {
  readonly defaultMode?: number;
  readonly items?: readonly KeyToPath[];
}

function validateKeyedSource(
  errors: FieldErrors,
  source: KeyedSource,
  path: FieldPath,
  nameField: string,
  name: string | undefined,
): void {
  if (!name) errors.push(required(path.child(nameField)));
  checkFileMode(errors, source.defaultMode, path, "defaultMode");
  for (const [position, item] of source.items?.entries() ?? []) validateKeyToPath(errors, item, path, position);
}

function validateKeyToPath(errors: FieldErrors, item: KeyToPath, sourcePath: FieldPath, position: number): void {
  const path = sourcePath.child("items").index(position);
  const target = item.path ?? "";
  if (!item.key) errors.push(required(path.child("key")));
  if (target === "") errors.push(required(path.child("path")));
  checkNonReservedPath(errors, target, path, "path");
  checkFileMode(errors, item.mode, path, "mode");
}

function validateProjected(
  errors: FieldErrors,
  projected: ProjectedVolumeSource,
  path: FieldPath,
  options: PodValidationOptions,
): void {
  checkFileMode(errors, projected.defaultMode, path, "defaultMode");
  const taken = new Set<string>();
  for (const [position, source] of projected.sources?.entries() ?? []) {
    const sourcePath = path.child("sources").index(position);
    const kinds = validateProjection(errors, source, sourcePath, path, taken, options);
    if (kinds > 1) errors.push(forbidden(sourcePath, "may not specify more than 1 volume type per source"));
  }
}

/** Checks one source, returns how many it is. A path that two sources write is reported at the volume. */
function validateProjection(
  errors: FieldErrors,
  source: VolumeProjection,
  path: FieldPath,
  volumePath: FieldPath,
  taken: Set<string>,
  options: PodValidationOptions,
): number {
  let kinds = 0;
  const take = (target: string | undefined, shown: string | undefined): void => {
    if (!target) return;
    if (taken.has(target)) errors.push(invalidValue(volumePath, shown ?? "", "conflicting duplicate paths"));
    taken.add(target);
  };
  for (const kind of ["secret", "configMap"] as const) {
    const keyed = source[kind];
    if (keyed === undefined) continue;
    kinds++;
    if (!keyed.name) errors.push(required(path.child(kind, "name")));
    for (const [position, item] of keyed.items?.entries() ?? []) {
      validateKeyToPath(errors, item, path.child(kind), position);
      take(item.path, keyed.name);
    }
  }
  if (source.downwardAPI !== undefined) {
    kinds++;
    for (const file of source.downwardAPI.items ?? []) {
      validateDownwardFile(errors, file, path.child("downwardAPI"), options);
      take(file.path, file.path);
    }
  }
  if (source.serviceAccountToken !== undefined) {
    kinds++;
    validateTokenProjection(errors, source, path, volumePath);
  }
  if (source.clusterTrustBundle !== undefined) {
    kinds++;
    validateTrustBundle(errors, source, path.child("clusterTrustBundle"));
    take(source.clusterTrustBundle.path, source.clusterTrustBundle.path);
  }
  return source.podCertificate === undefined ? kinds : kinds + 1;
}

function validateTokenProjection(
  errors: FieldErrors,
  { serviceAccountToken: token }: VolumeProjection,
  path: FieldPath,
  volumePath: FieldPath,
): void {
  const seconds = token?.expirationSeconds ?? 3600;
  const secondsPath = () => path.child("serviceAccountToken", "expirationSeconds");
  if (seconds < 600) {
    errors.push(invalidValue(secondsPath(), seconds, "may not specify a duration less than 10 minutes"));
  }
  if (seconds > 2 ** 32) {
    errors.push(invalidValue(secondsPath(), seconds, "may not specify a duration larger than 2^32 seconds"));
  }
  if (!token?.path) errors.push(required(volumePath.child("path")));
  else checkNonReservedPath(errors, token.path, volumePath, "path");
}

function validateTrustBundle(
  errors: FieldErrors,
  { clusterTrustBundle: bundle }: VolumeProjection,
  path: FieldPath,
): void {
  if (bundle === undefined) return;
  if (bundle.name !== undefined && bundle.signerName !== undefined) {
    errors.push(invalidValue(path, bundle, "only one of name and signerName may be used"));
  } else if (bundle.name !== undefined) {
    if (bundle.name === "") errors.push(required(path.child("name"), "must be a valid object name"));
    if (bundle.labelSelector !== undefined) {
      const detail = "labelSelector must be unset if name is specified";
      errors.push(invalidValue(path.child("labelSelector"), bundle.labelSelector, detail));
    }
  } else if (bundle.signerName !== undefined) {
    if (bundle.signerName === "") errors.push(required(path.child("signerName"), "must be a valid signer name"));
    validateLabelSelector(errors, bundle.labelSelector, path.child("labelSelector"));
  } else errors.push(required(path, "either name or signerName must be specified"));
  if (!bundle.path) errors.push(required(path.child("path")));
  checkNonReservedPath(errors, bundle.path ?? "", path, "path");
}

function validateEphemeral(errors: FieldErrors, volume: Volume, path: FieldPath, podName: string): void {
  const template = volume.ephemeral?.volumeClaimTemplate;
  const templatePath = path.child("ephemeral", "volumeClaimTemplate");
  if (template === undefined) errors.push(required(templatePath));
  else validateClaimSpec(errors, template.spec, templatePath.child("spec"));
  if (podName === "" || !volume.name) return;
  const claim = `${podName}-${volume.name}`;
  for (const problem of nameIsSubdomain(claim, false)) {
    errors.push(invalidValue(path.child("name"), volume.name, `PVC name "${claim}": ${problem}`));
  }
}

function validateImageSource(
  errors: FieldErrors,
  { image }: Volume,
  path: FieldPath,
  options: PodValidationOptions,
): void {
  if (options.isPod && !image?.reference) errors.push(required(path.child("reference")));
  const policies = ["Always", "IfNotPresent", "Never"];
  if (image?.pullPolicy !== undefined && !policies.includes(image.pullPolicy)) {
    errors.push(notSupported(path.child("pullPolicy"), image.pullPolicy, policies));
  }
}
