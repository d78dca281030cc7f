import type { EnvFromSource, EnvVar, EnvVarSource } from "../generated/types.js";
import { addInvalid, type FieldErrors, invalidValue, required } from "../meta/field-error.js";
import type { FieldPath } from "../meta/field-path.js";
import {
  configMapKeyProblems,
  dns1123LabelProblems,
  dns1123SubdomainProblems,
  environmentNameProblems,
  nameIsSubdomain,
} from "../meta/identifiers.js";
import { environmentFieldPaths, validateFieldSelector, validateResourceSelector } from "./downward-api-validation.js";
import { checkNoBacksteps } from "./path-validation.js";
import type { PodValidationOptions } from "./pod-validation-options.js";

/** @see kubernetes v1.36 pkg/apis/core/validation/validation.go, ValidateEnv */
export function validateEnvironment(
  errors: FieldErrors,
  variables: readonly EnvVar[] | undefined,
  containerPath: FieldPath,
  options: PodValidationOptions,
): void {
  if (variables === undefined) return;
  for (let position = 0; position < variables.length; position++) {
    const variable = variables[position] as EnvVar; // the loop stays inside the list
    const path = () => containerPath.child("env").index(position);
    if (!variable.name) errors.push(required(path().child("name")));
    else {
      const problems = environmentNameProblems(variable.name, options.relaxedEnvironmentNames);
      if (problems.length > 0) addInvalid(errors, path().child("name"), variable.name, problems);
    }
    if (variable.valueFrom !== undefined) {
      validateValueFrom(errors, variable, variable.valueFrom, path().child("valueFrom"), options);
    }
  }
}

function validateValueFrom(
  errors: FieldErrors,
  variable: EnvVar,
  source: EnvVarSource,
  path: FieldPath,
  options: PodValidationOptions,
): void {
  let sources = 0;
  if (source.fieldRef !== undefined) {
    sources++;
    validateFieldSelector(errors, source.fieldRef, environmentFieldPaths, path.child("fieldRef"), options);
  }
  if (source.resourceFieldRef !== undefined) {
    sources++;
    validateResourceSelector(errors, source.resourceFieldRef, path.child("resourceFieldRef"), false);
  }
  for (const kind of ["configMapKeyRef", "secretKeyRef"] as const) {
    const selector = source[kind];
    if (selector === undefined) continue;
    sources++;
    validateKeySelector(errors, selector, path.child(kind));
  }
  if (source.fileKeyRef !== undefined) {
    sources++;
    validateFileKeySelector(errors, source.fileKeyRef, path.child("fileKeyRef"));
  }
  if (sources === 0) {
    const kinds = options.fileKeys
      ? "`fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`"
      : "`fieldRef`, `resourceFieldRef`, `configMapKeyRef` or `secretKeyRef`";
    errors.push(invalidValue(path, "", `must specify one of: ${kinds}`));
  } else if (variable.value) {
    errors.push(invalidValue(path, "", "may not be specified when `value` is not empty"));
  } else if (sources > 1) {
    errors.push(invalidValue(path, "", "may not have more than one field specified at a time"));
  }
}

interface KeySelector {
  readonly name?: string;
  readonly key: string;
}

function validateKeySelector(errors: FieldErrors, selector: KeySelector, path: FieldPath): void {
  const { name = "", key = "" } = selector;
  addInvalid(errors, path.child("name"), name, dns1123SubdomainProblems(name));
  if (key === "") errors.push(required(path.child("key")));
  else addInvalid(errors, path.child("key"), key, configMapKeyProblems(key));
}

function validateFileKeySelector(
  errors: FieldErrors,
  selector: NonNullable<EnvVarSource["fileKeyRef"]>,
  path: FieldPath,
): void {
  const { key = "", volumeName = "", path: file = "" } = selector;
  if (key === "") errors.push(required(path.child("key")));
  else addInvalid(errors, path.child("key"), key, environmentNameProblems(key, true));
  if (volumeName === "") errors.push(required(path.child("volumeName")));
  else addInvalid(errors, path.child("volumeName"), volumeName, dns1123LabelProblems(volumeName));
  if (file === "") errors.push(required(path.child("path")));
  else checkNoBacksteps(errors, file, path, "path");
}

/** @see kubernetes v1.36 pkg/apis/core/validation/validation.go, ValidateEnvFrom */
export function validateEnvironmentSources(
  errors: FieldErrors,
  sources: readonly EnvFromSource[] | undefined,
  containerPath: FieldPath,
  options: PodValidationOptions,
): void {
  if (sources === undefined) return;
  for (const [position, source] of sources.entries()) {
    const path = containerPath.child("envFrom").index(position);
    if (source.prefix) {
      const problems = environmentNameProblems(source.prefix, options.relaxedEnvironmentNames);
      addInvalid(errors, path.child("prefix"), source.prefix, problems);
    }
    let count = 0;
    for (const kind of ["configMapRef", "secretRef"] as const) {
      const reference = source[kind];
      if (reference === undefined) continue;
      count++;
      const name = reference.name ?? "";
      if (name === "") errors.push(required(path.child(kind, "name")));
      else addInvalid(errors, path.child(kind, "name"), name, nameIsSubdomain(name, true));
    }
    // upstream reports these two at the list, not at the entry
    const listPath = containerPath.child("envFrom");
    if (count === 0) errors.push(invalidValue(listPath, "", "must specify one of: `configMapRef` or `secretRef`"));
    else if (count > 1) {
      errors.push(invalidValue(listPath, "", "may not have more than one field specified at a time"));
    }
  }
}
