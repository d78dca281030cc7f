import type { PodSpec, SeccompProfile, SecurityContext, Sysctl } from "../generated/types.js";
import {
  duplicate,
  type FieldErrors,
  forbidden,
  invalidValue,
  notSupported,
  required,
  tooLong,
} from "../meta/field-error.js";
import type { FieldPath } from "../meta/field-path.js";
import { rangeMessage } from "../meta/identifiers.js";
import { checkDescendingPath } from "./path-validation.js";
import { profileText, securityContextText } from "./pod-internal-form.js";

const idMax = 2 ** 31 - 1;
/** The longest path that Linux takes, without its end. */
const localhostProfileMax = 4095;

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
  if (context.procMount !== undefined) {
    if (context.procMount !== "Default" && context.procMount !== "Unmasked") {
      errors.push(notSupported(path.child("procMount"), context.procMount, ["Default", "Unmasked"]));
    } else if (hostUsers && context.procMount === "Unmasked") {
      const detail = "`hostUsers` must be false to use `Unmasked`";
      errors.push(invalidValue(path.child("procMount"), context.procMount, detail));
    }
  }
  validateProfile(errors, context.seccompProfile, path, "seccompProfile", "seccomp");
  if (context.allowPrivilegeEscalation === false) {
    if (context.privileged === true) {
      const detail = "cannot set `allowPrivilegeEscalation` to false and `privileged` to true";
      errors.push(invalidValue(path, securityContextText(context), detail));
    }
    for (const capability of context.capabilities?.add ?? []) {
      if (capability !== "CAP_SYS_ADMIN") continue;
      const detail = "cannot set `allowPrivilegeEscalation` to false and `capabilities.Add` CAP_SYS_ADMIN";
      errors.push(invalidValue(path, securityContextText(context), detail));
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
      const shown = field === "seccompProfile" ? profileText(profile) : localhostProfile;
      errors.push(invalidValue(profilePath, shown, `can only be set when ${kind} type is Localhost`));
    }
  } else if (localhostProfile === undefined || (localhostProfile === "" && field === "appArmorProfile")) {
    errors.push(required(profilePath, `must be set when ${kind} type is Localhost`));
  } else if (field === "seccompProfile") checkDescendingPath(errors, localhostProfile, path, "localhostProfile");
  else {
    if (localhostProfile.trim() !== localhostProfile) {
      errors.push(invalidValue(profilePath, localhostProfile, "must not be padded with whitespace"));
    }
    if (localhostProfile.length > localhostProfileMax) errors.push(tooLong(profilePath, localhostProfileMax));
  }
}

const sysctlFormat = "^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[\\./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?$";
const sysctlPattern = new RegExp(sysctlFormat);

/** @see kubernetes v1.36 pkg/apis/core/validation/validation.go, validatePodSpecSecurityContext */
export function validatePodSecurityContext(errors: FieldErrors, spec: PodSpec, specPath: FieldPath): void {
  const context = spec.securityContext ?? {};
  if (isEmpty(context) && spec.hostPID !== true) return;
  const path = specPath.child("securityContext");
  checkId(errors, context.fsGroup, path, "fsGroup");
  checkId(errors, context.runAsUser, path, "runAsUser");
  checkId(errors, context.runAsGroup, path, "runAsGroup");
  for (const [position, group] of context.supplementalGroups?.entries() ?? []) {
    if (group < 0 || group > idMax) {
      errors.push(invalidValue(path.child("supplementalGroups").index(position), group, rangeMessage(0, idMax)));
    }
  }
  if (spec.hostPID === true && spec.shareProcessNamespace === true) {
    const detail = "ShareProcessNamespace and HostPID cannot both be enabled";
    errors.push(invalidValue(path.child("shareProcessNamespace"), true, detail));
  }
  if (context.sysctls !== undefined) validateSysctls(errors, spec, context.sysctls, path.child("sysctls"));
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
  const selinux = context.seLinuxChangePolicy;
  if (selinux !== undefined && selinux !== "MountOption" && selinux !== "Recursive") {
    errors.push(notSupported(path.child("seLinuxChangePolicy"), selinux, ["Recursive"]));
  }
}

function isEmpty(context: object): boolean {
  for (const _ in context) return false;
  return true;
}

function validateSysctls(errors: FieldErrors, spec: PodSpec, sysctls: readonly Sysctl[], path: FieldPath): void {
  const seen = new Set<string>();
  for (const [position, { name }] of sysctls.entries()) {
    const namePath = path.index(position).child("name");
    if (!name) errors.push(required(namePath));
    else if (name.length > 253 || !sysctlPattern.test(name)) {
      errors.push(invalidValue(namePath, name, `must have at most 253 characters and match regex ${sysctlFormat}`));
    } else if (seen.has(name)) errors.push(duplicate(namePath, name));
    const owner = name ? namespaceOfSysctl(name) : undefined;
    if (spec.hostNetwork === true && owner === "net") {
      errors.push(invalidValue(namePath, name, "may not be specified when 'hostNetwork' is true"));
    } else if (spec.hostIPC === true && owner === "ipc") {
      errors.push(invalidValue(namePath, name, "may not be specified when 'hostIPC' is true"));
    }
    seen.add(name);
  }
}

/**
 * Which of the host's name spaces a kernel parameter belongs to.
 * @see k8s.io/component-helpers/node/util/sysctl/namespace.go
 */
function namespaceOfSysctl(name: string): "ipc" | "net" | undefined {
  const dotted = name.replaceAll("/", ".");
  if (dotted === "kernel.sem" || /^(kernel\.shm|kernel\.msg|fs\.mqueue\.)/.test(dotted)) return "ipc";
  return dotted.startsWith("net.") ? "net" : undefined;
}

/** A Pod with users of its own shares nothing else with its host. */
export function validateHostUsers(errors: FieldErrors, spec: PodSpec, specPath: FieldPath): void {
  if (spec.hostUsers !== false) return;
  // Go's names instead of the fields' own are upstream's
  const detail = "when `hostUsers` is false";
  if (spec.hostNetwork === true) errors.push(forbidden(specPath.child("hostNetwork"), detail));
  if (spec.hostPID === true) errors.push(forbidden(specPath.child("HostPID"), detail));
  if (spec.hostIPC === true) errors.push(forbidden(specPath.child("HostIPC"), detail));
  for (const list of ["initContainers", "containers"] as const) {
    for (const [position, { volumeDevices = [] }] of spec[list]?.entries() ?? []) {
      if (volumeDevices.length === 0) continue;
      errors.push(forbidden(specPath.child(list).index(position).child("volumeDevices"), detail));
    }
  }
}
