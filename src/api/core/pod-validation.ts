import type { Container, Pod, PodSpec, PodTemplateSpec } from "../generated/types.js";
import { type FieldError, type FieldErrors, forbidden, invalidValue } from "../meta/field-error.js";
import { FieldPath } from "../meta/field-path.js";
import { quote } from "../meta/go-text.js";
import { nameIsSubdomain } from "../meta/identifiers.js";
import { validateAnnotations, validateLabels, validateObjectMeta } from "../meta/object-meta-validation.js";
import type { EmulatedVersion } from "../versions/emulated-version.js";
import { checkDescendingPath } from "./path-validation.js";
import { validatePodSpec } from "./pod-spec-validation.js";
import { type PodValidationOptions, podValidationOptions } from "./pod-validation-options.js";

export interface ValidationOptions {
  readonly version: EmulatedVersion;
}

const metaRules = { namespaced: true, nameProblems: nameIsSubdomain };
const specPath = FieldPath.of("spec");
const metadataPath = FieldPath.of("metadata");

/** What is wrong with a new Pod, after defaulting; in upstream's order. Empty where nothing is. */
export function validatePod(pod: Pod, { version }: ValidationOptions): readonly FieldError[] {
  const errors: FieldErrors = [];
  validateObjectMeta(errors, pod.metadata, metaRules);
  validatePodParts(errors, pod, podValidationOptions(version, true));
  const { ephemeralContainers = [], nodeName, schedulingGates = [] } = pod.spec ?? {};
  if (ephemeralContainers.length > 0) {
    errors.push(forbidden(specPath.child("ephemeralContainers"), "cannot be set on create"));
  }
  if (nodeName && schedulingGates.length > 0) {
    const detail = "cannot be set until all schedulingGates have been cleared";
    errors.push(forbidden(specPath.child("nodeName"), detail));
  }
  return errors;
}

/** What an update checks of the Pod itself, too. */
export function validatePodParts(errors: FieldErrors, pod: Pod, options: PodValidationOptions): void {
  const spec: PodSpec = pod.spec ?? { containers: [] };
  validatePodAnnotations(errors, pod.metadata.annotations, spec, metadataPath);
  validatePodSpec(errors, spec, specPath, options, pod.metadata.name ?? "");
  if (!spec.serviceAccountName && options.serviceAccountTokenNeedsName) forbidTokens(errors, spec);
  validateImageText(errors, spec.containers, "containers");
  validateImageText(errors, spec.initContainers, "initContainers");
}

function forbidTokens(errors: FieldErrors, spec: PodSpec): void {
  for (const [position, volume] of spec.volumes?.entries() ?? []) {
    for (const [sourcePosition, source] of volume.projected?.sources?.entries() ?? []) {
      if (source.serviceAccountToken === undefined) continue;
      const sources = specPath.child("volumes").index(position).child("projected", "sources");
      const path = sources.index(sourcePosition).child("serviceAccountToken");
      errors.push(forbidden(path, "must not be specified when serviceAccountName is not set"));
    }
  }
}

function validateImageText(errors: FieldErrors, containers: readonly Container[] | undefined, list: string): void {
  for (const [position, { image = "" }] of containers?.entries() ?? []) {
    if (image === image.trim()) continue;
    const path = specPath.child(list).index(position).child("image");
    errors.push(invalidValue(path, image, "must not have leading or trailing whitespace"));
  }
}

/** @see kubernetes v1.36 pkg/apis/core/validation/validation.go, ValidatePodSpecificAnnotations */
function validatePodAnnotations(
  errors: FieldErrors,
  annotations: Pod["metadata"]["annotations"],
  spec: PodSpec,
  metaPath: FieldPath,
): void {
  if (annotations === undefined) return;
  const path = metaPath.child("annotations");
  const mirror = annotations["kubernetes.io/config.mirror"];
  if (mirror !== undefined && !spec.nodeName) {
    const detail = "must set spec.nodeName if mirror pod annotation is set";
    errors.push(invalidValue(path.key("kubernetes.io/config.mirror"), mirror, detail));
  }
  const cost = annotations[deletionCost];
  if (cost !== undefined && !isDeletionCost(cost)) {
    errors.push(invalidValue(path.key(deletionCost), cost, "must be a 32bit integer"));
  }
  for (const key in annotations) {
    const value = annotations[key] ?? "";
    if (key === seccompOfPod || key.startsWith(seccompOfContainer)) validateSeccompAnnotation(errors, key, value, path);
    else if (key.startsWith(appArmorOfContainer)) validateAppArmorAnnotation(errors, key, value, spec, path);
  }
}

/** Annotations from before there were fields for what they say. */
const seccompOfPod = "seccomp.security.alpha.kubernetes.io/pod";
const seccompOfContainer = "container.seccomp.security.alpha.kubernetes.io/";
const appArmorOfContainer = "container.apparmor.security.beta.kubernetes.io/";
const seccompProfiles: readonly string[] = ["runtime/default", "docker/default", "unconfined"];

/** @see kubernetes v1.36 pkg/apis/core/validation/validation.go, ValidateSeccompProfile */
function validateSeccompAnnotation(errors: FieldErrors, key: string, profile: string, path: FieldPath): void {
  if (seccompProfiles.includes(profile)) return;
  if (profile.startsWith("localhost/")) {
    checkDescendingPath(errors, profile.slice("localhost/".length), path, key);
  } else errors.push(invalidValue(path.child(key), profile, "must be a valid seccomp profile"));
}

/** @see kubernetes v1.36 pkg/apis/core/validation/validation.go, ValidateAppArmorPodAnnotations */
function validateAppArmorAnnotation(
  errors: FieldErrors,
  key: string,
  profile: string,
  { containers = [], initContainers = [] }: PodSpec,
  path: FieldPath,
): void {
  const name = key.slice(appArmorOfContainer.length);
  if (![...initContainers, ...containers].some((container) => container.name === name)) {
    errors.push(invalidValue(path.key(key), name, "container not found"));
  }
  if (profile === "" || profile === "runtime/default" || profile === "unconfined") return;
  if (profile.startsWith("localhost/")) return;
  errors.push(invalidValue(path.key(key), profile, `invalid AppArmor profile name: ${quote(profile)}`));
}

const deletionCost = "controller.kubernetes.io/pod-deletion-cost";

function isDeletionCost(text: string): boolean {
  return /^(0|-?[1-9]\d*)$/.test(text) && Number(text) >= -(2 ** 31) && Number(text) < 2 ** 31;
}

/**
 * What is wrong with the template of a Job or another workload, after defaulting.
 * @see kubernetes v1.36 pkg/apis/core/validation/validation.go, ValidatePodTemplateSpec
 */
export function validatePodTemplate(
  errors: FieldErrors,
  template: PodTemplateSpec,
  path: FieldPath,
  { version }: ValidationOptions,
): void {
  const { metadata, spec = { containers: [] } } = template;
  // upstream leaves `metadata` out of the paths of these
  validateLabels(errors, metadata?.labels, path, "labels");
  validateAnnotations(errors, metadata?.annotations, path);
  validatePodAnnotations(errors, metadata?.annotations, spec, path);
  validatePodSpec(errors, spec, path.child("spec"), podValidationOptions(version, false));
  if ((spec.ephemeralContainers ?? []).length > 0) {
    const detail = "ephemeral containers not allowed in pod template";
    errors.push(forbidden(path.child("spec", "ephemeralContainers"), detail));
  }
}
