import type { DownwardAPIVolumeFile, ObjectFieldSelector, ResourceFieldSelector } from "../generated/types.js";
import { addInvalid, type FieldErrors, forbidden, invalidValue, notSupported, required } from "../meta/field-error.js";
import type { FieldPath } from "../meta/field-path.js";
import { labelKeyProblems } from "../meta/identifiers.js";
import { formatQuantity, parseQuantity } from "../meta/quantity.js";
import { checkFileMode, checkNonReservedPath } from "./path-validation.js";
import type { PodValidationOptions } from "./pod-validation-options.js";

/** The fields of a Pod that environment variables may take; in the order in which messages list them. */
export const environmentFieldPaths: readonly string[] = [
  "metadata.name",
  "metadata.namespace",
  "metadata.uid",
  "spec.nodeName",
  "spec.serviceAccountName",
  "status.hostIP",
  "status.hostIPs",
  "status.podIP",
  "status.podIPs",
];

const volumeFieldPaths: readonly string[] = [
  "metadata.annotations",
  "metadata.labels",
  "metadata.name",
  "metadata.namespace",
  "metadata.uid",
];

/** Every field path that the downward API knows at all. */
const knownFieldPaths: ReadonlySet<string> = new Set([
  ...environmentFieldPaths,
  ...volumeFieldPaths,
  "spec.restartPolicy",
  "spec.schedulerName",
  "status.phase",
  "status.nominatedNodeName",
  "spec.hostNetwork",
]);

const containerResources: readonly string[] = [
  "limits.cpu",
  "limits.ephemeral-storage",
  "limits.memory",
  "requests.cpu",
  "requests.ephemeral-storage",
  "requests.memory",
];

/** `metadata.labels['app']` in its two parts; undefined without a subscript. */
function splitSubscript(fieldPath: string): { readonly path: string; readonly subscript: string } | undefined {
  if (!fieldPath.endsWith("']")) return undefined;
  const start = fieldPath.indexOf("['");
  if (start <= 0) return undefined;
  return { path: fieldPath.slice(0, start), subscript: fieldPath.slice(start + 2, -2) };
}

/** @see kubernetes v1.36 pkg/apis/core/validation/validation.go, validateObjectFieldSelector */
export function validateFieldSelector(
  errors: FieldErrors,
  selector: ObjectFieldSelector,
  allowed: readonly string[],
  path: FieldPath,
  options: PodValidationOptions,
): void {
  const { apiVersion = "", fieldPath = "" } = selector;
  if (apiVersion === "") {
    errors.push(required(path.child("apiVersion")));
    return;
  }
  if (fieldPath === "") {
    errors.push(required(path.child("fieldPath")));
    return;
  }
  const split = splitSubscript(fieldPath);
  const problem = conversionProblem(apiVersion, fieldPath, split?.path);
  if (problem !== undefined) {
    errors.push(invalidValue(path.child("fieldPath"), fieldPath, `error converting fieldPath: ${problem}`));
    return;
  }
  if (split !== undefined) {
    const key = split.path === "metadata.annotations" ? split.subscript.toLowerCase() : split.subscript;
    addInvalid(errors, path, key, labelKeyProblems(key));
  } else if (!allowed.includes(fieldPath)) {
    errors.push(notSupported(path.child("fieldPath"), fieldPath, allowed));
  } else if (fieldPath === "status.hostIPs" && !options.hostIps) {
    errors.push(forbidden(path, "may not be set when feature gate 'PodHostIPs' is not enabled"));
  }
}

/** @see kubernetes v1.36 pkg/apis/core/pods/helpers.go, ConvertDownwardAPIFieldLabel */
function conversionProblem(apiVersion: string, fieldPath: string, subscripted: string | undefined): string | undefined {
  if (apiVersion !== "v1") return `unsupported pod version: ${apiVersion}`;
  if (subscripted !== undefined) {
    if (subscripted === "metadata.annotations" || subscripted === "metadata.labels") return undefined;
    return `field label does not support subscript: ${fieldPath}`;
  }
  return knownFieldPaths.has(fieldPath) ? undefined : `field label not supported: ${fieldPath}`;
}

/** @see kubernetes v1.36 pkg/apis/core/validation/validation.go, validateContainerResourceFieldSelector */
export function validateResourceSelector(
  errors: FieldErrors,
  selector: ResourceFieldSelector,
  path: FieldPath,
  inVolume: boolean,
): void {
  const { containerName = "", resource = "" } = selector;
  const hugePages = resource.startsWith("requests.hugepages-") || resource.startsWith("limits.hugepages-");
  if (inVolume && containerName === "") errors.push(required(path.child("containerName")));
  else if (resource === "") errors.push(required(path.child("resource")));
  else if (!containerResources.includes(resource) && !hugePages) {
    errors.push(notSupported(path.child("resource"), resource, containerResources));
  }
  validateDivisor(errors, selector, path, hugePages);
}

const sizes = ["1", "1k", "1M", "1G", "1T", "1P", "1E", "1Ki", "1Mi", "1Gi", "1Ti", "1Pi", "1Ei"];

function validateDivisor(
  errors: FieldErrors,
  { resource = "", divisor }: ResourceFieldSelector,
  path: FieldPath,
  hugePages: boolean,
): void {
  if (divisor === undefined || divisor === "0" || divisor === "1") return;
  const text = formatQuantity(parseQuantity(divisor));
  if (text === "0") return;
  const divisorPath = () => path.child("divisor");
  if (resource === "limits.cpu" || resource === "requests.cpu") {
    if (text !== "1m" && text !== "1") {
      const detail = "only divisor's values 1m and 1 are supported with the cpu resource";
      errors.push(invalidValue(divisorPath(), resource, detail));
    }
    return;
  }
  const kind = hugePages ? "hugepages" : sizeKinds[resource];
  if (kind !== undefined && !sizes.includes(text)) {
    const detail = `only divisor's values ${sizes.join(", ")} are supported with the ${kind} resource`;
    errors.push(invalidValue(divisorPath(), resource, detail));
  }
}

const sizeKinds: { readonly [resource: string]: string | undefined } = {
  "limits.memory": "memory",
  "requests.memory": "memory",
  "limits.ephemeral-storage": "local ephemeral storage",
  "requests.ephemeral-storage": "local ephemeral storage",
};

/** A file of a downwardAPI volume. Upstream reports it at the volume, without its position in the list. */
export function validateDownwardFile(
  errors: FieldErrors,
  file: DownwardAPIVolumeFile,
  path: FieldPath,
  options: PodValidationOptions,
): void {
  const target = file.path ?? "";
  if (target === "") errors.push(required(path.child("path")));
  checkNonReservedPath(errors, target, path, "path");
  if (file.fieldRef !== undefined) {
    validateFieldSelector(errors, file.fieldRef, volumeFieldPaths, path.child("fieldRef"), options);
    if (file.resourceFieldRef !== undefined) {
      const detail = "fieldRef and resourceFieldRef can not be specified simultaneously";
      errors.push(invalidValue(path, "resource", detail));
    }
  } else if (file.resourceFieldRef !== undefined) {
    validateResourceSelector(errors, file.resourceFieldRef, path.child("resourceFieldRef"), true);
  } else errors.push(required(path, "one of fieldRef and resourceFieldRef is required"));
  checkFileMode(errors, file.mode, path, "mode");
}
