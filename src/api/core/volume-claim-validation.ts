import type { PersistentVolume, PersistentVolumeClaim, PersistentVolumeClaimSpec } from "../generated/types.js";
import { semanticallyEqual } from "../meta/equality.js";
import {
  addInvalid,
  type FieldError,
  type FieldErrors,
  forbidden,
  invalidValue,
  isImmutable,
  notSupported,
  required,
} from "../meta/field-error.js";
import { FieldPath } from "../meta/field-path.js";
import { nameIsSubdomain } from "../meta/identifiers.js";
import { validateLabelSelector } from "../meta/label-selector-validation.js";
import { validateObjectMeta, validateObjectMetaUpdate } from "../meta/object-meta-validation.js";
import { compareQuantities, formatQuantity, parseQuantity } from "../meta/quantity.js";
import { unifiedDiff } from "../meta/unified-diff.js";
import { checkNoBacksteps } from "./path-validation.js";

const accessModes = ["ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod"];
const volumeModes = ["Block", "Filesystem"];
const metaRules = { namespaced: true, nameProblems: nameIsSubdomain };
const specPath = FieldPath.of("spec");

/** @see kubernetes v1.36 pkg/apis/core/validation/validation.go, ValidatePersistentVolumeClaimSpec */
export function validateClaimSpec(errors: FieldErrors, spec: PersistentVolumeClaimSpec, path: FieldPath): void {
  validateAccessModes(errors, spec.accessModes, path, "at least 1 access mode is required");
  validateLabelSelector(errors, spec.selector, path.child("selector"));
  const storage = spec.resources?.requests?.storage;
  const storagePath = path.child("resources").key("storage");
  if (storage === undefined) errors.push(required(storagePath));
  else {
    const amount = parseQuantity(storage);
    if (amount.nano <= 0n) errors.push(invalidValue(storagePath, formatQuantity(amount), "must be greater than zero"));
  }
  if (spec.storageClassName) {
    addInvalid(
      errors,
      path.child("storageClassName"),
      spec.storageClassName,
      nameIsSubdomain(spec.storageClassName, false),
    );
  }
  if (spec.volumeMode !== undefined && !volumeModes.includes(spec.volumeMode)) {
    errors.push(notSupported(path.child("volumeMode"), spec.volumeMode, volumeModes));
  }
}

function validateAccessModes(
  errors: FieldErrors,
  modes: readonly string[] | undefined,
  path: FieldPath,
  missing: string,
): void {
  const modesPath = path.child("accessModes");
  if (modes === undefined || modes.length === 0) errors.push(required(modesPath, missing));
  for (const mode of modes ?? []) {
    if (!accessModes.includes(mode)) errors.push(notSupported(modesPath, mode, accessModes));
  }
  if (modes?.includes("ReadWriteOncePod") && modes.length > 1) {
    errors.push(forbidden(modesPath, "may not use ReadWriteOncePod with other access modes"));
  }
}

export function validatePersistentVolumeClaim(claim: PersistentVolumeClaim): readonly FieldError[] {
  const errors: FieldErrors = [];
  validateObjectMeta(errors, claim.metadata, metaRules);
  validateClaimSpec(errors, claim.spec ?? {}, specPath);
  return errors;
}

/**
 * A claim's spec is fixed; only its size may grow once it is bound.
 * @see kubernetes v1.36 pkg/apis/core/validation/validation.go, ValidatePersistentVolumeClaimUpdate
 */
export function validatePersistentVolumeClaimUpdate(
  next: PersistentVolumeClaim,
  previous: PersistentVolumeClaim,
): readonly FieldError[] {
  const errors: FieldErrors = [];
  validateObjectMetaUpdate(errors, next.metadata, previous.metadata);
  if (next.spec === previous.spec) return errors;
  validateObjectMeta(errors, next.metadata, metaRules);
  const [spec, old] = [next.spec ?? {}, previous.spec ?? {}];
  validateClaimSpec(errors, spec, specPath);
  const before = old.volumeName ? old : { ...old, volumeName: spec.volumeName };
  const after = next.status?.phase === "Bound" ? withFreeParts(spec, old) : spec;
  if (!semanticallyEqual(after, before)) {
    const detail =
      "spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims";
    errors.push(forbidden(specPath, `${detail}\n${unifiedDiff(claimSpecText(before), claimSpecText(after))}`));
  }
  const [size, sizeBefore] = [spec.resources?.requests?.storage ?? "0", old.resources?.requests?.storage ?? "0"];
  if (compareQuantities(size, sizeBefore) < 0) {
    const storagePath = specPath.child("resources", "requests", "storage");
    if (compareQuantities(size, previous.status?.capacity?.storage ?? "0") <= 0) {
      errors.push(forbidden(storagePath, "field can not be less than status.capacity"));
    }
  }
  if (!semanticallyEqual(spec.volumeMode, old.volumeMode)) {
    // upstream leaves `spec` out of the path
    errors.push(invalidValue(FieldPath.of("volumeMode"), spec.volumeMode ?? null, isImmutable));
  }
  return errors;
}

/** What a bound claim may change, as it was before. */
function withFreeParts(spec: PersistentVolumeClaimSpec, before: PersistentVolumeClaimSpec): PersistentVolumeClaimSpec {
  const resources =
    spec.resources?.requests === undefined
      ? spec.resources
      : {
          ...spec.resources,
          requests: { ...spec.resources.requests, storage: before.resources?.requests?.storage ?? "0" },
        };
  return { ...spec, resources, volumeAttributesClassName: before.volumeAttributesClassName };
}

/** A claim's spec in its internal form, as a message shows it. */
function claimSpecText(spec: PersistentVolumeClaimSpec): string {
  const { accessModes, selector, resources, volumeName, storageClassName, volumeMode, dataSource, dataSourceRef } =
    spec;
  const form = {
    AccessModes: accessModes ?? null,
    Selector: selector ?? null,
    Resources: { Limits: resources?.limits ?? null, Requests: resources?.requests ?? null },
    VolumeName: volumeName ?? "",
    StorageClassName: storageClassName ?? null,
    VolumeMode: volumeMode ?? null,
    DataSource: dataSource ?? null,
    DataSourceRef: dataSourceRef ?? null,
    VolumeAttributesClassName: spec.volumeAttributesClassName ?? null,
  };
  return JSON.stringify(form, null, 1);
}

/** @see kubernetes v1.36 pkg/apis/core/validation/validation.go, ValidatePersistentVolumeSpec */
export function validatePersistentVolume(volume: PersistentVolume): readonly FieldError[] {
  const errors: FieldErrors = [];
  validateObjectMeta(errors, volume.metadata, { namespaced: false, nameProblems: nameIsSubdomain });
  const spec = volume.spec ?? {};
  validateAccessModes(errors, spec.accessModes, specPath, "");
  const capacity = Object.keys(spec.capacity ?? {});
  const capacityPath = specPath.child("capacity");
  if (capacity.length === 0) errors.push(required(capacityPath));
  if (spec.capacity?.storage === undefined || capacity.length > 1) {
    errors.push(notSupported(capacityPath, spec.capacity ?? null, ["storage"]));
  }
  for (const name of capacity) {
    const amount = parseQuantity(spec.capacity?.[name] ?? "0");
    if (amount.nano <= 0n) {
      errors.push(invalidValue(capacityPath.key(name), formatQuantity(amount), "must be greater than zero"));
    }
  }
  const policies = ["Delete", "Recycle", "Retain"];
  const policy = spec.persistentVolumeReclaimPolicy;
  if (policy !== undefined && !policies.includes(policy)) {
    errors.push(notSupported(specPath.child("persistentVolumeReclaimPolicy"), policy, policies));
  }
  if (spec.hostPath !== undefined) {
    if (!spec.hostPath.path) errors.push(required(specPath.child("hostPath", "path")));
    else checkNoBacksteps(errors, spec.hostPath.path, specPath.child("hostPath"), "path");
  } else if (!hasSource(spec)) errors.push(required(specPath, "must specify a volume type"));
  if (spec.volumeMode !== undefined && !volumeModes.includes(spec.volumeMode)) {
    errors.push(notSupported(specPath.child("volumeMode"), spec.volumeMode, volumeModes));
  }
  return errors;
}

const otherFields: ReadonlySet<string> = new Set([
  "accessModes",
  "capacity",
  "claimRef",
  "mountOptions",
  "nodeAffinity",
  "persistentVolumeReclaimPolicy",
  "storageClassName",
  "volumeAttributesClassName",
  "volumeMode",
]);

function hasSource(spec: object): boolean {
  return Object.keys(spec).some((name) => !otherFields.has(name));
}

export function validatePersistentVolumeUpdate(
  next: PersistentVolume,
  previous: PersistentVolume,
): readonly FieldError[] {
  const errors: FieldErrors = [];
  validateObjectMetaUpdate(errors, next.metadata, previous.metadata);
  return errors;
}
