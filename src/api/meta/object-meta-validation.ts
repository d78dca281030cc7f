import type { ObjectMeta, OwnerReference } from "../generated/types.js";
import { semanticallyEqual } from "./equality.js";
import {
  addInvalid,
  checkNonnegative,
  type FieldErrors,
  forbidden,
  inOrder,
  invalidValue,
  isImmutable,
  notSupported,
  required,
  tooLong,
} from "./field-error.js";
import { FieldPath } from "./field-path.js";
import { labelKeyProblems, labelValueProblems, type NameProblems, nameIsLabel } from "./identifiers.js";

/** The bytes that the keys and values of all annotations may have together. */
const annotationBytesMax = 256 * 1024;

interface ObjectMetaRules {
  readonly namespaced: boolean;
  readonly nameProblems: NameProblems;
}

const metadataPath = FieldPath.of("metadata");

/**
 * What is wrong with the metadata of a new object whose name has been generated already.
 * @see k8s.io/apimachinery/pkg/api/validation/objectmeta.go, ValidateObjectMetaAccessor
 */
export function validateObjectMeta(
  errors: FieldErrors,
  meta: ObjectMeta,
  rules: ObjectMetaRules,
  path: FieldPath = metadataPath,
): void {
  const { generateName = "", name = "", namespace = "" } = meta;
  if (generateName !== "") {
    const problems = rules.nameProblems(generateName, true);
    if (problems.length > 0) addInvalid(errors, path.child("generateName"), generateName, problems);
  }
  if (name === "") errors.push(required(path.child("name"), "name or generateName is required"));
  else {
    const problems = rules.nameProblems(name, false);
    if (problems.length > 0) addInvalid(errors, path.child("name"), name, problems);
  }
  if (!rules.namespaced) {
    if (namespace !== "") errors.push(forbidden(path.child("namespace"), "not allowed on this type"));
  } else if (namespace === "") errors.push(required(path.child("namespace")));
  else {
    const problems = nameIsLabel(namespace, false);
    if (problems.length > 0) addInvalid(errors, path.child("namespace"), namespace, problems);
  }
  checkNonnegative(errors, meta.generation, path, "generation");
  validateSharedMeta(errors, meta, path);
  validateFinalizers(errors, meta, path);
  validateManagedFields(errors, meta, path);
  validateFinalizerOwners(errors, meta, path);
}

/**
 * What is wrong with the metadata of an object that replaces another.
 * @see k8s.io/apimachinery/pkg/api/validation/objectmeta.go, ValidateObjectMetaAccessorUpdate
 */
export function validateObjectMetaUpdate(
  errors: FieldErrors,
  next: ObjectMeta,
  previous: ObjectMeta,
  path: FieldPath = metadataPath,
): void {
  if (previous.deletionTimestamp !== undefined) validateNoNewFinalizers(errors, next, previous, path);
  if (!next.resourceVersion) {
    errors.push(invalidValue(path.child("resourceVersion"), "", "must be specified for an update"));
  }
  checkNonnegative(errors, next.generation, path, "generation");
  if ((next.generation ?? 0) < (previous.generation ?? 0)) {
    errors.push(invalidValue(path.child("generation"), next.generation ?? 0, "must not be decremented"));
  }
  for (const name of immutableFields) {
    if (next[name] !== previous[name]) {
      errors.push(invalidValue(path.child(name), next[name] ?? emptyValueOf(name), isImmutable));
    }
  }
  if (next.labels !== previous.labels || next.annotations !== previous.annotations) validateTags(errors, next, path);
  if (next.ownerReferences !== previous.ownerReferences) validateOwnerReferences(errors, next.ownerReferences, path);
  if (next.managedFields !== previous.managedFields) validateManagedFields(errors, next, path);
  if (next.finalizers !== previous.finalizers) validateFinalizerOwners(errors, next, path);
}

const immutableFields = [
  "name",
  "namespace",
  "uid",
  "creationTimestamp",
  "deletionTimestamp",
  "deletionGracePeriodSeconds",
] as const;

/** Go prints strings that are not set as "", times and numbers behind a pointer as null. */
function emptyValueOf(name: (typeof immutableFields)[number]): string | null {
  return name === "name" || name === "namespace" || name === "uid" ? "" : null;
}

function validateSharedMeta(errors: FieldErrors, meta: ObjectMeta, path: FieldPath): void {
  validateTags(errors, meta, path);
  validateOwnerReferences(errors, meta.ownerReferences, path);
}

function validateTags(errors: FieldErrors, meta: ObjectMeta, path: FieldPath): void {
  validateLabels(errors, meta.labels, path, "labels");
  validateAnnotations(errors, meta.annotations, path);
}

/** Checks keys and values of labels; both are reported at the map itself, as upstream does. */
export function validateLabels(errors: FieldErrors, labels: ObjectMeta["labels"], path: FieldPath, name: string): void {
  if (labels === undefined) return;
  for (const key in labels) {
    const value = labels[key] ?? "";
    const keyProblems = labelKeyProblems(key);
    if (keyProblems.length > 0) addInvalid(errors, path.child(name), key, keyProblems);
    const valueProblems = labelValueProblems(value);
    if (valueProblems.length > 0) addInvalid(errors, path.child(name), value, valueProblems);
  }
}

/** Checks the keys of annotations, without regard to case, and their size in all. */
export function validateAnnotations(
  errors: FieldErrors,
  annotations: ObjectMeta["annotations"],
  path: FieldPath,
): void {
  if (annotations === undefined) return;
  let bytes = 0;
  for (const key in annotations) {
    const problems = labelKeyProblems(key.toLowerCase());
    if (problems.length > 0) addInvalid(errors, path.child("annotations"), key, problems);
    bytes += utf8Length(key) + utf8Length(annotations[key] ?? "");
  }
  if (bytes > annotationBytesMax) errors.push(tooLong(path.child("annotations"), annotationBytesMax));
}

/** The bytes of `text` in UTF-8, counted without encoding it. */
function utf8Length(text: string): number {
  let bytes = text.length;
  for (let position = 0; position < text.length; position++) {
    const code = text.charCodeAt(position);
    if (code < 0x80) continue;
    if (code < 0x800) bytes += 1;
    else if (code >= 0xd800 && code <= 0xdfff)
      bytes += 1; // half of a pair that takes four bytes
    else bytes += 2;
  }
  return bytes;
}

const ownerFields = ["apiVersion", "kind", "name", "uid", "controller", "blockOwnerDeletion"];

function validateOwnerReferences(
  errors: FieldErrors,
  references: readonly OwnerReference[] | undefined,
  metaPath: FieldPath,
): void {
  if (references === undefined) return;
  let controller = "";
  for (const reference of references) {
    validateOwnerReference(errors, reference, metaPath);
    if (reference.controller !== true) continue;
    const current = `${reference.kind}/${reference.name}`;
    if (controller !== "") {
      const detail =
        "Only one reference can have Controller set to true. " +
        `Found "true" in references for ${controller} and ${current}`;
      errors.push(invalidValue(metaPath.child("ownerReferences"), inOrder(references, ownerFields), detail));
    } else controller = current;
  }
}

/** Errors name the list, never the place in it, as upstream's do. */
function validateOwnerReference(errors: FieldErrors, reference: OwnerReference, metaPath: FieldPath): void {
  const path = metaPath.child("ownerReferences");
  const { apiVersion = "" } = reference;
  // a version that cannot be taken apart counts as none
  if (!/^([^/]+|[^/]*\/[^/]+)$/.test(apiVersion)) {
    errors.push(invalidValue(path.child("apiVersion"), apiVersion, "version must not be empty"));
  }
  for (const name of ["kind", "name", "uid"] as const) {
    if (!reference[name]) errors.push(invalidValue(path.child(name), "", "must not be empty"));
  }
  if (reference.apiVersion === "v1" && reference.kind === "Event") {
    const detail = "/v1, Kind=Event is disallowed from being an owner";
    errors.push(invalidValue(path, inOrder(reference, ownerFields), detail));
  }
}

function validateFinalizers(errors: FieldErrors, { finalizers }: ObjectMeta, path: FieldPath): void {
  if (finalizers === undefined) return;
  for (const finalizer of finalizers) {
    const problems = labelKeyProblems(finalizer);
    if (problems.length > 0) addInvalid(errors, path.child("finalizers"), finalizer, problems);
  }
  if (finalizers.includes("orphan") && finalizers.includes("foregroundDeletion")) {
    const detail = "finalizer orphan and foregroundDeletion cannot be both set";
    errors.push(invalidValue(path.child("finalizers"), finalizers, detail));
  }
}

export const notStandardFinalizer = "name is neither a standard finalizer name nor is it fully qualified";
export const standardFinalizers: readonly string[] = ["kubernetes", "orphan", "foregroundDeletion"];

/** Finalizers of the core's own kinds: a name without a slash has to be one of the standard ones. */
function validateFinalizerOwners(errors: FieldErrors, { finalizers }: ObjectMeta, path: FieldPath): void {
  if (finalizers === undefined) return;
  for (const [position, finalizer] of finalizers.entries()) {
    const finalizerPath = path.child("finalizers").index(position);
    if (finalizer.includes("/")) continue;
    if (!standardFinalizers.includes(finalizer)) {
      errors.push(invalidValue(finalizerPath, finalizer, notStandardFinalizer));
    }
  }
}

function validateNoNewFinalizers(errors: FieldErrors, next: ObjectMeta, previous: ObjectMeta, path: FieldPath): void {
  const added = next.finalizers?.filter((finalizer) => previous.finalizers?.includes(finalizer) !== true) ?? [];
  if (added.length === 0) return;
  const shown = added
    .sort()
    .map((finalizer) => JSON.stringify(finalizer))
    .join(", ");
  const rule = "no new finalizers can be added if the object is being deleted";
  errors.push(forbidden(path.child("finalizers"), `${rule}, found new finalizers []string{${shown}}`));
}

function validateManagedFields(errors: FieldErrors, { managedFields }: ObjectMeta, metaPath: FieldPath): void {
  if (managedFields === undefined) return;
  for (const [position, entry] of managedFields.entries()) {
    if (entry.operation === "Apply" || entry.operation === "Update") {
      if (!entry.fieldsType || entry.fieldsType === "FieldsV1") continue;
    }
    const path = metaPath.child("managedFields").index(position);
    if (!entry.operation) errors.push(required(path.child("operation"), "must not be empty"));
    else if (entry.operation !== "Apply" && entry.operation !== "Update") {
      errors.push(notSupported(path.child("operation"), entry.operation, ["Apply", "Update"]));
    }
    if (entry.fieldsType && entry.fieldsType !== "FieldsV1") {
      errors.push(invalidValue(path.child("fieldsType"), entry.fieldsType, "must be `FieldsV1`"));
    }
  }
}

/** Adds an error where `next` is not the same as `previous`; what is not set counts as null. */
export function checkImmutable(
  errors: FieldErrors,
  next: unknown,
  previous: unknown,
  path: FieldPath,
  name: string,
  shown: (value: unknown) => unknown = (value) => value,
): void {
  if (next === previous || semanticallyEqual(next, previous)) return;
  errors.push(invalidValue(path.child(name), shown(next ?? null), isImmutable));
}
