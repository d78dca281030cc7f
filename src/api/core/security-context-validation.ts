import type { PodSpec, SeccompProfile, SecurityContext, Sysctl } from "../generated/types.js";
import { duplicate, type FieldErrors, forbidden, invalidValue, notSupported, required } from "../meta/field-error.js";
import type { FieldPath } from "../meta/field-path.js";
import { rangeMessage } from "../meta/identifiers.js";
import { checkDescendingPath } from "./path-validation.js";

const idMax = 2 ** 31 - 1;

function checkId(errors: FieldErrors, id: number | undefined, path: FieldPath, name: string): void {
  if (id !== undefined && (id < 0 || id > idMax)) {
    errors.push(invalidValue(path.child(name), id, rangeMessage(0, idMax)));
  }
}

/** @see kubernetes v1.36 pkg/apis/core/validation/validation.go, ValidateSecurityContext */
export function validateSecurityContext(
  errors: FieldErrors,
  context: SecurityContext | undefined,
  containerPath: FieldPath,
  hostUsers: boolean,
): void {
  if (context === undefined) return;
  const path = containerPath.child("securityContext");
  checkId(errors, context.runAsUser, path, "runAsUser");
  checkId(errors, context.runAsGroup, path, "runAsGroup");
  validateProfile(errors, context.seccompProfile, path, "seccompProfile", "seccomp");
  if (context.allowPrivilegeEscalation === false) {
    if (context.privileged === true) {
      const detail = "cannot set `allowPrivilegeEscalation` to false and `privileged` to true";
      errors.push(invalidValue(path, context, detail));
    }
    if (context.capabilities?.add?.includes("CAP_SYS_ADMIN")) {
      const detail = "cannot set `allowPrivilegeEscalation` to false and `capabilities.Add` CAP_SYS_ADMIN";
      errors.push(invalidValue(path, context, detail));
    }
  }
  if (context.procMount !== undefined) {
    if (context.procMount !== "Default" && context.procMount !== "Unmasked") {
      errors.push(notSupported(path.child("procMount"), context.procMount, ["Default", "Unmasked"]));
    } else if (hostUsers && context.procMount === "Unmasked") {
      const detail = "`hostUsers` must be false to use `Unmasked`";
      errors.push(invalidValue(path.child("procMount"), context.procMount, detail));
    }
  }
  validateProfile(errors, context.appArmorProfile, path, "appArmorProfile", "AppArmor");
}

function validateProfile(
  errors: FieldErrors,
  profile: SeccompProfile | undefined,
  contextPath: FieldPath,
  field: "seccompProfile" | "appArmorProfile",
  kind: string,
): void {
  if (profile === undefined) return;
  const path = contextPath.child(field);
  const { type, localhostProfile } = profile;
  if (!type) errors.push(required(path.child("type"), `type is required when ${field} is set`));
  else if (type !== "Localhost" && type !== "RuntimeDefault" && type !== "Unconfined") {
    errors.push(notSupported(path.child("type"), type, ["Localhost", "RuntimeDefault", "Unconfined"]));
  }
  const profilePath = path.child("localhostProfile");
  if (type !== "Localhost") {
    if (localhostProfile !== undefined) {
      const shown = field === "seccompProfile" ? profile : localhostProfile;
      errors.push(invalidValue(profilePath, shown, `can only be set when ${kind} type is Localhost`));
    }
  } else if (localhostProfile === undefined) {
    errors.push(required(profilePath, `must be set when ${kind} type is Localhost`));
  } else if (field === "seccompProfile") checkDescendingPath(errors, localhostProfile, path, "localhostProfile");
}

const sysctlFormat = "^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[\\./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?$";
const sysctlPattern = new RegExp(sysctlFormat);

/** @see kubernetes v1.36 pkg/apis/core/validation/validation.go, validatePodSpecSecurityContext */
export function validatePodSecurityContext(errors: FieldErrors, spec: PodSpec, specPath: FieldPath): void {
  const context = spec.securityContext;
  if (context === undefined) return;
  let path: FieldPath | undefined;
  for (const _ in context) {
    path = specPath.child("securityContext");
    break;
  }
  if (path === undefined) return;
  checkId(errors, context.fsGroup, path, "fsGroup");
  checkId(errors, context.runAsUser, path, "runAsUser");
  checkId(errors, context.runAsGroup, path, "runAsGroup");
  for (const [position, group] of context.supplementalGroups?.entries() ?? []) {
    if (group < 0 || group > idMax) {
      errors.push(invalidValue(path.child("supplementalGroups").index(position), group, rangeMessage(0, idMax)));
    }
  }
  if (context.sysctls !== undefined) validateSysctls(errors, context.sysctls, path.child("sysctls"));
  const change = context.fsGroupChangePolicy;
  if (change !== undefined && change !== "OnRootMismatch" && change !== "Always") {
    errors.push(notSupported(path.child("fsGroupChangePolicy"), change, ["Always", "OnRootMismatch"]));
  }
  validateProfile(errors, context.seccompProfile, path, "seccompProfile", "seccomp");
  validateProfile(errors, context.appArmorProfile, path, "appArmorProfile", "AppArmor");
  const groups = context.supplementalGroupsPolicy;
  if (groups !== undefined && groups !== "Merge" && groups !== "Strict") {
    errors.push(notSupported(path.child("supplementalGroupsPolicy"), groups, ["Merge", "Strict"]));
  }
}

function validateSysctls(errors: FieldErrors, sysctls: readonly Sysctl[], path: FieldPath): void {
  const seen = new Set<string>();
  for (const [position, { name }] of sysctls.entries()) {
    const namePath = path.index(position).child("name");
    if (!name) errors.push(required(namePath));
    else if (name.length > 253 || !sysctlPattern.test(name)) {
      errors.push(invalidValue(namePath, name, `must have at most 253 characters and match regex ${sysctlFormat}`));
    } else if (seen.has(name)) errors.push(duplicate(namePath, name));
    seen.add(name);
  }
}

/** A Pod with users of its own shares nothing else with its host. */
export function validateHostUsers(errors: FieldErrors, spec: PodSpec, specPath: FieldPath): void {
  if (spec.hostUsers !== false) return;
  // Go's names instead of the fields' own are upstream's
  const detail = "when `pod.Spec.HostUsers` is false";
  if (spec.hostNetwork === true) errors.push(forbidden(specPath.child("hostNetwork"), detail));
  if (spec.hostPID === true) errors.push(forbidden(specPath.child("HostPID"), detail));
  if (spec.hostIPC === true) errors.push(forbidden(specPath.child("HostIPC"), detail));
}
